#include "tests/apps/mesh_solver/mesh_input.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string_view>
#include <system_error>

#include "tests/apps/mesh_solver/matrix_market_reader.h"
#include "tests/apps/mesh_solver/metis_reader.h"
#include "tests/apps/mesh_solver/text_scanner.h"

namespace heddle::mesh {
namespace {

bool IsFile(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored) && !std::filesystem::is_directory(path, ignored);
}

std::string Environment(const char* name) {
  const char* const value = std::getenv(name);
  return value != nullptr ? value : "";
}

}  // namespace

std::vector<std::string> MeshFolders() {
  std::vector<std::string> folders;
  if (const std::string own = Environment("HEDDLE_MESH_DIR"); !own.empty()) folders.push_back(own);
  folders.push_back("/usr/share/doc/libmetis-dev/examples/graphs");
  const std::string cache = Environment("XDG_CACHE_HOME");
  const std::string home = Environment("HOME");
  if (!cache.empty()) {
    folders.push_back(cache + "/heddle/meshes");
  } else if (!home.empty()) {
    folders.push_back(home + "/.cache/heddle/meshes");
  }
  return folders;
}

absl::StatusOr<std::string> LocateMesh(const std::string& mesh) {
  if (!mesh.empty() && IsFile(mesh)) return mesh;
  const std::string name = mesh.empty() ? kDefaultMesh : mesh;
  std::string places;
  if (name.find('/') == std::string::npos) {
    for (const std::string& folder : MeshFolders()) {
      if (const std::string path = folder + "/" + name; IsFile(path)) return path;
      places += (places.empty() ? "" : ", ") + folder;
    }
  }
  if (places.empty()) {
    std::error_code ignored;
    const bool folder = std::filesystem::is_directory(name, ignored);
    return absl::NotFoundError(
        Text(name, folder ? ": is a folder, expected a file" : ": no such file"));
  }
  return absl::NotFoundError(Text(name, ": not found in ", mesh.empty() ? "" : "this folder, ",
                                  places, "; tools/setup puts Debian's meshes in place"));
}

absl::StatusOr<std::string> ReadWholeFile(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    return absl::InvalidArgumentError(Text(path, ": is a folder, expected a file"));
  }
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rbe"),
                                                             &std::fclose);
  if (file == nullptr) return absl::NotFoundError(Text(path, ": ", std::strerror(errno)));
  std::string text;
  char block[1 << 16];
  while (const std::size_t count = std::fread(block, 1, sizeof(block), file.get())) {
    text.append(block, count);
  }
  if (std::ferror(file.get()) != 0) {
    return absl::InternalError(Text(path, ": ", std::strerror(errno)));
  }
  return text;
}

absl::StatusOr<Problem> ReadProblem(const std::string& path, double dt) {
  auto text = ReadWholeFile(path);
  if (!text.ok()) return text.status();
  if (text->starts_with("\x1f\x8b") || text->starts_with("BZh") ||
      text->starts_with("\xfd"
                        "7zXZ")) {
    return absl::InvalidArgumentError(Text(path, ":1: the file is compressed; unpack it first"));
  }
  if (path.ends_with(".mtx") || LooksLikeMatrixMarket(*text)) {
    auto matrix = ParseMatrixMarket(*text, path);
    if (!matrix.ok()) return matrix.status();
    return MakeProblem(*matrix, dt);
  }
  auto graph = ParseMetisGraph(*text, path);
  if (!graph.ok()) return graph.status();
  return MakeHeatStep(*graph, dt);
}

}  // namespace heddle::mesh
