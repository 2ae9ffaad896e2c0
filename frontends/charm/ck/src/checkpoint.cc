// A checkpoint is a directory. `meta` has what there is once, and names the checkpoint's number G;
// `pe.N.G` has what PE N had, `node.N.G` the nodegroups of process N. A new checkpoint gets a new
// number beside the old one, which goes when the new `meta`, renamed into its place, makes the new
// one count: whatever fails before, the old one is whole.
//
// A restart makes on each PE the chares, where there are as many PEs as before, and the groups, in
// the order of their numbers, from the file of that PE, or of PE 0; when all have, each PE reads
// its share of the files' array elements, and sends them to their homes, where they arrive as if
// they had moved. Quiescence ends it.
#include "frontends/charm/ck/src/checkpoint.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "ckcheckpoint.h"
#include "frontends/charm/ck/src/array_manager.h"
#include "frontends/charm/ck/src/array_messages.h"
#include "frontends/charm/ck/src/chares.h"
#include "frontends/charm/ck/src/checkpoint_file.h"
#include "frontends/charm/ck/src/deliver.h"
#include "frontends/charm/ck/src/groups.h"
#include "frontends/charm/ck/src/packed.h"
#include "frontends/charm/ck/src/process.h"
#include "frontends/charm/ck/src/start.h"

bool _inrestart = false;
bool _restarted = false;
bool _chareRestored = false;
int _oldNumPes = 0;

namespace heddle::charm {
namespace {

std::string restart_directory;

int save_handler = -1, saved_handler = -1, groups_handler = -1, groups_done_handler = -1,
    elements_handler = -1;

// ---- Names

// Which of a directory's checkpoints.
struct Checkpoint {
  std::string directory;
  int generation = 0;
  std::uint64_t id = 0;
  void pup(PUP::er& p) { p | directory, p | generation, p | id; }
  std::string Meta() const { return directory + "/meta"; }
  std::string File(const char* kind, int number) const {
    return directory + "/" + kind + "." + std::to_string(number) + "." + std::to_string(generation);
  }
};

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

// The generation in a name such as pe.3.12, or -1.
int GenerationOf(const std::string& name) {
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

// One of the program's groups, or an array's branch.
struct SavedGroup {
  CkGroupID id;
  int chare = -1;
  bool array = false;
  int next_reduction = 0;
};
void operator|(PUP::er& p, SavedGroup& g) {
  p | g.id, p | g.chare, p | g.array, p | g.next_reduction;
}

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

struct SavedElement {
  CkGroupID array;
  CkArrayIndex index;
  std::vector<char> packed;
  void pup(PUP::er& p) { p | array, p | index, p | packed; }
};

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

// A [migratable] chare, by its number; main chares are in `meta`.
struct SavedChare {
  std::size_t number = 0;
  int chare = -1;
  void pup(PUP::er& p) { p | number, p | chare; }
};
bool IsMain(const void* object) {
  for (std::size_t i = 0; i < _mainTable.size(); ++i)
    if (_mainTable[i]->obj == object) return true;
  return false;
}

// What is first in a PE's file; then come the groups, the chares, the elements, each a record.
struct PeContents {
  std::vector<SavedGroup> groups;
  std::size_t numbers = 0;  // The first that no chare has had.
  std::vector<SavedChare> chares;
  std::vector<CkChareID> promised;  // By promise.
  std::size_t elements = 0;
  void pup(PUP::er& p) { p | groups, p | numbers, p | chares, p | promised, p | elements; }
};

// One of a process's nodegroups.
struct SavedNodegroup {
  CkGroupID id;
  int chare = -1;
  void pup(PUP::er& p) { p | id, p | chare; }
};

// What `meta` has before the readonly variables and the main chares.
struct MetaContents {
  int generation = 0;
  int pes = 0, nodes = 0;
  CkCallback callback;
  int next_group = 1, next_nodegroup = 1;
  CkGroupID default_map{0};
  CkGroupID lowest_nodegroup{0};
  std::size_t numbers = 0, promises = 0;  // As many as any PE has given.
  void pup(PUP::er& p) {
    p | generation, p | pes, p | nodes, p | callback, p | next_group, p | next_nodegroup,
        p | default_map;
    p | lowest_nodegroup, p | numbers, p | promises;
  }
};

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
  ForEachElement(contents.groups,
                 [&](ArrayManager&, CkLocRec*) { ++contents.elements; });

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
  const std::string path = checkpoint.Meta(), temporary = path + ".new";
  contents.generation = checkpoint.generation;
  contents.pes = CkNumPes();
  contents.nodes = CkNumNodes();
  contents.next_group = MyPe().next_group;
  contents.next_nodegroup = MyPe().next_nodegroup;
  contents.default_map = MyPe().default_map;
  for (const auto& [id, nodegroup] : ThisProcess().nodegroups)
    contents.lowest_nodegroup.idx = std::min(contents.lowest_nodegroup.idx, id);
  CheckpointWriter file(temporary, {checkpoint.id, ProgramStamp(), CheckpointStamp::kMeta, 0});
  file.Record([&](PUP::er& p) { p | contents; });
  file.Record([&](PUP::er& p) { PupReadonlies(p); });
  for (std::size_t i = 0; i < _mainTable.size(); ++i)
    file.Record([&](PUP::er& p) { static_cast<Chare*>(_mainTable[i]->obj)->virtual_pup(p); });
  std::string error = file.Close();
  if (error.empty() && std::rename(temporary.c_str(), path.c_str()) != 0)
    error = path + ": " + std::strerror(errno);
  if (!error.empty()) (void)std::remove(temporary.c_str());
  return error;
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

// ---- Restoring

CkCallback restored_callback;
int groups_done = 0;

void Restore(const Creating& creating, int ctor, void* message, PUP::er& p) {
  InvokeConstructor(creating, ctor, message);
  const UnderConstruction scope(creating);
  static_cast<Chare*>(creating.object)->virtual_pup(p);
}

void RestoreGroups(CheckpointReader& file, const PeContents& contents) {
  for (const SavedGroup& group : contents.groups) {
    file.Record([&](PUP::er& p) {
      if (group.array) {
        CkArrayOptions options;
        options.pup(p);
        RestoreArray(group.id, options);
      } else {
        RestoreGroup(group.id, group.chare)->virtual_pup(p);
      }
    });
    const ReductionKey key{group.array ? ReductionKey::kArray : ReductionKey::kGroup, group.id.idx,
                           0};
    if (CkMyPe() == 0) SetNextReduction(key, group.next_reduction);
    SkipGroupID(group.id, &MyPe().next_group);
  }
}

void RestoreChares(CheckpointReader& file, const PeContents& contents) {
  CkPe& pe = MyPe();
  pe.chares.resize(contents.numbers);
  for (const SavedChare& chare : contents.chares) {
    file.Record([&](PUP::er& p) {
      Restore(NewRestoredChare(chare.chare, chare.number),
              _chareTable[static_cast<std::size_t>(chare.chare)]->migCtor, nullptr, p);
    });
  }
  for (const CkChareID& actual : contents.promised)
    pe.promises.push_back(actual.onPE < 0 ? nullptr : new PromisedChare{actual, {}});
}

void RestoreNodegroups(const Checkpoint& checkpoint, int from) {
  CheckpointReader file(checkpoint.File("node", from),
                        {checkpoint.id, ProgramStamp(), CheckpointStamp::kNode, from});
  std::vector<SavedNodegroup> saved;
  file.Record([&](PUP::er& p) { p | saved; });
  for (const SavedNodegroup& nodegroup : saved)
    file.Record([&](PUP::er& p) { RestoreNodegroup(nodegroup.id, nodegroup.chare, p); });
  file.End();
}

void OnGroups(void* message) {
  Checkpoint checkpoint;
  MetaContents meta;
  Unpack(message, checkpoint, meta);
  CkPe& pe = MyPe();
  const bool same_pes = meta.pes == CkNumPes();
  if (CkMyRank() == 0) {
    _restarted = true;
    _oldNumPes = meta.pes;
    _chareRestored = same_pes;
  }
  const int from = same_pes ? CkMyPe() : 0;
  CheckpointReader file(checkpoint.File("pe", from),
                        {checkpoint.id, ProgramStamp(), CheckpointStamp::kPe, from});
  PeContents contents;
  file.Record([&](PUP::er& p) { p | contents; });
  RestoreGroups(file, contents);
  if (same_pes) {
    RestoreChares(file, contents);
  } else {
    // Their numbers are not given to others.
    pe.chares.resize(meta.numbers);
    pe.promises.resize(meta.promises, nullptr);
  }
  if (meta.lowest_nodegroup.idx < 0) SkipGroupID(meta.lowest_nodegroup, &pe.next_nodegroup);
  if (CkMyRank() == 0) RestoreNodegroups(checkpoint, meta.nodes == CkNumNodes() ? CkMyNode() : 0);
  for (const SavedGroup& group : contents.groups) GroupExists(group.id);
  SendPacked(0, groups_done_handler, checkpoint, meta.pes);
}

void OnGroupsDone(void* message) {
  Checkpoint checkpoint;
  int pes = 0;
  Unpack(message, checkpoint, pes);
  if (++groups_done < CkNumPes()) return;
  for (int pe = 0; pe < CkNumPes(); ++pe) SendPacked(pe, elements_handler, checkpoint, pes);
  CkStartQD(restored_callback);
}

void OnElements(void* message) {
  Checkpoint checkpoint;
  int pes = 0;
  Unpack(message, checkpoint, pes);
  for (int pe = CkMyPe(); pe < pes; pe += CkNumPes()) {
    CheckpointReader file(checkpoint.File("pe", pe),
                          {checkpoint.id, ProgramStamp(), CheckpointStamp::kPe, pe});
    PeContents contents;
    file.Record([&](PUP::er& p) { p | contents; });
    for (std::size_t i = 0; i < contents.groups.size() + contents.chares.size(); ++i) file.Skip();
    for (std::size_t i = 0; i < contents.elements; ++i) {
      SavedElement element;
      file.Record([&](PUP::er& p) { p | element; });
      const int home = static_cast<CkArray*>(CkLocalBranch(element.array))->homePe(element.index);
      ElementsMessage* const message = AllocateElements(
          element.array, element.index, Locations::kRestored, element.packed.size());
      std::memcpy(PackedElements(message), element.packed.data(), element.packed.size());
      SendElements(message, home);
    }
    file.End();
  }
}

// On PE 0, between RestoreMain() and RestoreOthers().
Checkpoint restoring;
MetaContents restoring_meta;

}  // namespace

void InitCheckpoint() {
  RegisterHandler(&save_handler, OnSave);
  RegisterHandler(&saved_handler, OnSaved);
  RegisterHandler(&groups_handler, OnGroups);
  RegisterHandler(&groups_done_handler, OnGroupsDone);
  RegisterHandler(&elements_handler, OnElements);
}

void ReadCheckpointOptions(char** argv) {
  char* directory = nullptr;
  if (CmiGetArgStringDesc(argv, "+restart", &directory,
                          "goes on from the checkpoint in this directory") != 0)
    restart_directory = directory;
}
bool IsRestart() { return !restart_directory.empty(); }

void RestoreMain() {
  _restarted = _inrestart = true;
  restoring.directory = restart_directory;
  CheckpointReader file(restoring.Meta(), {0, ProgramStamp(), CheckpointStamp::kMeta, 0});
  MetaContents& meta = restoring_meta;
  file.Record([&](PUP::er& p) { p | meta; });
  restoring.generation = meta.generation;
  restoring.id = file.checkpoint();
  restored_callback = meta.callback;
  _oldNumPes = meta.pes;
  _chareRestored = meta.pes == CkNumPes();
  CkPe& pe = MyPe();
  pe.next_group = meta.next_group;
  pe.next_nodegroup = meta.next_nodegroup;
  pe.default_map = meta.default_map;
  file.Record([&](PUP::er& p) { PupReadonlies(p); });
  for (std::size_t i = 0; i < _mainTable.size(); ++i) {
    MainInfo& main = *_mainTable[i];
    const ChareInfo& type = *_chareTable[static_cast<std::size_t>(main.chareIdx)];
    if (type.migCtor < 0)
      CkAbort("Charm++: cannot restart: mainchare %s is not [migratable]", type.name);
    const Creating creating = NewChare(main.chareIdx);
    main.obj = creating.object;
    file.Record([&](PUP::er& p) { Restore(creating, type.migCtor, NewArguments(), p); });
  }
  file.End();
}

void RestoreOthers() {
  groups_done = 0;
  for (int pe = 0; pe < CkNumPes(); ++pe) SendPacked(pe, groups_handler, restoring, restoring_meta);
  _inrestart = false;
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
