#include "tests/apps/mesh_solver/options.h"

#include <charconv>
#include <cmath>
#include <string_view>
#include <system_error>

#include "tests/apps/mesh_solver/solver.h"
#include "tests/apps/mesh_solver/text_scanner.h"

namespace heddle::mesh {
namespace {

template <typename Number>
absl::Status ParseNumber(std::string_view name, std::string_view value, Number low, Number high,
                         Number& out) {
  Number number{};
  const char* const last = value.data() + value.size();
  const auto [end, error] = std::from_chars(value.data(), last, number);
  // Written so that a NaN is refused.
  if (error != std::errc() || end != last || !(number >= low && number <= high)) {
    return absl::InvalidArgumentError(
        Text("--", name, "=", value, ": allowed is a number in ", low, "..", high));
  }
  out = number;
  return absl::OkStatus();
}

std::string FrontendNames() {
  std::string names;
  for (const BackendEntry& entry : Backends()) names += std::string(entry.name) + ", ";
  return names + "all, list";
}

absl::Status ParseFrontend(std::string_view value, Options& options) {
  if (value != "list" && value != "all" && FindBackend(value) == nullptr) {
    return absl::InvalidArgumentError(
        Text("--frontend=", value, ": allowed are ", FrontendNames()));
  }
  options.frontend = value;
  return absl::OkStatus();
}

absl::Status ParseOption(std::string_view name, std::string_view value, Options& options) {
  if (name == "frontend") return ParseFrontend(value, options);
  if (name == "workers") return ParseNumber(name, value, 1, 1024, options.workers);
  if (name == "tile") return ParseNumber(name, value, 8, 4096, options.tile);
  if (name == "repeat") return ParseNumber(name, value, 1, 1000, options.repeat);
  if (name == "peer-threads") return ParseNumber(name, value, 0, 64, options.peer_threads);
  if (name == "dt") return ParseNumber(name, value, 0.0, 1e6, options.dt);
  if (name == "trace") {
    options.trace_file = value;
    if (!value.empty()) return absl::OkStatus();
    return absl::InvalidArgumentError("--trace=: allowed is the name of a file");
  }
  return absl::InvalidArgumentError(
      Text("--", name,
           " is not an option; allowed are --frontend=NAME, --workers=N, --tile=N, "
           "--repeat=N, --dt=T, --peer-threads=N, --trace=FILE, --json, --help"));
}

}  // namespace

absl::StatusOr<Options> ParseOptions(const std::vector<std::string>& arguments) {
  Options options;
  bool only_files = false;
  for (const std::string& argument : arguments) {
    const std::string_view text = argument;
    if (only_files || text.size() < 2 || text.front() != '-') {
      if (text.empty()) return absl::InvalidArgumentError("'': allowed is the name of a mesh");
      if (!options.mesh.empty()) {
        return absl::InvalidArgumentError(
            Text("two meshes, ", options.mesh, " and ", text, ": allowed is one"));
      }
      options.mesh = text;
    } else if (text == "--") {
      only_files = true;
    } else if (text == "--help" || text == "-h") {
      options.help = true;
    } else if (text == "--json") {
      options.json = true;
    } else {
      const std::size_t equals = text.find('=');
      if (!text.starts_with("--")) {
        return absl::InvalidArgumentError(Text(text, " is not an option; --help lists them"));
      }
      const std::string_view name = text.substr(2, equals == text.npos ? text.npos : equals - 2);
      const std::string_view value = equals == text.npos ? "" : text.substr(equals + 1);
      if (absl::Status status = ParseOption(name, value, options); !status.ok()) return status;
    }
  }
  if (options.frontend == "all" && options.peer_threads > 0) {
    return absl::InvalidArgumentError(Text("--peer-threads=", options.peer_threads,
                                           ": --frontend=all measures no peer, allowed is 0"));
  }
  return options;
}

std::string HelpText() {
  return Text(
      "mesh_solver [OPTION...] [MESH]\n"
      "\n"
      "Solves one implicit step of heat conduction, (I + dt L) x = b, on a finite-element mesh: "
      "orders\n"
      "the mesh with reverse Cuthill-McKee, factorises the band by a tiled Cholesky made of tasks, "
      "solves,\n"
      "and checks the residual. MESH is a graph in METIS's format or a matrix in Matrix Market's: "
      "a file,\n"
      "or a name such as copter2.graph in $HEDDLE_MESH_DIR, Debian's libmetis-doc or the cache "
      "that\n"
      "tools/setup fills. Default: 4elt.graph.\n"
      "\n"
      "  --frontend=NAME    who runs the tasks: ",
      FrontendNames(),
      " (default serial)\n"
      "                     all: all but serial, each alone and then at once in one process on one "
      "pool\n"
      "  --workers=N        workers of the frontend (default: its own choice)\n"
      "  --tile=N           order of a tile, 8..4096 (default: by the bandwidth)\n"
      "  --repeat=N         factorise N times and report the median (default 1)\n"
      "  --dt=T             length of the time step (default 0.1)\n"
      "  --peer-threads=N   measure dpbtrf of OpenBLAS with N threads of its own, too; 0: do not\n"
      "                     (default: as many as the frontend has workers, where that is more than "
      "1)\n"
      "  --trace=FILE       the frontend's trace of the run\n"
      "  --json             the results as JSON on the standard output, and nothing else there\n"
      "  --help             this text\n"
      "\n"
      "Exit status: 0 solved; 1 an error, a matrix that is not positive definite, a residual of "
      "1e-12\n"
      "or more, with --frontend=all also more threads at once than the pool allows;\n"
      "2 a wrong command line.\n");
}

}  // namespace heddle::mesh
