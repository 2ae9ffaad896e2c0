// Arguments packed into a buffer: their number, then for each its size and its bytes.
#include <cstdarg>
#include <cstdlib>
#include <cstring>

#include "components/base/check.h"
#include "frontends/starpu/src/handle.h"

namespace {

using State = struct starpu_codelet_pack_arg_data;

int CountOf(const char* buffer) {
  int count;
  std::memcpy(&count, buffer, sizeof(count));
  return count;
}

// The size of the argument at the state's position, which moves to its bytes.
std::size_t NextSize(State* state) {
  HEDDLE_CHECK_GT(state->nargs, 0) << "more arguments are unpacked than were packed";
  --state->nargs;
  std::size_t size;
  std::memcpy(&size, state->arg_buffer + state->current_offset, sizeof(size));
  state->current_offset += sizeof(size);
  return size;
}

}  // namespace

extern "C" {

void starpu_codelet_pack_arg_init(State* state) { *state = State{nullptr, sizeof(int), sizeof(int), 0}; }

void starpu_codelet_pack_arg(State* state, const void* ptr, size_t ptr_size) {
  state->arg_buffer_size += sizeof(ptr_size) + ptr_size;
  state->arg_buffer = static_cast<char*>(std::realloc(state->arg_buffer, state->arg_buffer_size));
  HEDDLE_CHECK(state->arg_buffer != nullptr) << "no memory for " << state->arg_buffer_size << " bytes of arguments";
  std::memcpy(state->arg_buffer + state->current_offset, &ptr_size, sizeof(ptr_size));
  std::memcpy(state->arg_buffer + state->current_offset + sizeof(ptr_size), ptr, ptr_size);
  state->current_offset = state->arg_buffer_size;
  ++state->nargs;
}

void starpu_codelet_pack_arg_fini(State* state, void** cl_arg, size_t* cl_arg_size) {
  if (state->nargs != 0) std::memcpy(state->arg_buffer, &state->nargs, sizeof(state->nargs));
  *cl_arg = state->arg_buffer;
  *cl_arg_size = state->nargs == 0 ? 0 : state->arg_buffer_size;
}

void starpu_codelet_pack_args(void** arg_buffer, size_t* arg_buffer_size, ...) {
  State state;
  starpu_codelet_pack_arg_init(&state);
  va_list arguments;
  va_start(arguments, arg_buffer_size);
  while (const int option = va_arg(arguments, int)) {
    HEDDLE_CHECK_EQ(option, STARPU_VALUE) << "starpu_codelet_pack_args takes STARPU_VALUE only";
    const void* const value = va_arg(arguments, void*);
    starpu_codelet_pack_arg(&state, value, va_arg(arguments, size_t));
  }
  va_end(arguments);
  std::size_t size;
  starpu_codelet_pack_arg_fini(&state, arg_buffer, arg_buffer_size != nullptr ? arg_buffer_size : &size);
}

void starpu_codelet_unpack_arg_init(State* state, void* cl_arg, size_t cl_arg_size) {
  *state = State{static_cast<char*>(cl_arg), cl_arg_size, sizeof(int), cl_arg == nullptr ? 0 : CountOf(static_cast<char*>(cl_arg))};
}

void starpu_codelet_unpack_arg(State* state, void* ptr, size_t size) {
  const std::size_t packed = NextSize(state);
  HEDDLE_CHECK_EQ(packed, size) << "an argument is unpacked with another size than it was packed with";
  std::memcpy(ptr, state->arg_buffer + state->current_offset, packed);
  state->current_offset += packed;
}

void starpu_codelet_pick_arg(State* state, void** ptr, size_t* size) {
  *size = NextSize(state);
  *ptr = state->arg_buffer + state->current_offset;
  state->current_offset += *size;
}

void starpu_codelet_dup_arg(State* state, void** ptr, size_t* size) {
  void* where;
  starpu_codelet_pick_arg(state, &where, size);
  *ptr = std::malloc(*size == 0 ? 1 : *size);
  HEDDLE_CHECK(*ptr != nullptr) << "no memory for an argument of " << *size << " bytes";
  std::memcpy(*ptr, where, *size);
}

void starpu_codelet_unpack_discard_arg(State* state) {
  void* where;
  std::size_t size;
  starpu_codelet_pick_arg(state, &where, &size);
}

void starpu_codelet_unpack_arg_fini(State*) {}

void starpu_codelet_unpack_args(void* cl_arg, ...) {
  State state;
  starpu_codelet_unpack_arg_init(&state, cl_arg, 0);
  va_list arguments;
  va_start(arguments, cl_arg);
  while (state.nargs > 0) {
    void* const to = va_arg(arguments, void*);
    if (to == nullptr) break;
    void* from;
    std::size_t size;
    starpu_codelet_pick_arg(&state, &from, &size);
    std::memcpy(to, from, size);
  }
  va_end(arguments);
}

void starpu_codelet_unpack_args_and_copyleft(void* cl_arg, void* buffer, size_t buffer_size, ...) {
  State state;
  starpu_codelet_unpack_arg_init(&state, cl_arg, 0);
  va_list arguments;
  va_start(arguments, buffer_size);
  void* from;
  std::size_t size;
  while (state.nargs > 0) {
    void* const to = va_arg(arguments, void*);
    if (to == nullptr) break;
    starpu_codelet_pick_arg(&state, &from, &size);
    std::memcpy(to, from, size);
  }
  va_end(arguments);
  if (buffer == nullptr) return;
  State left;
  starpu_codelet_pack_arg_init(&left);
  while (state.nargs > 0) {
    starpu_codelet_pick_arg(&state, &from, &size);
    starpu_codelet_pack_arg(&left, from, size);
  }
  void* packed;
  starpu_codelet_pack_arg_fini(&left, &packed, &size);
  HEDDLE_CHECK_LE(size, buffer_size) << "the buffer for what is left of the arguments is too small";
  if (packed != nullptr) std::memcpy(buffer, packed, size);
  std::free(packed);
}

}  // extern "C"
