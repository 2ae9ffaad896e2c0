// A checkpoint is a directory of containers (components/serialization): `meta` has what there is
// once, `pe.N` what PE N had. A restart makes on each PE the groups first, then arrays,
// from the file of the PE with its number modulo the old PEs'; when all have, each PE
// reads its share of the files' array elements, and sends them to their homes, where they arrive as
// if they had moved. Quiescence ends it.
#include "frontends/charm/ck/src/checkpoint.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <string>

#include "ckcheckpoint.h"
#include "components/serialization/container.h"
#include "frontends/charm/ck/src/array_manager.h"
#include "frontends/charm/ck/src/array_messages.h"
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

const ContainerFormat kPeFormat = {"charm.pe", 2};
const ContainerFormat kMetaFormat = {"charm.meta", 2};
std::string restart_directory;

int save_handler = -1, saved_handler = -1, groups_handler = -1, groups_done_handler = -1,
    elements_handler = -1;

// ---- Files

std::string PeFile(const std::string& directory, int pe) {
  return directory + "/pe." + std::to_string(pe);
}

// The file, once all of it is known to be as it was written.
std::unique_ptr<ContainerReader> OpenToRead(const std::string& path,
                                            const ContainerFormat& format) {
  auto file = ContainerReader::Open(path, format);
  if (!file.ok())
    CkAbort("Charm++: cannot restart: %s", std::string(file.status().message()).c_str());
  return *std::move(file);
}

void CheckRead(const PUP::fromDisk& from) {
  if (from.checkError())
    CkAbort("Charm++: cannot restart: this program reads another checkpoint than it wrote: %s",
            from.errorText());
}

// Has `pack(PUP::er&)` write the file. Returns what went wrong, or "".
template <class Pack>
std::string SaveFile(const std::string& path, const ContainerFormat& format, Pack pack) {
  auto file = ContainerWriter::Create(path, format);
  if (!file.ok()) return std::string(file.status().message());
  PUP::toDisk p((*file)->contents().file(), PUP::er::IS_CHECKPOINT);
  pack(p);
  if (p.checkError()) return p.errorText();
  return std::string((*file)->Commit().message());
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

// Elements of one index, of an array and of those that are bound to it.
struct SavedElement {
  CkGroupID array;
  CkArrayIndex index;
  std::vector<char> packed;
  void pup(PUP::er& p) { p | array, p | index, p | packed; }
};

std::vector<SavedElement> ElementsHere(const std::vector<SavedGroup>& groups) {
  std::vector<SavedElement> elements;
  for (const SavedGroup& group : groups) {
    if (!group.array) continue;
    ArrayManager& manager = static_cast<CkArray*>(CkLocalBranch(group.id))->manager();
    manager.ForEach([&](CkLocRec* record) {
      if (Together(record).front() != record)
        return;  // With the first of those that it is bound to.
      SavedElement saved;
      saved.array = manager.locations().id();
      saved.index = record->index;
      saved.packed.resize(PackedSize(record, PUP::er::IS_CHECKPOINT));
      PackInto(record, PUP::er::IS_CHECKPOINT, saved.packed.data(), saved.packed.size());
      elements.push_back(std::move(saved));
    });
  }
  return elements;
}

// The objects themselves, in the order of the list.
void PupGroups(PUP::er& p, std::vector<SavedGroup>& groups) {
  for (const SavedGroup& group : groups) {
    void* const branch = CkLocalBranch(group.id);
    if (group.array) {
      static_cast<CkArray*>(branch)->options().pup(p);
    } else {
      static_cast<IrrGroup*>(branch)->virtual_pup(p);
    }
  }
}

// ---- Saving

std::string SavePe(const std::string& directory) {
  std::vector<SavedGroup> groups = GroupsHere();
  std::vector<SavedElement> elements = ElementsHere(groups);
  return SaveFile(PeFile(directory, CkMyPe()), kPeFormat, [&](PUP::er& p) {
    p | elements;
    p | groups;
    PupGroups(p, groups);
    if (CkMyRank() == 0) PupNodegroups(p);
  });
}

std::string SaveMeta(const std::string& directory, CkCallback& callback) {
  return SaveFile(directory + "/meta", kMetaFormat, [&](PUP::er& p) {
    int pes = CkNumPes(), chares = static_cast<int>(_chareTable.size()),
        entries = static_cast<int>(_entryTable.size());
    p | pes, p | chares, p | entries, p | callback;
    p | MyPe().next_group, p | MyPe().next_nodegroup, p | MyPe().default_map;
    PupReadonlies(p);
    for (std::size_t i = 0; i < _mainTable.size(); ++i)
      static_cast<Chare*>(_mainTable[i]->obj)->virtual_pup(p);
  });
}

// On PE 0, while one is made.
struct Saving {
  std::string directory;
  CkCallback callback;
  bool wants_status = false;
  int done = 0;
  std::string error;
} saving;

void OnSave(void* message) {
  std::string directory;
  Unpack(message, directory);
  std::string error = SavePe(directory);
  SendPacked(0, saved_handler, error);
}

void OnSaved(void* message) {
  std::string error;
  Unpack(message, error);
  if (saving.error.empty()) saving.error = error;
  if (++saving.done < CkNumPes()) return;
  if (saving.error.empty()) saving.error = SaveMeta(saving.directory, saving.callback);
  if (!saving.error.empty() && !saving.wants_status)
    CkAbort("Charm++: no checkpoint: %s", saving.error.c_str());
  const CkCallback callback = saving.callback;
  auto* const status = new CkCheckpointStatusMsg;
  status->status = saving.error.empty() ? CK_CHECKPOINT_SUCCESS : CK_CHECKPOINT_FAILURE;
  saving = {};
  callback.send(status);
}

// ---- Restoring

CkCallback restored_callback;
int groups_done = 0;

void OnGroups(void* message) {
  int old_pes = 0;
  Unpack(message, old_pes);
  const std::string path = PeFile(restart_directory, CkMyPe() % old_pes);
  const auto file = OpenToRead(path, kPeFormat);
  PUP::fromDisk p(file->contents().file(), PUP::er::IS_CHECKPOINT);
  std::vector<SavedElement> elements;
  std::vector<SavedGroup> groups;
  p | elements;
  p | groups;
  CheckRead(p);
  for (const SavedGroup& group : groups) {
    if (group.array) {
      CkArrayOptions options;
      options.pup(p);
      RestoreArray(group.id, options);
    } else {
      RestoreGroup(group.id, group.chare)->virtual_pup(p);
    }
    const ReductionKey key{group.array ? ReductionKey::kArray : ReductionKey::kGroup, group.id.idx,
                           0};
    if (CkMyPe() == 0) SetNextReduction(key, group.next_reduction);
  }
  if (CkMyRank() == 0) PupNodegroups(p);
  CheckRead(p);
  for (const SavedGroup& group : groups) GroupExists(group.id);
  SendPacked(0, groups_done_handler, old_pes);
}

void OnGroupsDone(void* message) {
  int old_pes = 0;
  Unpack(message, old_pes);
  if (++groups_done < CkNumPes()) return;
  for (int pe = 0; pe < CkNumPes(); ++pe) SendPacked(pe, elements_handler, old_pes);
  CkStartQD(restored_callback);
}

void OnElements(void* message) {
  int old_pes = 0;
  Unpack(message, old_pes);
  for (int pe = CkMyPe(); pe < old_pes; pe += CkNumPes()) {
    const std::string path = PeFile(restart_directory, pe);
    const auto file = OpenToRead(path, kPeFormat);
    PUP::fromDisk p(file->contents().file(), PUP::er::IS_CHECKPOINT);
    std::vector<SavedElement> elements;
    p | elements;
    CheckRead(p);
    for (const SavedElement& element : elements) {
      const int home = static_cast<CkArray*>(CkLocalBranch(element.array))->homePe(element.index);
      ElementsMessage* const message = AllocateElements(
          element.array, element.index, Locations::kRestored, element.packed.size());
      std::memcpy(PackedElements(message), element.packed.data(), element.packed.size());
      SendElements(message, home);
    }
  }
}

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
  const std::string path = restart_directory + "/meta";
  const auto file = OpenToRead(path, kMetaFormat);
  PUP::fromDisk p(file->contents().file(), PUP::er::IS_CHECKPOINT);
  int chares = 0, entries = 0;
  p | _oldNumPes, p | chares, p | entries, p | restored_callback;
  CheckRead(p);
  if (chares != static_cast<int>(_chareTable.size()) ||
      entries != static_cast<int>(_entryTable.size()))
    CkAbort(
        "Charm++: cannot restart: %s is another program's, which has %d types of chares and %d "
        "entry methods, not %zu and %zu",
        path.c_str(), chares, entries, _chareTable.size(), _entryTable.size());
  p | MyPe().next_group, p | MyPe().next_nodegroup, p | MyPe().default_map;
  PupReadonlies(p);
  for (std::size_t i = 0; i < _mainTable.size(); ++i) {
    MainInfo& main = *_mainTable[i];
    const ChareInfo& type = *_chareTable[static_cast<std::size_t>(main.chareIdx)];
    if (type.migCtor < 0)
      CkAbort("Charm++: cannot restart: mainchare %s is not [migratable]", type.name);
    const Creating creating = NewObject(main.chareIdx);
    main.obj = creating.object;
    InvokeConstructor(creating, type.migCtor, NewArguments());
    const UnderConstruction scope(creating);
    static_cast<Chare*>(main.obj)->virtual_pup(p);
  }
  CheckRead(p);
}

void RestoreOthers() {
  groups_done = 0;
  for (int pe = 0; pe < CkNumPes(); ++pe) SendPacked(pe, groups_handler, _oldNumPes);
  _inrestart = false;
}

}  // namespace heddle::charm

void CkStartCheckpoint(const char* directory, const CkCallback& callback, bool wants_status, int) {
  namespace hc = heddle::charm;
  if (CkMyPe() != 0)
    CkAbort("Charm++: CkStartCheckpoint() is called on PE 0, as by a main chare; this is PE %d",
            CkMyPe());
  if (!hc::saving.directory.empty()) CkAbort("Charm++: a checkpoint is being made already");
  if (mkdir(directory, 0777) != 0 && errno != EEXIST) {
    const std::string error = std::string(directory) + ": " + std::strerror(errno);
    if (!wants_status) CkAbort("Charm++: no checkpoint: %s", error.c_str());
    auto* const status = new CkCheckpointStatusMsg;
    status->status = CK_CHECKPOINT_FAILURE;
    return callback.send(status);
  }
  // Until all files are new, this is none: a program that dies in between must not leave files of
  // two.
  (void)std::remove((std::string(directory) + "/meta").c_str());
  hc::saving.directory = directory;
  hc::saving.callback = callback;
  hc::saving.wants_status = wants_status;
  std::string name = directory;
  for (int pe = 0; pe < CkNumPes(); ++pe) hc::SendPacked(pe, hc::save_handler, name);
}
