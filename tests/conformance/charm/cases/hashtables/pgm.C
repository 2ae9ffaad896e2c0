// Tables keep what was put into them, under keys of each kind, also as readonly variables and in elements that move.
#include <cstdio>
#include <cstdlib>
#include <string>

#include "key.h"
#include "pgm.decl.h"

Table table;

namespace {
const int kKeys = 1000, kOwners = 4;

void Require(bool ok, const char* what) {
  if (ok) return;
  std::fprintf(stderr, "%s\n", what);
  std::_Exit(1);
}

void Numbers() {
  CkHashtableT<CkHashtableAdaptorT<int>, double> numbers;
  for (int i = 0; i < kKeys; ++i) {
    int existing = 7;
    numbers.put(i, &existing) = i / 2.0;
    Require(existing == 0, "a new key existed");
    numbers.put(i, &existing);
    Require(existing == 1, "an old key did not exist");
  }
  Require(numbers.numObjects() == kKeys, "numObjects()");
  for (int i = 0; i < kKeys; i += 2) numbers.remove(i);
  Require(numbers.numObjects() == kKeys / 2, "numObjects() after remove()");
  Require(numbers.get(3) == 1.5 && numbers.get(4) == 0, "get()");
  numbers.getRef(3) += 1;
  Require(numbers.get(3) == 2.5, "getRef()");

  CkHashtableIterator* const all = numbers.iterator();
  for (int round = 0; round < 2; ++round) {
    int count = 0, sum = 0;
    void* key = NULL;
    while (all->hasNext()) {
      void* const object = all->next(&key);
      const int number = *static_cast<CkHashtableAdaptorT<int>*>(key);
      ++count;
      sum += number;
      Require(*static_cast<double*>(object) == numbers.get(number), "next()");
    }
    Require(all->next() == NULL, "next() after the last");
    Require(count == kKeys / 2 && sum == kKeys / 2 * (kKeys / 2), "each object once");
    all->seekStart();
  }
  delete all;
  numbers.empty();
  Require(numbers.numObjects() == 0 && numbers.get(3) == 0, "empty()");
}

void Others() {
  CkHashtableTslow<const char*, int> words(5, 0.5, CkHashFunction_string, CkHashCompare_string);
  const std::string a = "same", b = a.c_str();
  words.put(a.c_str()) = 1;
  words.put("other") = 2;
  Require(words.get(b.c_str()) == 1 && words.get("other") == 2 && words.get("none") == 0, "strings");

  CkHashtableTslow<CmiInt8, int> bytes;
  for (CmiInt8 i = 0; i < kKeys; ++i) bytes.put(i << 40) = static_cast<int>(i);
  for (CmiInt8 i = 0; i < kKeys; ++i) Require(bytes.get(i << 40) == i, "keys by their bytes");

  int objects[2] = {3, 4};
  CkHashtableTslow<int*, int> pointers(5, 0.5, CkHashFunction_pointer, CkHashCompare_pointer);
  pointers.put(&objects[0]) = 3;
  pointers.put(&objects[1]) = 4;
  Require(pointers.get(&objects[0]) == 3 && pointers.get(&objects[1]) == 4, "pointers");
}
}  // namespace

class Main : public CBase_Main {
  CProxy_Owner owners_;
  int phase_;

 public:
  explicit Main(CkArgMsg* m) : phase_(0) {
    delete m;
    Numbers();
    Others();
    for (int i = 0; i < kKeys; ++i) table.put(Key(i, -i)) = i;
    owners_ = CProxy_Owner::ckNew(kOwners);
    owners_.fill(CkCallback(CkReductionTarget(Main, done), thisProxy));
  }
  void done() {
    if (++phase_ == 1) {
      owners_.look(CkCallback(CkReductionTarget(Main, done), thisProxy));
      return;
    }
    std::printf("OK\n");
    CkExit();
  }
};

class Owner : public CBase_Owner {
  CkHashtableT<CkHashtableAdaptorT<int>, int> mine_;

 public:
  Owner() {}
  explicit Owner(CkMigrateMessage* m) : CBase_Owner(m) {}
  void pup(PUP::er& p) { mine_.pup(p); }
  void fill(CkCallback cb) {
    for (int i = 0; i < kKeys; ++i) Require(table.get(Key(i, -i)) == i, "the readonly table");
    Require(table.numObjects() == kKeys, "size of the readonly table");
    for (int i = 0; i < kKeys; ++i) mine_.put(i) = i * thisIndex;
    contribute(cb);
    migrateMe((CkMyPe() + 1) % CkNumPes());
  }
  void look(CkCallback cb) {
    Require(mine_.numObjects() == kKeys, "size of the moved table");
    for (int i = 0; i < kKeys; ++i) Require(mine_.get(i) == i * thisIndex, "the moved table");
    contribute(cb);
  }
};

#include "pgm.def.h"
