// Task classes: where the parameters of a task lie in its memory.
#include <algorithm>
#include <cstdarg>
#include <cstdlib>
#include <map>
#include <mutex>

#include "frontends/parsec/runtime/src/dtd_internal.h"

namespace heddle::parsec {
namespace {

// What traces and statistics show. Never freed: the pool may look at the type of a task after its taskpool is gone.
TaskType* TypeOf(const std::string& name) {
  static auto* const mutex = new std::mutex;
  static auto* const types = new std::map<std::string, TaskType>;
  const std::lock_guard<std::mutex> lock(*mutex);
  const auto [entry, is_new] = types->try_emplace(name);
  if (is_new) {
    entry->second.name = entry->first.c_str();
    entry->second.flags = kTaskMovable;
  }
  return &entry->second;
}

std::uint32_t AlignUp(std::uint32_t offset, std::uint32_t alignment) { return (offset + alignment - 1) / alignment * alignment; }

std::uint32_t AlignmentOf(std::int32_t size) { return size >= 16 ? 16 : size >= 8 ? 8 : size >= 4 ? 4 : 1; }

std::size_t BucketOf(void* function, int count) {
  return ((reinterpret_cast<std::uintptr_t>(function) >> 4) + static_cast<std::uintptr_t>(count)) * 0x9e3779b97f4a7c15u >> 58;
}
static_assert(DtdState::kBuckets == 64);

bool Matches(const DtdClass& c, void* function, std::uint32_t device, const Argument* arguments, int count) {
  if (c.function != function || c.params_count != count || c.device != device) return false;
  for (int i = 0; i < count; ++i) {
    const DtdParam& p = c.params[i];
    if (p.size != arguments[i].size || ((p.op ^ arguments[i].op) & PARSEC_GET_OP_TYPE) != 0) {
      // Access modes may differ from task to task.
      if (p.kind != ParamKind::kTile || KindOf(arguments[i].op, arguments[i].size, c.name.c_str(), i) != ParamKind::kTile) return false;
    }
  }
  return true;
}

}  // namespace

ParamKind KindOf(std::uint32_t op, std::int32_t size, const char* name, int index) {
  switch (op & PARSEC_GET_OP_TYPE) {
    case PARSEC_INPUT:
    case PARSEC_OUTPUT:
    case PARSEC_INOUT:
    case PARSEC_ATOMIC_WRITE:
      return ParamKind::kTile;
    case PARSEC_REF:
      return ParamKind::kPointer;
    case PARSEC_VALUE:
      if (size < 0) Die("task %s: parameter %d is a VALUE of %d bytes", name, index, size);
      return ParamKind::kValue;
    case PARSEC_SCRATCH:
      if (size < 0) Die("task %s: parameter %d is a SCRATCH of %d bytes", name, index, size);
      return ParamKind::kScratch;
    default:
      Die("task %s: parameter %d has flags 0x%x, which say neither INPUT, OUTPUT, INOUT, VALUE, REF nor SCRATCH", name, index, op);
  }
}

DtdClass* MakeClass(const char* name, const Argument* arguments, int count) {
  auto* const c = new DtdClass();
  c->name = name != nullptr ? name : "(unnamed)";
  c->type = TypeOf(c->name);
  c->params_count = static_cast<std::uint16_t>(count);
  for (int i = 0; i < count; ++i) {
    DtdParam& p = c->params[i];
    p.kind = KindOf(arguments[i].op, arguments[i].size, c->name.c_str(), i);
    p.size = arguments[i].size;
    p.op = arguments[i].op;
    if (p.kind == ParamKind::kTile) p.flow = static_cast<std::uint8_t>(c->flows++);
  }
  std::uint32_t offset = kDtdOffset;
  if (c->flows != 0) offset += sizeof(DependencyNode) + c->flows * sizeof(Access);
  c->slots = offset = AlignUp(offset, 8);
  offset += c->flows * 8;
  for (int i = 0; i < count; ++i) {
    DtdParam& p = c->params[i];
    if (p.kind == ParamKind::kTile) {
      p.offset = c->slots + 8u * p.flow;
    } else if (p.kind != ParamKind::kValue) {
      p.offset = offset;
      offset += 8;
    }
  }
  for (int i = 0; i < count; ++i) {
    DtdParam& p = c->params[i];
    if (p.kind == ParamKind::kValue) {
      p.offset = AlignUp(offset, AlignmentOf(p.size));
      offset = p.offset + static_cast<std::uint32_t>(p.size);
    } else if (p.kind == ParamKind::kScratch) {
      p.memory = AlignUp(offset, p.size >= 64 ? 64 : 16);
      offset = p.memory + static_cast<std::uint32_t>(p.size);
    }
  }
  c->bytes = AlignUp(std::max<std::uint32_t>(offset, kDtdOffset + 8), 16);

  parsec_task_class_t& super = c->base.super;
  super.name = c->name.c_str();
  super.task_class_type = PARSEC_TASK_CLASS_TYPE_DTD;
  super.nb_flows = static_cast<std::uint8_t>(c->flows);
  super.incarnations = c->chores;
  super.task_class_id = UINT8_MAX;
  super.dtd = c;
  for (__parsec_chore_t& chore : c->chores) chore = {PARSEC_DEV_NONE, nullptr, nullptr};
  c->base.count_of_params = count;
  if (count > 0) {
    c->base.params = new parsec_dtd_param_t[static_cast<std::size_t>(count)];
    for (int i = 0; i < count; ++i) {
      c->base.params[i] = {static_cast<parsec_dtd_op_t>(arguments[i].op), arguments[i].size, nullptr};
    }
  }
  return c;
}

bool AddChore(DtdClass* c, std::uint32_t device, void* function) {
  int i = 0;
  for (; i < PARSEC_DEV_MAX_NB_TYPE && c->chores[i].type != PARSEC_DEV_NONE; ++i) {
    if ((static_cast<std::uint32_t>(c->chores[i].type) & device & PARSEC_DEV_ANY_TYPE) != 0) return false;
  }
  if (i == PARSEC_DEV_MAX_NB_TYPE) return false;
  c->chores[i].type = static_cast<std::int32_t>(device);
  c->chores[i].hook = reinterpret_cast<parsec_hook_t*>(function);
  c->only_hook = i == 0 ? c->chores[0].hook : nullptr;
  return true;
}

void AdoptClass(DtdState& state, DtdClass* c) {
  state.lock.lock();
  c->base.super.task_class_id = static_cast<std::uint8_t>(std::min<std::size_t>(state.classes.size(), UINT8_MAX - 1));
  state.classes.push_back(c);
  state.lock.unlock();
}

DtdClass* FindClass(DtdState& state, void* function, std::uint32_t device, const char* name, const Argument* arguments, int count) {
  std::atomic<DtdClass*>& bucket = state.buckets[BucketOf(function, count)];
  for (DtdClass* c = bucket.load(std::memory_order_acquire); c != nullptr; c = c->next) {
    if (Matches(*c, function, device, arguments, count)) [[likely]] return c;
  }
  DtdClass* const made = MakeClass(name, arguments, count);
  made->function = function;
  made->device = device;
  AddChore(made, device, function);
  AdoptClass(state, made);
  // Two threads may make the same one: both are right.
  state.lock.lock();
  made->next = bucket.load(std::memory_order_relaxed);
  bucket.store(made, std::memory_order_release);
  state.lock.unlock();
  return made;
}

}  // namespace heddle::parsec

using namespace heddle::parsec;  // NOLINT(google-build-using-namespace): what follows is C.

extern "C" {

parsec_dtd_task_class_t* parsec_dtd_create_task_classv(const char* name, int nb_params, const parsec_dtd_param_t* params) {
  if (nb_params < 0 || nb_params > PARSEC_DTD_MAX_PARAMS) {
    Die("task class %s has %d parameters; at most %d are possible", name, nb_params, PARSEC_DTD_MAX_PARAMS);
  }
  Argument arguments[PARSEC_DTD_MAX_PARAMS] = {};
  for (int i = 0; i < nb_params; ++i) {
    arguments[i] = {nullptr, static_cast<std::uint32_t>(params[i].op), static_cast<std::int32_t>(params[i].size)};
  }
  DtdClass* const c = MakeClass(name, arguments, nb_params);
  for (int i = 0; i < nb_params; ++i) c->base.params[i].profile_info = params[i].profile_info;
  return &c->base;
}

parsec_task_class_t* parsec_dtd_create_task_class(parsec_taskpool_t* tp, const char* name, ...) {
  if (tp == nullptr || tp->taskpool_type != PARSEC_TASKPOOL_TYPE_DTD) {
    Warn("parsec_dtd_create_task_class: the taskpool of class %s is none of DTD's", name);
    return nullptr;
  }
  parsec_dtd_param_t params[PARSEC_DTD_MAX_PARAMS];
  int count = 0;
  std::va_list list;
  va_start(list, name);
  for (int size = va_arg(list, int); size != PARSEC_DTD_ARG_END; size = va_arg(list, int)) {
    if (count == PARSEC_DTD_MAX_PARAMS) Die("task class %s has more than %d parameters", name, PARSEC_DTD_MAX_PARAMS);
    const int op = va_arg(list, int);
    params[count] = {static_cast<parsec_dtd_op_t>(op), size, nullptr};
    if ((op & PARSEC_PROFILE_INFO) != 0) {
      if ((op & PARSEC_GET_OP_TYPE) != PARSEC_VALUE) {
        Die("task class %s: parameter %d has PROFILE_INFO and is no VALUE", name, count);
      }
      params[count].profile_info = va_arg(list, char*);
    }
    ++count;
  }
  va_end(list);
  parsec_dtd_task_class_t* const made = parsec_dtd_create_task_classv(name, count, params);
  AdoptClass(StateOf(tp), reinterpret_cast<DtdClass*>(made));
  return &made->super;
}

int parsec_dtd_task_class_add_chore(parsec_taskpool_t* tp, parsec_task_class_t* tc, int device_type, void* function) {
  if (tc == nullptr || tc->task_class_type != PARSEC_TASK_CLASS_TYPE_DTD) {
    Warn("parsec_dtd_task_class_add_chore: class %s is none of DTD's", tc != nullptr ? tc->name : "NULL");
    return PARSEC_ERR_BAD_PARAM;
  }
  const auto type = static_cast<std::uint32_t>(device_type) & PARSEC_DEV_ANY_TYPE;
  if (type == 0 || (type & (type - 1)) != 0 || function == nullptr) {
    Warn("parsec_dtd_task_class_add_chore: class %s: 0x%x is not one type of device", tc->name, device_type);
    return PARSEC_ERR_BAD_PARAM;
  }
  if (type != PARSEC_DEV_CPU && type != PARSEC_DEV_RECURSIVE) {
    Warn("parsec_dtd_task_class_add_chore: class %s: there is no device of type 0x%x", tc->name, device_type);
    return PARSEC_ERR_NOT_SUPPORTED;
  }
  auto* const c = static_cast<DtdClass*>(tc->dtd);
  if (!AddChore(c, static_cast<std::uint32_t>(device_type), function)) {
    Warn("parsec_dtd_task_class_add_chore: class %s has a chore for devices of type 0x%x already", tc->name, device_type);
    return PARSEC_ERROR;
  }
  if (tc->task_class_id == UINT8_MAX) AdoptClass(CheckedStateOf(tp, "parsec_dtd_task_class_add_chore"), c);
  return PARSEC_SUCCESS;
}

void parsec_dtd_task_class_release(parsec_taskpool_t*, parsec_task_class_t*) {}  // Freed with the taskpool, whose tasks may need it.

void parsec_dtd_register_task_class(parsec_taskpool_t* tp, std::uint64_t, parsec_task_class_t* value) {
  if (value == nullptr || value->task_class_type != PARSEC_TASK_CLASS_TYPE_DTD) return;
  DtdState& state = CheckedStateOf(tp, "parsec_dtd_register_task_class");
  if (value->task_class_id == UINT8_MAX) AdoptClass(state, static_cast<DtdClass*>(value->dtd));
}
}
