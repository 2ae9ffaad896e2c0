#include "frontends/parsec/ptgpp/command_line.h"

#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <string_view>

namespace heddle::ptgpp {
namespace {

constexpr char kHelp[] =
    "Usage: parsec-ptgpp [OPTION...] [-- COMPILER_OPTION...]\n"
    "\n"
    "Translates a .jdf file to a C header and source, and compiles the source unless -E is there. "
    "Options that are not listed\n"
    "here go to the C compiler: $CC, else mpicc, else cc. Files are replaced when all of them are "
    "complete, and not where an\n"
    "error is found.\n"
    "\n"
    "  -i, --input FILE            the .jdf file; default -: standard input\n"
    "  -o, --output BASE           writes BASE.h, BASE.c and BASE.o, and names the function after "
    "it; default: a\n"
    "  -C, --output-c FILE         the C source, in place of BASE.c\n"
    "  -H, --output-h FILE         the C header, in place of BASE.h\n"
    "  -O, --output-o FILE         the object file, in place of BASE.o\n"
    "  -f, --function-name NAME    the function is parsec_NAME_new(); default: the file name of "
    "BASE\n"
    "  -M, --dep-management KIND   how dependencies are tracked: index-array or "
    "dynamic-hash-table; default: for each task\n"
    "                              class the one that fits\n"
    "  -D, --dynamic-termdet       termination is found without counting tasks, but where the file "
    "says user-triggered\n"
    "  -E, --preproc               writes C and stops\n"
    "      --line, --noline        with #line directives that name the .jdf file (default), or "
    "without\n"
    "      --showme                prints the command that compiles, and does nothing else\n"
    "      --Werror                warnings are errors\n"
    "      --Wmasked               does not warn of a local with the name of a global\n"
    "      --Wmutexin              does not warn of an input that comes after one that always "
    "holds\n"
    "      --Wremoteref            does not warn of data that may be another process's\n"
    "      --force-profile         profiles all task classes: ignores the property profile\n"
    "      --ignore-property LIST  ignores the properties of these names, separated by commas "
    "(also -I)\n"
    "  -d, --debug                 accepted, and means nothing here\n"
    "  -h, --help                  this text\n";

struct OptionName {
  char letter;  // Or '\0'
  std::string_view name;
  bool has_value;
};
constexpr OptionName kOptions[] = {
    {'i', "input", true},
    {'o', "output", true},
    {'C', "output-c", true},
    {'H', "output-h", true},
    {'O', "output-o", true},
    {'f', "function-name", true},
    {'M', "dep-management", true},
    {'D', "dynamic-termdet", false},
    {'E', "preproc", false},
    {'\0', "line", false},
    {'\0', "noline", false},
    {'s', "showme", false},
    {'\0', "Werror", false},
    {'\0', "Wmasked", false},
    {'\0', "Wmutexin", false},
    {'\0', "Wremoteref", false},
    {'\0', "force-profile", false},
    {'I', "ignore-property", true},
    {'\0', "ignore-properties", true},
    {'d', "debug", false},
    {'h', "help", false},
};

struct Outputs {
  std::string base, c, h, o, function;
};

bool IsIdentifier(std::string_view name) {
  if (name.empty() || std::isdigit(static_cast<unsigned char>(name[0])) != 0) return false;
  return std::all_of(name.begin(), name.end(),
                     [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; });
}

std::string FileName(const std::string& path) { return path.substr(path.rfind('/') + 1); }

void IgnoreProperties(const std::string& list, CommandLine* command) {
  std::istringstream names(list);
  for (std::string name; std::getline(names, name, ',');)
    if (!name.empty()) command->ignored_properties.push_back(name);
}

// False: `message` says what is wrong.
bool Apply(const OptionName& option, const std::string& value, CommandLine* command,
           Outputs* outputs, CommandLine::Action* action, std::string* message) {
  const std::string_view name = option.name;
  if (name == "input") command->input = value;
  if (name == "output") outputs->base = value;
  if (name == "output-c") outputs->c = value;
  if (name == "output-h") outputs->h = value;
  if (name == "output-o") outputs->o = value;
  if (name == "function-name") outputs->function = value;
  if (name == "dynamic-termdet") command->generator.dynamic_termination = true;
  if (name == "preproc") command->compile = false;
  if (name == "line") command->generator.line_directives = true;
  if (name == "noline") command->generator.line_directives = false;
  if (name == "showme") *action = CommandLine::kShowCompiler;
  if (name == "Werror") command->warnings_are_errors = true;
  if (name == "Wmasked") command->checks.warn_masked = false;
  if (name == "Wmutexin") command->checks.warn_mutual_exclusion = false;
  if (name == "Wremoteref") command->checks.warn_remote_reference = false;
  if (name == "help") *action = CommandLine::kHelp;
  if (name == "force-profile") {
    command->generator.force_profile = true;
    command->ignored_properties.emplace_back("profile");
  }
  if (name == "ignore-property" || name == "ignore-properties") {
    // -I is the compiler's as well; no property holds a slash.
    if (option.letter == 'I' && value.find('/') != std::string::npos) {
      command->compiler_options.push_back("-I" + value);
    } else {
      IgnoreProperties(value, command);
    }
  }
  if (name == "dep-management") {
    if (value == "index-array") {
      command->generator.storage = DependencyStorage::kIndexArray;
    } else if (value == "dynamic-hash-table") {
      command->generator.storage = DependencyStorage::kDynamicHashTable;
    } else {
      *message = "-M is index-array or dynamic-hash-table, not '" + value + "'";
      return false;
    }
  }
  return true;
}

// The option that `word` is, or nullptr. `value` is what stands in the same word, `has_value`
// whether something does.
const OptionName* Find(const std::string& word, std::string* value, bool* has_value) {
  *has_value = false;
  if (word.rfind("--", 0) == 0) {
    const std::size_t equal = word.find('=');
    const std::string_view name =
        std::string_view(word).substr(2, equal == std::string::npos ? equal : equal - 2);
    for (const OptionName& option : kOptions) {
      if (option.name != name) continue;
      *has_value = equal != std::string::npos;
      if (*has_value) *value = word.substr(equal + 1);
      return *has_value && !option.has_value ? nullptr : &option;
    }
    return nullptr;
  }
  if (word.size() < 2 || word[0] != '-') return nullptr;
  for (const OptionName& option : kOptions) {
    if (option.letter == '\0' || option.letter != word[1]) continue;
    if (word.size() > 2 && !option.has_value) continue;
    // -O2 is the compiler's.
    if (option.letter == 'O' && word.size() == 3 && std::strchr("0123sgz", word[2]) != nullptr)
      continue;
    *has_value = word.size() > 2;
    if (*has_value) *value = word.substr(2);
    return &option;
  }
  return nullptr;
}

bool Complete(const Outputs& outputs, CommandLine* command, std::string* message) {
  const std::string base = outputs.base.empty() ? "a" : outputs.base;
  GeneratorOptions& generator = command->generator;
  generator.source_path = outputs.c.empty() ? base + ".c" : outputs.c;
  generator.header_path = outputs.h.empty() ? base + ".h" : outputs.h;
  command->object_path = outputs.o.empty() ? base + ".o" : outputs.o;
  generator.base_name = outputs.function.empty() ? FileName(base) : outputs.function;
  if (!IsIdentifier(generator.base_name)) {
    *message =
        "the function cannot be called parsec_" + generator.base_name + "_new(): name it with -f";
  } else if (generator.source_path == generator.header_path) {
    *message = "header and source would be the same file, " + generator.source_path;
  } else if (command->input == generator.source_path || command->input == generator.header_path) {
    *message = "the input would be overwritten: " + command->input;
  }
  return message->empty();
}

std::string Executable(const CommandLine& command) {
  char path[PATH_MAX];
  const ssize_t length = readlink("/proc/self/exe", path, sizeof(path));
  return length > 0 ? std::string(path, static_cast<std::size_t>(length)) : command.program;
}

bool InPath(const std::string& program) {
  const char* const path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "" : path);
  for (std::string folder; std::getline(folders, folder, ':');)
    if (access((folder + "/" + program).c_str(), X_OK) == 0) return true;
  return false;
}

std::vector<std::string> CompilerArguments(const CommandLine& command) {
  std::vector<std::string> arguments;
  const char* const cc = std::getenv("CC");
  std::istringstream words(cc != nullptr && *cc != '\0' ? cc : InPath("mpicc") ? "mpicc" : "cc");
  for (std::string word; words >> word;) arguments.push_back(word);
  // PREFIX/bin/parsec-ptgpp, PREFIX/include.
  const std::string executable = Executable(command);
  const std::size_t name = executable.rfind('/');
  if (name != std::string::npos) {
    const std::string folder = executable.substr(0, name);
    arguments.push_back(
        "-I" + (FileName(folder) == "bin" ? folder.substr(0, folder.size() - 3) : folder + "/../") +
        "include");
  }
  arguments.insert(arguments.end(), command.compiler_options.begin(),
                   command.compiler_options.end());
  for (const std::string& word :
       {std::string("-c"), command.generator.source_path, std::string("-o"), command.object_path})
    arguments.push_back(word);
  return arguments;
}

}  // namespace

const char* Help() { return kHelp; }

CommandLine::Action ReadCommandLine(int argc, char** argv, CommandLine* command,
                                    std::string* message) {
  CommandLine::Action action = CommandLine::kTranslate;
  Outputs outputs;
  command->program = argc > 0 ? argv[0] : "";
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--") {
      command->compiler_options.insert(command->compiler_options.end(), argv + i + 1, argv + argc);
      break;
    }
    std::string value;
    bool has_value = false;
    const OptionName* const option = Find(word, &value, &has_value);
    if (option == nullptr) {
      command->compiler_options.push_back(word);
      continue;
    }
    if (option->has_value && !has_value) {
      if (++i == argc) {
        *message = "option " + word + " needs a value";
        return CommandLine::kWrong;
      }
      value = argv[i];
    }
    if (!Apply(*option, value, command, &outputs, &action, message)) return CommandLine::kWrong;
  }
  if (action == CommandLine::kHelp) return action;
  return Complete(outputs, command, message) ? action : CommandLine::kWrong;
}

std::string CompilerCommand(const CommandLine& command) {
  std::string text;
  for (const std::string& argument : CompilerArguments(command)) {
    const bool plain =
        argument.find_first_not_of(
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./=,+:@%") ==
        std::string::npos;
    std::string quoted;
    for (const char c : argument) quoted += c == '\'' ? "'\\''" : std::string(1, c);
    text += (text.empty() ? "" : " ") + (plain ? argument : "'" + quoted + "'");
  }
  return text;
}

int Compile(const CommandLine& command) {
  std::vector<std::string> arguments = CompilerArguments(command);
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  std::fflush(nullptr);
  execvp(argv[0], argv.data());
  std::fprintf(stderr, "parsec-ptgpp: cannot run the C compiler %s: %s\n", argv[0],
               std::strerror(errno));
  return 1;
}

}  // namespace heddle::ptgpp
