// Parameters: where their values come from, and the C API of them. One table under one lock; nothing here is on a hot path.
#include "parsec/utils/mca_param.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <fstream>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "components/base/check.h"
#include "frontends/parsec/runtime/src/mca.h"
#include "parsec/utils/debug.h"
#include "parsec/utils/parsec_environ.h"

namespace heddle::parsec::mca {
namespace {

struct Parameter {
  std::string name;
  ParameterKind kind = ParameterKind::kString;
  std::string initial;
  std::string help;
  bool internal = false;
  bool read_only = false;
  bool gone = false;
  const KnownParameter* known = nullptr;
  std::optional<std::string> set;  // parsec_mca_param_set_*()
  bool reported = false;           // That its value is wrong.
};

struct FileValue {
  std::string value;
  std::string file;
};

class Table {
 public:
  static Table& Get() {
    static auto& table = *new Table;
    return table;
  }

  std::mutex lock;  // Of all that follows.

  Table() {
    for (const KnownParameter& known : KnownParameters()) {
      Parameter& parameter = parameters_.emplace_back();
      parameter.name = known.name;
      parameter.kind = known.kind;
      parameter.initial = known.initial;
      parameter.help = known.help;
      parameter.known = &known;
      index_[known.name] = static_cast<int>(parameters_.size()) - 1;
    }
  }

  int Find(const std::string& name) const {
    const auto found = index_.find(name);
    return found == index_.end() || parameters_[static_cast<std::size_t>(found->second)].gone ? PARSEC_ERR_NOT_FOUND : found->second;
  }
  Parameter* At(int index) {
    if (index < 0 || index >= static_cast<int>(parameters_.size()) || parameters_[static_cast<std::size_t>(index)].gone) return nullptr;
    return &parameters_[static_cast<std::size_t>(index)];
  }
  int Register(Parameter parameter) {
    const auto [at, is_new] = index_.try_emplace(parameter.name, static_cast<int>(parameters_.size()));
    if (is_new) {
      parameters_.push_back(std::move(parameter));
    } else {
      Parameter& before = parameters_[static_cast<std::size_t>(at->second)];
      parameter.known = before.known;
      parameter.set = before.set;
      before = std::move(parameter);
    }
    return at->second;
  }
  void AddName(const std::string& name, int index) { index_[name] = index; }
  std::deque<Parameter>& parameters() { return parameters_; }

  // The text of a value, and where it came from.
  std::string ValueOf(const Parameter& parameter, parsec_mca_param_source_t* source, std::string* place) {
    *source = MCA_PARAM_SOURCE_DEFAULT;
    if (parameter.read_only) return parameter.initial;
    if (parameter.set.has_value()) {
      *source = MCA_PARAM_SOURCE_OVERRIDE;
      *place = "parsec_mca_param_set";
      return *parameter.set;
    }
    const std::string variable = absl::StrCat("PARSEC_MCA_", parameter.name);
    if (const char* value = std::getenv(variable.c_str())) {
      *source = MCA_PARAM_SOURCE_ENV;
      *place = absl::StrCat("the environment or --mca, ", variable);
      return value;
    }
    const auto& files = Files();
    if (const auto found = files.find(parameter.name); found != files.end()) {
      *source = MCA_PARAM_SOURCE_FILE;
      *place = found->second.file;
      return found->second.value;
    }
    return parameter.initial;
  }

  void ForgetFiles() { files_.reset(); }

 private:
  const std::map<std::string, FileValue>& Files() {
    if (files_.has_value()) return *files_;
    files_.emplace();
    std::vector<std::string> names;
    if (const char* listed = std::getenv("PARSEC_MCA_mca_param_files")) {
      for (absl::string_view name : absl::StrSplit(listed, absl::ByAnyChar(":,"), absl::SkipEmpty())) names.emplace_back(name);
    }
    // The user's own file comes last and does not replace what the listed ones say.
    if (const char* home = std::getenv("HOME")) names.push_back(absl::StrCat(home, "/.parsec/mca-params.conf"));
    for (std::size_t i = 0; i < names.size(); ++i) ReadFile(names[i], /*must_be_there=*/i + 1 < names.size());
    return *files_;
  }

  void ReadFile(const std::string& name, bool must_be_there) {
    std::ifstream file(name);
    if (!file) {
      if (must_be_there) parsec_warning("%s, which mca_param_files lists, cannot be read", name.c_str());
      return;
    }
    std::string line;
    for (int number = 1; std::getline(file, line); ++number) {
      absl::string_view text = absl::StripAsciiWhitespace(line);
      if (text.empty() || text[0] == '#') continue;
      const std::size_t equals = text.find('=');
      if (equals == absl::string_view::npos || equals == 0) {
        parsec_warning("%s:%d: not of the form `name = value`: %s", name.c_str(), number, line.c_str());
        continue;
      }
      absl::string_view value = absl::StripAsciiWhitespace(text.substr(equals + 1));
      if (value.size() >= 2 && (value[0] == '"' || value[0] == '\'') && value.back() == value[0]) value = value.substr(1, value.size() - 2);
      files_->try_emplace(std::string(absl::StripAsciiWhitespace(text.substr(0, equals))),
                          FileValue{std::string(value), absl::StrCat(name, ":", number)});
    }
  }

  std::deque<Parameter> parameters_;
  std::map<std::string, int> index_;
  std::optional<std::map<std::string, FileValue>> files_;
};

// Decimal, hexadecimal (0x) or octal (0). SIZE_MAX stands for "no limit" and comes out as -1, as it does in the original.
bool ToNumber(const std::string& text, ParameterKind kind, std::int64_t* number) {
  const char* start = text.c_str();
  char* end = nullptr;
  errno = 0;
  if (kind == ParameterKind::kSize) {
    if (text.empty() || text.find('-') != std::string::npos) return false;
    *number = static_cast<std::int64_t>(std::strtoull(start, &end, 0));
  } else {
    *number = std::strtoll(start, &end, 0);
    if (*number < INT32_MIN || *number > INT32_MAX) return false;
  }
  return errno == 0 && end != start && *end == '\0';
}

bool IsChoice(const std::string& text, const KnownParameter& known) {
  if (text == known.initial) return true;
  // Lists are allowed, as in the original: the first that is there counts.
  for (absl::string_view one : absl::StrSplit(text, ',')) {
    bool found = false;
    for (absl::string_view choice : absl::StrSplit(known.choices, '|')) found |= choice == one;
    if (!found) return false;
  }
  return true;
}

// What is wrong with a value; empty: nothing.
std::string Complaint(const Parameter& parameter, const std::string& text, std::int64_t* number) {
  if (parameter.kind == ParameterKind::kString) {
    if (parameter.known != nullptr && parameter.known->choices != nullptr && !IsChoice(text, *parameter.known)) {
      return absl::StrCat("one of ", parameter.known->choices, " is expected");
    }
    return "";
  }
  if (!ToNumber(text, parameter.kind, number)) {
    return parameter.kind == ParameterKind::kSize ? "a number of 0 or more is expected" : "an integer is expected";
  }
  if (parameter.known == nullptr) return "";
  const bool unlimited = parameter.kind == ParameterKind::kSize && *number < 0;
  if (!unlimited && (*number < parameter.known->least || *number > parameter.known->greatest)) {
    if (parameter.known->greatest == INT64_MAX || parameter.known->greatest == INT32_MAX) {
      return absl::StrCat("at least ", parameter.known->least, " is expected");
    }
    return absl::StrCat(parameter.known->least, " to ", parameter.known->greatest, " is expected");
  }
  return "";
}

absl::Status Check(Table& table, const Parameter& parameter, std::string* text, std::int64_t* number) {
  parsec_mca_param_source_t source;
  std::string place;
  *text = table.ValueOf(parameter, &source, &place);
  const std::string complaint = Complaint(parameter, *text, number);
  if (complaint.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("parameter ", parameter.name, ": \"", *text, "\" (from ", place, ") is wrong: ", complaint));
}

// Under the lock. PARSEC_ERR_BAD_PARAM, a message (once), and the default where the value is wrong.
int Read(Table& table, Parameter& parameter, std::string* text, std::int64_t* number) {
  const absl::Status status = Check(table, parameter, text, number);
  if (status.ok()) return PARSEC_SUCCESS;
  if (!parameter.reported) parsec_warning("%s", std::string(status.message()).c_str());
  parameter.reported = true;
  *text = parameter.initial;
  if (parameter.kind != ParameterKind::kString) ToNumber(*text, parameter.kind, number);
  return PARSEC_ERR_BAD_PARAM;
}

struct Value {
  int status = PARSEC_ERR_NOT_FOUND;
  std::string text;
  std::int64_t number = 0;
};

Value ValueAt(int index) {
  Table& table = Table::Get();
  const std::lock_guard<std::mutex> hold(table.lock);
  Value value;
  if (Parameter* parameter = table.At(index)) value.status = Read(table, *parameter, &value.text, &value.number);
  return value;
}

Value KnownValue(std::string_view name) {
  int index;
  {
    const std::lock_guard<std::mutex> hold(Table::Get().lock);
    index = Table::Get().Find(std::string(name));
  }
  HEDDLE_CHECK(index >= 0) << "parameter " << name << " is not in mca_known.cc";
  return ValueAt(index);
}

std::string Join(const char* first, const char* second, const char* third = nullptr) {
  std::string name;
  for (const char* part : {first, second, third}) {
    if (part == nullptr || *part == '\0') continue;
    absl::StrAppend(&name, name.empty() ? "" : "_", part);
  }
  return name;
}

int Register(const char* type, const char* name, const char* help, bool internal, bool read_only, ParameterKind kind,
             std::string initial, Value* value) {
  if (name == nullptr && type == nullptr) return PARSEC_ERR_BAD_PARAM;
  Parameter parameter;
  parameter.name = Join(type, name);
  parameter.kind = kind;
  parameter.initial = std::move(initial);
  parameter.help = help != nullptr ? help : "";
  parameter.internal = internal;
  parameter.read_only = read_only;
  int index;
  {
    const std::lock_guard<std::mutex> hold(Table::Get().lock);
    index = Table::Get().Register(std::move(parameter));
  }
  *value = ValueAt(index);
  return value->status == PARSEC_SUCCESS ? index : value->status;
}

int Set(int index, std::string text) {
  Table& table = Table::Get();
  const std::lock_guard<std::mutex> hold(table.lock);
  Parameter* parameter = table.At(index);
  if (parameter == nullptr) return PARSEC_ERR_NOT_FOUND;
  parameter->set = std::move(text);
  parameter->reported = false;
  return PARSEC_SUCCESS;
}

}  // namespace

absl::Status CheckParameters() {
  Table& table = Table::Get();
  const std::lock_guard<std::mutex> hold(table.lock);
  table.ForgetFiles();
  std::string text;
  std::int64_t number = 0;
  for (const Parameter& parameter : table.parameters()) {
    if (parameter.known == nullptr || parameter.gone) continue;
    if (absl::Status status = Check(table, parameter, &text, &number); !status.ok()) return status;
  }
  return absl::OkStatus();
}

std::int64_t IntParameter(std::string_view name) { return KnownValue(name).number; }
std::string StringParameter(std::string_view name) { return KnownValue(name).text; }

std::string DescribeParameters() {
  static const char* const kSources[] = {"default", "environment or --mca", "file", "set by the program"};
  Table& table = Table::Get();
  const std::lock_guard<std::mutex> hold(table.lock);
  std::map<std::string, const Parameter*> sorted;
  for (const Parameter& parameter : table.parameters()) {
    if (!parameter.internal && !parameter.gone) sorted[parameter.name] = &parameter;
  }
  std::string list;
  for (const auto& [name, parameter] : sorted) {
    parsec_mca_param_source_t source;
    std::string place;
    const std::string value = table.ValueOf(*parameter, &source, &place);
    absl::StrAppend(&list, "  ", name, " = \"", value, "\" (", kSources[source], ")\n      ", parameter->help, "\n");
  }
  return list;
}

}  // namespace heddle::parsec::mca

using namespace heddle::parsec::mca;  // NOLINT: the C API below is this file's subject.

extern "C" {

int parsec_mca_param_init() { return PARSEC_SUCCESS; }
int parsec_mca_param_finalize() { return PARSEC_SUCCESS; }

int parsec_mca_param_recache_files() {
  const std::lock_guard<std::mutex> hold(Table::Get().lock);
  Table::Get().ForgetFiles();
  return PARSEC_SUCCESS;
}

int parsec_mca_param_reg_int_name(const char* type, const char* param_name, const char* help_msg, bool internal, bool read_only,
                                  int default_value, int* current_value) {
  Value value;
  const int index = Register(type, param_name, help_msg, internal, read_only, ParameterKind::kInt, absl::StrCat(default_value), &value);
  if (current_value != nullptr) *current_value = static_cast<int>(value.number);
  return index;
}

int parsec_mca_param_reg_sizet_name(const char* type, const char* param_name, const char* help_msg, bool internal, bool read_only,
                                    size_t default_value, size_t* current_value) {
  Value value;
  const int index = Register(type, param_name, help_msg, internal, read_only, ParameterKind::kSize, absl::StrCat(default_value), &value);
  if (current_value != nullptr) *current_value = static_cast<std::size_t>(value.number);
  return index;
}

int parsec_mca_param_reg_string_name(const char* type, const char* param_name, const char* help_msg, bool internal, bool read_only,
                                     const char* default_value, char** current_value) {
  Value value;
  const int index = Register(type, param_name, help_msg, internal, read_only, ParameterKind::kString,
                             default_value != nullptr ? default_value : "", &value);
  if (current_value != nullptr) *current_value = value.text.empty() && default_value == nullptr ? nullptr : strdup(value.text.c_str());
  return index;
}

int parsec_mca_param_reg_syn_name(int original_index, const char* syn_type, const char* syn_param_name, bool) {
  Table& table = Table::Get();
  const std::lock_guard<std::mutex> hold(table.lock);
  if (table.At(original_index) == nullptr) return PARSEC_ERR_NOT_FOUND;
  table.AddName(Join(syn_type, syn_param_name), original_index);
  return PARSEC_SUCCESS;
}

int parsec_mca_param_deregister(int index) {
  const std::lock_guard<std::mutex> hold(Table::Get().lock);
  Parameter* parameter = Table::Get().At(index);
  if (parameter == nullptr) return PARSEC_ERR_NOT_FOUND;
  if (parameter->known == nullptr) parameter->gone = true;
  return PARSEC_SUCCESS;
}

int parsec_mca_param_find(const char* type, const char* component, const char* param) {
  const std::lock_guard<std::mutex> hold(Table::Get().lock);
  return Table::Get().Find(Join(type, component, param));
}

int parsec_mca_param_find_int_name(const char* type, const char* param_name, char**, int* current_value) {
  const int index = parsec_mca_param_find(type, nullptr, param_name);
  return index < 0 ? index : parsec_mca_param_lookup_int(index, current_value);
}

int parsec_mca_param_find_sizet_name(const char* type, const char* param_name, char**, size_t* current_value) {
  const int index = parsec_mca_param_find(type, nullptr, param_name);
  return index < 0 ? index : parsec_mca_param_lookup_sizet(index, current_value);
}

int parsec_mca_param_find_string_name(const char* type, const char* param_name, char**, char** current_value) {
  const int index = parsec_mca_param_find(type, nullptr, param_name);
  return index < 0 ? index : parsec_mca_param_lookup_string(index, current_value);
}

int parsec_mca_param_lookup_int(int index, int* value) {
  const Value found = ValueAt(index);
  if (found.status != PARSEC_ERR_NOT_FOUND) *value = static_cast<int>(found.number);
  return found.status;
}

int parsec_mca_param_lookup_sizet(int index, size_t* value) {
  const Value found = ValueAt(index);
  if (found.status != PARSEC_ERR_NOT_FOUND) *value = static_cast<std::size_t>(found.number);
  return found.status;
}

int parsec_mca_param_lookup_string(int index, char** value) {
  const Value found = ValueAt(index);
  if (found.status != PARSEC_ERR_NOT_FOUND) *value = strdup(found.text.c_str());
  return found.status;
}

int parsec_mca_param_lookup_source(int index, parsec_mca_param_source_t* source, char** source_file) {
  Table& table = Table::Get();
  const std::lock_guard<std::mutex> hold(table.lock);
  const Parameter* parameter = table.At(index);
  if (parameter == nullptr) return PARSEC_ERR_NOT_FOUND;
  std::string place;
  table.ValueOf(*parameter, source, &place);
  if (source_file != nullptr) *source_file = *source == MCA_PARAM_SOURCE_FILE ? strdup(place.c_str()) : nullptr;
  return PARSEC_SUCCESS;
}

int parsec_mca_param_set_int(int index, int value) { return Set(index, absl::StrCat(value)); }
int parsec_mca_param_set_sizet(int index, size_t value) { return Set(index, absl::StrCat(value)); }
int parsec_mca_param_set_string(int index, char* value) { return Set(index, value != nullptr ? value : ""); }

int parsec_mca_param_unset(int index) {
  const std::lock_guard<std::mutex> hold(Table::Get().lock);
  Parameter* parameter = Table::Get().At(index);
  if (parameter == nullptr) return PARSEC_ERR_NOT_FOUND;
  parameter->set.reset();
  return PARSEC_SUCCESS;
}

char* parsec_mca_param_env_var(const char* param_name) { return strdup(absl::StrCat("PARSEC_MCA_", param_name).c_str()); }

int parsec_mca_var_env_name(const char* param_name, char** env_name) {
  *env_name = parsec_mca_param_env_var(param_name);
  return PARSEC_SUCCESS;
}

void parsec_setenv_mca_param(char* param, char* value, char*** env) {
  parsec_setenv(absl::StrCat("PARSEC_MCA_", param).c_str(), value, true, env);
}

}  // extern "C"
