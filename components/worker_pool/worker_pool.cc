#include "components/worker_pool/worker_pool.h"

#include <algorithm>
#include <map>
#include <sstream>
#include <utility>

#include "components/base/clock.h"
#include "components/worker_pool/pool_impl.h"

namespace heddle {
namespace {
constexpr std::size_t kLeastHeadroomBytes = 64 * 1024;  // For a task on top of a waiter.
constexpr int kMostSlots = 4096;
}  // namespace

ExcessThreads* NewExcessThreads(Pool::Impl* impl);
void DeleteExcessThreads(ExcessThreads* threads);

NoSuspendSection::NoSuspendSection() : activity_(CurrentActivity()), before_(false) {
  if (activity_ == nullptr) return;
  before_ = activity_->no_suspend;
  activity_->no_suspend = true;
}
NoSuspendSection::~NoSuspendSection() {
  if (activity_ != nullptr) activity_->no_suspend = before_;
}

Attachment::Attachment(Client* client, void* user) {
  Thread* const self = ThisThread();
  before_ = self->activity;
  client_before_ = self->client;
  activity_.client = client;
  activity_.user = user;
  SetActivity(self, &activity_);
  self->client = client;
}
Attachment::~Attachment() {
  SetActivity(CurrentThread(), before_);
  CurrentThread()->client = client_before_;
}

Pool::Impl::Impl(Pool* pool_, const PoolOptions& options_, Topology topology_)
    : pool(pool_),
      options(options_),
      topology(std::move(topology_)),
      spin(topology.synthetic() ? 1 : topology.usable_cores()) {
  const int count = options.slots > 0 ? options.slots : topology.usable_cores();
  const bool bind = options.bind && topology.may_bind();
  for (int i = 0; i < count; ++i) {
    const int cpu = bind ? topology.units()[static_cast<std::size_t>(i % topology.unit_count())].os_index : -1;
    slots.push_back(std::make_unique<Slot>(pool, i, cpu));
  }
  sleepers.reserve(slots.size());
  excess = NewExcessThreads(this);
  polling.set_wake(
      [](void* impl) { static_cast<Impl*>(impl)->WakeForPolling(); }, this);
}

Pool::Impl::~Impl() {
  DeleteExcessThreads(excess);
  for (const auto& slot : slots) {
    while (Context* const context = slot->cache) {
      slot->cache = context->link;
      DeleteContext(context);
    }
  }
}

Pool::Pool(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

absl::StatusOr<std::unique_ptr<Pool>> Pool::Create(const PoolOptions& options) {
  if (options.slots < 0 || options.slots > kMostSlots) {
    return absl::InvalidArgumentError("workers: " + std::to_string(options.slots) +
                                      " is not in [0, " + std::to_string(kMostSlots) + "]");
  }
  absl::StatusOr<Topology> topology =
      options.topology != nullptr ? absl::StatusOr<Topology>(*options.topology) : Topology::Detect();
  if (!topology.ok()) return topology.status();
  std::unique_ptr<Pool> pool(new Pool(nullptr));
  pool->impl_ = std::make_unique<Impl>(pool.get(), options, *std::move(topology));
  if (absl::Status status = pool->impl_->Start(); !status.ok()) {
    pool->impl_.reset();
    return status;
  }
  pool->impl_->Register();
  return pool;
}

Pool::~Pool() {
  if (impl_ == nullptr) return;
  if (impl_->Forked() || Impl::Exiting() ||
      (CurrentThread() != nullptr && CurrentThread()->slot != nullptr)) {
    // Its threads are in the parent, or may be in the middle of a task for ever, as the caller is.
    (void)impl_.release();
    return;
  }
  impl_->Unregister();
  for (const auto& client : impl_->clients) {
    HEDDLE_CHECK(client.load() == nullptr)
        << "the pool ends before its client " << client.load()->name();
  }
  impl_->StopMonitor();
  impl_->Stop();
}

int Pool::slots() const { return static_cast<int>(impl_->slots.size()); }
const Topology& Pool::topology() const { return impl_->topology; }
bool Pool::SpinningPays() const { return impl_->spin.BudgetNs() != 0; }
bool Pool::SpinningForOthersPays() const {
  return impl_->topology.ranks_have_cores() && SpinPolicy::RunnableThreads() <= slots();
}

void Pool::PollWhileBusy() {
  const OwnerSection section;
  if (section.slot() != nullptr && impl_->polling.any()) impl_->PollWhileBusy(section.slot(), NowNs());
}

PollingServices& Pool::polling() { return impl_->polling; }

absl::StatusOr<Client*> Pool::AddClient(ClientOptions options) {
  if (!(options.weight > 0)) {
    return absl::InvalidArgumentError("client " + options.name + ": weight must be above 0");
  }
  if (options.lanes < 0 || options.width_limit < 0) {
    return absl::InvalidArgumentError("client " + options.name +
                                      ": lanes and width limit must not be negative");
  }
  std::lock_guard<std::mutex> hold(impl_->client_mutex);
  for (int index = 0; index < kMaxClients; ++index) {
    std::atomic<Client*>& place = impl_->clients[static_cast<std::size_t>(index)];
    if (place.load(std::memory_order_relaxed) != nullptr) continue;
    const int lanes = options.lanes;
    Client* const client = new Client(this, std::move(options), index);
    client->CatchUp(impl_->virtual_now_ns.load(std::memory_order_relaxed));
    place.store(client, std::memory_order_release);
    if (impl_->client_limit.load(std::memory_order_relaxed) <= index) {
      impl_->client_limit.store(index + 1, std::memory_order_seq_cst);
    }
    if (lanes > slots()) impl_->NeedMonitor();
    return client;
  }
  return absl::ResourceExhaustedError("client " + options.name + ": the pool has " +
                                      std::to_string(kMaxClients) + " clients already");
}

void Pool::RemoveClient(Client* client) {
  const Activity* const caller = CurrentActivity();
  HEDDLE_CHECK(caller == nullptr || caller->task == nullptr || caller->client != client)
      << "client " << client->name() << " cannot be removed by its own task";
  // What it still has to do is about to end by contract; lanes that are listened to become idle by themselves.
  while (!client->policy().Empty() || client->IsStoodInFor() ||
         std::any_of(client->lanes().begin(), client->lanes().end(),
                     [](const auto& lane) { return lane->state() != Lane::State::kIdle; })) {
    const BlockingCall away;
    std::this_thread::yield();
  }
  std::lock_guard<std::mutex> hold(impl_->client_mutex);
  std::lock_guard<std::mutex> hold_table(impl_->table_mutex);
  impl_->clients[static_cast<std::size_t>(client->index())].store(nullptr, std::memory_order_seq_cst);
  int limit = kMaxClients;
  while (limit > 0 && impl_->clients[static_cast<std::size_t>(limit - 1)].load() == nullptr) --limit;
  impl_->client_limit.store(limit, std::memory_order_seq_cst);
  impl_->Quiesce();
  delete client;
}

// Waits until no worker uses a client that is no longer in the table: each is in a body, asleep, or has seen the new
// generation since. Never waits for a body to end.
void Pool::Impl::Quiesce() {
  const std::uint32_t generation =
      client_generation.fetch_add(1, std::memory_order_seq_cst) + 1;
  HeavyFence();
  for (const auto& slot : slots) {
    // On its way to sleep it has seen the table as it is now, or is waited for.
    while (slot->looking.load(std::memory_order_acquire) != 0) std::this_thread::yield();
    for (;;) {
      const Thread* holder = slot->holder.load(std::memory_order_acquire);
      if (holder == nullptr) {
        // Not while the monitor has it for a moment.
        std::lock_guard<SpinLock> hold(slot->lock);
        holder = slot->holder.load(std::memory_order_relaxed);
      }
      if (holder != nullptr && (holder == CurrentThread() ||
                                holder->sections.load(std::memory_order_acquire) == 0)) {
        break;
      }
      if (static_cast<std::int32_t>(slot->client_generation.load(std::memory_order_acquire) -
                                    generation) >= 0) {
        break;
      }
      if (holder == nullptr) break;
      std::this_thread::yield();
    }
  }
}

void Pool::Impl::WakeForPolling() {
  // Whoever keeps the time looks again; if nobody does, one sleeper starts.
  Slot* const watch = poller.load(std::memory_order_seq_cst);
  if (watch != nullptr) {
    if (Thread* const holder = watch->holder.load(std::memory_order_acquire); holder != nullptr) {
      holder->parker.Unpark();
    }
    return;
  }
  LightFence();
  if (sleeping.load(std::memory_order_seq_cst) > 0) WakeOne();
}

void Pool::Submit(Task* task) {
  const OwnerSection section;
  if (task->client == nullptr) {
    const Activity* const activity = CurrentActivity();
    HEDDLE_CHECK(activity != nullptr && activity->client != nullptr)
        << "a task without a client was submitted by a thread without one";
    task->client = activity->client;
  }
  Client& client = *task->client;
  if ((task->flags & kTaskPinned) != 0) [[unlikely]] {
    impl_->SubmitPinned(task);
    return;
  }
  const bool on_lanes = !client.lanes().empty();
  int worker = Policy::kNoWorker;
  if (section.slot() != nullptr) {
    if (!on_lanes) {
      worker = section.slot()->index;
    } else if (const Activity* const activity = section.thread()->activity;
               activity != nullptr && activity->lane != nullptr && activity->client == &client &&
               activity->owns_lane) {
      worker = activity->lane->id();
    }
  }
  if (WorkStealingPolicy* const policy = client.work_stealing(); policy != nullptr) [[likely]] {
    policy->PushFast(task, worker);
  } else {
    client.policy().Push(task, worker);
  }
  impl_->WakeForWorkOf(client);
}

void Pool::Impl::SubmitPinned(Task* task) {
  Client& client = *task->client;
  const int workers = client.lanes().empty() ? pool->slots() : static_cast<int>(client.lanes().size());
  HEDDLE_CHECK(task->worker >= 0 && task->worker < workers)
      << "a task is pinned to worker " << task->worker << " of client " << client.name()
      << ", which has " << workers;
  const std::size_t worker = static_cast<std::size_t>(task->worker);
  if (client.lanes().empty()) {
    (void)slots[worker]->mailbox.Push(task);
    FenceAfterReadModifyWrite();
    Notify(slots[worker].get(), kAttentionMail);
  } else {
    client.lanes()[worker]->Push(task);
  }
}

void Pool::SubmitList(Task* first) {
  while (first != nullptr) {
    Task* const next = first->next;
    Submit(first);
    first = next;
  }
}

void Pool::SubmitNext(Task* task) {
  {
    const OwnerSection section;
    Slot* const slot = section.slot();
    if (slot != nullptr && slot->next_task == nullptr && (task->flags & kTaskPinned) == 0) {
      const Activity* const activity = section.thread()->activity;
      if (task->client == nullptr && activity != nullptr) task->client = activity->client;
      if (task->client != nullptr && task->client->lanes().empty() && !task->client->paused()) {
        slot->next_task = task;
        return;
      }
    }
  }
  Submit(task);
}

bool Pool::RunOwned(void* owner) {
  Thread* const self = CurrentThread();
  if (self == nullptr || self->slot == nullptr || self->activity == nullptr) return false;
  EnterSection(self);
  Slot* const slot = self->slot;
  Task* task = nullptr;
  if (slot->holder.load(std::memory_order_acquire) == self) [[likely]] {
    const Activity& activity = *self->activity;
    if (slot->next_task != nullptr && slot->next_task->owner == owner) {
      task = slot->next_task;
      slot->next_task = nullptr;
    } else if (activity.client != nullptr) {
      const bool on_lanes = !activity.client->lanes().empty();
      const int worker = !on_lanes                  ? slot->index
                         : activity.lane != nullptr ? activity.lane->id()
                                                    : Policy::kNoWorker;
      if (worker != Policy::kNoWorker) {
        WorkStealingPolicy* const policy = activity.client->work_stealing();
        task = policy != nullptr ? policy->PopOwnedFast(worker, owner)
                                 : activity.client->policy().PopOwned(worker, owner);
      }
    }
    if (task != nullptr && StackHeadroom(*self->context->running) < kLeastHeadroomBytes) {
      task->client->policy().Push(task, slot->index);
      task = nullptr;
    }
  }
  if (task == nullptr) {
    LeaveSection(self);
    return false;
  }
  Activity activity;
  activity.client = task->client;
  activity.lane = self->activity->lane;
  activity.user = self->activity->user;
  task->flags |= kTaskOnWaiter;
  Impl::RunBody(activity, task);
  LeaveSection(CurrentThread());
  return true;
}

int Pool::CurrentSlot() {
  const Thread* const self = CurrentThread();
  if (self == nullptr || self->slot == nullptr ||
      self->slot->holder.load(std::memory_order_acquire) != self) {
    return Policy::kNoWorker;
  }
  return self->slot->index;
}

WorkerPoolStatistics Pool::Statistics() const {
  WorkerPoolStatistics statistics;
  const std::vector<std::string> names = RegisteredTaskTypes();
  statistics.types.resize(names.size());
  for (std::size_t id = 0; id < names.size(); ++id) statistics.types[id].name = names[id];
  for (const auto& slot : impl_->slots) {
    const SlotAccounting& account = slot->accounting;
    SlotStatistics one;
    one.tasks = account.tasks.Get();
    one.searches = account.searches.Get();
    one.sleeps = account.sleeps.Get();
    one.resumes = account.resumes.Get();
    one.idle_ns = static_cast<std::int64_t>(account.idle_ns.Get());
    statistics.slots.push_back(one);
    for (std::size_t id = 0; id < names.size(); ++id) {
      statistics.types[id].tasks += account.types[id].tasks.Get();
      statistics.types[id].ns +=
          static_cast<std::int64_t>(account.types[id].ns.Get());
    }
  }
  {
    std::lock_guard<std::mutex> hold(impl_->threads_mutex);
    statistics.threads = static_cast<int>(impl_->threads.size());
  }
  statistics.excess_threads = impl_->excess_threads.load(std::memory_order_relaxed);
  statistics.most_excess_threads = impl_->most_excess_threads.load(std::memory_order_relaxed);
  statistics.blocking_threads = impl_->blocking_threads.load(std::memory_order_relaxed);
  statistics.takeovers = impl_->takeovers.load(std::memory_order_relaxed);
  return statistics;
}

std::uint64_t Pool::Progress() const {
  std::uint64_t progress = 0;
  for (const auto& slot : impl_->slots) {
    progress += slot->accounting.tasks.Get() +
                slot->accounting.resumes.Get();
  }
  return progress;
}

bool Pool::Quiet() const {
  int blocked = 0;
  for (const auto& slot : impl_->slots) {
    blocked += slot->blocked.load(std::memory_order_relaxed);
    const SlotState state = slot->state.load(std::memory_order_relaxed);
    if (state == SlotState::kRunning) return false;
  }
  if (blocked != 0) return false;
  std::lock_guard<std::mutex> hold(impl_->table_mutex);
  return !impl_->MayHaveWork(nullptr);
}

std::string Pool::Describe() const {
  static constexpr const char* kStates[] = {"running", "searching", "reserved", "taken", "sleeping"};
  std::ostringstream text;
  std::lock_guard<std::mutex> hold(impl_->table_mutex);
  for (const auto& slot : impl_->slots) {
    text << "worker " << slot->index << ": "
         << kStates[static_cast<int>(slot->state.load(std::memory_order_relaxed))] << ", "
         << slot->blocked.load(std::memory_order_relaxed) << " suspended, "
         << slot->lane_count.load(std::memory_order_relaxed) << " runnable lanes\n";
  }
  for (const auto& place : impl_->clients) {
    const Client* const client = place.load(std::memory_order_acquire);
    if (client == nullptr) continue;
    text << "client " << client->name() << ": policy " << client->policy().name()
         << (client->policy().Empty() ? ", nothing ready" : ", ready tasks")
         << (client->paused() ? ", paused" : "") << ", " << client->lanes().size() << " lanes\n";
  }
  text << impl_->DescribeWaits();
  return text.str();
}

// Under table_mutex. Waits that differ in nothing that is shown share a line.
std::string Pool::Impl::DescribeWaits() const {
  constexpr int kMostLines = 40;
  const std::vector<std::string> types = RegisteredTaskTypes();
  std::map<std::string, int> waits;
  {
    std::lock_guard<std::mutex> hold(contexts_mutex);
    for (Context* context = contexts.front(); context != nullptr; context = contexts.After(context)) {
      const char* const what = context->wait.what.load(std::memory_order_relaxed);
      if (what == nullptr) continue;
      const int slot = context->wait.slot.load(std::memory_order_relaxed);
      const int index = context->wait.client.load(std::memory_order_relaxed);
      const std::uint32_t type = context->wait.type.load(std::memory_order_relaxed);
      const Client* const client =
          index < 0 ? nullptr : clients[static_cast<std::size_t>(index)].load(std::memory_order_acquire);
      std::string line = slot < 0 ? "an external thread"
                                  : "on worker " + std::to_string(slot) + ", a task " +
                                        (type < types.size() && type != 0 ? types[type] + " " : "");
      if (client != nullptr) line += (slot < 0 ? " of client " : "of client ") + client->name();
      ++waits[line + " waits for " + what];
    }
  }
  std::string text;
  int lines = 0;
  for (const auto& [line, count] : waits) {
    if (++lines > kMostLines) {
      return text + "and " + std::to_string(static_cast<int>(waits.size()) - kMostLines) +
             " more kinds of waits\n";
    }
    text += line + (count > 1 ? " (" + std::to_string(count) + " of these)" : "") + "\n";
  }
  return text;
}

}  // namespace heddle
