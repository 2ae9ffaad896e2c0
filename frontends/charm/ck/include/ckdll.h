// Shared libraries that a running program loads, and C++ that it compiles and loads.
#ifndef CKDLL_H
#define CKDLL_H

// Thread safety: an object is its owner's; different ones may be used at the same time.
class CkDll {
 public:
  explicit CkDll(const char* sharedLibraryName);
  // The library goes, and with it what lookup() found.
  ~CkDll();
  CkDll(const CkDll&) = delete;
  CkDll& operator=(const CkDll&) = delete;
  int valid() const { return handle_ != nullptr; }
  // A function or a variable; nullptr where there is none of this name.
  void* lookup(const char* symbolName);
  static const char* extension;

 private:
  void* handle_;
};

// Compiles with charmc's compiler ($CXX, g++): the program's functions that the code declares are there.  Blocking: a second.
class CkCppInterpreter {
 public:
  explicit CkCppInterpreter(const char* cppCode, const char* inclPath = nullptr);
  ~CkCppInterpreter();
  CkCppInterpreter(const CkCppInterpreter&) = delete;
  CkCppInterpreter& operator=(const CkCppInterpreter&) = delete;
  // 0: it did not compile, and the compiler's messages are on stderr.
  int valid() const { return library_ != nullptr; }
  const char* getLibraryName() const { return name_; }
  void* lookup(const char* symbolName) { return library_ == nullptr ? nullptr : library_->lookup(symbolName); }

 private:
  char name_[256];
  CkDll* library_ = nullptr;
};

#endif  // CKDLL_H
