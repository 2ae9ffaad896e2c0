// Making a checkpoint: each PE writes its file, one of each process the process's, and PE 0, when
// all have, `meta`.
#include "frontends/charm/ck/src/checkpoint.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "ckcheckpoint.h"
#include "frontends/charm/ck/src/array_manager.h"
#include "frontends/charm/ck/src/chares.h"
#include "frontends/charm/ck/src/checkpoint_contents.h"
#include "frontends/charm/ck/src/checkpoint_file.h"
#include "frontends/charm/ck/src/deliver.h"
#include "frontends/charm/ck/src/groups.h"
#include "frontends/charm/ck/src/packed.h"
#include "frontends/charm/ck/src/process.h"
#include "frontends/charm/ck/src/reduction.h"
#include "frontends/charm/ck/src/start.h"

namespace heddle::charm {

// Types and entry methods, by name: what was packed by the same program has the same.
std::uint64_t ProgramStamp() {
  std::uint64_t stamp = 0xcbf29ce484222325u;
  const auto add = [&](const char* name) {
    do stamp = (stamp ^ static_cast<unsigned char>(*name)) * 0x100000001b3u;
    while (*name++ != 0);
  };
  for (std::size_t i = 0; i < _chareTable.size(); ++i) add(_chareTable[i]->name);
  for (std::size_t i = 0; i < _entryTable.size(); ++i) add(_entryTable[i]->name);
  return stamp;
}

namespace {

int save_handler = -1, saved_handler = -1;

// ---- Files

// The generation in a name such as pe.3.12, or -1; pe.3.12.new is what a program that died left of
// one.
int GenerationOf(std::string name) {
  if (name.size() > 4 && name.compare(name.size() - 4, 4, ".new") == 0)
    name.resize(name.size() - 4);
  if (name.rfind("pe.", 0) != 0 && name.rfind("node.", 0) != 0) return -1;
  const std::string last = name.substr(name.rfind('.') + 1);
  if (last.empty() || last.size() > 9 || last.find_first_not_of("0123456789") != std::string::npos)
    return -1;
  return std::count(name.begin(), name.end(), '.') == 2 ? std::stoi(last) : -1;
}
template <class Visit>
void ForEachFile(const std::string& directory, Visit visit) {
  std::error_code error;
  for (std::filesystem::directory_iterator i(directory, error), end; !error && i != end;
       i.increment(error)) {
    const int generation = GenerationOf(i->path().filename().string());
    if (generation >= 0) visit(i->path(), generation);
  }
}
// Files of checkpoints that do not count are removed.
void RemoveFiles(const Checkpoint& checkpoint, bool this_one) {
  std::vector<std::filesystem::path> files;
  ForEachFile(checkpoint.directory, [&](const std::filesystem::path& path, int generation) {
    if ((generation == checkpoint.generation) == this_one) files.push_back(path);
  });
  std::error_code ignored;
  for (const auto& file : files) (void)std::filesystem::remove(file, ignored);
}

// ---- What there is

std::vector<SavedGroup> GroupsHere() {
  std::vector<SavedGroup> groups;
  MyPe().groups.ForEach([&](CkGroupID id, void* branch) {
    auto* const group = static_cast<IrrGroup*>(branch);
    SavedGroup saved;
    saved.id = id;
    saved.array = group->isArrMgr();
    saved.chare = TypeOfGroup(id);
    saved.next_reduction =
        NextReduction({saved.array ? ReductionKey::kArray : ReductionKey::kGroup, id.idx, 0});
    groups.push_back(saved);
  });
  // A restart makes them in this order: arrays need maps, bound arrays those that they are bound
  // to.
  const auto rank = [](const SavedGroup& group) {
    if (!group.array) return 0;
    auto* const array = static_cast<CkArray*>(CkLocalBranch(group.id));
    return array->options().getBoundTo().isZero() ? 1 : 2;
  };
  std::stable_sort(groups.begin(), groups.end(),
                   [&](const SavedGroup& a, const SavedGroup& b) { return rank(a) < rank(b); });
  return groups;
}

template <class Visit>
void ForEachElement(const std::vector<SavedGroup>& groups, Visit visit) {
  for (const SavedGroup& group : groups) {
    if (!group.array) continue;
    ArrayManager& manager = static_cast<CkArray*>(CkLocalBranch(group.id))->manager();
    manager.ForEach([&](CkLocRec* record) {
      // With the first of those that it is bound to.
      if (Together(record).front() == record) visit(manager, record);
    });
  }
}

bool IsMain(const void* object) {
  for (std::size_t i = 0; i < _mainTable.size(); ++i)
    if (_mainTable[i]->obj == object) return true;
  return false;
}

// ---- Saving

std::string SavePe(const Checkpoint& checkpoint) {
  CkPe& pe = MyPe();
  PeContents contents;
  contents.groups = GroupsHere();
  contents.numbers = pe.chares.size();
  for (std::size_t i = 0; i < pe.chares.size(); ++i)
    if (pe.chares[i].object != nullptr && !IsMain(pe.chares[i].object))
      contents.chares.push_back({i, pe.chares[i].chare});
  for (const PromisedChare* const promise : pe.promises) {
    if (promise == nullptr || promise->actual.objPtr != nullptr) {
      contents.promised.push_back(promise == nullptr ? CkChareID{-1, nullptr} : promise->actual);
      continue;
    }
    return checkpoint.directory +
           ": a chare is being made; a checkpoint is for when nothing else is under way";
  }
  ForEachElement(contents.groups, [&](ArrayManager&, CkLocRec*) { ++contents.elements; });

  CheckpointWriter file(checkpoint.File("pe", CkMyPe()),
                        {checkpoint.id, ProgramStamp(), CheckpointStamp::kPe, CkMyPe()});
  file.Record([&](PUP::er& p) { p | contents; });
  for (const SavedGroup& group : contents.groups) {
    void* const branch = CkLocalBranch(group.id);
    file.Record([&](PUP::er& p) {
      group.array ? static_cast<CkArray*>(branch)->options().pup(p)
                  : static_cast<IrrGroup*>(branch)->virtual_pup(p);
    });
  }
  for (const SavedChare& chare : contents.chares)
    file.Record(
        [&](PUP::er& p) { static_cast<Chare*>(pe.chares[chare.number].object)->virtual_pup(p); });
  ForEachElement(contents.groups, [&](ArrayManager& manager, CkLocRec* record) {
    SavedElement saved;
    saved.array = manager.locations().id();
    saved.index = record->index;
    saved.packed.resize(PackedSize(record, PUP::er::IS_CHECKPOINT));
    PackInto(record, PUP::er::IS_CHECKPOINT, saved.packed.data(), saved.packed.size());
    file.Record([&](PUP::er& p) { p | saved; });
  });
  return file.Close();
}

// By one PE of the process, while no other is at them.
std::string SaveNode(const Checkpoint& checkpoint) {
  std::vector<SavedNodegroup> saved;
  for (const auto& [id, nodegroup] : ThisProcess().nodegroups)
    if (nodegroup.branch != nullptr) saved.push_back({CkGroupID{id}, nodegroup.chare});
  CheckpointWriter file(checkpoint.File("node", CkMyNode()),
                        {checkpoint.id, ProgramStamp(), CheckpointStamp::kNode, CkMyNode()});
  file.Record([&](PUP::er& p) { p | saved; });
  for (const SavedNodegroup& nodegroup : saved)
    file.Record([&](PUP::er& p) {
      static_cast<IrrGroup*>(CkLocalNodeBranch(nodegroup.id))->virtual_pup(p);
    });
  return file.Close();
}

// Replaces the old one: from then on the new checkpoint counts.
std::string SaveMeta(const Checkpoint& checkpoint, MetaContents contents) {
  contents.generation = checkpoint.generation;
  contents.pes = CkNumPes();
  contents.nodes = CkNumNodes();
  contents.next_group = MyPe().next_group;
  contents.next_nodegroup = MyPe().next_nodegroup;
  contents.default_map = MyPe().default_map;
  for (const auto& [id, nodegroup] : ThisProcess().nodegroups)
    contents.lowest_nodegroup.idx = std::min(contents.lowest_nodegroup.idx, id);
  CheckpointWriter file(checkpoint.Meta(),
                        {checkpoint.id, ProgramStamp(), CheckpointStamp::kMeta, 0});
  file.Record([&](PUP::er& p) { p | contents; });
  file.Record([&](PUP::er& p) { PupReadonlies(p); });
  for (std::size_t i = 0; i < _mainTable.size(); ++i)
    file.Record([&](PUP::er& p) { static_cast<Chare*>(_mainTable[i]->obj)->virtual_pup(p); });
  return file.Close();
}

// On PE 0, while one is made.
struct Saving {
  Checkpoint checkpoint;
  MetaContents meta;
  bool wants_status = false;
  int done = 0;
  std::string error;
} saving;

void Finish(const CkCallback& callback, bool wants_status, const std::string& error) {
  if (!error.empty() && !wants_status) CkAbort("Charm++: no checkpoint: %s", error.c_str());
  if (!error.empty()) CkError("Charm++: no checkpoint: %s\n", error.c_str());
  auto* const status = new CkCheckpointStatusMsg;
  status->status = error.empty() ? CK_CHECKPOINT_SUCCESS : CK_CHECKPOINT_FAILURE;
  callback.send(status);
}

void OnSave(void* message) {
  Checkpoint checkpoint;
  Unpack(message, checkpoint);
  std::string error = SavePe(checkpoint);
  if (error.empty() && CkMyRank() == 0) error = SaveNode(checkpoint);
  std::size_t numbers = MyPe().chares.size(), promises = MyPe().promises.size();
  SendPacked(0, saved_handler, error, numbers, promises);
}

void OnSaved(void* message) {
  std::string error;
  std::size_t numbers = 0, promises = 0;
  Unpack(message, error, numbers, promises);
  if (saving.error.empty()) saving.error = error;
  saving.meta.numbers = std::max(saving.meta.numbers, numbers);
  saving.meta.promises = std::max(saving.meta.promises, promises);
  if (++saving.done < CkNumPes()) return;
  const Saving done = std::exchange(saving, {});
  error = done.error.empty() ? SaveMeta(done.checkpoint, done.meta) : done.error;
  RemoveFiles(done.checkpoint, !error.empty());
  Finish(done.meta.callback, done.wants_status, error);
}

}  // namespace

void InitCheckpoint() {
  RegisterHandler(&save_handler, OnSave);
  RegisterHandler(&saved_handler, OnSaved);
}

}  // namespace heddle::charm

namespace hc = heddle::charm;

void CkStartCheckpoint(const char* directory, const CkCallback& callback, bool wants_status, int) {
  if (CkMyPe() != 0)
    CkAbort("Charm++: CkStartCheckpoint() is called on PE 0, as by a main chare; this is PE %d",
            CkMyPe());
  if (!hc::saving.checkpoint.directory.empty())
    CkAbort("Charm++: a checkpoint is being made already");
  std::error_code error;
  (void)std::filesystem::create_directories(directory, error);
  if (error)
    return hc::Finish(callback, wants_status, std::string(directory) + ": " + error.message());
  hc::Checkpoint& checkpoint = hc::saving.checkpoint;
  checkpoint.directory = directory;
  checkpoint.generation = 1;
  hc::ForEachFile(directory, [&](const std::filesystem::path&, int generation) {
    checkpoint.generation = std::max(checkpoint.generation, generation + 1);
  });
  // Not 0, and another one than any earlier one's.
  checkpoint.id =
      static_cast<std::uint64_t>(std::chrono::system_clock::now().time_since_epoch().count()) | 1;
  hc::saving.meta.callback = callback;
  hc::saving.wants_status = wants_status;
  for (int pe = 0; pe < CkNumPes(); ++pe) hc::SendPacked(pe, hc::save_handler, checkpoint);
}
