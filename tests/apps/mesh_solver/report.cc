#include "tests/apps/mesh_solver/report.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <sstream>

#include "tests/apps/mesh_solver/text_scanner.h"

namespace heddle::mesh {
namespace {

std::vector<double> Seconds(const RunReport& report) {
  std::vector<double> seconds;
  for (const FactorizationReport& round : report.rounds) seconds.push_back(round.seconds);
  return seconds;
}

int MostRunning(const RunReport& report) {
  int most = 0;
  for (const FactorizationReport& round : report.rounds) {
    most = std::max(most, round.max_running_threads);
  }
  return most;
}

template <typename... Arguments>
std::string Format(const char* format, Arguments... arguments) {
  char text[256];
  std::snprintf(text, sizeof(text), format, arguments...);
  return text;
}

std::string Speed(double flops, double seconds) {
  return Format("%.6f s   %.2f GFlop/s", seconds, flops / seconds * 1e-9);
}

std::string PeerLine(const PeerReport& peer, double flops, double ours) {
  if (peer.seconds.empty()) return "not measured: " + peer.missing;
  const double seconds = Median(peer.seconds);
  return Speed(flops, seconds) +
         Format("   %d thread%s, ", peer.threads, peer.threads == 1 ? "" : "s") + peer.library +
         Format("; our speed is %.2f of it", seconds / ours);
}

// Builds an object: fields in the order of the calls.
class Json {
 public:
  void Field(const char* name, const std::string& value) { Raw(name, Quote(value)); }
  void Field(const char* name, double value) { Raw(name, Number(value)); }
  void Field(const char* name, std::int64_t value) { Raw(name, std::to_string(value)); }
  void Field(const char* name, int value) { Raw(name, std::to_string(value)); }
  template <typename T>
  void List(const char* name, const std::vector<T>& values) {
    std::string list;
    for (const T& value : values) {
      list += (list.empty() ? "" : ", ") + Number(static_cast<double>(value));
    }
    Raw(name, "[" + list + "]");
  }
  void Raw(const char* name, const std::string& text) {
    text_ += (text_.empty() ? "" : ", ") + Quote(name) + ": " + text;
  }
  std::string Object() const { return "{" + text_ + "}"; }

 private:
  static std::string Number(double value) {
    return std::isfinite(value) ? Format("%.17g", value) : "null";
  }
  // Bytes that are no ASCII become \u00NN, so that the text is valid whatever a file's name is.
  static std::string Quote(const std::string& value) {
    std::string out = "\"";
    for (const char c : value) {
      const auto byte = static_cast<unsigned char>(c);
      if (byte < 0x20 || byte >= 0x7f) {
        out += Format("\\u%04x", byte);
      } else {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
      }
    }
    return out + "\"";
  }

  std::string text_;
};

std::string PeerObject(const PeerReport& peer, double flops) {
  if (peer.seconds.empty()) return "null";
  Json json;
  json.Field("threads", peer.threads);
  json.Field("library", peer.library);
  json.List("seconds", peer.seconds);
  json.Field("median_seconds", Median(peer.seconds));
  json.Field("gflops", flops / Median(peer.seconds) * 1e-9);
  return json.Object();
}

void MeshFields(const MeshReport& r, Json& json) {
  json.Field("mesh", r.mesh);
  json.Field("matrix", r.kind);
  json.Field("dt", r.dt);
  json.Field("unknowns", r.unknowns);
  json.Field("entries", r.entries);
  json.Field("half_bandwidth_given", r.half_bandwidth_given);
  json.Field("half_bandwidth", r.half_bandwidth);
  json.Field("tile", r.tile);
  json.Field("block_rows", r.block_rows);
  json.Field("block_bandwidth", r.block_bandwidth);
  json.Field("tiles", r.tiles);
  json.Field("tasks", r.tasks);
  json.Field("bytes", static_cast<std::int64_t>(r.bytes));
  json.Field("flops", r.flops);
  json.Field("read_seconds", r.read_seconds);
  json.Field("order_seconds", r.order_seconds);
  json.Field("blas", r.blas_config);
}

std::string Line(const char* name, const std::string& value) {
  return Format("%-16s", name) + value + "\n";
}

std::string MeshLines(const MeshReport& r) {
  std::ostringstream out;
  const auto line = [&out](const char* name, const std::string& value) {
    out << Line(name, value);
  };
  line("mesh", Text(r.mesh, Format("   (read in %.3f s)", r.read_seconds)));
  line("matrix", Text(r.kind, ", dt = ", r.dt));
  line("size", Text(r.unknowns, " unknowns, ", r.entries, " entries"));
  line("half-bandwidth",
       Text(r.half_bandwidth, " after reverse Cuthill-McKee, ", r.half_bandwidth_given, " before",
            Format("   (ordered in %.3f s)", r.order_seconds)));
  line("tiles",
       Text(r.tiles, " of ", r.tile, " x ", r.tile, ": ", r.block_rows, " block rows, ",
            r.block_bandwidth, " below the diagonal", Format(", %.1f MB", 1e-6 * r.bytes)));
  line("tasks", Text(r.tasks));
  return out.str();
}

}  // namespace

double Median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

std::string TextReport(const RunReport& r) {
  const double median = Median(Seconds(r));
  std::ostringstream out;
  const auto line = [&out](const char* name, const std::string& value) {
    out << Line(name, value);
  };
  out << MeshLines(r);
  line("frontend", r.frontend);
  line("factorisation", Speed(r.flops, median) +
                            (r.rounds.size() > 1 ? Text("   median of ", r.rounds.size()) : ""));
  line("solution", Format("%.6f s", r.solve_seconds));
  line("residual", Format("%.2e", r.residual));
  std::string counts;
  for (std::int64_t count : r.rounds.back().tasks_per_worker) counts += Text(count, " ");
  line("tasks/worker", counts);
  line("running", Text("at most ", MostRunning(r), " threads seen"));
  line("dpbtrf", PeerLine(r.serial_peer, r.flops, median));
  line("dpbtrf, threads", PeerLine(r.threaded_peer, r.flops, median));
  return out.str();
}

std::string JsonReport(const RunReport& r) {
  const double median = Median(Seconds(r));
  Json json;
  MeshFields(r, json);
  json.Field("frontend", r.frontend);
  json.Field("workers", static_cast<int>(r.rounds.back().tasks_per_worker.size()));
  json.List("seconds", Seconds(r));
  json.Field("median_seconds", median);
  json.Field("gflops", r.flops / median * 1e-9);
  json.Field("solve_seconds", r.solve_seconds);
  json.Field("residual", r.residual);
  json.List("tasks_per_worker", r.rounds.back().tasks_per_worker);
  json.Field("max_running_threads", MostRunning(r));
  json.Raw("dpbtrf", PeerObject(r.serial_peer, r.flops));
  json.Raw("dpbtrf_threaded", PeerObject(r.threaded_peer, r.flops));
  return json.Object() + "\n";
}

// The running threads that the rules allow: one a slot, and the counted exceptions.
static int Allowed(const TogetherReport& r) { return r.slots + r.submitting; }

std::string TogetherText(const TogetherReport& r) {
  std::ostringstream out;
  out << MeshLines(r) << Line("pool", Text(r.slots, " slots"))
      << Format("\n%-16s%8s%12s%12s%12s%12s\n", "frontend", "workers", "alone", "together",
                "GFlop/s", "residual");
  double sum = 0;
  for (const TogetherRow& row : r.rows) {
    const double alone = Median(row.alone);
    sum += alone;
    out << Format("%-16s%8d%10.4f s%10.4f s%12.2f%12.2e\n", row.frontend.c_str(), row.workers,
                  alone, Median(row.together), r.flops / alone * 1e-9, row.residual);
  }
  const double wall = Median(r.wall);
  out << Format("%-24s%10.4f s%10.4f s%12.2f\n\n", "one by one, at once", sum, wall,
                static_cast<double>(r.rows.size()) * r.flops / wall * 1e-9)
      << Line("bodies", Text("at most ", r.most_bodies, " at once, allowed ", r.slots))
      << Line("running", Text("at most ", r.most_running, " threads seen",
                              Format(", %.2f in the mean", r.mean_running), " of ", r.samples,
                              " samples", ", allowed ", Allowed(r), ": ", r.slots, " slots, and ",
                              r.submitting, " of the program that submit tasks"));
  return out.str();
}

std::string TogetherJson(const TogetherReport& r) {
  Json json;
  MeshFields(r, json);
  json.Field("frontend", std::string("all"));
  json.Field("slots", r.slots);
  json.Field("submitting_threads", r.submitting);
  json.Field("max_bodies", r.most_bodies);
  json.Field("max_running_threads", r.most_running);
  json.Field("mean_running_threads", r.mean_running);
  json.Field("samples", r.samples);
  json.List("seconds", r.wall);
  json.Field("median_seconds", Median(r.wall));
  std::string rows;
  for (const TogetherRow& row : r.rows) {
    Json one;
    one.Field("frontend", row.frontend);
    one.Field("workers", row.workers);
    one.List("alone_seconds", row.alone);
    one.List("together_seconds", row.together);
    one.Field("residual", row.residual);
    rows += (rows.empty() ? "" : ", ") + one.Object();
  }
  json.Raw("frontends", "[" + rows + "]");
  return json.Object() + "\n";
}

std::string TogetherFault(const TogetherReport& r, double max_residual) {
  for (const TogetherRow& row : r.rows) {
    // Written so that a NaN fails.
    if (!(row.residual < max_residual)) {
      return Text(row.frontend, ": the residual is ", row.residual, ", allowed is less than ",
                  max_residual);
    }
  }
  if (r.most_bodies > r.slots) {
    return Text(r.most_bodies, " task bodies ran at once, allowed are ", r.slots,
                ", the slots of the pool");
  }
  if (r.samples >= 50 && r.mean_running > Allowed(r)) {
    return Text(r.mean_running, " threads ran in the mean, allowed are ", Allowed(r), ": ", r.slots,
                " slots and ", r.submitting, " that submit");
  }
  return "";
}

}  // namespace heddle::mesh
