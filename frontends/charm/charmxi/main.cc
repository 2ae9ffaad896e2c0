// charmxi: translates .ci files of Charm++.
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "frontends/charm/charmxi/check.h"
#include "frontends/charm/charmxi/generator.h"
#include "frontends/charm/charmxi/parser.h"

namespace heddle::charmxi {
namespace {

constexpr char kHelp[] =
    "Usage: charmxi [OPTION...] [FILE]\n"
    "\n"
    "Translates FILE (standard input without one), a .ci file of Charm++: for each module X that "
    "it declares, X.decl.h and X.def.h\n"
    "are written into the current directory. Errors go to standard error, and nothing is written "
    "then.\n"
    "\n"
    "  -h, --help         this text\n"
    "  -orig-file NAME    what messages and #line directives call the file\n"
    "  -M                 writes no headers; prints a make rule with the files that they would be\n"
    "  -D NAME[=VALUE]    accepted: .ci files go through the C preprocessor before, in charmc\n"
    "  -intrinsic, -chare-trace  accepted, and mean nothing here\n";

struct Options {
  std::string input;
  std::string name;
  bool dependencies = false;
};

// Reads the whole file. False, after a message, where it cannot.
bool Read(const std::string& path, std::string* text) {
  if (path.empty()) {
    text->assign(std::istreambuf_iterator<char>(std::cin), {});
    return true;
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    std::fprintf(stderr, "charmxi: cannot read %s: %s\n", path.c_str(), std::strerror(errno));
    return false;
  }
  text->assign(std::istreambuf_iterator<char>(file), {});
  return true;
}

bool Write(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (file) return true;
  std::fprintf(stderr, "charmxi: cannot write %s: %s\n", path.c_str(), std::strerror(errno));
  return false;
}

int Translate(const Options& options) {
  Source source;
  source.name = !options.name.empty()   ? options.name
                : options.input.empty() ? "<stdin>"
                                        : options.input;
  if (!Read(options.input, &source.text)) return 1;
  Diagnostics diagnostics(source);
  const std::vector<std::unique_ptr<Module>> modules = Parse(source, &diagnostics);
  if (diagnostics.errors() == 0) Check(modules, &diagnostics);
  std::fputs(diagnostics.text().c_str(), stderr);
  if (diagnostics.errors() != 0) {
    std::fprintf(stderr, "charmxi: %d error%s in %s\n", diagnostics.errors(),
                 diagnostics.errors() == 1 ? "" : "s", source.name.c_str());
    return 1;
  }
  if (options.dependencies) {
    for (const auto& module : modules)
      std::printf("%s.decl.h %s.def.h ", module->name.c_str(), module->name.c_str());
    std::printf(": %s\n", source.name.c_str());
    return 0;
  }
  for (const auto& module : modules) {
    const Generated headers = Generate(*module, source.name);
    if (!Write(module->name + ".decl.h", headers.decl) ||
        !Write(module->name + ".def.h", headers.def))
      return 1;
  }
  return 0;
}

int Main(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "-h" || word == "--help") {
      std::fputs(kHelp, stdout);
      return 0;
    }
    if (word == "-orig-file" || word == "-D") {
      if (i + 1 == argc) {
        std::fprintf(stderr, "charmxi: option %s needs an argument\n", word.c_str());
        return 1;
      }
      ++i;
      if (word == "-orig-file") options.name = argv[i];
    } else if (word == "-M") {
      options.dependencies = true;
    } else if (word.rfind("-D", 0) == 0 || word == "-intrinsic" || word == "-chare-trace") {
    } else if (word.size() > 1 && word[0] == '-') {
      std::fprintf(stderr, "charmxi: unknown option %s; --help lists those that there are\n",
                   word.c_str());
      return 1;
    } else if (!options.input.empty()) {
      std::fprintf(stderr, "charmxi: one file at a time, not %s and %s\n", options.input.c_str(),
                   word.c_str());
      return 1;
    } else {
      options.input = word;
    }
  }
  return Translate(options);
}

}  // namespace
}  // namespace heddle::charmxi

int main(int argc, char** argv) { return heddle::charmxi::Main(argc, argv); }
