// A restart makes on each PE the chares, where there are as many PEs as before, and the groups, in
// the order of their numbers, from the file of that PE, or of PE 0; when all have, each PE reads
// its share of the files' array elements, and sends them to their homes, where they arrive as if
// they had moved. Quiescence ends it.
#include <cstring>
#include <string>
#include <vector>

#include "ckcheckpoint.h"
#include "frontends/charm/ck/src/array_manager.h"
#include "frontends/charm/ck/src/array_messages.h"
#include "frontends/charm/ck/src/chares.h"
#include "frontends/charm/ck/src/checkpoint.h"
#include "frontends/charm/ck/src/checkpoint_contents.h"
#include "frontends/charm/ck/src/checkpoint_file.h"
#include "frontends/charm/ck/src/deliver.h"
#include "frontends/charm/ck/src/groups.h"
#include "frontends/charm/ck/src/packed.h"
#include "frontends/charm/ck/src/process.h"
#include "frontends/charm/ck/src/reduction.h"
#include "frontends/charm/ck/src/start.h"

bool _inrestart = false;
bool _restarted = false;
bool _chareRestored = false;
int _oldNumPes = 0;

namespace heddle::charm {
namespace {

int groups_handler = -1, groups_done_handler = -1, elements_handler = -1;

std::string restart_directory;
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
    // The others of the process hear of it from here: after that, and after they have begun.
    for (int rank = 1; rank < CkMyNodeSize(); ++rank)
      SendPacked(CkMyPe() + rank, groups_handler, checkpoint, meta);
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

void InitRestart() {
  RegisterHandler(&groups_handler, OnGroups);
  RegisterHandler(&groups_done_handler, OnGroupsDone);
  RegisterHandler(&elements_handler, OnElements);
}

void ReadRestartOptions(char** argv) {
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
  // Behind the readonly variables, which go to the same PEs.
  for (int node = 0; node < CkNumNodes(); ++node)
    SendPacked(CmiNodeFirst(node), groups_handler, restoring, restoring_meta);
  _inrestart = false;
}

}  // namespace heddle::charm
