// Finds and reads the file of the problem.
#ifndef HEDDLE_TESTS_APPS_MESH_SOLVER_MESH_INPUT_H_
#define HEDDLE_TESTS_APPS_MESH_SOLVER_MESH_INPUT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "tests/apps/mesh_solver/problem.h"

namespace heddle::mesh {

inline constexpr char kDefaultMesh[] = "4elt.graph";

// Where a mesh that is not a path is looked for, in order: $HEDDLE_MESH_DIR, the folder of Debian's
// libmetis-doc,
// ${XDG_CACHE_HOME:-$HOME/.cache}/heddle/meshes.
std::vector<std::string> MeshFolders();

// The path of `mesh`: itself where there is such a file, else the file of that name in the first of
// MeshFolders() that has it. Empty stands for kDefaultMesh. Errors: NotFound, with the places and
// the command that provides the default.
absl::StatusOr<std::string> LocateMesh(const std::string& mesh);

// The file's content. Errors: NotFound, InvalidArgument (a folder), Internal (read error), with the
// path and the reason.
absl::StatusOr<std::string> ReadWholeFile(const std::string& path);

// Reads a METIS graph or a Matrix Market matrix; which of the two its first line tells, or the
// name's ending .mtx. Errors: as the readers'; InvalidArgument for a compressed file, which it
// names as such.
absl::StatusOr<Problem> ReadProblem(const std::string& path, double dt);

}  // namespace heddle::mesh

#endif  // HEDDLE_TESTS_APPS_MESH_SOLVER_MESH_INPUT_H_
