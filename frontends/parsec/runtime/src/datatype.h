// Datatypes: what they are made of, and moving elements between layouts.
#ifndef HEDDLE_FRONTENDS_PARSEC_RUNTIME_SRC_DATATYPE_H_
#define HEDDLE_FRONTENDS_PARSEC_RUNTIME_SRC_DATATYPE_H_

#include <cstddef>
#include <cstdint>

#include "parsec/datatype.h"

namespace heddle::parsec {

// Whether MPI's functions may be called.  Cost: a call.
bool MpiIsUp();

// Of all of these: Thread safety: any thread.  Blocking: never.
// Errors: a type that is none, or not a predefined one where MPI is not up, ends the program with a message that says so.

// Copies `count` elements of from_type to elements of to_type with the same data (any gaps); memory that is not of an element stays.
// The two may not overlap, but for to == from with the same type, which is nothing to do.
// Cost: a memcpy where neither has gaps; otherwise a packed buffer.
void CopyTyped(void* to, parsec_datatype_t to_type, const void* from, parsec_datatype_t from_type, std::int64_t count);

// Bytes of `count` elements without their gaps, as Pack() writes them.
std::int64_t PackedBytes(parsec_datatype_t type, std::int64_t count);
void Pack(void* packed, const void* from, parsec_datatype_t type, std::int64_t count);
void Unpack(void* to, parsec_datatype_t type, std::int64_t count, const void* packed);

// Bytes from an element's first to its last (0 gaps at its ends counted), and whether it has gaps.
struct Layout {
  std::int64_t size = 0;    // Bytes of data.
  std::int64_t extent = 0;  // From one element to the next.
  bool contiguous = false;  // No gaps, inside or between elements, and the data begins at the element's address.
};
// Cost: a search in a small cache for predefined types, some calls of MPI otherwise.
Layout LayoutOf(parsec_datatype_t type);

}  // namespace heddle::parsec

#endif  // HEDDLE_FRONTENDS_PARSEC_RUNTIME_SRC_DATATYPE_H_
