// The predefined filters: a piece is its parent with another size in one dimension and a pointer moved along it.
#include <cstdlib>
#include <cstring>

#include "components/base/check.h"
#include "frontends/starpu/src/handle.h"

namespace {

struct Piece {
  std::uint32_t first;
  std::uint32_t size;
};

// n / parts elements, one more in the first n % parts.
Piece PieceOf(std::uint32_t n, unsigned parts, unsigned id) {
  const std::uint32_t each = n / parts;
  const std::uint32_t more = n % parts;
  return {id * each + (id < more ? id : more), each + (id < more ? 1 : 0)};
}

std::uint32_t Shadow(const struct starpu_data_filter* filter, bool shadowed) {
  return shadowed ? static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(filter->filter_arg_ptr)) : 0;
}

template <typename Interface>
void Move(Interface* child, std::size_t bytes) {
  if (child->ptr == 0) return;  // No memory yet.
  child->ptr += bytes;
  child->dev_handle = child->ptr;
}

// Cuts the dimension `size` of `parent`, whose elements are `stride` elements apart.
template <typename Interface>
Piece Cut(const void* parent, void* child, std::uint32_t Interface::*size, std::uint32_t stride, std::uint32_t shadow, unsigned id,
          unsigned parts) {
  const Interface& from = *static_cast<const Interface*>(parent);
  Interface* const to = static_cast<Interface*>(child);
  HEDDLE_CHECK_GE(from.*size, 2 * shadow) << "data is smaller than its shadow";
  const Piece piece = PieceOf(from.*size - 2 * shadow, parts, id);
  *to = from;
  to->*size = piece.size + 2 * shadow;
  Move(to, std::size_t{piece.first} * stride * from.elemsize);
  return piece;
}

void CutVector(void* parent, void* child, std::uint32_t first, std::uint32_t size) {
  auto* const to = static_cast<struct starpu_vector_interface*>(child);
  *to = *static_cast<struct starpu_vector_interface*>(parent);
  HEDDLE_CHECK_LE(std::uint64_t{first} + size, to->nx) << "pieces of a vector are larger than it";
  to->nx = size;
  to->slice_base += first;
  to->allocsize = size * to->elemsize;
  Move(to, first * to->elemsize);
}

template <typename Size>
void CutVectorByList(void* parent, void* child, const struct starpu_data_filter* filter, unsigned id) {
  const Size* const sizes = static_cast<const Size*>(filter->filter_arg_ptr);
  std::uint32_t first = 0;
  for (unsigned i = 0; i < id; ++i) first += static_cast<std::uint32_t>(sizes[i]);
  CutVector(parent, child, first, static_cast<std::uint32_t>(sizes[id]));
}

using Matrix = struct starpu_matrix_interface;
void CutMatrix(void* parent, void* child, std::uint32_t Matrix::*size, std::uint32_t stride, std::uint32_t shadow, unsigned id,
               unsigned parts) {
  Cut(parent, child, size, stride, shadow, id, parts);
  Matrix* const to = static_cast<Matrix*>(child);
  to->allocsize = std::size_t{to->nx} * to->ny * to->elemsize;
}

using Ndim = struct starpu_ndim_interface;
void CutNdim(void* parent, void* child, const struct starpu_data_filter* filter, std::uint32_t shadow, unsigned id, unsigned parts) {
  const Ndim& from = *static_cast<const Ndim*>(parent);
  Ndim* const to = static_cast<Ndim*>(child);
  const unsigned dimension = filter->filter_arg;
  HEDDLE_CHECK_LT(dimension, from.ndim) << "the dimension that a filter cuts";
  std::uint32_t* const nn = static_cast<std::uint32_t*>(std::realloc(to->nn, from.ndim * sizeof(std::uint32_t)));
  std::uint32_t* const ldn = static_cast<std::uint32_t*>(std::realloc(to->ldn, from.ndim * sizeof(std::uint32_t)));
  HEDDLE_CHECK(nn != nullptr && ldn != nullptr) << "no memory for " << from.ndim << " dimensions";
  std::memcpy(nn, from.nn, from.ndim * sizeof(std::uint32_t));
  std::memcpy(ldn, from.ldn, from.ndim * sizeof(std::uint32_t));
  HEDDLE_CHECK_GE(nn[dimension], 2 * shadow) << "data is smaller than its shadow";
  const Piece piece = PieceOf(nn[dimension] - 2 * shadow, parts, id);
  *to = from;
  to->nn = nn;
  to->ldn = ldn;
  nn[dimension] = piece.size + 2 * shadow;
  to->allocsize = to->elemsize;
  for (std::size_t d = 0; d < to->ndim; ++d) to->allocsize *= nn[d];
  Move(to, std::size_t{piece.first} * ldn[dimension] * to->elemsize);
}

}  // namespace

#define FILTER(name) \
  void name(void* parent, void* child, [[maybe_unused]] struct starpu_data_filter* f, unsigned id, unsigned nparts)
#define STRIDE(Kind, field) static_cast<struct Kind*>(parent)->field

extern "C" {

void starpu_filter_nparts_compute_chunk_size_and_offset(unsigned n, unsigned nparts, size_t elemsize, unsigned id,
                                                        unsigned blocksize, unsigned* chunk_size, size_t* offset) {
  const Piece piece = PieceOf(n, nparts, id);
  *chunk_size = piece.size;
  if (offset != nullptr) *offset = std::size_t{piece.first} * blocksize * elemsize;
}

FILTER(starpu_vector_filter_block) {
  const Piece piece = PieceOf(static_cast<struct starpu_vector_interface*>(parent)->nx, nparts, id);
  CutVector(parent, child, piece.first, piece.size);
}
FILTER(starpu_vector_filter_block_shadow) {
  const std::uint32_t shadow = Shadow(f, true);
  const Piece piece = PieceOf(static_cast<struct starpu_vector_interface*>(parent)->nx - 2 * shadow, nparts, id);
  CutVector(parent, child, piece.first, piece.size + 2 * shadow);
}
FILTER(starpu_vector_filter_list) { (void)nparts; CutVectorByList<std::uint32_t>(parent, child, f, id); }
FILTER(starpu_vector_filter_list_long) { (void)nparts; CutVectorByList<long>(parent, child, f, id); }
FILTER(starpu_vector_filter_divide_in_2) {
  (void)nparts;
  const std::uint32_t whole = static_cast<struct starpu_vector_interface*>(parent)->nx;
  HEDDLE_CHECK_LE(f->filter_arg, whole) << "the first of two pieces of a vector";
  CutVector(parent, child, id == 0 ? 0 : f->filter_arg, id == 0 ? f->filter_arg : whole - f->filter_arg);
}
FILTER(starpu_vector_filter_pick_variable) {
  (void)nparts;
  const auto& from = *static_cast<struct starpu_vector_interface*>(parent);
  auto* const to = static_cast<struct starpu_variable_interface*>(child);
  *to = {STARPU_VARIABLE_INTERFACE_ID, from.ptr, from.ptr, 0, from.elemsize};
  Move(to, (reinterpret_cast<std::uintptr_t>(f->filter_arg_ptr) + id) * from.elemsize);
}
struct starpu_data_interface_ops* starpu_vector_filter_pick_variable_child_ops(struct starpu_data_filter*, unsigned) {
  return &starpu_interface_variable_ops;
}

FILTER(starpu_matrix_filter_block) { CutMatrix(parent, child, &Matrix::nx, 1, 0, id, nparts); }
FILTER(starpu_matrix_filter_block_shadow) { CutMatrix(parent, child, &Matrix::nx, 1, Shadow(f, true), id, nparts); }
FILTER(starpu_matrix_filter_vertical_block) {
  CutMatrix(parent, child, &Matrix::ny, STRIDE(starpu_matrix_interface, ld), 0, id, nparts);
}
FILTER(starpu_matrix_filter_vertical_block_shadow) {
  CutMatrix(parent, child, &Matrix::ny, STRIDE(starpu_matrix_interface, ld), Shadow(f, true), id, nparts);
}
FILTER(starpu_matrix_filter_pick_vector_y) {
  (void)nparts;
  const auto& from = *static_cast<Matrix*>(parent);
  auto* const to = static_cast<struct starpu_vector_interface*>(child);
  *to = {STARPU_VECTOR_INTERFACE_ID, from.ptr, from.ptr, 0, from.nx, from.elemsize, 0, from.nx * from.elemsize};
  Move(to, (reinterpret_cast<std::uintptr_t>(f->filter_arg_ptr) + id) * from.ld * from.elemsize);
}
struct starpu_data_interface_ops* starpu_matrix_filter_pick_vector_child_ops(struct starpu_data_filter*, unsigned) {
  return &starpu_interface_vector_ops;
}

FILTER(starpu_block_filter_block) { Cut(parent, child, &starpu_block_interface::nx, 1, 0, id, nparts); }
FILTER(starpu_block_filter_block_shadow) { Cut(parent, child, &starpu_block_interface::nx, 1, Shadow(f, true), id, nparts); }
FILTER(starpu_block_filter_vertical_block) {
  Cut(parent, child, &starpu_block_interface::ny, STRIDE(starpu_block_interface, ldy), 0, id, nparts);
}
FILTER(starpu_block_filter_vertical_block_shadow) {
  Cut(parent, child, &starpu_block_interface::ny, STRIDE(starpu_block_interface, ldy), Shadow(f, true), id, nparts);
}
FILTER(starpu_block_filter_depth_block) {
  Cut(parent, child, &starpu_block_interface::nz, STRIDE(starpu_block_interface, ldz), 0, id, nparts);
}
FILTER(starpu_block_filter_depth_block_shadow) {
  Cut(parent, child, &starpu_block_interface::nz, STRIDE(starpu_block_interface, ldz), Shadow(f, true), id, nparts);
}

FILTER(starpu_tensor_filter_block) { Cut(parent, child, &starpu_tensor_interface::nx, 1, 0, id, nparts); }
FILTER(starpu_tensor_filter_vertical_block) {
  Cut(parent, child, &starpu_tensor_interface::ny, STRIDE(starpu_tensor_interface, ldy), 0, id, nparts);
}
FILTER(starpu_tensor_filter_depth_block) {
  Cut(parent, child, &starpu_tensor_interface::nz, STRIDE(starpu_tensor_interface, ldz), 0, id, nparts);
}
FILTER(starpu_tensor_filter_time_block) {
  Cut(parent, child, &starpu_tensor_interface::nt, STRIDE(starpu_tensor_interface, ldt), 0, id, nparts);
}

FILTER(starpu_ndim_filter_block) { CutNdim(parent, child, f, 0, id, nparts); }
FILTER(starpu_ndim_filter_block_shadow) { CutNdim(parent, child, f, Shadow(f, true), id, nparts); }

}  // extern "C"
