// STARPU_BLOCK: nz planes, ldz apart, of ny rows, ldy apart, of nx elements.
#include "frontends/starpu/src/interface_dense.h"

using heddle::starpu::DenseOps;
using heddle::starpu::DenseShape;
using heddle::starpu::InterfaceOf;

namespace {

struct BlockKind : heddle::starpu::FlatKind<struct starpu_block_interface> {
  static constexpr enum starpu_data_interface_id kId = STARPU_BLOCK_INTERFACE_ID;
  static constexpr char kName[] = "block", kInterfaceName[] = "STARPU_BLOCK_INTERFACE_ID";
  static DenseShape Shape(const Interface& i) {
    return DenseShape(i.ptr, i.elemsize).With(i.nx, 1).With(i.ny, i.ldy).With(i.nz, i.ldz);
  }
  static size_t AllocationSize(const Interface& i) { return Shape(i).Bytes(); }
  static void Compact(Interface* i) {
    i->ldy = i->nx;
    i->ldz = i->nx * i->ny;
  }
};

}  // namespace

extern "C" {

struct starpu_data_interface_ops starpu_interface_block_ops = DenseOps<BlockKind>::Make();

void starpu_block_data_register(starpu_data_handle_t* handle, int home_node, uintptr_t ptr, uint32_t ldy, uint32_t ldz, uint32_t nx,
                                uint32_t ny, uint32_t nz, size_t elemsize) {
  HEDDLE_CHECK_GE(ldy, nx) << "ldy of a block with rows of " << nx << " elements";
  struct starpu_block_interface description = {STARPU_BLOCK_INTERFACE_ID, ptr, ptr, 0, nx, ny, nz, ldy, ldz, elemsize};
  starpu_data_register(handle, home_node, &description, &starpu_interface_block_ops);
}

void starpu_block_ptr_register(starpu_data_handle_t handle, unsigned node, uintptr_t ptr, uintptr_t dev_handle, size_t offset,
                               uint32_t ldy, uint32_t ldz) {
  starpu_data_ptr_register(handle, node);
  struct starpu_block_interface& block = InterfaceOf<BlockKind>(handle);
  block.ptr = ptr;
  block.dev_handle = dev_handle;
  block.offset = offset;
  block.ldy = ldy;
  block.ldz = ldz;
}

uint32_t starpu_block_get_nx(starpu_data_handle_t handle) { return InterfaceOf<BlockKind>(handle).nx; }
uint32_t starpu_block_get_ny(starpu_data_handle_t handle) { return InterfaceOf<BlockKind>(handle).ny; }
uint32_t starpu_block_get_nz(starpu_data_handle_t handle) { return InterfaceOf<BlockKind>(handle).nz; }
uint32_t starpu_block_get_local_ldy(starpu_data_handle_t handle) { return InterfaceOf<BlockKind>(handle).ldy; }
uint32_t starpu_block_get_local_ldz(starpu_data_handle_t handle) { return InterfaceOf<BlockKind>(handle).ldz; }
uintptr_t starpu_block_get_local_ptr(starpu_data_handle_t handle) { return InterfaceOf<BlockKind>(handle).ptr; }
size_t starpu_block_get_elemsize(starpu_data_handle_t handle) { return InterfaceOf<BlockKind>(handle).elemsize; }

}  // extern "C"
