// parsec-ptgpp: translates .jdf files of PaRSEC to C, and calls the C compiler.
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include "frontends/parsec/ptgpp/check.h"
#include "frontends/parsec/ptgpp/command_line.h"
#include "frontends/parsec/ptgpp/generator.h"
#include "frontends/parsec/ptgpp/output.h"
#include "frontends/parsec/ptgpp/parser.h"

namespace heddle::ptgpp {
namespace {

// Reads the whole file, "-": standard input. False, after a message, where it cannot.
bool Read(const std::string& path, std::string* text) {
  if (path == "-") {
    text->assign(std::istreambuf_iterator<char>(std::cin), {});
    return true;
  }
  std::ifstream file(path, std::ios::binary);
  if (file) text->assign(std::istreambuf_iterator<char>(file), {});
  if (file && !file.bad()) return true;
  std::fprintf(stderr, "parsec-ptgpp: cannot read %s: %s\n", path.c_str(), std::strerror(errno));
  return false;
}

int Translate(const CommandLine& command) {
  Source source;
  source.name = command.input == "-" ? "(stdin)" : command.input;
  if (!Read(command.input, &source.text)) return 1;
  Diagnostics diagnostics(source);
  Jdf jdf = Parse(source, &diagnostics);
  for (const std::string& name : command.ignored_properties) IgnoreProperty(&jdf, name);
  if (diagnostics.errors() == 0) Check(&jdf, command.checks, &diagnostics);
  std::fputs(diagnostics.text().c_str(), stderr);
  if (diagnostics.errors() != 0) return 1;
  if (command.warnings_are_errors && diagnostics.warnings() != 0) {
    std::fprintf(stderr, "parsec-ptgpp: warnings are errors (--Werror), and nothing is written\n");
    return 1;
  }
  std::string header, code, error;
  Generate(jdf, command.generator, &header, &code);
  if (!Replace({{command.generator.header_path, &header}, {command.generator.source_path, &code}},
               &error)) {
    std::fprintf(stderr, "parsec-ptgpp: %s\n", error.c_str());
    return 1;
  }
  return command.compile ? Compile(command) : 0;
}

int Main(int argc, char** argv) {
  CommandLine command;
  std::string message;
  switch (ReadCommandLine(argc, argv, &command, &message)) {
    case CommandLine::kTranslate:
      return Translate(command);
    case CommandLine::kHelp:
      std::fputs(Help(), stdout);
      return 0;
    case CommandLine::kShowCompiler:
      std::fprintf(stderr, "%s\n", CompilerCommand(command).c_str());
      return 0;
    case CommandLine::kWrong:
      break;
  }
  std::fprintf(stderr, "parsec-ptgpp: %s; --help lists the options\n", message.c_str());
  return 1;
}

}  // namespace
}  // namespace heddle::ptgpp

int main(int argc, char** argv) { return heddle::ptgpp::Main(argc, argv); }
