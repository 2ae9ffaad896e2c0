// Data and copies as the runtime makes and drops them.
#ifndef HEDDLE_FRONTENDS_PARSEC_RUNTIME_SRC_DATA_H_
#define HEDDLE_FRONTENDS_PARSEC_RUNTIME_SRC_DATA_H_

#include <cstdint>

#include "parsec/arena.h"
#include "parsec/data_internal.h"

namespace heddle::parsec {

// Whether references to the copy are to be counted: it does not belong to a collection, whose data outlive the taskpools over them.
inline bool IsCounted(const parsec_data_copy_t* copy) { return (copy->flags & PARSEC_DATA_FLAG_COLLECTION) == 0; }

// A reference more. copy may be nullptr.
inline void Retain(parsec_data_copy_t* copy, int references = 1) {
  if (copy != nullptr && IsCounted(copy)) parsec_obj_update(&copy->super.super, references);
}

// A reference less; the last one, found without an atomic operation where nobody else has one, gives the memory back.
// Cost: about 2 ns where the copy stays, 10 ns where it goes back to its arena.
inline void Release(parsec_data_copy_t* copy) {
  if (copy == nullptr || !IsCounted(copy)) return;
  parsec_object_t& object = copy->super.super;
  if (__atomic_load_n(&object.obj_reference_count, __ATOMIC_ACQUIRE) == 1 || parsec_obj_update(&object, -1) == 0) {
    object.obj_release(&object);
  }
}

// Bytes of memory of a copy, as far as they are known: its arena's elements, or its piece's span.
std::size_t BytesOf(const parsec_data_copy_t* copy);

}  // namespace heddle::parsec

#endif  // HEDDLE_FRONTENDS_PARSEC_RUNTIME_SRC_DATA_H_
