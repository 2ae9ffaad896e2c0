// Tags: numbers that the program gives to tasks, and dependencies between them. All state stands under one lock; what is told
// to others (a job that is ready, a waiter) is told after it was given up.
//
// A tag counts how many of the tags that it depends on have ended since its task last started. Dependencies stay when a tag ends,
// so that the tag of a task that is submitted again is ordered again. Where several tasks have a tag at the same time, they start
// together, and the tag ends with the first of them.
#include <cerrno>
#include <cstdarg>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "components/memory_pool/pool.h"
#include "frontends/starpu/src/context.h"
#include "frontends/starpu/src/wait.h"
#include "starpu_task_dep.h"

namespace heddle::starpu {

struct Tag {
  starpu_tag_t id = 0;
  Job* job = nullptr;     // Its task, the newest of several, while that has not ended.
  struct starpu_task* task = nullptr;
  unsigned before = 0;    // How many tags it depends on.
  unsigned ended = 0;     // How many of them have ended since its last start.
  std::vector<Job*> blocked;  // Its tasks that wait for them.
  bool done = false;
  bool removed = false;
  int references = 1;     // The table, its jobs, and each entry in another tag's `successors`.
  std::vector<Tag*> successors;
  SuccessorList waiters;  // Closed: it has ended.
};

namespace {

SpinLock tags_lock;
absl::flat_hash_map<starpu_tag_t, Tag*>& Table() {
  static auto& table = *PoolNew<absl::flat_hash_map<starpu_tag_t, Tag*>>();
  return table;
}

// The functions below, down to Told, are called with the lock.
Tag* TagOf(starpu_tag_t id) {
  Tag*& tag = Table()[id];
  if (tag == nullptr) {
    tag = PoolNew<Tag>();
    tag->id = id;
  }
  return tag;
}

void Unreference(Tag* tag) {
  if (--tag->references == 0) PoolDelete(tag);
}

// What is to be told once the lock is given up.
struct Told {
  std::vector<Job*> jobs;
  Link* waiters = nullptr;

  void Tell() {
    while (waiters != nullptr) {
      Link* const next = waiters->next;
      WakeJobWaiter(waiters);
      waiters = next;
    }
    for (Job* job : jobs) {
      if (job->node.Arrive()) JobReady(job);
    }
  }
};

void End(Tag* tag, Told* told) {
  if (!tag->done) {
    tag->done = true;
    told->waiters = tag->waiters.Close();
  }
  std::vector<Tag*> kept;
  for (Tag* successor : tag->successors) {
    if (successor->removed) {
      Unreference(successor);
      continue;
    }
    kept.push_back(successor);
    if (++successor->ended == successor->before && !successor->blocked.empty()) {
      successor->ended = 0;
      told->jobs.insert(told->jobs.end(), successor->blocked.begin(), successor->blocked.end());
      successor->blocked.clear();
    }
  }
  tag->successors.swap(kept);
}

void Restart(Tag* tag) {
  tag->done = false;
  tag->waiters.Reset();
}

void DeclareDependencies(starpu_tag_t id, unsigned count, const starpu_tag_t* before) {
  tags_lock.lock();
  Tag* const tag = TagOf(id);
  if (tag->done) Restart(tag);
  for (unsigned i = 0; i < count; ++i) {
    HEDDLE_CHECK_NE(before[i], id) << "a tag depends on itself";
    Tag* const other = TagOf(before[i]);
    ++tag->before;
    if (other->done) ++tag->ended;
    other->successors.push_back(tag);
    ++tag->references;
  }
  tags_lock.unlock();
}

void Notify(starpu_tag_t id, bool restart) {
  Told told;
  tags_lock.lock();
  Tag* const tag = TagOf(id);
  End(tag, &told);
  if (restart) Restart(tag);
  tags_lock.unlock();
  told.Tell();
}

}  // namespace

void AttachTag(Job* job) {
  tags_lock.lock();
  Tag* const tag = TagOf(job->user->tag_id);
  const bool started = tag->job != nullptr && tag->blocked.empty();  // Another task that has it.
  if (tag->done) Restart(tag);
  tag->job = job;
  tag->task = job->user;
  job->tag = tag;
  ++tag->references;
  if (!started && tag->ended < tag->before) {
    tag->blocked.push_back(job);
    job->node.AddEvents(1);
  } else {
    tag->ended = 0;
  }
  tags_lock.unlock();
}

void TagEnded(Tag* tag, const Job* job) {
  Told told;
  tags_lock.lock();
  if (tag->job == job) tag->job = nullptr;
  if (!tag->done) End(tag, &told);  // Else another task that has it was first.
  Unreference(tag);
  tags_lock.unlock();
  told.Tell();
}

void DropTags() {
  tags_lock.lock();
  for (auto& [id, tag] : Table()) {
    for (Tag* successor : tag->successors) Unreference(successor);
    tag->successors.clear();
  }
  for (auto& [id, tag] : Table()) Unreference(tag);
  Table().clear();
  tags_lock.unlock();
}

}  // namespace heddle::starpu

using namespace heddle::starpu;

extern "C" {

void starpu_tag_declare_deps_array(starpu_tag_t id, unsigned ndeps, starpu_tag_t* array) {
  DeclareDependencies(id, ndeps, array);
}

void starpu_tag_declare_deps(starpu_tag_t id, unsigned ndeps, ...) {
  std::vector<starpu_tag_t> before(ndeps);
  va_list arguments;
  va_start(arguments, ndeps);
  for (starpu_tag_t& tag : before) tag = va_arg(arguments, starpu_tag_t);
  va_end(arguments);
  DeclareDependencies(id, ndeps, before.data());
}

int starpu_tag_wait(starpu_tag_t id) {
  if (!MayBlock()) return -EDEADLK;
  tags_lock.lock();
  Tag* const tag = TagOf(id);
  ++tag->references;
  tags_lock.unlock();
  WaitForClose(tag->waiters);
  tags_lock.lock();
  Unreference(tag);
  tags_lock.unlock();
  return 0;
}

int starpu_tag_wait_array(unsigned ntags, starpu_tag_t* id) {
  for (unsigned i = 0; i < ntags; ++i) {
    if (const int error = starpu_tag_wait(id[i]); error != 0) return error;
  }
  return 0;
}

void starpu_tag_restart(starpu_tag_t id) {
  tags_lock.lock();
  Restart(TagOf(id));
  tags_lock.unlock();
}

void starpu_tag_remove(starpu_tag_t id) {
  tags_lock.lock();
  const auto at = Table().find(id);
  if (at != Table().end()) {
    Tag* const tag = at->second;
    Table().erase(at);
    tag->removed = true;
    for (Tag* successor : tag->successors) Unreference(successor);
    tag->successors.clear();
    Unreference(tag);
  }
  tags_lock.unlock();
}

void starpu_tag_notify_from_apps(starpu_tag_t id) { Notify(id, /*restart=*/false); }
void starpu_tag_notify_restart_from_apps(starpu_tag_t id) { Notify(id, /*restart=*/true); }

struct starpu_task* starpu_tag_get_task(starpu_tag_t id) {
  tags_lock.lock();
  Tag* const tag = TagOf(id);
  struct starpu_task* const task = tag->job == nullptr ? nullptr : tag->task;
  tags_lock.unlock();
  return task;
}

}  // extern "C"
