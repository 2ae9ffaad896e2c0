// Tasks in one call: options and what follows them.
#include <algorithm>
#include <cstdarg>
#include <cstdlib>

#include "frontends/starpu/src/context.h"

namespace {

using heddle::starpu::Handle;

template <typename T>
T* Grown(T* array, int count) {
  T* const grown = static_cast<T*>(std::realloc(array, static_cast<std::size_t>(count) * sizeof(T)));
  HEDDLE_CHECK(grown != nullptr) << "no memory for " << count << " buffers of a task";
  return grown;
}

void AddBuffer(struct starpu_codelet* cl, struct starpu_task* task, int* allocated, int* current, int mode, Handle handle) {
  starpu_task_insert_data_process_arg(cl, task, allocated, current, mode, handle);
}

// By reference through calls on every platform.
struct Arguments {
  va_list list;
};

struct Parser {
  struct starpu_task* task;
  struct starpu_codelet* cl;
  int allocated = 0;
  int current = 0;
  struct starpu_codelet_pack_arg_data values;

  void Parse(Arguments& in);
  bool ParseCallback(int option, Arguments& in);
  bool ParsePlace(int option, Arguments& in);
  bool ParseDescription(int option, Arguments& in);
  bool ParseDependency(int option, Arguments& in);
  void ParseValue(int option, Arguments& in);
};

bool Parser::ParseCallback(int option, Arguments& in) {
  using Function = void (*)(void*);
  switch (option) {
    case STARPU_CALLBACK: task->callback_func = va_arg(in.list, Function); return true;
    case STARPU_CALLBACK_WITH_ARG:
    case STARPU_CALLBACK_WITH_ARG_NFREE:
      task->callback_func = va_arg(in.list, Function);
      task->callback_arg = va_arg(in.list, void*);
      task->callback_arg_free = option == STARPU_CALLBACK_WITH_ARG;
      return true;
    case STARPU_CALLBACK_ARG:
    case STARPU_CALLBACK_ARG_NFREE:
      task->callback_arg = va_arg(in.list, void*);
      task->callback_arg_free = option == STARPU_CALLBACK_ARG;
      return true;
    case STARPU_EPILOGUE_CALLBACK: task->epilogue_callback_func = va_arg(in.list, Function); return true;
    case STARPU_EPILOGUE_CALLBACK_ARG:
      task->epilogue_callback_arg = va_arg(in.list, void*);
      task->epilogue_callback_arg_free = 1;
      return true;
    case STARPU_PROLOGUE_CALLBACK: task->prologue_callback_func = va_arg(in.list, Function); return true;
    case STARPU_PROLOGUE_CALLBACK_ARG:
    case STARPU_PROLOGUE_CALLBACK_ARG_NFREE:
      task->prologue_callback_arg = va_arg(in.list, void*);
      task->prologue_callback_arg_free = option == STARPU_PROLOGUE_CALLBACK_ARG;
      return true;
    case STARPU_PROLOGUE_CALLBACK_POP: task->prologue_callback_pop_func = va_arg(in.list, Function); return true;
    case STARPU_PROLOGUE_CALLBACK_POP_ARG:
    case STARPU_PROLOGUE_CALLBACK_POP_ARG_NFREE:
      task->prologue_callback_pop_arg = va_arg(in.list, void*);
      task->prologue_callback_pop_arg_free = option == STARPU_PROLOGUE_CALLBACK_POP_ARG;
      return true;
    default: return false;
  }
}

bool Parser::ParsePlace(int option, Arguments& in) {
  switch (option) {
    case STARPU_EXECUTE_ON_NODE:
    case STARPU_NODE_SELECTION_POLICY: (void)va_arg(in.list, int); return true;
    case STARPU_EXECUTE_ON_DATA: (void)va_arg(in.list, Handle); return true;
    case STARPU_EXECUTE_ON_WORKER: {
      const int worker = va_arg(in.list, int);
      if (worker == -1) return true;
      task->execute_on_a_specific_worker = 1;
      task->workerid = static_cast<unsigned>(worker);
      return true;
    }
    case STARPU_WORKER_ORDER: task->workerorder = va_arg(in.list, unsigned); return true;
    case STARPU_EXECUTE_WHERE: task->where = static_cast<std::int32_t>(va_arg(in.list, unsigned long long)); return true;
    case STARPU_SCHED_CTX: task->sched_ctx = va_arg(in.list, unsigned); return true;
    case STARPU_TASK_WORKERIDS:
      task->workerids_len = va_arg(in.list, unsigned);
      task->workerids = va_arg(in.list, std::uint32_t*);
      return true;
    case STARPU_POSSIBLY_PARALLEL: task->possibly_parallel = va_arg(in.list, unsigned); return true;
    default: return false;
  }
}

bool Parser::ParseDescription(int option, Arguments& in) {
  switch (option) {
    case STARPU_PRIORITY: task->priority = va_arg(in.list, int); return true;
    case STARPU_NAME: task->name = va_arg(in.list, const char*); return true;
    case STARPU_FLOPS: task->flops = va_arg(in.list, double); return true;
    case STARPU_HYPERVISOR_TAG: task->hypervisor_tag = va_arg(in.list, int); return true;
    case STARPU_TASK_COLOR: task->color = static_cast<unsigned>(va_arg(in.list, int)); return true;
    case STARPU_TASK_PROFILING_INFO: task->profiling_info = va_arg(in.list, struct starpu_profiling_task_info*); return true;
    case STARPU_TASK_NO_SUBMITORDER: task->no_submitorder = va_arg(in.list, unsigned) != 0; return true;
    case STARPU_TASK_SCHED_DATA: task->sched_data = va_arg(in.list, void*); return true;
    case STARPU_TASK_FILE: task->file = va_arg(in.list, const char*); return true;
    case STARPU_TASK_LINE: task->line = va_arg(in.list, int); return true;
    case STARPU_TASK_SYNCHRONOUS: task->synchronous = va_arg(in.list, int) != 0; return true;
    default: return false;
  }
}

bool Parser::ParseDependency(int option, Arguments& in) {
  switch (option) {
    case STARPU_TAG:
    case STARPU_TAG_ONLY:
      task->tag_id = va_arg(in.list, starpu_tag_t);
      task->use_tag = option == STARPU_TAG;
      return true;
    case STARPU_SEQUENTIAL_CONSISTENCY: task->sequential_consistency = va_arg(in.list, unsigned) != 0; return true;
    case STARPU_HANDLES_SEQUENTIAL_CONSISTENCY:
      task->handles_sequential_consistency = va_arg(in.list, unsigned char*);
      return true;
    case STARPU_TASK_DEPS_ARRAY:
    case STARPU_TASK_END_DEPS_ARRAY: {
      const unsigned count = va_arg(in.list, unsigned);
      struct starpu_task** const tasks = va_arg(in.list, struct starpu_task**);
      (option == STARPU_TASK_DEPS_ARRAY ? starpu_task_declare_deps_array : starpu_task_declare_end_deps_array)(task, count, tasks);
      return true;
    }
    case STARPU_TASK_END_DEP: starpu_task_end_dep_add(task, va_arg(in.list, int)); return true;
    default: return false;
  }
}

void Parser::ParseValue(int option, Arguments& in) {
  switch (option) {
    case STARPU_VALUE: {
      const void* const value = va_arg(in.list, void*);
      starpu_codelet_pack_arg(&values, value, va_arg(in.list, std::size_t));
      return;
    }
    case STARPU_CL_ARGS:
    case STARPU_CL_ARGS_NFREE:
      task->cl_arg = va_arg(in.list, void*);
      task->cl_arg_size = va_arg(in.list, std::size_t);
      task->cl_arg_free = option == STARPU_CL_ARGS;
      return;
    case STARPU_DATA_ARRAY: {
      Handle* const handles = va_arg(in.list, Handle*);
      starpu_task_insert_data_process_array_arg(cl, task, &allocated, &current, va_arg(in.list, int), handles);
      return;
    }
    case STARPU_DATA_MODE_ARRAY: {
      auto* const descriptions = va_arg(in.list, struct starpu_data_descr*);
      starpu_task_insert_data_process_mode_array_arg(cl, task, &allocated, &current, va_arg(in.list, int), descriptions);
      return;
    }
    default: HEDDLE_CHECK(false) << "starpu_task_insert does not know option " << (option >> STARPU_MODE_SHIFT) << " (" << option << ")";
  }
}

void Parser::Parse(Arguments& in) {
  starpu_codelet_pack_arg_init(&values);
  while (const int option = va_arg(in.list, int)) {
    if (option < STARPU_ACCESS_MODE_MAX) {
      AddBuffer(cl, task, &allocated, &current, option, va_arg(in.list, Handle));
    } else if (!ParseCallback(option, in) && !ParsePlace(option, in) && !ParseDescription(option, in) &&
               !ParseDependency(option, in)) {
      ParseValue(option, in);
    }
  }
  if (values.nargs != 0) {
    HEDDLE_CHECK(task->cl_arg == nullptr) << "STARPU_VALUE together with STARPU_CL_ARGS";
    starpu_codelet_pack_arg_fini(&values, &task->cl_arg, &task->cl_arg_size);
    task->cl_arg_free = 1;
  }
  if (cl == nullptr) return;
  if (cl->nbuffers == STARPU_VARIABLE_NBUFFERS) {
    task->nbuffers = current;
  } else {
    HEDDLE_CHECK_EQ(current, cl->nbuffers) << "buffers given to codelet " << (cl->name == nullptr ? "?" : cl->name);
  }
}

void Set(struct starpu_task* task, struct starpu_codelet* cl, va_list arguments) {
  task->cl = cl;
  Parser parser{task, cl, 0, 0, {}};
  Arguments in;
  va_copy(in.list, arguments);
  parser.Parse(in);
  va_end(in.list);
}

int Insert(struct starpu_codelet* cl, va_list arguments) {
  struct starpu_task* const task = starpu_task_create();
  Set(task, cl, arguments);
  const int error = starpu_task_submit(task);
  if (error != 0) starpu_task_destroy(task);
  return error;
}

}  // namespace

extern "C" {

void starpu_task_insert_data_make_room(struct starpu_codelet* cl, struct starpu_task* task, int* allocated_buffers,
                                       int current_buffer, int room) {
  const int wanted = current_buffer + room;
  if (wanted <= STARPU_NMAXBUFS || wanted <= *allocated_buffers) return;
  const bool first = task->dyn_handles == nullptr;
  const int count = wanted * 2;
  task->dyn_handles = Grown(task->dyn_handles, count);
  if (first) std::copy(task->handles, task->handles + std::min(current_buffer, STARPU_NMAXBUFS), task->dyn_handles);
  if (cl->nbuffers == STARPU_VARIABLE_NBUFFERS) {
    task->dyn_modes = Grown(task->dyn_modes, count);
    if (first) std::copy(task->modes, task->modes + std::min(current_buffer, STARPU_NMAXBUFS), task->dyn_modes);
  }
  *allocated_buffers = count;
}

void starpu_task_insert_data_process_arg(struct starpu_codelet* cl, struct starpu_task* task, int* allocated_buffers,
                                         int* current_buffer, int arg_type, starpu_data_handle_t handle) {
  HEDDLE_CHECK(cl != nullptr) << "data are given to a task without codelet";
  const auto mode = static_cast<enum starpu_data_access_mode>(arg_type);
  const int index = *current_buffer;
  starpu_task_insert_data_make_room(cl, task, allocated_buffers, index, 1);
  STARPU_TASK_SET_HANDLE(task, handle, index);
  if (cl->nbuffers == STARPU_VARIABLE_NBUFFERS) {
    STARPU_TASK_SET_MODE(task, mode, index);
  } else {
    HEDDLE_CHECK_LT(index, cl->nbuffers) << "buffers given to codelet " << (cl->name == nullptr ? "?" : cl->name);
    if (STARPU_CODELET_GET_MODE(cl, index) == STARPU_NONE) {
      STARPU_CODELET_SET_MODE(cl, mode, index);
    } else {
      HEDDLE_CHECK_EQ(static_cast<int>(STARPU_CODELET_GET_MODE(cl, index)), arg_type)
          << "the mode of buffer " << index << " of codelet " << (cl->name == nullptr ? "?" : cl->name);
    }
  }
  ++*current_buffer;
}

void starpu_task_insert_data_process_array_arg(struct starpu_codelet* cl, struct starpu_task* task, int* allocated_buffers,
                                               int* current_buffer, int nb_handles, starpu_data_handle_t* handles) {
  HEDDLE_CHECK(cl != nullptr) << "data are given to a task without codelet";
  starpu_task_insert_data_make_room(cl, task, allocated_buffers, *current_buffer, nb_handles);
  for (int i = 0; i < nb_handles; ++i, ++*current_buffer) STARPU_TASK_SET_HANDLE(task, handles[i], *current_buffer);
}

void starpu_task_insert_data_process_mode_array_arg(struct starpu_codelet* cl, struct starpu_task* task, int* allocated_buffers,
                                                    int* current_buffer, int nb_descrs, struct starpu_data_descr* descrs) {
  for (int i = 0; i < nb_descrs; ++i) {
    starpu_task_insert_data_process_arg(cl, task, allocated_buffers, current_buffer, descrs[i].mode, descrs[i].handle);
  }
}

int starpu_task_set(struct starpu_task* task, struct starpu_codelet* cl, ...) {
  va_list arguments;
  va_start(arguments, cl);
  Set(task, cl, arguments);
  va_end(arguments);
  return 0;
}

struct starpu_task* starpu_task_build(struct starpu_codelet* cl, ...) {
  struct starpu_task* const task = starpu_task_create();
  va_list arguments;
  va_start(arguments, cl);
  Set(task, cl, arguments);
  va_end(arguments);
  return task;
}

int starpu_task_insert(struct starpu_codelet* cl, ...) {
  va_list arguments;
  va_start(arguments, cl);
  const int error = Insert(cl, arguments);
  va_end(arguments);
  return error;
}

int starpu_insert_task(struct starpu_codelet* cl, ...) {
  va_list arguments;
  va_start(arguments, cl);
  const int error = Insert(cl, arguments);
  va_end(arguments);
  return error;
}

}  // extern "C"
