// What variable, vector, matrix, block, tensor and ndim have in common: an array with strides. A
// kind says by a trait how its interface maps to a DenseShape, and gets its operations from
// DenseOps<Kind>.
//
//   struct VectorKind {
//     using Interface = struct starpu_vector_interface;
//     static constexpr enum starpu_data_interface_id kId = STARPU_VECTOR_INTERFACE_ID;
//     static constexpr char kName[] = "vector", kInterfaceName[] = "STARPU_VECTOR_INTERFACE_ID";
//     static DenseShape Shape(const Interface&);                 // Sizes and strides as they are.
//     static size_t AllocationSize(const Interface&);            // Bytes of new memory.
//     static void Compact(Interface*);                           // Strides of new memory without
//     gaps. static void Adopt(Interface* to, const Interface& from);   // Copies all fields; deep
//     where there are arrays. static void Discard(Interface*);                           // Frees
//     arrays.
//   };
#ifndef HEDDLE_FRONTENDS_STARPU_SRC_INTERFACE_DENSE_H_
#define HEDDLE_FRONTENDS_STARPU_SRC_INTERFACE_DENSE_H_

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>

#include "components/base/check.h"
#include "components/serialization/strided.h"
#include "frontends/starpu/src/handle.h"
#include "starpu_data_interfaces.h"

namespace heddle::starpu {

using DenseShape = StridedArray;

uint32_t DenseFootprint(const DenseShape& shape);
// "V100x8" and the like: the kind's letter, sizes, bytes an element.
starpu_ssize_t DescribeDense(const char* kind, const DenseShape& shape, char* buffer, size_t size);

// The interface of a handle, which must be of this kind.
template <typename Kind>
typename Kind::Interface& InterfaceOf(Handle handle) {
  auto* const interface = static_cast<typename Kind::Interface*>(handle->interface);
  HEDDLE_CHECK(interface->id == Kind::kId)
      << "data of interface " << interface->id << " used as " << Kind::kName;
  return *interface;
}

template <typename Kind>
struct DenseOps {
  using Interface = typename Kind::Interface;

  static Interface& From(void* interface) { return *static_cast<Interface*>(interface); }
  static DenseShape ShapeOf(Handle handle) { return Kind::Shape(InterfaceOf<Kind>(handle)); }

  static void Register(Handle handle, int home_node, void* description) {
    Interface& interface = From(handle->interface);
    Kind::Adopt(&interface, From(description));
    interface.id = Kind::kId;
    if (home_node >= 0) {
      HEDDLE_CHECK(interface.ptr != 0 || Kind::Shape(interface).Bytes() == 0)
          << "a " << Kind::kName << " registered in main memory without an address";
      return;
    }
    interface.ptr = interface.dev_handle = 0;
    interface.offset = 0;
  }
  static void Unregister(Handle handle) { Kind::Discard(&From(handle->interface)); }

  static starpu_ssize_t Allocate(void* pointer, unsigned node) {
    Interface& interface = From(pointer);
    const size_t bytes = Kind::AllocationSize(interface);
    const uintptr_t memory = starpu_malloc_on_node(node, bytes);
    if (memory == 0) return -ENOMEM;
    Kind::Compact(&interface);
    interface.ptr = interface.dev_handle = memory;
    interface.offset = 0;
    return static_cast<starpu_ssize_t>(bytes);
  }
  static void Free(void* pointer, unsigned node) {
    Interface& interface = From(pointer);
    starpu_free_on_node(node, interface.ptr, Kind::AllocationSize(interface));
    interface.ptr = interface.dev_handle = 0;
  }

  static void* ToPointer(void* interface, unsigned) {
    return reinterpret_cast<void*>(From(interface).ptr);
  }
  static int PointerIsInside(void* pointer, unsigned, void* where) {
    const DenseShape shape = Kind::Shape(From(pointer));
    size_t span = shape.element_bytes;
    for (int d = 0; d < shape.dimensions; ++d) {
      if (shape.size[d] == 0) return 0;
      span += size_t{shape.size[d] - 1} * shape.stride[d] * shape.element_bytes;
    }
    return reinterpret_cast<uintptr_t>(where) - shape.base < span;
  }
  static size_t Size(Handle handle) { return ShapeOf(handle).Bytes(); }
  static size_t AllocSize(Handle handle) { return Kind::AllocationSize(InterfaceOf<Kind>(handle)); }
  static uint32_t Footprint(Handle handle) { return DenseFootprint(ShapeOf(handle)); }
  static int Compare(void* a, void* b) {
    return HaveSameSizes(Kind::Shape(From(a)), Kind::Shape(From(b)));
  }
  static void Display(Handle handle, FILE* file) {
    char text[256];
    Describe(handle->interface, text, sizeof text);
    std::fprintf(file, "%s\t", text);
  }
  static starpu_ssize_t Describe(void* interface, char* buffer, size_t size) {
    return DescribeDense(Kind::kName, Kind::Shape(From(interface)), buffer, size);
  }
  static int Copy(void* from, unsigned, void* to, unsigned, void*) {
    CopyStrided(Kind::Shape(From(from)), Kind::Shape(From(to)));
    return 0;
  }

  static int Pack(Handle handle, unsigned node, void** to, starpu_ssize_t* count) {
    const DenseShape shape = ShapeOf(handle);
    *count = static_cast<starpu_ssize_t>(shape.Bytes());
    if (to == nullptr) return 0;
    *to = reinterpret_cast<void*>(starpu_malloc_on_node(node, shape.Bytes()));
    HEDDLE_CHECK(*to != nullptr) << "no memory to pack " << shape.Bytes() << " bytes";
    PackStrided(shape, static_cast<char*>(*to));
    return 0;
  }
  static int Peek(Handle handle, unsigned, void* from, size_t count) {
    const DenseShape shape = ShapeOf(handle);
    HEDDLE_CHECK_EQ(count, shape.Bytes()) << "bytes to unpack into a " << Kind::kName;
    UnpackStrided(static_cast<const char*>(from), shape);
    return 0;
  }
  static int Unpack(Handle handle, unsigned node, void* from, size_t count) {
    Peek(handle, node, from, count);
    starpu_free_on_node(node, reinterpret_cast<uintptr_t>(from), count);
    return 0;
  }

  static constexpr struct starpu_data_copy_methods kCopyMethods = {nullptr, nullptr, Copy};
  static constexpr struct starpu_data_interface_ops Make() {
    struct starpu_data_interface_ops ops = {};
    ops.register_data_handle = Register;
    ops.unregister_data_handle = Unregister;
    ops.allocate_data_on_node = Allocate;
    ops.free_data_on_node = Free;
    ops.copy_methods = &kCopyMethods;
    ops.to_pointer = ToPointer;
    ops.pointer_is_inside = PointerIsInside;
    ops.get_size = Size;
    ops.get_alloc_size = AllocSize;
    ops.footprint = Footprint;
    ops.compare = Compare;
    ops.display = Display;
    ops.describe = Describe;
    ops.interfaceid = Kind::kId;
    ops.interface_size = sizeof(Interface);
    ops.pack_data = Pack;
    ops.peek_data = Peek;
    ops.unpack_data = Unpack;
    ops.name = const_cast<char*>(Kind::kInterfaceName);
    return ops;
  }
};

// What kinds without arrays of their own share.
template <typename I>
struct FlatKind {
  using Interface = I;
  static void Adopt(Interface* to, const Interface& from) { *to = from; }
  static void Discard(Interface*) {}
};

}  // namespace heddle::starpu

#endif  // HEDDLE_FRONTENDS_STARPU_SRC_INTERFACE_DENSE_H_
