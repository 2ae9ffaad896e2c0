// [aggregate] entry methods: items for the same PE travel together. What generated proxies use.
//
// Each PE has one pack for each PE that it sends items to, itself included, whichever objects and methods they are for. A pack is sent when it
// is full, when its PE finds no message, and at the latest after some 10 ms. Items count as created when they are packed, and as
// processed when they are executed: while a pack waits, there is no quiescence. Order: none, not even between two items.
#ifndef CKAGGREGATE_H
#define CKAGGREGATE_H

#include "ckarray.h"
#include "ckmarshall.h"
#include "ckproxy.h"

namespace ck {
namespace impl {

// aggregate(bufferSize: bytes, maxItems: items, thresholdNumer: ..., ...)
struct AggregateOptions {
  int bytes;      // Of a pack.
  int items;      // At most so many in a pack.
  int threshold;  // A pack of so many bytes is full.
  int cutoff;     // A longer item travels by itself.
};

// Where the parameters of an item go, `bytes` of them; nullptr where it must travel by itself: it is too long, or the
// proxy is delegated, or its array is not here yet. FinishItem() comes next.
// Thread safety: of the calling PE.  Cost: a lookup, and now and then a message.
char* BeginItem(const CProxyElement_ArrayBase& to, int ep, size_t bytes, const AggregateOptions& options);
char* BeginItem(const CProxyElement_Group& to, int ep, size_t bytes, const AggregateOptions& options);
void FinishItem(const AggregateOptions& options);

// False where the call must be sent as a message of its own.
template <class Proxy, class... Arguments>
inline bool Aggregate(const Proxy& to, int ep, const AggregateOptions& options, const CkEntryOptions* entry_options,
                      const Arguments&... arguments) {
  if (entry_options != nullptr) return false;
  PUP::sizer size;
  PackAll(size, arguments...);
  char* const place = BeginItem(to, ep, size.size(), options);
  if (place == nullptr) return false;
  PUP::toMem pack(place);
  PackAll(pack, arguments...);
  FinishItem(options);
  return true;
}

}  // namespace impl
}  // namespace ck

#endif  // CKAGGREGATE_H
