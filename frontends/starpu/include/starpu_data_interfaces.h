/* What a piece of data looks like in memory: the predefined kinds (void, variable, vector, matrix, block, tensor, ndim),
 * and the table of functions by which a program adds a kind of its own.
 *
 * Contexts, unless said otherwise: registration from the program, task bodies and callbacks; getters from anywhere while the
 * handle is registered. Errors: a handle of another kind, or a null pointer with home node 0, ends the process with a message.
 * Only main memory (node 0) holds replicas here: `ptr + offset` is where a task body finds its elements, and offset is 0. */
#ifndef STARPU_DATA_INTERFACES_H
#define STARPU_DATA_INTERFACES_H

#include "starpu_config.h"
#include "starpu_data.h"
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

enum starpu_data_interface_id {
  STARPU_UNKNOWN_INTERFACE_ID = -1,
  STARPU_MATRIX_INTERFACE_ID = 0,
  STARPU_BLOCK_INTERFACE_ID = 1,
  STARPU_VECTOR_INTERFACE_ID = 2,
  STARPU_CSR_INTERFACE_ID = 3,
  STARPU_BCSR_INTERFACE_ID = 4,
  STARPU_VARIABLE_INTERFACE_ID = 5,
  STARPU_VOID_INTERFACE_ID = 6,
  STARPU_MULTIFORMAT_INTERFACE_ID = 7,
  STARPU_COO_INTERFACE_ID = 8,
  STARPU_TENSOR_INTERFACE_ID = 9,
  STARPU_NDIM_INTERFACE_ID = 10,
  STARPU_MAX_INTERFACE_ID = 11 /* The first id of kinds that programs define. */
};

/* How replicas are copied. Called by starpu_data_cpy() for kinds that programs define: ram_to_ram, or else any_to_any. */
struct starpu_data_copy_methods {
  int (*can_copy)(void* src_interface, unsigned src_node, void* dst_interface, unsigned dst_node, unsigned handling_node);
  int (*ram_to_ram)(void* src_interface, unsigned src_node, void* dst_interface, unsigned dst_node);
  int (*any_to_any)(void* src_interface, unsigned src_node, void* dst_interface, unsigned dst_node, void* async_data);
};

struct starpu_multiformat_data_interface_ops;

/* A kind of data. Required: register_data_handle, get_size, interface_size, and interfaceid from
 * starpu_data_interface_get_next_id() (or STARPU_UNKNOWN_INTERFACE_ID, then one is given at the first registration);
 * allocate_data_on_node and free_data_on_node where handles may live without home memory. Everything else may be null. */
struct starpu_data_interface_ops {
  /* Fills the interface of each node (starpu_data_get_interface_on_node) from the program's description: pointers only on the
   * home node. */
  void (*register_data_handle)(starpu_data_handle_t handle, int home_node, void* data_interface);
  void (*unregister_data_handle)(starpu_data_handle_t handle);
  /* Sets the pointers and returns the bytes allocated, or -ENOMEM. */
  starpu_ssize_t (*allocate_data_on_node)(void* data_interface, unsigned node);
  void (*free_data_on_node)(void* data_interface, unsigned node);
  void (*cache_data_on_node)(void* data_interface, unsigned node);
  void (*reuse_data_on_node)(void* dst_data_interface, const void* cached_interface, unsigned node);
  /* Called once on the zeroed memory of an interface, before register_data_handle. */
  void (*init)(void* data_interface);
  const struct starpu_data_copy_methods* copy_methods;
  void* (*handle_to_pointer)(starpu_data_handle_t handle, unsigned node); /* Deprecated in favour of to_pointer. */
  void* (*to_pointer)(void* data_interface, unsigned node);
  int (*pointer_is_inside)(void* data_interface, unsigned node, void* ptr);
  size_t (*get_size)(starpu_data_handle_t handle);
  size_t (*get_alloc_size)(starpu_data_handle_t handle); /* Null: get_size. */
  size_t (*get_max_size)(starpu_data_handle_t handle); /* Null: get_size. */
  uint32_t (*footprint)(starpu_data_handle_t handle);
  uint32_t (*alloc_footprint)(starpu_data_handle_t handle);
  int (*compare)(void* data_interface_a, void* data_interface_b);
  int (*alloc_compare)(void* data_interface_a, void* data_interface_b);
  void (*display)(starpu_data_handle_t handle, FILE* f);
  starpu_ssize_t (*describe)(void* data_interface, char* buf, size_t size);
  enum starpu_data_interface_id interfaceid;
  size_t interface_size;
  char is_multiformat; /* Must be 0. */
  char dontcache;
  struct starpu_multiformat_data_interface_ops* (*get_mf_ops)(void* data_interface);
  /* Sets *count to the packed size; where ptr is not null also allocates *ptr by starpu_malloc_on_node() and packs. */
  int (*pack_data)(starpu_data_handle_t handle, unsigned node, void** ptr, starpu_ssize_t* count);
  int (*peek_data)(starpu_data_handle_t handle, unsigned node, void* ptr, size_t count); /* Unpacks, keeps the buffer. */
  int (*unpack_data)(starpu_data_handle_t handle, unsigned node, void* ptr, size_t count); /* Unpacks and frees it. */
  char* name;
};

/* ---- Handles of any kind ---- */

/* Registers data described by `data_interface`, copied, with these operations. Home node STARPU_MAIN_RAM: the program's memory;
 * -1: allocated by the first task that writes. */
void starpu_data_register(starpu_data_handle_t* handleptr, int home_node, void* data_interface, struct starpu_data_interface_ops* ops);
/* Says that the memory of this node is being set: starpu_X_ptr_register() calls it. */
void starpu_data_ptr_register(starpu_data_handle_t handle, unsigned node);
/* New data of the same kind and size, without home memory. */
void starpu_data_register_same(starpu_data_handle_t* handledst, starpu_data_handle_t handlesrc);

/* Where the data is, or null where its kind has no address or it has no memory yet. The program may use what is there only
 * between acquire and release. */
void* starpu_data_handle_to_pointer(starpu_data_handle_t handle, unsigned node);
void* starpu_data_get_local_ptr(starpu_data_handle_t handle);
/* 1, 0, or -1 where the kind cannot tell. */
int starpu_data_pointer_is_inside(starpu_data_handle_t handle, unsigned node, void* ptr);
void* starpu_data_get_interface_on_node(starpu_data_handle_t handle, unsigned memory_node);
enum starpu_data_interface_id starpu_data_get_interface_id(starpu_data_handle_t handle);
size_t starpu_data_get_size(starpu_data_handle_t handle);
size_t starpu_data_get_alloc_size(starpu_data_handle_t handle);
starpu_ssize_t starpu_data_get_max_size(starpu_data_handle_t handle);
int starpu_data_get_home_node(starpu_data_handle_t handle);
void starpu_data_print(starpu_data_handle_t handle, unsigned node, FILE* stream);
int starpu_data_interface_get_next_id(void);

/* Packs into a new buffer, unpacks and frees it, unpacks and keeps it. The caller holds the data. 0, or -ENOSYS where the kind
 * has no such operation (the original asserts). */
int starpu_data_pack(starpu_data_handle_t handle, void** ptr, starpu_ssize_t* count);
int starpu_data_pack_node(starpu_data_handle_t handle, unsigned node, void** ptr, starpu_ssize_t* count);
int starpu_data_unpack(starpu_data_handle_t handle, void* ptr, size_t count);
int starpu_data_unpack_node(starpu_data_handle_t handle, unsigned node, void* ptr, size_t count);
int starpu_data_peek(starpu_data_handle_t handle, void* ptr, size_t count);
int starpu_data_peek_node(starpu_data_handle_t handle, unsigned node, void* ptr, size_t count);

/* Copies the value of one handle to another of the same kind and size, by a task. asynchronous: does not wait; callback(arg)
 * runs once it is done. Any kind with copy methods. */
int starpu_data_cpy(starpu_data_handle_t dst_handle, starpu_data_handle_t src_handle, int asynchronous,
                    void (*callback_func)(void*), void* callback_arg);

/* For any_to_any: copy now, return 0. */
int starpu_interface_copy(uintptr_t src, size_t src_offset, unsigned src_node, uintptr_t dst, size_t dst_offset, unsigned dst_node,
                          size_t size, void* async_data);
int starpu_interface_copy2d(uintptr_t src, size_t src_offset, unsigned src_node, uintptr_t dst, size_t dst_offset, unsigned dst_node,
                            size_t blocksize, size_t numblocks, size_t ld_src, size_t ld_dst, void* async_data);
int starpu_interface_copy3d(uintptr_t src, size_t src_offset, unsigned src_node, uintptr_t dst, size_t dst_offset, unsigned dst_node,
                            size_t blocksize, size_t numblocks1, size_t ld1_src, size_t ld1_dst, size_t numblocks2, size_t ld2_src,
                            size_t ld2_dst, void* async_data);
int starpu_interface_copy4d(uintptr_t src, size_t src_offset, unsigned src_node, uintptr_t dst, size_t dst_offset, unsigned dst_node,
                            size_t blocksize, size_t numblocks1, size_t ld1_src, size_t ld1_dst, size_t numblocks2, size_t ld2_src,
                            size_t ld2_dst, size_t numblocks3, size_t ld3_src, size_t ld3_dst, void* async_data);

/* Memory of a node, for allocate_data_on_node and free_data_on_node. 0 where there is none. */
uintptr_t starpu_malloc_on_node(unsigned dst_node, size_t size);
uintptr_t starpu_malloc_on_node_flags(unsigned dst_node, size_t size, int flags);
void starpu_free_on_node(unsigned dst_node, uintptr_t addr, size_t size);
void starpu_free_on_node_flags(unsigned dst_node, uintptr_t addr, size_t size, int flags);

/* ---- Void: no memory, only an order of accesses ---- */

extern struct starpu_data_interface_ops starpu_interface_void_ops;

void starpu_void_data_register(starpu_data_handle_t* handle);

/* ---- Variable: `elemsize` bytes ---- */

extern struct starpu_data_interface_ops starpu_interface_variable_ops;

struct starpu_variable_interface {
  enum starpu_data_interface_id id;
  uintptr_t ptr;
  uintptr_t dev_handle;
  size_t offset;
  size_t elemsize;
};

void starpu_variable_data_register(starpu_data_handle_t* handle, int home_node, uintptr_t ptr, size_t size);
void starpu_variable_ptr_register(starpu_data_handle_t handle, unsigned node, uintptr_t ptr, uintptr_t dev_handle, size_t offset);
size_t starpu_variable_get_elemsize(starpu_data_handle_t handle);
uintptr_t starpu_variable_get_local_ptr(starpu_data_handle_t handle);

#define STARPU_VARIABLE_GET_PTR(interface) (((struct starpu_variable_interface*)(interface))->ptr)
#define STARPU_VARIABLE_GET_DEV_HANDLE(interface) (((struct starpu_variable_interface*)(interface))->ptr)
#define STARPU_VARIABLE_GET_OFFSET(interface) (((struct starpu_variable_interface*)(interface))->offset)
#define STARPU_VARIABLE_GET_ELEMSIZE(interface) (((struct starpu_variable_interface*)(interface))->elemsize)

/* ---- Vector: nx elements ---- */

extern struct starpu_data_interface_ops starpu_interface_vector_ops;

struct starpu_vector_interface {
  enum starpu_data_interface_id id;
  uintptr_t ptr;
  uintptr_t dev_handle;
  size_t offset;
  uint32_t nx;
  size_t elemsize;
  uint32_t slice_base; /* The piece's first element in the vector that was cut. */
  size_t allocsize; /* Bytes of the memory, at least nx * elemsize. */
};

void starpu_vector_data_register(starpu_data_handle_t* handle, int home_node, uintptr_t ptr, uint32_t nx, size_t elemsize);
void starpu_vector_data_register_allocsize(starpu_data_handle_t* handle, int home_node, uintptr_t ptr, uint32_t nx, size_t elemsize,
                                           size_t allocsize);
void starpu_vector_ptr_register(starpu_data_handle_t handle, unsigned node, uintptr_t ptr, uintptr_t dev_handle, size_t offset);
uint32_t starpu_vector_get_nx(starpu_data_handle_t handle);
size_t starpu_vector_get_elemsize(starpu_data_handle_t handle);
size_t starpu_vector_get_allocsize(starpu_data_handle_t handle);
uintptr_t starpu_vector_get_local_ptr(starpu_data_handle_t handle);

#define STARPU_VECTOR_GET_PTR(interface) (((struct starpu_vector_interface*)(interface))->ptr)
#define STARPU_VECTOR_GET_DEV_HANDLE(interface) (((struct starpu_vector_interface*)(interface))->dev_handle)
#define STARPU_VECTOR_GET_OFFSET(interface) (((struct starpu_vector_interface*)(interface))->offset)
#define STARPU_VECTOR_GET_NX(interface) (((struct starpu_vector_interface*)(interface))->nx)
#define STARPU_VECTOR_GET_ELEMSIZE(interface) (((struct starpu_vector_interface*)(interface))->elemsize)
#define STARPU_VECTOR_GET_ALLOCSIZE(interface) (((struct starpu_vector_interface*)(interface))->allocsize)
#define STARPU_VECTOR_GET_SLICE_BASE(interface) (((struct starpu_vector_interface*)(interface))->slice_base)
#define STARPU_VECTOR_SET_NX(interface, newnx) ((void)(((struct starpu_vector_interface*)(interface))->nx = (newnx)))

/* ---- Matrix: element (x, y) at ptr[y * ld + x] ---- */

extern struct starpu_data_interface_ops starpu_interface_matrix_ops;

struct starpu_matrix_interface {
  enum starpu_data_interface_id id;
  uintptr_t ptr;
  uintptr_t dev_handle;
  size_t offset;
  uint32_t nx;
  uint32_t ny;
  uint32_t ld;
  size_t elemsize;
  size_t allocsize;
};

void starpu_matrix_data_register(starpu_data_handle_t* handle, int home_node, uintptr_t ptr, uint32_t ld, uint32_t nx, uint32_t ny,
                                 size_t elemsize);
void starpu_matrix_data_register_allocsize(starpu_data_handle_t* handle, int home_node, uintptr_t ptr, uint32_t ld, uint32_t nx,
                                           uint32_t ny, size_t elemsize, size_t allocsize);
void starpu_matrix_ptr_register(starpu_data_handle_t handle, unsigned node, uintptr_t ptr, uintptr_t dev_handle, size_t offset,
                                uint32_t ld);
uint32_t starpu_matrix_get_nx(starpu_data_handle_t handle);
uint32_t starpu_matrix_get_ny(starpu_data_handle_t handle);
uint32_t starpu_matrix_get_local_ld(starpu_data_handle_t handle);
uintptr_t starpu_matrix_get_local_ptr(starpu_data_handle_t handle);
size_t starpu_matrix_get_elemsize(starpu_data_handle_t handle);
size_t starpu_matrix_get_allocsize(starpu_data_handle_t handle);

#define STARPU_MATRIX_GET_PTR(interface) (((struct starpu_matrix_interface*)(interface))->ptr)
#define STARPU_MATRIX_GET_DEV_HANDLE(interface) (((struct starpu_matrix_interface*)(interface))->dev_handle)
#define STARPU_MATRIX_GET_OFFSET(interface) (((struct starpu_matrix_interface*)(interface))->offset)
#define STARPU_MATRIX_GET_NX(interface) (((struct starpu_matrix_interface*)(interface))->nx)
#define STARPU_MATRIX_GET_NY(interface) (((struct starpu_matrix_interface*)(interface))->ny)
#define STARPU_MATRIX_GET_LD(interface) (((struct starpu_matrix_interface*)(interface))->ld)
#define STARPU_MATRIX_GET_ELEMSIZE(interface) (((struct starpu_matrix_interface*)(interface))->elemsize)
#define STARPU_MATRIX_GET_ALLOCSIZE(interface) (((struct starpu_matrix_interface*)(interface))->allocsize)
#define STARPU_MATRIX_SET_NX(interface, newnx) ((void)(((struct starpu_matrix_interface*)(interface))->nx = (newnx)))
#define STARPU_MATRIX_SET_NY(interface, newny) ((void)(((struct starpu_matrix_interface*)(interface))->ny = (newny)))
#define STARPU_MATRIX_SET_LD(interface, newld) ((void)(((struct starpu_matrix_interface*)(interface))->ld = (newld)))

/* ---- Block: element (x, y, z) at ptr[z * ldz + y * ldy + x] ---- */

extern struct starpu_data_interface_ops starpu_interface_block_ops;

struct starpu_block_interface {
  enum starpu_data_interface_id id;
  uintptr_t ptr;
  uintptr_t dev_handle;
  size_t offset;
  uint32_t nx;
  uint32_t ny;
  uint32_t nz;
  uint32_t ldy;
  uint32_t ldz;
  size_t elemsize;
};

void starpu_block_data_register(starpu_data_handle_t* handle, int home_node, uintptr_t ptr, uint32_t ldy, uint32_t ldz, uint32_t nx,
                                uint32_t ny, uint32_t nz, size_t elemsize);
void starpu_block_ptr_register(starpu_data_handle_t handle, unsigned node, uintptr_t ptr, uintptr_t dev_handle, size_t offset,
                               uint32_t ldy, uint32_t ldz);
uint32_t starpu_block_get_nx(starpu_data_handle_t handle);
uint32_t starpu_block_get_ny(starpu_data_handle_t handle);
uint32_t starpu_block_get_nz(starpu_data_handle_t handle);
uint32_t starpu_block_get_local_ldy(starpu_data_handle_t handle);
uint32_t starpu_block_get_local_ldz(starpu_data_handle_t handle);
uintptr_t starpu_block_get_local_ptr(starpu_data_handle_t handle);
size_t starpu_block_get_elemsize(starpu_data_handle_t handle);

#define STARPU_BLOCK_GET_PTR(interface) (((struct starpu_block_interface*)(interface))->ptr)
#define STARPU_BLOCK_GET_DEV_HANDLE(interface) (((struct starpu_block_interface*)(interface))->dev_handle)
#define STARPU_BLOCK_GET_OFFSET(interface) (((struct starpu_block_interface*)(interface))->offset)
#define STARPU_BLOCK_GET_NX(interface) (((struct starpu_block_interface*)(interface))->nx)
#define STARPU_BLOCK_GET_NY(interface) (((struct starpu_block_interface*)(interface))->ny)
#define STARPU_BLOCK_GET_NZ(interface) (((struct starpu_block_interface*)(interface))->nz)
#define STARPU_BLOCK_GET_LDY(interface) (((struct starpu_block_interface*)(interface))->ldy)
#define STARPU_BLOCK_GET_LDZ(interface) (((struct starpu_block_interface*)(interface))->ldz)
#define STARPU_BLOCK_GET_ELEMSIZE(interface) (((struct starpu_block_interface*)(interface))->elemsize)

/* ---- Tensor: element (x, y, z, t) at ptr[t * ldt + z * ldz + y * ldy + x] ---- */

extern struct starpu_data_interface_ops starpu_interface_tensor_ops;

struct starpu_tensor_interface {
  enum starpu_data_interface_id id;
  uintptr_t ptr;
  uintptr_t dev_handle;
  size_t offset;
  uint32_t nx;
  uint32_t ny;
  uint32_t nz;
  uint32_t nt;
  uint32_t ldy;
  uint32_t ldz;
  uint32_t ldt;
  size_t elemsize;
};

void starpu_tensor_data_register(starpu_data_handle_t* handle, int home_node, uintptr_t ptr, uint32_t ldy, uint32_t ldz, uint32_t ldt,
                                 uint32_t nx, uint32_t ny, uint32_t nz, uint32_t nt, size_t elemsize);
void starpu_tensor_ptr_register(starpu_data_handle_t handle, unsigned node, uintptr_t ptr, uintptr_t dev_handle, size_t offset,
                                uint32_t ldy, uint32_t ldz, uint32_t ldt);
uint32_t starpu_tensor_get_nx(starpu_data_handle_t handle);
uint32_t starpu_tensor_get_ny(starpu_data_handle_t handle);
uint32_t starpu_tensor_get_nz(starpu_data_handle_t handle);
uint32_t starpu_tensor_get_nt(starpu_data_handle_t handle);
uint32_t starpu_tensor_get_local_ldy(starpu_data_handle_t handle);
uint32_t starpu_tensor_get_local_ldz(starpu_data_handle_t handle);
uint32_t starpu_tensor_get_local_ldt(starpu_data_handle_t handle);
uintptr_t starpu_tensor_get_local_ptr(starpu_data_handle_t handle);
size_t starpu_tensor_get_elemsize(starpu_data_handle_t handle);

#define STARPU_TENSOR_GET_PTR(interface) (((struct starpu_tensor_interface*)(interface))->ptr)
#define STARPU_TENSOR_GET_DEV_HANDLE(interface) (((struct starpu_tensor_interface*)(interface))->dev_handle)
#define STARPU_TENSOR_GET_OFFSET(interface) (((struct starpu_tensor_interface*)(interface))->offset)
#define STARPU_TENSOR_GET_NX(interface) (((struct starpu_tensor_interface*)(interface))->nx)
#define STARPU_TENSOR_GET_NY(interface) (((struct starpu_tensor_interface*)(interface))->ny)
#define STARPU_TENSOR_GET_NZ(interface) (((struct starpu_tensor_interface*)(interface))->nz)
#define STARPU_TENSOR_GET_NT(interface) (((struct starpu_tensor_interface*)(interface))->nt)
#define STARPU_TENSOR_GET_LDY(interface) (((struct starpu_tensor_interface*)(interface))->ldy)
#define STARPU_TENSOR_GET_LDZ(interface) (((struct starpu_tensor_interface*)(interface))->ldz)
#define STARPU_TENSOR_GET_LDT(interface) (((struct starpu_tensor_interface*)(interface))->ldt)
#define STARPU_TENSOR_GET_ELEMSIZE(interface) (((struct starpu_tensor_interface*)(interface))->elemsize)

/* ---- Array of `ndim` dimensions: element (i0, i1, ...) at ptr[i0 * ldn[0] + i1 * ldn[1] + ...], ldn[0] = 1 ---- */

extern struct starpu_data_interface_ops starpu_interface_ndim_ops;

struct starpu_ndim_interface {
  enum starpu_data_interface_id id;
  uintptr_t ptr;
  uintptr_t dev_handle;
  size_t offset;
  size_t allocsize;
  uint32_t* nn; /* ndim sizes; the handle's own copy. */
  uint32_t* ldn; /* ndim strides, in elements; the handle's own copy. */
  size_t ndim;
  size_t elemsize;
};

void starpu_ndim_data_register(starpu_data_handle_t* handle, int home_node, uintptr_t ptr, uint32_t* ldn, uint32_t* nn, size_t ndim,
                               size_t elemsize);
void starpu_ndim_ptr_register(starpu_data_handle_t handle, unsigned node, uintptr_t ptr, uintptr_t dev_handle, size_t offset,
                              uint32_t* ldn);
uint32_t* starpu_ndim_get_nn(starpu_data_handle_t handle);
uint32_t starpu_ndim_get_ni(starpu_data_handle_t handle, size_t i);
uint32_t* starpu_ndim_get_local_ldn(starpu_data_handle_t handle);
uint32_t starpu_ndim_get_local_ldi(starpu_data_handle_t handle, size_t i);
uintptr_t starpu_ndim_get_local_ptr(starpu_data_handle_t handle);
size_t starpu_ndim_get_ndim(starpu_data_handle_t handle);
size_t starpu_ndim_get_elemsize(starpu_data_handle_t handle);

#define STARPU_NDIM_GET_PTR(interface) (((struct starpu_ndim_interface*)(interface))->ptr)
#define STARPU_NDIM_GET_DEV_HANDLE(interface) (((struct starpu_ndim_interface*)(interface))->dev_handle)
#define STARPU_NDIM_GET_OFFSET(interface) (((struct starpu_ndim_interface*)(interface))->offset)
#define STARPU_NDIM_GET_NN(interface) (((struct starpu_ndim_interface*)(interface))->nn)
#define STARPU_NDIM_GET_LDN(interface) (((struct starpu_ndim_interface*)(interface))->ldn)
#define STARPU_NDIM_GET_NDIM(interface) (((struct starpu_ndim_interface*)(interface))->ndim)
#define STARPU_NDIM_GET_ELEMSIZE(interface) (((struct starpu_ndim_interface*)(interface))->elemsize)

#ifdef __cplusplus
}
#endif

#endif /* STARPU_DATA_INTERFACES_H */
