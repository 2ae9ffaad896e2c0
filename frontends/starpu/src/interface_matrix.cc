// STARPU_MATRIX: ny rows of nx elements, ld apart.
#include "frontends/starpu/src/interface_dense.h"

using heddle::starpu::DenseOps;
using heddle::starpu::DenseShape;
using heddle::starpu::InterfaceOf;

namespace {

struct MatrixKind : heddle::starpu::FlatKind<struct starpu_matrix_interface> {
  static constexpr enum starpu_data_interface_id kId = STARPU_MATRIX_INTERFACE_ID;
  static constexpr char kName[] = "matrix", kInterfaceName[] = "STARPU_MATRIX_INTERFACE_ID";
  static DenseShape Shape(const Interface& i) { return DenseShape(i.ptr, i.elemsize).With(i.nx, 1).With(i.ny, i.ld); }
  static size_t AllocationSize(const Interface& i) { return i.allocsize; }
  static void Compact(Interface* i) { i->ld = i->nx; }
};

}  // namespace

extern "C" {

struct starpu_data_interface_ops starpu_interface_matrix_ops = DenseOps<MatrixKind>::Make();

void starpu_matrix_data_register_allocsize(starpu_data_handle_t* handle, int home_node, uintptr_t ptr, uint32_t ld, uint32_t nx,
                                           uint32_t ny, size_t elemsize, size_t allocsize) {
  HEDDLE_CHECK_GE(ld, nx) << "ld of a matrix with rows of " << nx << " elements";
  HEDDLE_CHECK_GE(allocsize, size_t{nx} * ny * elemsize) << "allocsize of a matrix of " << nx << " x " << ny;
  struct starpu_matrix_interface description = {STARPU_MATRIX_INTERFACE_ID, ptr, ptr, 0, nx, ny, ld, elemsize, allocsize};
  starpu_data_register(handle, home_node, &description, &starpu_interface_matrix_ops);
}

void starpu_matrix_data_register(starpu_data_handle_t* handle, int home_node, uintptr_t ptr, uint32_t ld, uint32_t nx, uint32_t ny,
                                 size_t elemsize) {
  starpu_matrix_data_register_allocsize(handle, home_node, ptr, ld, nx, ny, elemsize, size_t{nx} * ny * elemsize);
}

void starpu_matrix_ptr_register(starpu_data_handle_t handle, unsigned node, uintptr_t ptr, uintptr_t dev_handle, size_t offset,
                                uint32_t ld) {
  starpu_data_ptr_register(handle, node);
  struct starpu_matrix_interface& matrix = InterfaceOf<MatrixKind>(handle);
  matrix.ptr = ptr;
  matrix.dev_handle = dev_handle;
  matrix.offset = offset;
  matrix.ld = ld;
}

uint32_t starpu_matrix_get_nx(starpu_data_handle_t handle) { return InterfaceOf<MatrixKind>(handle).nx; }
uint32_t starpu_matrix_get_ny(starpu_data_handle_t handle) { return InterfaceOf<MatrixKind>(handle).ny; }
uint32_t starpu_matrix_get_local_ld(starpu_data_handle_t handle) { return InterfaceOf<MatrixKind>(handle).ld; }
uintptr_t starpu_matrix_get_local_ptr(starpu_data_handle_t handle) { return InterfaceOf<MatrixKind>(handle).ptr; }
size_t starpu_matrix_get_elemsize(starpu_data_handle_t handle) { return InterfaceOf<MatrixKind>(handle).elemsize; }
size_t starpu_matrix_get_allocsize(starpu_data_handle_t handle) { return InterfaceOf<MatrixKind>(handle).allocsize; }

}  // extern "C"
