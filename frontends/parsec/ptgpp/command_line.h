// Options of parsec-ptgpp, and the C compiler that it calls.
#ifndef HEDDLE_FRONTENDS_PARSEC_PTGPP_COMMAND_LINE_H_
#define HEDDLE_FRONTENDS_PARSEC_PTGPP_COMMAND_LINE_H_

#include <string>
#include <vector>

#include "frontends/parsec/ptgpp/check.h"
#include "frontends/parsec/ptgpp/generator.h"

namespace heddle::ptgpp {

struct CommandLine {
  enum Action { kTranslate, kHelp, kShowCompiler, kWrong };
  std::string input = "-";
  GeneratorOptions generator;
  CheckOptions checks;
  bool warnings_are_errors = false;
  std::vector<std::string> ignored_properties;
  bool compile = true;  // -E: false
  std::string object_path;
  std::vector<std::string> compiler_options;  // What is no option of ours, and all after --
  std::string program;                        // argv[0]
};

// With kWrong, `message` says why.  Errors: none but that.
CommandLine::Action ReadCommandLine(int argc, char** argv, CommandLine* command,
                                    std::string* message);
const char* Help();

// The command that compiles the generated source, for a shell.
std::string CompilerCommand(const CommandLine& command);
// Runs it in place of this process; returns, with what to exit with, only where it cannot be run.
int Compile(const CommandLine& command);

}  // namespace heddle::ptgpp

#endif  // HEDDLE_FRONTENDS_PARSEC_PTGPP_COMMAND_LINE_H_
