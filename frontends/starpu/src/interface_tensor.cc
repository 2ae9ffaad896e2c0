// STARPU_TENSOR: a block with a fourth dimension.
#include "frontends/starpu/src/interface_dense.h"

using heddle::starpu::DenseOps;
using heddle::starpu::DenseShape;
using heddle::starpu::InterfaceOf;

namespace {

struct TensorKind : heddle::starpu::FlatKind<struct starpu_tensor_interface> {
  static constexpr enum starpu_data_interface_id kId = STARPU_TENSOR_INTERFACE_ID;
  static constexpr char kName[] = "tensor", kInterfaceName[] = "STARPU_TENSOR_INTERFACE_ID";
  static DenseShape Shape(const Interface& i) {
    return DenseShape(i.ptr, i.elemsize).With(i.nx, 1).With(i.ny, i.ldy).With(i.nz, i.ldz).With(i.nt, i.ldt);
  }
  static size_t AllocationSize(const Interface& i) { return Shape(i).Bytes(); }
  static void Compact(Interface* i) {
    i->ldy = i->nx;
    i->ldz = i->nx * i->ny;
    i->ldt = i->nx * i->ny * i->nz;
  }
};

}  // namespace

extern "C" {

struct starpu_data_interface_ops starpu_interface_tensor_ops = DenseOps<TensorKind>::Make();

void starpu_tensor_data_register(starpu_data_handle_t* handle, int home_node, uintptr_t ptr, uint32_t ldy, uint32_t ldz, uint32_t ldt,
                                 uint32_t nx, uint32_t ny, uint32_t nz, uint32_t nt, size_t elemsize) {
  HEDDLE_CHECK_GE(ldy, nx) << "ldy of a tensor with rows of " << nx << " elements";
  struct starpu_tensor_interface description = {STARPU_TENSOR_INTERFACE_ID, ptr, ptr, 0, nx, ny, nz, nt, ldy, ldz, ldt, elemsize};
  starpu_data_register(handle, home_node, &description, &starpu_interface_tensor_ops);
}

void starpu_tensor_ptr_register(starpu_data_handle_t handle, unsigned node, uintptr_t ptr, uintptr_t dev_handle, size_t offset,
                                uint32_t ldy, uint32_t ldz, uint32_t ldt) {
  starpu_data_ptr_register(handle, node);
  struct starpu_tensor_interface& tensor = InterfaceOf<TensorKind>(handle);
  tensor.ptr = ptr;
  tensor.dev_handle = dev_handle;
  tensor.offset = offset;
  tensor.ldy = ldy;
  tensor.ldz = ldz;
  tensor.ldt = ldt;
}

uint32_t starpu_tensor_get_nx(starpu_data_handle_t handle) { return InterfaceOf<TensorKind>(handle).nx; }
uint32_t starpu_tensor_get_ny(starpu_data_handle_t handle) { return InterfaceOf<TensorKind>(handle).ny; }
uint32_t starpu_tensor_get_nz(starpu_data_handle_t handle) { return InterfaceOf<TensorKind>(handle).nz; }
uint32_t starpu_tensor_get_nt(starpu_data_handle_t handle) { return InterfaceOf<TensorKind>(handle).nt; }
uint32_t starpu_tensor_get_local_ldy(starpu_data_handle_t handle) { return InterfaceOf<TensorKind>(handle).ldy; }
uint32_t starpu_tensor_get_local_ldz(starpu_data_handle_t handle) { return InterfaceOf<TensorKind>(handle).ldz; }
uint32_t starpu_tensor_get_local_ldt(starpu_data_handle_t handle) { return InterfaceOf<TensorKind>(handle).ldt; }
uintptr_t starpu_tensor_get_local_ptr(starpu_data_handle_t handle) { return InterfaceOf<TensorKind>(handle).ptr; }
size_t starpu_tensor_get_elemsize(starpu_data_handle_t handle) { return InterfaceOf<TensorKind>(handle).elemsize; }

}  // extern "C"
