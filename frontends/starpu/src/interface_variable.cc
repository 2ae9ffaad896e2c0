// STARPU_VARIABLE: some bytes. And void, which has none.
#include "frontends/starpu/src/interface_dense.h"

using heddle::starpu::DenseOps;
using heddle::starpu::DenseShape;
using heddle::starpu::InterfaceOf;

namespace {

struct VariableKind : heddle::starpu::FlatKind<struct starpu_variable_interface> {
  static constexpr enum starpu_data_interface_id kId = STARPU_VARIABLE_INTERFACE_ID;
  static constexpr char kName[] = "variable", kInterfaceName[] = "STARPU_VARIABLE_INTERFACE_ID";
  static DenseShape Shape(const Interface& i) { return {i.ptr, i.elemsize}; }
  static size_t AllocationSize(const Interface& i) { return i.elemsize; }
  static void Compact(Interface*) {}
};

void RegisterVoid(starpu_data_handle_t, int, void*) {}
starpu_ssize_t AllocateVoid(void*, unsigned) { return 0; }
void FreeVoid(void*, unsigned) {}
size_t VoidSize(starpu_data_handle_t) { return 0; }
uint32_t VoidFootprint(starpu_data_handle_t) { return 0; }
int CompareVoid(void*, void*) { return 1; }
int CopyVoid(void*, unsigned, void*, unsigned, void*) { return 0; }
starpu_ssize_t DescribeVoid(void*, char* buffer, size_t size) { return std::snprintf(buffer, size, "void"); }
void DisplayVoid(starpu_data_handle_t, FILE* file) { std::fprintf(file, "void\t"); }
int PackVoid(starpu_data_handle_t, unsigned, void** to, starpu_ssize_t* count) {
  if (to != nullptr) *to = nullptr;
  *count = 0;
  return 0;
}
int UnpackVoid(starpu_data_handle_t, unsigned, void*, size_t) { return 0; }

constexpr struct starpu_data_copy_methods kVoidCopy = {nullptr, nullptr, CopyVoid};

constexpr struct starpu_data_interface_ops VoidOps() {
  struct starpu_data_interface_ops ops = {};
  ops.register_data_handle = RegisterVoid;
  ops.allocate_data_on_node = AllocateVoid;
  ops.free_data_on_node = FreeVoid;
  ops.copy_methods = &kVoidCopy;
  ops.get_size = VoidSize;
  ops.footprint = VoidFootprint;
  ops.compare = CompareVoid;
  ops.display = DisplayVoid;
  ops.describe = DescribeVoid;
  ops.interfaceid = STARPU_VOID_INTERFACE_ID;
  ops.interface_size = 0;
  ops.pack_data = PackVoid;
  ops.peek_data = UnpackVoid;
  ops.unpack_data = UnpackVoid;
  ops.name = const_cast<char*>("STARPU_VOID_INTERFACE_ID");
  return ops;
}

}  // namespace

extern "C" {

struct starpu_data_interface_ops starpu_interface_void_ops = VoidOps();
struct starpu_data_interface_ops starpu_interface_variable_ops = DenseOps<VariableKind>::Make();

void starpu_void_data_register(starpu_data_handle_t* handle) {
  starpu_data_register(handle, STARPU_MAIN_RAM, nullptr, &starpu_interface_void_ops);
}

void starpu_variable_data_register(starpu_data_handle_t* handle, int home_node, uintptr_t ptr, size_t size) {
  struct starpu_variable_interface description = {STARPU_VARIABLE_INTERFACE_ID, ptr, ptr, 0, size};
  starpu_data_register(handle, home_node, &description, &starpu_interface_variable_ops);
}

void starpu_variable_ptr_register(starpu_data_handle_t handle, unsigned node, uintptr_t ptr, uintptr_t dev_handle, size_t offset) {
  starpu_data_ptr_register(handle, node);
  struct starpu_variable_interface& variable = InterfaceOf<VariableKind>(handle);
  variable.ptr = ptr;
  variable.dev_handle = dev_handle;
  variable.offset = offset;
}

size_t starpu_variable_get_elemsize(starpu_data_handle_t handle) { return InterfaceOf<VariableKind>(handle).elemsize; }
uintptr_t starpu_variable_get_local_ptr(starpu_data_handle_t handle) { return InterfaceOf<VariableKind>(handle).ptr; }

}  // extern "C"
