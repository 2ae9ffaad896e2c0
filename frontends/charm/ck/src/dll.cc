#include <dlfcn.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "ckdll.h"

const char* CkDll::extension = ".so";

CkDll::CkDll(const char* sharedLibraryName) : handle_(dlopen(sharedLibraryName, RTLD_NOW)) {
  if (handle_ == nullptr) std::fprintf(stderr, "CkDll: %s\n", dlerror());
}
CkDll::~CkDll() {
  if (handle_ != nullptr) dlclose(handle_);
}
void* CkDll::lookup(const char* symbolName) { return handle_ == nullptr ? nullptr : dlsym(handle_, symbolName); }

namespace {

bool Run(const std::vector<std::string>& command) {
  std::vector<char*> words;
  for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  pid_t child;
  int status = 0;
  if (posix_spawnp(&child, words[0], nullptr, nullptr, words.data(), environ) != 0) return false;
  return waitpid(child, &status, 0) == child && status == 0;
}

}  // namespace

CkCppInterpreter::CkCppInterpreter(const char* cppCode, const char* inclPath) {
  const char* const folder = std::getenv("TMPDIR");
  std::snprintf(name_, sizeof(name_), "%s/charm_dll.XXXXXX.so", folder == nullptr ? "/tmp" : folder);
  const int file = mkstemps(name_, 3);
  if (file < 0) return;
  close(file);
  const std::string source = std::string(name_) + ".cc";
  FILE* const out = std::fopen(source.c_str(), "w");
  if (out == nullptr) return;
  std::fputs(cppCode, out);
  std::fclose(out);
  const char* const compiler = std::getenv("CXX");
  std::vector<std::string> command = {compiler == nullptr ? "g++" : compiler, "-shared", "-fPIC", "-O", source, "-o", name_};
  if (inclPath != nullptr) command.push_back(std::string("-I") + inclPath);
  const bool compiled = Run(command);
  unlink(source.c_str());
  if (!compiled) return;
  auto* const library = new CkDll(name_);
  if (library->valid()) {
    library_ = library;
  } else {
    delete library;
  }
}

CkCppInterpreter::~CkCppInterpreter() {
  delete library_;
  unlink(name_);
}
