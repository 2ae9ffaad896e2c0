// Futures: plain ones, counting ones, and those of data copies, which the first who asks starts.
#include "parsec/class/parsec_future.h"

#include <sched.h>

#include <cstdarg>
#include <cstdint>

#include "parsec/utils/debug.h"

namespace heddle::parsec {
namespace {

class Hold {
 public:
  explicit Hold(parsec_base_future_t* future) : future_(future) { parsec_atomic_lock(&future_->future_lock); }
  ~Hold() { parsec_atomic_unlock(&future_->future_lock); }
  Hold(const Hold&) = delete;
  Hold& operator=(const Hold&) = delete;

 private:
  parsec_base_future_t* const future_;
};

bool IsComplete(const parsec_base_future_t* future) {
  return (__atomic_load_n(&future->status, __ATOMIC_ACQUIRE) & PARSEC_DATA_FUTURE_STATUS_COMPLETED) != 0;
}

int IsReady(parsec_base_future_t* future) { return IsComplete(future) ? 1 : 0; }

// Publishes the value.
void Complete(parsec_base_future_t* future) {
  __atomic_store_n(&future->status, static_cast<std::uint8_t>(future->status | PARSEC_DATA_FUTURE_STATUS_COMPLETED), __ATOMIC_RELEASE);
}

void* Get(parsec_base_future_t* future) {
  for (int spins = 0; !IsComplete(future);) {
    if (++spins % 128 == 0) sched_yield();
  }
  return future->tracked_data;
}

void Set(parsec_base_future_t* future, void* value) {
  {
    const Hold hold(future);
    if (IsComplete(future)) {
      parsec_warning("a future that has its value is set again; the first one stays");
      return;
    }
    future->tracked_data = value;
    Complete(future);
  }
  if (future->cb_fulfill != nullptr) future->cb_fulfill(future);
}

void* NotToTrigger(parsec_base_future_t* future, ...) { return IsComplete(future) ? future->tracked_data : nullptr; }

void Init(parsec_base_future_t* future, parsec_future_cb_fulfill callback, ...) { future->cb_fulfill = callback; }

// Each set() counts; the last one's value stays.
void SetCounting(parsec_base_future_t* base, void* value) {
  auto* future = reinterpret_cast<parsec_countable_future_t*>(base);
  {
    const Hold hold(base);
    base->tracked_data = value;
    future->count = future->count - 1;
    if (future->count != 0) return;
    Complete(base);
  }
  if (base->cb_fulfill != nullptr) base->cb_fulfill(base);
}

void InitCounting(parsec_base_future_t* base, parsec_future_cb_fulfill callback, ...) {
  base->cb_fulfill = callback;
  va_list arguments;
  va_start(arguments, callback);
  reinterpret_cast<parsec_countable_future_t*>(base)->count = va_arg(arguments, int);
  va_end(arguments);
}

void SetCopy(parsec_base_future_t* future, void* value) {
  const Hold hold(future);
  future->tracked_data = value;
  Complete(future);
}

// Arguments: void* for the callback.
void* GetCopy(parsec_base_future_t* base, ...) {
  auto* future = reinterpret_cast<parsec_datacopy_future_t*>(base);
  bool first;
  {
    const Hold hold(base);
    first = (base->status & PARSEC_DATA_FUTURE_STATUS_TRIGGERED) == 0;
    base->status = static_cast<std::uint8_t>(base->status | PARSEC_DATA_FUTURE_STATUS_TRIGGERED);
  }
  if (first && base->cb_fulfill != nullptr) {
    va_list arguments;
    va_start(arguments, base);
    void* argument = va_arg(arguments, void*);
    va_end(arguments);
    base->cb_fulfill(base, future->cb_fulfill_data_in, argument);
  }
  return IsComplete(base) ? base->tracked_data : nullptr;
}

void InitCopy(parsec_base_future_t* base, parsec_future_cb_fulfill callback, ...) {
  auto* future = reinterpret_cast<parsec_datacopy_future_t*>(base);
  base->cb_fulfill = callback;
  va_list arguments;
  va_start(arguments, callback);
  future->cb_fulfill_data_in = va_arg(arguments, void*);
  future->cb_match = va_arg(arguments, parsec_future_cb_match);
  future->cb_match_data_in = va_arg(arguments, void*);
  future->cb_cleanup = va_arg(arguments, parsec_future_cb_cleanup);
  va_end(arguments);
}

parsec_future_fn_t base_functions = {IsReady, Set, NotToTrigger, Get, Init};
parsec_future_fn_t counting_functions = {IsReady, SetCounting, NotToTrigger, Get, InitCounting};
parsec_future_fn_t copy_functions = {IsReady, SetCopy, GetCopy, Get, InitCopy};

void Construct(parsec_base_future_t* future) {
  future->future_class = &base_functions;
  future->status = PARSEC_DATA_FUTURE_STATUS_INIT;
  future->tracked_data = nullptr;
  future->cb_fulfill = nullptr;
  parsec_atomic_lock_init(&future->future_lock);
}

void ConstructCounting(parsec_countable_future_t* future) {
  future->super.future_class = &counting_functions;
  future->count = 1;
}

void ConstructCopy(parsec_datacopy_future_t* future) {
  future->super.future_class = &copy_functions;
  future->cb_fulfill_data_in = nullptr;
  future->cb_match = nullptr;
  future->cb_match_data_in = nullptr;
  future->cb_cleanup = nullptr;
  future->nested_futures = nullptr;
  future->nested_enable = 0;
}

void DestructCopy(parsec_datacopy_future_t* future) {
  if (future->cb_cleanup != nullptr && IsComplete(&future->super)) future->cb_cleanup(&future->super);
}

}  // namespace
}  // namespace heddle::parsec

using namespace heddle::parsec;  // NOLINT: the C API below is this file's subject.

extern "C" {

PARSEC_OBJ_CLASS_INSTANCE(parsec_base_future_t, parsec_list_item_t, Construct, NULL);
PARSEC_OBJ_CLASS_INSTANCE(parsec_countable_future_t, parsec_base_future_t, ConstructCounting, NULL);
PARSEC_OBJ_CLASS_INSTANCE(parsec_datacopy_future_t, parsec_base_future_t, ConstructCopy, DestructCopy);

}  // extern "C"
