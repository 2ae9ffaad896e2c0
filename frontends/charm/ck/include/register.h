// What has been registered: message types, chare types, entry methods, main chares, readonly variables. One table each in a
// process, filled before any PE runs an entry method, read only afterwards; the numbers are the same in every process.
#ifndef REGISTER_H
#define REGISTER_H

#include <string>
#include <vector>

#include "charm.h"

struct EntryInfo {
  CkCallFnPtr call;
  int msgIdx;
  int chareIdx;
  bool noKeep;
  bool threaded;
  bool expedited;
  bool exclusive;
  bool isInline;
  bool isImmediate;
  bool inCharm;
  bool appWork;
  bool traceEnabled;
  bool balanced;  // counted by load balancers
  CkArray_IfNotThere ifNotThere;
  size_t stackSize;
  CkMarshallUnpackFn marshallUnpack;
  CkMessagePupFn messagePup;
  std::string nameStore;
  const char* name;
};

struct MsgInfo {
  CkPackFnPtr pack;
  CkUnpackFnPtr unpack;
  CkDeallocFnPtr dealloc;
  size_t size;
  const char* name;
};

struct ChareInfo {
  const char* name;
  size_t size;
  ChareType chareType;
  int defCtor;
  int migCtor;
  std::vector<int> bases;
  int mainChareIdx;
  int ndims;
  bool isIrr;
  bool inCharm;
  int getDefaultCtor() const { return defCtor; }
  int getMigCtor() const { return migCtor; }
  bool isInCharm() const { return inCharm; }
  int mainChareType() const { return mainChareIdx; }
};

struct MainInfo {
  void* obj;
  const char* name;
  int chareIdx;
  int entryIdx;
  void* getObj() const { return obj; }
};

struct ReadonlyInfo {
  const char* name;
  const char* type;
  size_t size;
  void* ptr;
  CkPupReadonlyFnPtr pup;
  void pupData(PUP::er& p) {
    if (pup != nullptr)
      pup(&p);
    else
      p(static_cast<char*>(ptr), size);
  }
};

struct ReadonlyMsgInfo {
  const char* name;
  const char* type;
  void** pMsg;
};

// Thread safety: any thread once the program runs.  Cost: a load. A number that is out of range aborts.
template <class T>
class CkRegisteredInfo {
 public:
  int add(T* info) {
    all_.push_back(info);
    return static_cast<int>(all_.size()) - 1;
  }
  size_t size() const { return all_.size(); }
  T* operator[](size_t index) const {
    if (CMI_UNLIKELY(index >= all_.size())) OutOfRange(index);
    return all_[index];
  }

 private:
  void OutOfRange(size_t index) const {
    CmiAbort("Charm++: number %zu is not registered (there are %zu, the last is %s): is a message corrupted?", index,
             all_.size(), all_.empty() ? "none" : all_.back()->name);
  }
  std::vector<T*> all_;
};

extern CkRegisteredInfo<EntryInfo>& _entryTable;
extern CkRegisteredInfo<MsgInfo>& _msgTable;
extern CkRegisteredInfo<ChareInfo>& _chareTable;
extern CkRegisteredInfo<MainInfo>& _mainTable;
extern CkRegisteredInfo<ReadonlyInfo>& _readonlyTable;
extern CkRegisteredInfo<ReadonlyMsgInfo>& _readonlyMsgs;

// The program's modules; charm_main.o passes it to the library.
extern "C" void CkRegisterMainModule(void);

#endif  // REGISTER_H
