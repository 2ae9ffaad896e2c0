// What handles of every kind can do: pointers, sizes, packing, copies.
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "frontends/starpu/src/context.h"

using heddle::starpu::Handle;

namespace {

heddle::SpinLock id_lock;
int next_id = STARPU_MAX_INTERFACE_ID;

// Between two interfaces of one kind.
int CopyInterface(const struct starpu_data_interface_ops& ops, void* from, void* to) {
  const struct starpu_data_copy_methods* const methods = ops.copy_methods;
  if (methods == nullptr) return -ENOSYS;
  if (methods->ram_to_ram != nullptr) return methods->ram_to_ram(from, STARPU_MAIN_RAM, to, STARPU_MAIN_RAM);
  if (methods->any_to_any != nullptr) return methods->any_to_any(from, STARPU_MAIN_RAM, to, STARPU_MAIN_RAM, nullptr);
  return -ENOSYS;
}

struct CopyRequest {
  Handle from;
  Handle to;
};

void RunCopy(void** interfaces, void* arg) {
  const auto* const request = static_cast<const CopyRequest*>(arg);
  const int error = CopyInterface(*request->from->ops, interfaces[1], interfaces[0]);
  HEDDLE_CHECK_EQ(error, 0) << "starpu_data_cpy";
}

struct starpu_codelet copy_codelet = [] {
  struct starpu_codelet codelet = {};
  codelet.where = STARPU_CPU;
  codelet.cpu_funcs[0] = RunCopy;
  codelet.nbuffers = 2;
  codelet.modes[0] = STARPU_W;
  codelet.modes[1] = STARPU_R;
  codelet.name = "starpu_data_cpy";
  return codelet;
}();

}  // namespace

extern "C" {

int starpu_data_interface_get_next_id(void) {
  id_lock.lock();
  const int id = next_id++;
  id_lock.unlock();
  return id;
}

void starpu_data_ptr_register(starpu_data_handle_t handle, unsigned node) {
  HEDDLE_CHECK_EQ(node, static_cast<unsigned>(STARPU_MAIN_RAM)) << "a memory node that does not exist";
  HEDDLE_CHECK(!handle->own_memory) << "memory is given to data that has memory of the library's";
  handle->allocated = handle->initialized = true;
}

// A kind whose interfaces describe themselves: the copy has the sizes of the source and no memory.
void starpu_data_register_same(starpu_data_handle_t* handledst, starpu_data_handle_t handlesrc) {
  starpu_data_register(handledst, -1, handlesrc->interface, handlesrc->ops);
  (*handledst)->sequential_consistency = handlesrc->sequential_consistency;
}

void* starpu_data_handle_to_pointer(starpu_data_handle_t handle, unsigned node) {
  if (handle->ops->to_pointer != nullptr) return handle->ops->to_pointer(handle->interface, node);
  return handle->ops->handle_to_pointer != nullptr ? handle->ops->handle_to_pointer(handle, node) : nullptr;
}
void* starpu_data_get_local_ptr(starpu_data_handle_t handle) { return starpu_data_handle_to_pointer(handle, STARPU_MAIN_RAM); }
int starpu_data_pointer_is_inside(starpu_data_handle_t handle, unsigned node, void* ptr) {
  return handle->ops->pointer_is_inside == nullptr ? -1 : handle->ops->pointer_is_inside(handle->interface, node, ptr);
}
void* starpu_data_get_interface_on_node(starpu_data_handle_t handle, unsigned memory_node) {
  HEDDLE_CHECK_EQ(memory_node, static_cast<unsigned>(STARPU_MAIN_RAM)) << "a memory node that does not exist";
  return handle->interface;
}
enum starpu_data_interface_id starpu_data_get_interface_id(starpu_data_handle_t handle) { return handle->ops->interfaceid; }

size_t starpu_data_get_size(starpu_data_handle_t handle) { return handle->ops->get_size(handle); }
size_t starpu_data_get_alloc_size(starpu_data_handle_t handle) {
  return handle->ops->get_alloc_size != nullptr ? handle->ops->get_alloc_size(handle) : starpu_data_get_size(handle);
}
starpu_ssize_t starpu_data_get_max_size(starpu_data_handle_t handle) {
  return static_cast<starpu_ssize_t>(handle->ops->get_max_size != nullptr ? handle->ops->get_max_size(handle)
                                                                           : starpu_data_get_size(handle));
}
int starpu_data_get_home_node(starpu_data_handle_t handle) { return handle->home_node; }

void starpu_data_print(starpu_data_handle_t handle, unsigned, FILE* stream) {
  char text[1024] = "no description";
  if (handle->ops->describe != nullptr) (void)handle->ops->describe(handle->interface, text, sizeof(text));
  std::fprintf(stream, "%s\n", text);
}

int starpu_data_pack_node(starpu_data_handle_t handle, unsigned node, void** ptr, starpu_ssize_t* count) {
  return handle->ops->pack_data == nullptr ? -ENOSYS : handle->ops->pack_data(handle, node, ptr, count);
}
int starpu_data_pack(starpu_data_handle_t handle, void** ptr, starpu_ssize_t* count) {
  return starpu_data_pack_node(handle, STARPU_MAIN_RAM, ptr, count);
}
int starpu_data_unpack_node(starpu_data_handle_t handle, unsigned node, void* ptr, size_t count) {
  return handle->ops->unpack_data == nullptr ? -ENOSYS : handle->ops->unpack_data(handle, node, ptr, count);
}
int starpu_data_unpack(starpu_data_handle_t handle, void* ptr, size_t count) {
  return starpu_data_unpack_node(handle, STARPU_MAIN_RAM, ptr, count);
}
int starpu_data_peek_node(starpu_data_handle_t handle, unsigned node, void* ptr, size_t count) {
  return handle->ops->peek_data == nullptr ? -ENOSYS : handle->ops->peek_data(handle, node, ptr, count);
}
int starpu_data_peek(starpu_data_handle_t handle, void* ptr, size_t count) {
  return starpu_data_peek_node(handle, STARPU_MAIN_RAM, ptr, count);
}

int starpu_data_cpy(starpu_data_handle_t dst_handle, starpu_data_handle_t src_handle, int asynchronous,
                    void (*callback_func)(void*), void* callback_arg) {
  HEDDLE_CHECK(dst_handle->ops == src_handle->ops) << "starpu_data_cpy between two kinds of data";
  auto* const request = static_cast<CopyRequest*>(std::malloc(sizeof(CopyRequest)));
  HEDDLE_CHECK(request != nullptr) << "no memory for a copy";
  *request = {src_handle, dst_handle};
  struct starpu_task* const task = starpu_task_create();
  task->cl = &copy_codelet;
  task->handles[0] = dst_handle;
  task->handles[1] = src_handle;
  task->cl_arg = request;
  task->cl_arg_size = sizeof(*request);
  task->cl_arg_free = 1;
  task->callback_func = callback_func;
  task->callback_arg = callback_arg;
  task->synchronous = !asynchronous;
  return starpu_task_submit(task);
}

int starpu_interface_copy(uintptr_t src, size_t src_offset, unsigned, uintptr_t dst, size_t dst_offset, unsigned, size_t size,
                          void*) {
  std::memcpy(reinterpret_cast<char*>(dst) + dst_offset, reinterpret_cast<const char*>(src) + src_offset, size);
  return 0;
}

int starpu_interface_copy2d(uintptr_t src, size_t src_offset, unsigned src_node, uintptr_t dst, size_t dst_offset, unsigned dst_node,
                            size_t blocksize, size_t numblocks, size_t ld_src, size_t ld_dst, void* async_data) {
  for (size_t i = 0; i < numblocks; ++i) {
    starpu_interface_copy(src, src_offset + i * ld_src, src_node, dst, dst_offset + i * ld_dst, dst_node, blocksize, async_data);
  }
  return 0;
}

int starpu_interface_copy3d(uintptr_t src, size_t src_offset, unsigned src_node, uintptr_t dst, size_t dst_offset, unsigned dst_node,
                            size_t blocksize, size_t numblocks1, size_t ld1_src, size_t ld1_dst, size_t numblocks2, size_t ld2_src,
                            size_t ld2_dst, void* async_data) {
  for (size_t i = 0; i < numblocks2; ++i) {
    starpu_interface_copy2d(src, src_offset + i * ld2_src, src_node, dst, dst_offset + i * ld2_dst, dst_node, blocksize, numblocks1,
                            ld1_src, ld1_dst, async_data);
  }
  return 0;
}

int starpu_interface_copy4d(uintptr_t src, size_t src_offset, unsigned src_node, uintptr_t dst, size_t dst_offset, unsigned dst_node,
                            size_t blocksize, size_t numblocks1, size_t ld1_src, size_t ld1_dst, size_t numblocks2, size_t ld2_src,
                            size_t ld2_dst, size_t numblocks3, size_t ld3_src, size_t ld3_dst, void* async_data) {
  for (size_t i = 0; i < numblocks3; ++i) {
    starpu_interface_copy3d(src, src_offset + i * ld3_src, src_node, dst, dst_offset + i * ld3_dst, dst_node, blocksize, numblocks1,
                            ld1_src, ld1_dst, numblocks2, ld2_src, ld2_dst, async_data);
  }
  return 0;
}

uintptr_t starpu_malloc_on_node_flags(unsigned dst_node, size_t size, int flags) {
  void* memory = nullptr;
  if (dst_node != STARPU_MAIN_RAM || starpu_malloc_flags(&memory, size, flags) != 0) return 0;
  return reinterpret_cast<uintptr_t>(memory);
}
uintptr_t starpu_malloc_on_node(unsigned dst_node, size_t size) { return starpu_malloc_on_node_flags(dst_node, size, 0); }
void starpu_free_on_node_flags(unsigned, uintptr_t addr, size_t size, int flags) {
  starpu_free_flags(reinterpret_cast<void*>(addr), size, flags);
}
void starpu_free_on_node(unsigned dst_node, uintptr_t addr, size_t size) { starpu_free_on_node_flags(dst_node, addr, size, 0); }

}  // extern "C"
