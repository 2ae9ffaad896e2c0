#include "frontends/parsec/runtime/src/ptg_data.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "frontends/parsec/runtime/src/datatype.h"
#include "frontends/parsec/runtime/src/execute.h"
#include "frontends/parsec/runtime/src/remote.h"

namespace heddle::parsec {
namespace {

// A datatype and how many of them, at an address.
struct Typed {
  char* at;
  parsec_datatype_t type;
  std::int64_t count;
};

Typed TypedOf(const parsec_data_copy_t* copy, const parsec_ptg_type_t& type) {
  Typed typed{static_cast<char*>(copy->device_private) + type.displ, type.layout, type.count < 0 ? 1 : type.count};
  if (typed.type == PARSEC_DATATYPE_NULL) typed.type = type.arena == nullptr ? copy->dtt : type.arena->opaque_dtt;
  return typed;
}

bool IsWhole(const parsec_ptg_type_t& type) {
  return type.arena == nullptr && type.layout == PARSEC_DATATYPE_NULL && type.count < 0 && type.displ == 0;
}

// The bytes of `from`, in the order of its elements, to the elements of `to`: as many as there are in both (as with PaRSEC). What is left
// of `to` stays.
void CopyBetween(const Typed& to, const Typed& from) {
  const std::int64_t has = PackedBytes(from.type, from.count), takes = PackedBytes(to.type, to.count);
  if (has == takes && to.count == from.count) {
    CopyTyped(to.at, to.type, from.at, from.type, to.count);
    return;
  }
  std::vector<char> packed(static_cast<std::size_t>(std::max(has, takes)));
  if (has < takes) Pack(packed.data(), to.at, to.type, to.count);
  Pack(packed.data(), from.at, from.type, from.count);
  Unpack(to.at, to.type, to.count, packed.data());
}

// A copy can go as it lies in memory: nothing says otherwise, and its type has no holes.
bool GoesAsBytes(const parsec_data_copy_t* copy, const parsec_ptg_type_t& type) {
  return IsWhole(type) && BytesOf(copy) > 0 && (copy->dtt == PARSEC_DATATYPE_NULL || LayoutOf(copy->dtt).contiguous);
}

[[noreturn]] void DieOfArena(const parsec_task_t* task, int flow) {
  char name[MAX_TASK_STRLEN];
  Die("flow %s of %s needs new memory, and the taskpool's arena for it was not set: call parsec_arena_datatype_set_type() on "
      "arenas_datatypes[] before the taskpool is added",
      task->task_class->flow_names[flow], parsec_task_snprintf(name, sizeof(name), task));
}

parsec_data_copy_t* NewCopy(const parsec_arena_datatype_t* arena, std::size_t count) {
  parsec_data_copy_t* const copy = parsec_arena_get_new_copy(arena->arena, count, 0, arena->opaque_dtt);
  if (copy == nullptr) Die("no memory for %zu pieces of %zu bytes, or the arena's limit is reached", count, arena->arena->elem_size);
  return copy;
}

// As many as elements of the dependency: so much memory PaRSEC gives, whatever the element and the piece are.
std::size_t PiecesOf(const parsec_ptg_type_t& type) { return type.count < 1 ? 1 : static_cast<std::size_t>(type.count); }

// Memory that has no arena of the program's: of single bytes.
parsec_arena_t* ByteArena() {
  static parsec_arena_t* const arena = [] {
    parsec_arena_t* const made = PARSEC_OBJ_NEW(parsec_arena_t);
    parsec_arena_construct(made, 1, 16);
    return made;
  }();
  return arena;
}

Typed BytesTyped(const parsec_data_copy_t* copy) {
  return {static_cast<char*>(copy->device_private), parsec_datatype_int8_t, static_cast<std::int64_t>(BytesOf(copy))};
}

// A copy as what it is; where nobody has said so, as `otherwise`.
Typed OwnTyped(const parsec_data_copy_t* copy, const parsec_ptg_type_t& otherwise) {
  if (copy->arena == ByteArena()) return BytesTyped(copy);
  if (copy->dtt == PARSEC_DATATYPE_NULL) return TypedOf(copy, otherwise);
  return {static_cast<char*>(copy->device_private), copy->dtt, 1};
}

void Set(parsec_task_t* task, int flow, parsec_data_copy_t* copy) {
  task->data[flow].data_in = task->data[flow].data_out = copy;
}

}  // namespace

parsec_data_copy_t* Reshaped(const parsec_task_t* task, int flow, parsec_data_copy_t* copy, const parsec_ptg_type_t& from,
                             const parsec_ptg_type_t& wanted) {
  if (wanted.arena == nullptr || copy == nullptr) return copy;
  const parsec_datatype_t type = wanted.layout == PARSEC_DATATYPE_NULL ? wanted.arena->opaque_dtt : wanted.layout;
  if (parsec_type_match(copy->dtt, type) == PARSEC_SUCCESS) return copy;
  if (wanted.arena->arena == nullptr) DieOfArena(task, flow);
  parsec_data_copy_t* const made = NewCopy(wanted.arena, PiecesOf(wanted));
  CopyBetween(TypedOf(made, wanted), IsWhole(from) ? OwnTyped(copy, wanted) : TypedOf(copy, from));
  return made;
}

std::size_t PackedBytesOf(const parsec_data_copy_t* copy, const parsec_ptg_type_t& type) {
  if (GoesAsBytes(copy, type)) return BytesOf(copy);
  const Typed typed = TypedOf(copy, type);
  if (typed.type == PARSEC_DATATYPE_NULL) {
    Die("data that was made without a datatype has to go to another process: give its collection a default_dtt, or the dependency a "
        "[type_remote]");
  }
  return static_cast<std::size_t>(PackedBytes(typed.type, typed.count));
}

void PackCopy(const parsec_data_copy_t* copy, const parsec_ptg_type_t& type, char* to, std::size_t bytes) {
  if (GoesAsBytes(copy, type)) {
    std::memcpy(to, copy->device_private, bytes);
    return;
  }
  const Typed typed = TypedOf(copy, type);
  Pack(to, typed.at, typed.type, typed.count);
}

parsec_data_copy_t* UnpackCopy(const parsec_ptg_type_t& type, const char* from, std::size_t bytes) {
  if (type.arena == nullptr || type.arena->arena == nullptr) {
    parsec_data_copy_t* const copy = parsec_arena_get_new_copy(ByteArena(), std::max<std::size_t>(bytes, 1), 0, PARSEC_DATATYPE_NULL);
    if (copy == nullptr) Die("no memory for %zu bytes from another process", bytes);
    copy->dtt = parsec_datatype_int8_t;
    std::memcpy(copy->device_private, from, bytes);
    return copy;
  }
  parsec_data_copy_t* const copy = NewCopy(type.arena, PiecesOf(type));
  const Typed typed = TypedOf(copy, type);
  Unpack(typed.at, typed.type, typed.count, from);
  return copy;
}

}  // namespace heddle::parsec

using namespace heddle::parsec;

extern "C" {

void parsec_ptg_read(parsec_execution_stream_t*, parsec_task_t* task, int flow, parsec_data_t* data, const parsec_ptg_types_t* types) {
  parsec_data_copy_t* const copy = data == nullptr ? nullptr : PARSEC_DATA_GET_COPY(data, 0);
  if (copy == nullptr) {
    char name[MAX_TASK_STRLEN];
    Die("flow %s of %s: the collection's data_of() has no data here", task->task_class->flow_names[flow],
        parsec_task_snprintf(name, sizeof(name), task));
  }
  if (types == nullptr) {
    heddle::parsec::Retain(copy);
    heddle::parsec::Set(task, flow, copy);
    return;
  }
  const parsec_ptg_type_t& wanted = types->local.arena != nullptr ? types->local : types->data;
  parsec_data_copy_t* const shaped = heddle::parsec::Reshaped(task, flow, copy, types->data, wanted);
  if (shaped == copy) heddle::parsec::Retain(copy);
  heddle::parsec::Set(task, flow, shaped);
}

void parsec_ptg_new(parsec_execution_stream_t*, parsec_task_t* task, int flow, const parsec_arena_datatype_t* arena, int64_t count) {
  if (arena->arena == nullptr) heddle::parsec::DieOfArena(task, flow);
  heddle::parsec::Set(task, flow, heddle::parsec::NewCopy(arena, count < 1 ? 1 : static_cast<std::size_t>(count)));
}

void parsec_ptg_reshape(parsec_execution_stream_t*, parsec_task_t* task, int flow, const parsec_ptg_types_t* types) {
  if (task->data[flow].fulfill != 0) return;  // From another process: it has the form of [type_remote].
  parsec_data_copy_t* const copy = task->data[flow].data_in;
  parsec_ptg_types_t none;
  parsec_ptg_no_types(&none);
  parsec_data_copy_t* const shaped = heddle::parsec::Reshaped(task, flow, copy, none.local, types->local);
  if (shaped == copy) return;
  heddle::parsec::Release(copy);
  heddle::parsec::Set(task, flow, shaped);
}

void parsec_ptg_write(parsec_execution_stream_t* es, parsec_task_t* task, int flow, parsec_data_collection_t* dc, uint32_t rank,
                      parsec_data_t* data, const parsec_ptg_types_t* types) {
  parsec_data_copy_t* const copy = task->data[flow].data_out;
  if (copy == nullptr) return;
  if (rank != dc->myrank) {
    if (task->status != heddle::parsec::kStandsForRemote) {
      heddle::parsec::WriteElsewhere(es, task, flow, static_cast<int>(rank), types);
    }
    return;
  }
  parsec_data_copy_t* const target = data == nullptr ? nullptr : PARSEC_DATA_GET_COPY(data, 0);
  if (target == copy || target == nullptr || target->device_private == copy->device_private) return;
  ++target->version;
  // What another process sent is packed already.
  const bool packed = task->status == heddle::parsec::kStandsForRemote;
  if (types != nullptr && (types->local.arena != nullptr || types->data.arena != nullptr)) {
    const heddle::parsec::Typed source = packed                           ? heddle::parsec::BytesTyped(copy)
                                         : types->local.arena != nullptr ? heddle::parsec::TypedOf(copy, types->local)
                                                                         : heddle::parsec::OwnTyped(copy, types->data);
    heddle::parsec::CopyBetween(types->data.arena != nullptr ? heddle::parsec::TypedOf(target, types->data)
                                                             : heddle::parsec::OwnTyped(target, types->local),
                                source);
    return;
  }
  const bool holes = (copy->dtt != PARSEC_DATATYPE_NULL && !heddle::parsec::LayoutOf(copy->dtt).contiguous) ||
                     (target->dtt != PARSEC_DATATYPE_NULL && !heddle::parsec::LayoutOf(target->dtt).contiguous);
  if (holes && copy->dtt != PARSEC_DATATYPE_NULL && target->dtt != PARSEC_DATATYPE_NULL) {
    heddle::parsec::CopyBetween(heddle::parsec::OwnTyped(target, {}), heddle::parsec::OwnTyped(copy, {}));
    return;
  }
  const std::size_t to_span = heddle::parsec::BytesOf(target), from_span = heddle::parsec::BytesOf(copy);
  const std::size_t bytes = to_span == 0 ? from_span : from_span == 0 ? to_span : std::min(to_span, from_span);
  std::memcpy(target->device_private, copy->device_private, bytes);
}

}  // extern "C"
