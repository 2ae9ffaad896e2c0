// What a checkpoint consists of: its files' names, and what is packed into each.
//
// A checkpoint is a directory. `meta` has what there is once, and names the checkpoint's number G;
// `pe.N.G` has what PE N had, `node.N.G` the nodegroups of process N. A new checkpoint gets a new
// number beside the old one, which goes when the new `meta`, renamed into its place, makes the new
// one count: whatever fails before, the old one is whole.
#ifndef HEDDLE_FRONTENDS_CHARM_CK_SRC_CHECKPOINT_CONTENTS_H_
#define HEDDLE_FRONTENDS_CHARM_CK_SRC_CHECKPOINT_CONTENTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "charm.h"

namespace heddle::charm {

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
std::uint64_t ProgramStamp();

// One of the program's groups, or an array's branch.
struct SavedGroup {
  CkGroupID id;
  int chare = -1;
  bool array = false;
  int next_reduction = 0;
};
inline void operator|(PUP::er& p, SavedGroup& g) {
  p | g.id, p | g.chare, p | g.array, p | g.next_reduction;
}

struct SavedElement {
  CkGroupID array;
  CkArrayIndex index;
  std::vector<char> packed;
  void pup(PUP::er& p) { p | array, p | index, p | packed; }
};

// A [migratable] chare, by its number; main chares are in `meta`.
struct SavedChare {
  std::size_t number = 0;
  int chare = -1;
  void pup(PUP::er& p) { p | number, p | chare; }
};

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

}  // namespace heddle::charm

#endif  // HEDDLE_FRONTENDS_CHARM_CK_SRC_CHECKPOINT_CONTENTS_H_
