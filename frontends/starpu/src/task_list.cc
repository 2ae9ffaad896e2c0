// Lists of tasks for policies.
#include "frontends/starpu/src/handle.h"

extern "C" {

void starpu_task_list_init(struct starpu_task_list* list) { list->head = list->tail = nullptr; }

void starpu_task_list_push_front(struct starpu_task_list* list, struct starpu_task* task) {
  task->prev = nullptr;
  task->next = list->head;
  *(list->head == nullptr ? &list->tail : &list->head->prev) = task;
  list->head = task;
}

void starpu_task_list_push_back(struct starpu_task_list* list, struct starpu_task* task) {
  task->next = nullptr;
  task->prev = list->tail;
  *(list->tail == nullptr ? &list->head : &list->tail->next) = task;
  list->tail = task;
}

struct starpu_task* starpu_task_list_front(const struct starpu_task_list* list) { return list->head; }
struct starpu_task* starpu_task_list_back(const struct starpu_task_list* list) { return list->tail; }
int starpu_task_list_empty(const struct starpu_task_list* list) { return list->head == nullptr; }

void starpu_task_list_erase(struct starpu_task_list* list, struct starpu_task* task) {
  *(task->prev == nullptr ? &list->head : &task->prev->next) = task->next;
  *(task->next == nullptr ? &list->tail : &task->next->prev) = task->prev;
  task->prev = task->next = nullptr;
}

struct starpu_task* starpu_task_list_pop_front(struct starpu_task_list* list) {
  struct starpu_task* const task = list->head;
  if (task != nullptr) starpu_task_list_erase(list, task);
  return task;
}

struct starpu_task* starpu_task_list_pop_back(struct starpu_task_list* list) {
  struct starpu_task* const task = list->tail;
  if (task != nullptr) starpu_task_list_erase(list, task);
  return task;
}

struct starpu_task* starpu_task_list_begin(const struct starpu_task_list* list) { return list->head; }
struct starpu_task* starpu_task_list_end(const struct starpu_task_list*) { return nullptr; }
struct starpu_task* starpu_task_list_next(const struct starpu_task* task) { return task->next; }

int starpu_task_list_ismember(const struct starpu_task_list* list, const struct starpu_task* look) {
  for (const struct starpu_task* task = list->head; task != nullptr; task = task->next) {
    if (task == look) return 1;
  }
  return 0;
}

void starpu_task_list_move(struct starpu_task_list* ldst, struct starpu_task_list* lsrc) {
  while (!starpu_task_list_empty(lsrc)) starpu_task_list_push_back(ldst, starpu_task_list_pop_front(lsrc));
}

}  // extern "C"
