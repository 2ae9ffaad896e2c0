// The reducers that there are, and messages with results.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <vector>

#include "charm++.h"
#include "frontends/charm/ck/src/start.h"

int CMessage_CkReductionMsg::__idx = 0;
int CMessage_CkDataMsg::__idx = 0;

namespace {

using Reducer = CkReduction::reducerFn;

// The first message takes the others in, item by item.
template <class T, class Operation>
CkReductionMsg* Fold(int count, CkReductionMsg** messages, Operation operation) {
  CkReductionMsg* const result = messages[0];
  T* const into = static_cast<T*>(result->getData());
  const int items = result->getSize() / static_cast<int>(sizeof(T));
  for (int m = 1; m < count; ++m) {
    if (messages[m]->getSize() != result->getSize())
      CkAbort("Charm++: contributions to a reduction have %d and %d bytes; all have as many", result->getSize(), messages[m]->getSize());
    const T* const from = static_cast<const T*>(messages[m]->getData());
    for (int i = 0; i < items; ++i) into[i] = operation(into[i], from[i]);
  }
  return result;
}
template <class T>
CkReductionMsg* Sum(int n, CkReductionMsg** m) {
  return Fold<T>(n, m, [](T a, T b) { return static_cast<T>(a + b); });
}
template <class T>
CkReductionMsg* Product(int n, CkReductionMsg** m) {
  return Fold<T>(n, m, [](T a, T b) { return static_cast<T>(a * b); });
}
template <class T>
CkReductionMsg* Max(int n, CkReductionMsg** m) {
  return Fold<T>(n, m, [](T a, T b) { return std::max(a, b); });
}
template <class T>
CkReductionMsg* Min(int n, CkReductionMsg** m) {
  return Fold<T>(n, m, [](T a, T b) { return std::min(a, b); });
}
template <class T>
CkReductionMsg* LogicalAnd(int n, CkReductionMsg** m) {
  return Fold<T>(n, m, [](T a, T b) { return static_cast<T>(a && b); });
}
template <class T>
CkReductionMsg* LogicalOr(int n, CkReductionMsg** m) {
  return Fold<T>(n, m, [](T a, T b) { return static_cast<T>(a || b); });
}
template <class T>
CkReductionMsg* LogicalXor(int n, CkReductionMsg** m) {
  return Fold<T>(n, m, [](T a, T b) { return static_cast<T>(!a != !b); });
}
template <class T>
CkReductionMsg* BitAnd(int n, CkReductionMsg** m) {
  return Fold<T>(n, m, [](T a, T b) { return static_cast<T>(a & b); });
}
template <class T>
CkReductionMsg* BitOr(int n, CkReductionMsg** m) {
  return Fold<T>(n, m, [](T a, T b) { return static_cast<T>(a | b); });
}
template <class T>
CkReductionMsg* BitXor(int n, CkReductionMsg** m) {
  return Fold<T>(n, m, [](T a, T b) { return static_cast<T>(a ^ b); });
}

CkReductionMsg* Nothing(int, CkReductionMsg** messages) { return messages[0]; }
CkReductionMsg* Any(int count, CkReductionMsg** messages) { return messages[static_cast<int>(CrnDrand() * count) % count]; }

CkReductionMsg* Concat(int count, CkReductionMsg** messages) {
  int bytes = 0;
  for (int m = 0; m < count; ++m) bytes += messages[m]->getSize();
  CkReductionMsg* const result = CkReductionMsg::buildNew(bytes, nullptr);
  char* at = static_cast<char*>(result->getData());
  for (int m = 0; m < count; ++m) {
    std::memcpy(at, messages[m]->getData(), static_cast<std::size_t>(messages[m]->getSize()));
    at += messages[m]->getSize();
  }
  return result;
}

// A list of (size, bytes), each aligned to 8, with a size of -1 at its end.
int ElementBytes(int bytes) { return static_cast<int>(CK_ALIGN(sizeof(int) + static_cast<std::size_t>(bytes), 8)); }
CkReductionMsg* ListOf(int bytes, const void* data) {
  const int total = ElementBytes(bytes) + 8;
  CkReductionMsg* const list = CkReductionMsg::buildNew(total, nullptr);
  char* const at = static_cast<char*>(list->getData());
  std::memset(at, 0, static_cast<std::size_t>(total));
  std::memcpy(at, &bytes, sizeof(bytes));
  std::memcpy(at + sizeof(int), data, static_cast<std::size_t>(bytes));
  const int end = -1;
  std::memcpy(at + ElementBytes(bytes), &end, sizeof(end));
  return list;
}
CkReductionMsg* Set(int count, CkReductionMsg** messages) {
  int bytes = 8;
  for (int m = 0; m < count; ++m) bytes += messages[m]->getSize() - 8;
  CkReductionMsg* const result = CkReductionMsg::buildNew(bytes, nullptr);
  char* at = static_cast<char*>(result->getData());
  for (int m = 0; m < count; ++m) {
    const int part = messages[m]->getSize() - 8;
    std::memcpy(at, messages[m]->getData(), static_cast<std::size_t>(part));
    at += part;
  }
  const int end = -1;
  std::memcpy(at, &end, sizeof(end));
  return result;
}

// Chan, Golub, LeVeque: variances of parts.
CkReductionMsg* Statistics(int count, CkReductionMsg** messages) {
  auto& sum = *static_cast<CkReduction::statisticsElement*>(messages[0]->getData());
  for (int m = 1; m < count; ++m) {
    const auto& part = *static_cast<CkReduction::statisticsElement*>(messages[m]->getData());
    const double total = sum.count + part.count, delta = part.mean - sum.mean;
    sum.m2 += part.m2 + delta * delta * sum.count * part.count / total;
    sum.mean += delta * part.count / total;
    sum.count += part.count;
  }
  return messages[0];
}

CkReductionMsg* Packed(CkReduction::tupleElement* parts, int count) {
  PUP::sizer size;
  size | count;
  for (int i = 0; i < count; ++i) parts[i].pup(size);
  CkReductionMsg* const msg = CkReductionMsg::buildNew(static_cast<int>(size.size()), nullptr, CkReduction::tuple);
  PUP::toMem to(msg->getData());
  to | count;
  for (int i = 0; i < count; ++i) parts[i].pup(to);
  return msg;
}

CkReductionMsg* Tuple(int count, CkReductionMsg** messages) {
  std::vector<CkReduction::tupleElement*> tuples(static_cast<std::size_t>(count));
  int parts = 0;
  for (int m = 0; m < count; ++m) messages[m]->toTuple(&tuples[static_cast<std::size_t>(m)], &parts);
  std::vector<CkReduction::tupleElement> result;
  std::vector<CkReductionMsg*> combined;
  for (int i = 0; i < parts; ++i) {
    std::vector<CkReductionMsg*> part;
    for (CkReduction::tupleElement* const tuple : tuples) part.push_back(CkReductionMsg::buildNew(static_cast<int>(tuple[i].dataSize), tuple[i].data));
    CkReductionMsg* const one = CkReduction::Combine(tuples[0][i].reducer, count, part.data());
    for (CkReductionMsg* const m : part)
      if (m != one) CkFreeMsg(m);
    result.emplace_back(static_cast<std::size_t>(one->getSize()), one->getData(), tuples[0][i].reducer);
    combined.push_back(one);
  }
  CkReductionMsg* const message = Packed(result.data(), parts);
  for (CkReductionMsg* const m : combined) CkFreeMsg(m);
  for (CkReduction::tupleElement* const tuple : tuples) delete[] tuple;
  return message;
}

#define HEDDLE_OF_NUMBERS(R) \
  R<char>, R<short>, R<int>, R<long>, R<long long>, R<unsigned char>, R<unsigned short>, R<unsigned>, R<unsigned long>, R<unsigned long long>, R<float>, R<double>

std::vector<Reducer>& Reducers() {
  static std::vector<Reducer> reducers = {
      nullptr, Nothing, HEDDLE_OF_NUMBERS(Sum), HEDDLE_OF_NUMBERS(Product), HEDDLE_OF_NUMBERS(Max), HEDDLE_OF_NUMBERS(Min),
      LogicalAnd<int>, LogicalAnd<int>, LogicalAnd<bool>, LogicalOr<int>, LogicalOr<int>, LogicalOr<bool>, LogicalXor<int>, LogicalXor<bool>,
      BitAnd<int>, BitAnd<int>, BitAnd<bool>, BitOr<int>, BitOr<int>, BitOr<bool>, BitXor<int>, BitXor<int>, BitXor<bool>,
      Any, Concat, Set, Statistics, Tuple};
  return reducers;
}
#undef HEDDLE_OF_NUMBERS

}  // namespace

CkReduction::reducerType CkReduction::addReducer(reducerFn fn, bool, const char*) {
  Reducers().push_back(fn);
  return static_cast<reducerType>(Reducers().size() - 1);
}

CkReductionMsg* CkReduction::Combine(reducerType type, int count, CkReductionMsg** messages) {
  if (type <= invalid || static_cast<std::size_t>(type) >= Reducers().size())
    CkAbort("Charm++: there is no reducer %d; was it added in an initnode function?", int{type});
  return Reducers()[static_cast<std::size_t>(type)](count, messages);
}

CkReduction::setElement* CkReduction::setElement::next() {
  auto* const following = reinterpret_cast<setElement*>(reinterpret_cast<char*>(this) + ElementBytes(dataSize));
  return following->dataSize < 0 ? nullptr : following;
}

CkReduction::tupleElement& CkReduction::tupleElement::operator=(tupleElement&& o) {
  if (owns_data) delete[] data;
  dataSize = o.dataSize, data = o.data, reducer = o.reducer, owns_data = o.owns_data;
  o.owns_data = false;
  return *this;
}
void CkReduction::tupleElement::pup(PUP::er& p) {
  p | dataSize;
  if (p.isUnpacking()) {
    data = new char[dataSize];
    owns_data = true;
  }
  p(data, dataSize);
  p | reducer;
}

CkReductionMsg* CkReductionMsg::buildNew(int bytes, const void* source, CkReduction::reducerType reducer, CkReductionMsg*) {
  if (reducer == CkReduction::set && source != nullptr) {
    CkReductionMsg* const list = ListOf(bytes, source);
    list->reducer = reducer;
    return list;
  }
  void* const memory = CkAllocMsg(CMessage_CkReductionMsg::__idx, static_cast<int>(CK_ALIGN(sizeof(CkReductionMsg), 16)) + bytes, 0);
  auto* const msg = ::new (memory) CkReductionMsg;
  msg->dataSize = bytes;
  msg->gcount = 1;
  msg->redNo = 0;
  msg->reducer = reducer;
  msg->userFlag = static_cast<CMK_REFNUM_TYPE>(-1);
  msg->fromUser = true;
  if (source != nullptr && bytes > 0) std::memcpy(msg->getData(), source, static_cast<std::size_t>(bytes));
  return msg;
}

CkReductionMsg* CkReductionMsg::buildFromTuple(CkReduction::tupleElement* parts, int count) {
  // What a set gets is a list of one; results are lists already, and do not come here.
  std::vector<CkReduction::tupleElement> contribution;
  std::vector<CkReductionMsg*> lists;
  for (int i = 0; i < count; ++i) {
    CkReduction::tupleElement& part = parts[i];
    if (part.reducer != CkReduction::set) {
      contribution.emplace_back(part.dataSize, part.data, part.reducer);
      continue;
    }
    lists.push_back(ListOf(static_cast<int>(part.dataSize), part.data));
    contribution.emplace_back(static_cast<std::size_t>(lists.back()->getSize()), lists.back()->getData(), part.reducer);
  }
  CkReductionMsg* const msg = Packed(contribution.data(), count);
  for (CkReductionMsg* const list : lists) CkFreeMsg(list);
  return msg;
}

void CkReductionMsg::toTuple(CkReduction::tupleElement** parts, int* count) {
  PUP::fromMem from(getData());
  from | *count;
  *parts = new CkReduction::tupleElement[static_cast<std::size_t>(*count)];
  for (int i = 0; i < *count; ++i) (*parts)[i].pup(from);
}

CkDataMsg* CkDataMsg::buildNew(int bytes, const void* source) {
  auto* const msg = ::new (CkAllocMsg(CMessage_CkDataMsg::__idx, static_cast<int>(sizeof(CkDataMsg)) + bytes, 0)) CkDataMsg;
  msg->dataSize = bytes;
  if (bytes > 0) std::memcpy(msg->getData(), source, static_cast<std::size_t>(bytes));
  return msg;
}

namespace heddle::charm {
void RegisterReductions() {
  CMessage_CkReductionMsg::__idx = CkRegisterMsg("CkReductionMsg", nullptr, nullptr, CkFreeMsg, sizeof(CkReductionMsg));
  CMessage_CkDataMsg::__idx = CkRegisterMsg("CkDataMsg", nullptr, nullptr, CkFreeMsg, sizeof(CkDataMsg));
}
}  // namespace heddle::charm
