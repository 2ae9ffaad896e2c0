// Reductions: what each member of an array or group contributes is combined, and the result sent to a callback.
//
// The n-th contributions of all members make the n-th reduction; results come in order. Contributions are combined on each PE, and
// on PE 0 for the whole; members may move between their contributions.
#ifndef CKREDUCTION_H
#define CKREDUCTION_H

#include <cmath>
#include <vector>

#include "ckcallback.h"
#include "ckchare.h"
#include "ckmarshall.h"
#include "ckproxy.h"

#define CkReductionTarget(me, method) CkIndex_##me::redn_wrapper_##method(NULL)

class CkReductionMsg;

class CkReduction {
 public:
  enum reducerType {
    invalid = 0, nop,
    sum_char, sum_short, sum_int, sum_long, sum_long_long, sum_uchar, sum_ushort, sum_uint, sum_ulong, sum_ulong_long, sum_float, sum_double,
    product_char, product_short, product_int, product_long, product_long_long, product_uchar, product_ushort, product_uint, product_ulong,
    product_ulong_long, product_float, product_double,
    max_char, max_short, max_int, max_long, max_long_long, max_uchar, max_ushort, max_uint, max_ulong, max_ulong_long, max_float, max_double,
    min_char, min_short, min_int, min_long, min_long_long, min_uchar, min_ushort, min_uint, min_ulong, min_ulong_long, min_float, min_double,
    logical_and, logical_and_int, logical_and_bool, logical_or, logical_or_int, logical_or_bool, logical_xor_int, logical_xor_bool,
    bitvec_and, bitvec_and_int, bitvec_and_bool, bitvec_or, bitvec_or_int, bitvec_or_bool, bitvec_xor, bitvec_xor_int, bitvec_xor_bool,
    random, concat, set, statistics, tuple,
    first_user
  };

  // What a `set` holds, one behind the other.
  class setElement {
   public:
    int dataSize;
    char data[1];
    setElement* next();
  };
  struct statisticsElement {
    int count;
    double mean;
    double m2;
    statisticsElement(double value) : count(1), mean(value), m2(0) {}
    double variance() const { return count > 1 ? m2 / (count - 1.0) : 0.0; }
    double stddev() const { return std::sqrt(variance()); }
  };
  struct tupleElement {
    size_t dataSize;
    char* data;
    CkReduction::reducerType reducer;
    bool owns_data;
    tupleElement() : dataSize(0), data(nullptr), reducer(invalid), owns_data(false) {}
    tupleElement(size_t size, void* values, CkReduction::reducerType r)
        : dataSize(size), data(static_cast<char*>(values)), reducer(r), owns_data(false) {}
    tupleElement(tupleElement&& o) : dataSize(o.dataSize), data(o.data), reducer(o.reducer), owns_data(o.owns_data) { o.owns_data = false; }
    tupleElement& operator=(tupleElement&& o);
    ~tupleElement() {
      if (owns_data) delete[] data;
    }
    void* getData() { return data; }
    void pup(PUP::er& p);
  };

  // Combines messages into one, which may be msgs[0]; the others are freed by the runtime.
  typedef CkReductionMsg* (*reducerFn)(int nMsg, CkReductionMsg** msgs);
  // Call it in an initnode function, in the same order in every process.
  static reducerType addReducer(reducerFn fn, bool streamable = false, const char* name = nullptr);
  static CkReductionMsg* Combine(reducerType type, int count, CkReductionMsg** messages);

 private:
  CkReduction();
};
PUPbytes(CkReduction::reducerType)

class CMessage_CkReductionMsg : public CkMessage {
 public:
  static int __idx;
};
// A contribution, or the result of some. The data stand behind the object, aligned to 16 bytes.
class CkReductionMsg : public CMessage_CkReductionMsg {
 public:
  // `source` nullptr: the data are the caller's to fill.
  static CkReductionMsg* buildNew(int bytes, const void* source, CkReduction::reducerType reducer = CkReduction::invalid, CkReductionMsg* buffer = nullptr);
  int getLength() const { return dataSize; }
  int getSize() const { return dataSize; }
  void* getData() { return reinterpret_cast<char*>(this) + CK_ALIGN(sizeof(CkReductionMsg), 16); }
  const void* getData() const { return const_cast<CkReductionMsg*>(this)->getData(); }
  int getGcount() const { return gcount; }
  CkReduction::reducerType getReducer() const { return reducer; }
  int getRedNo() const { return redNo; }
  CMK_REFNUM_TYPE getUserFlag() const { return userFlag; }
  void setUserFlag(CMK_REFNUM_TYPE flag) { userFlag = flag; }
  void setCallback(const CkCallback& cb) { callback = cb; }
  bool isFromUser() const { return fromUser; }
  // Nothing is to be done: the data are in the message.
  static void* pack(CkReductionMsg* msg) { return msg; }
  static CkReductionMsg* unpack(void* msg) { return static_cast<CkReductionMsg*>(msg); }
  static CkReductionMsg* buildFromTuple(CkReduction::tupleElement* parts, int count);
  // `*parts` is an array that the caller deletes.
  void toTuple(CkReduction::tupleElement** parts, int* count);

  // The runtime's.
  int dataSize;
  int gcount;     // How many contributions are in it.
  int redNo;
  CkReduction::reducerType reducer;
  CMK_REFNUM_TYPE userFlag;
  bool fromUser;
  CkCallback callback;
};

class CMessage_CkDataMsg : public CkMessage {
 public:
  static int __idx;
};
// Bytes.
class CkDataMsg : public CMessage_CkDataMsg {
 public:
  static CkDataMsg* buildNew(int bytes, const void* source);
  int getLength() const { return dataSize; }
  int getSize() const { return dataSize; }
  void* getData() { return data; }
  const void* getData() const { return data; }
  int dataSize;
  alignas(16) char data[16];  // The first of dataSize.
};

#define CK_REDUCTION_CONTRIBUTE_METHODS_DECL                                                                                  \
  void contribute(int dataSize, const void* data, CkReduction::reducerType type, CMK_REFNUM_TYPE userFlag = (CMK_REFNUM_TYPE)-1); \
  void contribute(int dataSize, const void* data, CkReduction::reducerType type, const CkCallback& cb,                        \
                  CMK_REFNUM_TYPE userFlag = (CMK_REFNUM_TYPE)-1);                                                            \
  void contribute(CkReductionMsg* msg);                                                                                       \
  void contribute(const CkCallback& cb, CMK_REFNUM_TYPE userFlag = (CMK_REFNUM_TYPE)-1);                                      \
  void contribute(CMK_REFNUM_TYPE userFlag = (CMK_REFNUM_TYPE)-1);                                                            \
  template <class T>                                                                                                          \
  void contribute(const std::vector<T>& data, CkReduction::reducerType type, const CkCallback& cb,                            \
                  CMK_REFNUM_TYPE userFlag = (CMK_REFNUM_TYPE)-1) {                                                           \
    contribute(static_cast<int>(sizeof(T) * data.size()), data.data(), type, cb, userFlag);                                   \
  }                                                                                                                           \
  template <class T>                                                                                                          \
  void contribute(const std::vector<T>& data, CkReduction::reducerType type, CMK_REFNUM_TYPE userFlag = (CMK_REFNUM_TYPE)-1) { \
    contribute(static_cast<int>(sizeof(T) * data.size()), data.data(), type, userFlag);                                       \
  }

// A branch on each PE.
class Group : public IrrGroup {
 public:
  int thisIndex;
  Group();
  explicit Group(CkMigrateMessage* m);
  void pup(PUP::er& p) override;
  bool isReductionMgr() override { return true; }
  static bool isIrreducible() { return false; }
  CK_REDUCTION_CONTRIBUTE_METHODS_DECL
  int getRedNo() const { return reductions_; }

 private:
  int reductions_;
};

// A branch in each process.
class NodeGroup : public IrrGroup {
 public:
  CmiNodeLock __nodelock;
  int thisIndex;
  NodeGroup();
  explicit NodeGroup(CkMigrateMessage* m);
  ~NodeGroup() override;
  void pup(PUP::er& p) override;
  bool isNodeGroup() override { return true; }
  static bool isIrreducible() { return false; }
  CK_REDUCTION_CONTRIBUTE_METHODS_DECL

 private:
  int reductions_;
};

#endif  // CKREDUCTION_H
