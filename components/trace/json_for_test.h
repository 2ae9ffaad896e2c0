// A strict JSON reader for the tests of this package: what it accepts is valid JSON (RFC 8259), and
// no key comes twice.
#ifndef HEDDLE_COMPONENTS_TRACE_JSON_FOR_TEST_H_
#define HEDDLE_COMPONENTS_TRACE_JSON_FOR_TEST_H_

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace heddle::trace {

struct Json {
  enum class Type { kNull, kBool, kNumber, kString, kArray, kObject };
  Type type = Type::kNull;
  double number = 0;  // Also of a bool.
  std::string string;
  std::vector<Json> array;
  std::map<std::string, Json> object;

  bool has(const std::string& key) const { return object.count(key) > 0; }
  const Json& operator[](const std::string& key) const {
    static const Json null;
    const auto at = object.find(key);
    return at != object.end() ? at->second : null;
  }
};

class JsonReader {
 public:
  // The value of the whole text, or nothing where it is not valid JSON.
  static std::optional<Json> Read(std::string_view text) {
    JsonReader reader(text);
    Json value;
    if (!reader.Value(value)) return std::nullopt;
    reader.Blanks();
    if (!reader.rest_.empty()) return std::nullopt;
    return value;
  }

 private:
  explicit JsonReader(std::string_view text) : rest_(text) {}

  void Blanks() {
    while (!rest_.empty() && std::string_view(" \t\r\n").find(rest_[0]) != rest_.npos)
      rest_.remove_prefix(1);
  }
  bool Take(std::string_view token) {
    if (rest_.substr(0, token.size()) != token) return false;
    rest_.remove_prefix(token.size());
    return true;
  }
  bool TakeNext(std::string_view token) {
    Blanks();
    return Take(token);
  }
  std::size_t Digits() {
    std::size_t n = 0;
    for (; !rest_.empty() && rest_[0] >= '0' && rest_[0] <= '9'; ++n) rest_.remove_prefix(1);
    return n;
  }

  bool Value(Json& value) {
    Blanks();
    if (rest_.empty()) return false;
    if (rest_[0] == '{') return Object(value);
    if (rest_[0] == '[') return Array(value);
    if (rest_[0] == '"') {
      value.type = Json::Type::kString;
      return String(value.string);
    }
    if (Take("null")) return true;
    if (Take("true") || Take("false")) {
      value.type = Json::Type::kBool;
      return true;
    }
    return Number(value);
  }

  bool Number(Json& value) {
    const std::string_view start = rest_;
    Take("-");
    const bool zero = !rest_.empty() && rest_[0] == '0';
    const std::size_t whole = Digits();
    if (whole == 0 || (zero && whole > 1)) return false;
    if (Take(".") && Digits() == 0) return false;
    if (Take("e") || Take("E")) {
      if (!Take("+")) Take("-");
      if (Digits() == 0) return false;
    }
    value.type = Json::Type::kNumber;
    value.number =
        std::strtod(std::string(start.substr(0, start.size() - rest_.size())).c_str(), nullptr);
    return true;
  }

  // Escapes other than of ASCII stay as they are written.
  bool String(std::string& out) {
    if (!Take("\"")) return false;
    while (!rest_.empty() && rest_[0] != '"') {
      if (static_cast<unsigned char>(rest_[0]) < 0x20) return false;
      if (Take("\\u")) {
        if (rest_.size() < 4) return false;
        const std::string hex(rest_.substr(0, 4));
        if (hex.find_first_not_of("0123456789abcdefABCDEF") != hex.npos) return false;
        const long code = std::strtol(hex.c_str(), nullptr, 16);
        out += code < 0x80 ? std::string(1, static_cast<char>(code)) : "\\u" + hex;
        rest_.remove_prefix(4);
      } else if (Take("\\")) {
        if (rest_.empty()) return false;
        const std::size_t which = std::string_view("\"\\/bfnrt").find(rest_[0]);
        if (which == std::string_view::npos) return false;
        out += "\"\\/\b\f\n\r\t"[which];
        rest_.remove_prefix(1);
      } else {
        out += rest_[0];
        rest_.remove_prefix(1);
      }
    }
    return Take("\"");
  }

  bool Array(Json& value) {
    value.type = Json::Type::kArray;
    Take("[");
    if (TakeNext("]")) return true;
    do {
      if (!Value(value.array.emplace_back())) return false;
    } while (TakeNext(","));
    return TakeNext("]");
  }

  bool Object(Json& value) {
    value.type = Json::Type::kObject;
    Take("{");
    if (TakeNext("}")) return true;
    do {
      Blanks();
      std::string key;
      if (!String(key) || !TakeNext(":")) return false;
      const auto [at, fresh] = value.object.try_emplace(key);
      if (!fresh || !Value(at->second)) return false;
    } while (TakeNext(","));
    return TakeNext("}");
  }

  std::string_view rest_;
};

inline std::string ReadWholeFile(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// A trace sorted by what its events are.
struct TraceFile {
  std::vector<Json> slices, instants, arrow_starts, arrow_ends, span_starts, span_ends, counters;
  std::map<int, Json> threads;  // The arguments of thread_name, by tid.
  Json figures;
};

// Sorts the events; says what is wrong with them, or "". Slices of a thread must be disjoint or
// nested, and in order.
inline std::string Sort(std::string_view text, TraceFile& out) {
  const std::optional<Json> json = JsonReader::Read(text);
  if (!json.has_value()) return "not JSON";
  out.figures = (*json)["otherData"];
  std::map<int, std::vector<std::pair<long long, long long>>> open;
  const auto ns = [](const Json& us) { return std::llround(us.number * 1000); };
  for (const Json& event : (*json)["traceEvents"].array) {
    const std::string& phase = event["ph"].string;
    const int tid = static_cast<int>(event["tid"].number);
    if (!event.has("pid") || tid < 1 || event["name"].type != Json::Type::kString)
      return "an event without pid, tid or name";
    if (phase == "M") {
      if (event["name"].string == "thread_name") out.threads[tid] = event["args"];
      continue;
    }
    if (out.threads.count(tid) == 0) return "an event of a thread without a name";
    if (!event.has("ts") || event["ts"].number < 0) return "an event without a time";
    if (phase == "X") {
      const long long begin = ns(event["ts"]);
      const long long end = begin + ns(event["dur"]);
      if (event["dur"].type != Json::Type::kNumber || end < begin) return "a slice of no duration";
      auto& stack = open[tid];
      if (!stack.empty() && stack.back().first > begin) return "slices out of order";
      while (!stack.empty() && stack.back().second <= begin) stack.pop_back();
      if (!stack.empty() && stack.back().second < end)
        return "slices overlap: " + event["name"].string;
      stack.push_back({begin, end});
      out.slices.push_back(event);
    } else if (phase == "i") {
      out.instants.push_back(event);
    } else if (phase == "s") {
      out.arrow_starts.push_back(event);
    } else if (phase == "f") {
      out.arrow_ends.push_back(event);
    } else if (phase == "b") {
      out.span_starts.push_back(event);
    } else if (phase == "e") {
      out.span_ends.push_back(event);
    } else if (phase == "C") {
      out.counters.push_back(event);
    } else {
      return "an event of unknown kind " + phase;
    }
  }
  if (out.arrow_starts.size() != out.arrow_ends.size()) return "half an arrow";
  for (std::size_t i = 0; i < out.arrow_starts.size(); ++i) {
    if (out.arrow_starts[i]["id"].number != out.arrow_ends[i]["id"].number)
      return "arrows do not match";
  }
  if (out.span_starts.size() != out.span_ends.size()) return "half a span";
  for (std::size_t i = 0; i < out.span_starts.size(); ++i) {
    if (out.span_starts[i]["id"].number != out.span_ends[i]["id"].number ||
        out.span_starts[i]["ts"].number > out.span_ends[i]["ts"].number)
      return "spans do not match";
  }
  return "";
}

}  // namespace heddle::trace

#endif  // HEDDLE_COMPONENTS_TRACE_JSON_FOR_TEST_H_
