// Datatypes over MPI's. Predefined types are known from a table, so that programs can use them before MPI_Init() or without it.
#include "frontends/parsec/runtime/src/datatype.h"

#include <algorithm>
#include <climits>
#include <cstring>
#include <memory>

#include "parsec/constants.h"
#include "parsec/utils/debug.h"

namespace heddle::parsec {
namespace {

struct Predefined {
  MPI_Datatype type;
  int bytes;
};

// MPI's handles are addresses of objects in its library: constants once the program is loaded.
const Predefined* FindPredefined(MPI_Datatype type) {
  static const Predefined table[] = {
      {MPI_BYTE, 1},
      {MPI_CHAR, 1},
      {MPI_SIGNED_CHAR, 1},
      {MPI_UNSIGNED_CHAR, 1},
      {MPI_INT8_T, 1},
      {MPI_UINT8_T, 1},
      {MPI_PACKED, 1},
      {MPI_SHORT, sizeof(short)},
      {MPI_UNSIGNED_SHORT, sizeof(short)},
      {MPI_INT16_T, 2},
      {MPI_UINT16_T, 2},
      {MPI_INT, sizeof(int)},
      {MPI_UNSIGNED, sizeof(int)},
      {MPI_INT32_T, 4},
      {MPI_UINT32_T, 4},
      {MPI_LONG, sizeof(long)},
      {MPI_UNSIGNED_LONG, sizeof(long)},
      {MPI_LONG_LONG, sizeof(long long)},
      {MPI_UNSIGNED_LONG_LONG, sizeof(long long)},
      {MPI_INT64_T, 8},
      {MPI_UINT64_T, 8},
      {MPI_AINT, sizeof(MPI_Aint)},
      {MPI_FLOAT, sizeof(float)},
      {MPI_DOUBLE, sizeof(double)},
      {MPI_LONG_DOUBLE, sizeof(long double)},
      {MPI_C_COMPLEX, 2 * sizeof(float)},
      {MPI_C_FLOAT_COMPLEX, 2 * sizeof(float)},
      {MPI_C_DOUBLE_COMPLEX, 2 * sizeof(double)},
      {MPI_C_LONG_DOUBLE_COMPLEX, 2 * sizeof(long double)},
      {MPI_C_BOOL, sizeof(bool)},
      {MPI_WCHAR, sizeof(wchar_t)},
      {MPI_COMPLEX, 2 * sizeof(float)},
      {MPI_DOUBLE_COMPLEX, 2 * sizeof(double)},
      {MPI_REAL, sizeof(float)},
      {MPI_DOUBLE_PRECISION, sizeof(double)},
      {MPI_INTEGER, sizeof(int)},
  };
  for (const Predefined& entry : table) {
    if (entry.type == type) return &entry;
  }
  return nullptr;
}

int FromMpi(int status) { return status == MPI_SUCCESS ? PARSEC_SUCCESS : PARSEC_ERROR; }

// Types that programs make are committed at once: they go to functions that communicate.
template <class Make>
int MakeType(int count, parsec_datatype_t* made, Make make) {
  if (count < 0 || made == nullptr) return PARSEC_ERR_BAD_PARAM;
  if (!MpiIsUp()) {
    parsec_warning("a datatype cannot be made before MPI_Init()");
    return PARSEC_ERR_NOT_SUPPORTED;
  }
  if (make() != MPI_SUCCESS) return PARSEC_ERROR;
  return FromMpi(MPI_Type_commit(made));
}

void CheckUsable(parsec_datatype_t type) {
  if (type == MPI_DATATYPE_NULL) parsec_fatal("data without a datatype cannot be copied or sent: give its collection or arena one");
  if (FindPredefined(type) == nullptr && !MpiIsUp()) parsec_fatal("a datatype that is not a predefined one is used without MPI");
}

// Whether nobody can tell an element from size bytes.
bool HasNoGaps(MPI_Datatype type) {
  int size = 0;
  MPI_Aint lower = 0;
  MPI_Aint extent = 0;
  MPI_Aint true_lower = 0;
  MPI_Aint true_extent = 0;
  return MPI_Type_size(type, &size) == MPI_SUCCESS && MPI_Type_get_extent(type, &lower, &extent) == MPI_SUCCESS &&
         MPI_Type_get_true_extent(type, &true_lower, &true_extent) == MPI_SUCCESS && lower == 0 && true_lower == 0 &&
         size == extent && size == true_extent;
}

// MPI counts in ints: long runs go piece by piece. `each(offset of the elements, offset of packed bytes, elements)`.
template <class Each>
void InPieces(const Layout& layout, std::int64_t count, Each each) {
  const std::int64_t most = std::max<std::int64_t>(1, INT_MAX / std::max<std::int64_t>(layout.size, 1));
  for (std::int64_t done = 0; done < count;) {
    const std::int64_t now = std::min(count - done, most);
    each(done * layout.extent, done * layout.size, static_cast<int>(now));
    done += now;
  }
}

}  // namespace

bool MpiIsUp() {
  int up = 0;
  int down = 0;
  MPI_Initialized(&up);
  if (up != 0) MPI_Finalized(&down);
  return up != 0 && down == 0;
}

Layout LayoutOf(parsec_datatype_t type) {
  if (const Predefined* known = FindPredefined(type)) return {known->bytes, known->bytes, true};
  CheckUsable(type);
  int size = 0;
  MPI_Aint lower = 0;
  MPI_Aint extent = 0;
  MPI_Type_size(type, &size);
  MPI_Type_get_extent(type, &lower, &extent);
  return {size, extent, HasNoGaps(type)};
}

std::int64_t PackedBytes(parsec_datatype_t type, std::int64_t count) { return LayoutOf(type).size * count; }

// With one process, and with processes alike, MPI_Pack() writes the elements' bytes one after the other.
void Pack(void* packed, const void* from, parsec_datatype_t type, std::int64_t count) {
  const Layout layout = LayoutOf(type);
  if (layout.contiguous) {
    std::memcpy(packed, from, static_cast<std::size_t>(layout.size * count));
    return;
  }
  InPieces(layout, count, [&](std::int64_t element, std::int64_t byte, int pieces) {
    int position = 0;
    MPI_Pack(static_cast<const char*>(from) + element, pieces, type, static_cast<char*>(packed) + byte,
             static_cast<int>(layout.size * pieces), &position, MPI_COMM_SELF);
  });
}

void Unpack(void* to, parsec_datatype_t type, std::int64_t count, const void* packed) {
  const Layout layout = LayoutOf(type);
  if (layout.contiguous) {
    std::memcpy(to, packed, static_cast<std::size_t>(layout.size * count));
    return;
  }
  InPieces(layout, count, [&](std::int64_t element, std::int64_t byte, int pieces) {
    int position = 0;
    MPI_Unpack(static_cast<const char*>(packed) + byte, static_cast<int>(layout.size * pieces), &position,
               static_cast<char*>(to) + element, pieces, type, MPI_COMM_SELF);
  });
}

void CopyTyped(void* to, parsec_datatype_t to_type, const void* from, parsec_datatype_t from_type, std::int64_t count) {
  if (count <= 0 || (to == from && to_type == from_type)) return;
  const Layout to_layout = LayoutOf(to_type);
  const Layout from_layout = LayoutOf(from_type);
  // As many bytes as there are on both sides: [count] counts elements of the source.
  const std::int64_t bytes = from_layout.size * count;
  const std::int64_t to_count = to_layout.size == 0 ? 0 : bytes / to_layout.size;
  if (to_layout.size * to_count != bytes) {
    parsec_fatal("%lld elements of %lld bytes cannot be copied to elements of %lld bytes", static_cast<long long>(count),
                 static_cast<long long>(from_layout.size), static_cast<long long>(to_layout.size));
  }
  if (to_layout.contiguous && from_layout.contiguous) {
    std::memmove(to, from, static_cast<std::size_t>(bytes));
  } else if (to_layout.contiguous) {
    Pack(to, from, from_type, count);
  } else if (from_layout.contiguous) {
    Unpack(to, to_type, to_count, from);
  } else {
    const std::unique_ptr<char[]> packed(new char[static_cast<std::size_t>(bytes)]);
    Pack(packed.get(), from, from_type, count);
    Unpack(to, to_type, to_count, packed.get());
  }
}

}  // namespace heddle::parsec

using heddle::parsec::FromMpi;
using heddle::parsec::MakeType;
using heddle::parsec::MpiIsUp;

extern "C" {

int parsec_type_size(parsec_datatype_t type, int* size) {
  if (type == PARSEC_DATATYPE_NULL || size == nullptr) return PARSEC_ERR_BAD_PARAM;
  if (const auto* known = heddle::parsec::FindPredefined(type)) {
    *size = known->bytes;
    return PARSEC_SUCCESS;
  }
  return MpiIsUp() ? FromMpi(MPI_Type_size(type, size)) : PARSEC_ERR_NOT_SUPPORTED;
}

int parsec_type_extent(parsec_datatype_t type, ptrdiff_t* lb, ptrdiff_t* extent) {
  if (type == PARSEC_DATATYPE_NULL || lb == nullptr || extent == nullptr) return PARSEC_ERR_BAD_PARAM;
  if (const auto* known = heddle::parsec::FindPredefined(type)) {
    *lb = 0;
    *extent = known->bytes;
    return PARSEC_SUCCESS;
  }
  return MpiIsUp() ? FromMpi(MPI_Type_get_extent(type, lb, extent)) : PARSEC_ERR_NOT_SUPPORTED;
}

int parsec_type_free(parsec_datatype_t* type) {
  if (type == nullptr) return PARSEC_ERR_BAD_PARAM;
  int status = PARSEC_SUCCESS;
  if (*type != PARSEC_DATATYPE_NULL && heddle::parsec::FindPredefined(*type) == nullptr && MpiIsUp()) {
    status = FromMpi(MPI_Type_free(type));
  }
  *type = PARSEC_DATATYPE_NULL;
  return status;
}

int parsec_type_create_contiguous(int count, parsec_datatype_t oldtype, parsec_datatype_t* newtype) {
  return MakeType(count, newtype, [=] { return MPI_Type_contiguous(count, oldtype, newtype); });
}

int parsec_type_create_vector(int count, int blocklength, int stride, parsec_datatype_t oldtype, parsec_datatype_t* newtype) {
  return MakeType(count, newtype, [=] { return MPI_Type_vector(count, blocklength, stride, oldtype, newtype); });
}

int parsec_type_create_hvector(int count, int blocklength, ptrdiff_t stride, parsec_datatype_t oldtype, parsec_datatype_t* newtype) {
  return MakeType(count, newtype, [=] { return MPI_Type_create_hvector(count, blocklength, stride, oldtype, newtype); });
}

int parsec_type_create_indexed(int count, const int array_of_blocklengths[], const int array_of_displacements[],
                               parsec_datatype_t oldtype, parsec_datatype_t* newtype) {
  return MakeType(count, newtype,
                  [=] { return MPI_Type_indexed(count, array_of_blocklengths, array_of_displacements, oldtype, newtype); });
}

int parsec_type_create_indexed_block(int count, int blocklength, const int array_of_displacements[], parsec_datatype_t oldtype,
                                     parsec_datatype_t* newtype) {
  return MakeType(count, newtype,
                  [=] { return MPI_Type_create_indexed_block(count, blocklength, array_of_displacements, oldtype, newtype); });
}

int parsec_type_create_struct(int count, const int array_of_blocklengths[], const ptrdiff_t array_of_displacements[],
                              const parsec_datatype_t array_of_types[], parsec_datatype_t* newtype) {
  return MakeType(count, newtype, [=] {
    return MPI_Type_create_struct(count, array_of_blocklengths, array_of_displacements, array_of_types, newtype);
  });
}

int parsec_type_create_resized(parsec_datatype_t oldtype, ptrdiff_t lb, ptrdiff_t extent, parsec_datatype_t* newtype) {
  return MakeType(0, newtype, [=] { return MPI_Type_create_resized(oldtype, lb, extent, newtype); });
}

int parsec_type_match(parsec_datatype_t dtt1, parsec_datatype_t dtt2) {
  return dtt1 == dtt2 ? PARSEC_SUCCESS : PARSEC_ERROR;
}

int parsec_type_contiguous(parsec_datatype_t dtt) {
  if (dtt == PARSEC_DATATYPE_NULL) return PARSEC_ERR_BAD_PARAM;
  if (heddle::parsec::FindPredefined(dtt) != nullptr) return PARSEC_SUCCESS;
  if (!MpiIsUp()) return PARSEC_ERR_NOT_SUPPORTED;
  return heddle::parsec::HasNoGaps(dtt) ? PARSEC_SUCCESS : PARSEC_ERROR;
}

}  // extern "C"
