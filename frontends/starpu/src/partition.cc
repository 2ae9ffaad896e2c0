// Views of data: the whole, or the pieces of a plan. Going from one to another is an empty task with access to both, so that the
// order of accesses carries over; which view is current is known at submission.
//
// A plan is off, read (whole and pieces are readable, several plans at once), or written (this plan's pieces only). One thread at a
// time submits tasks on data that has plans.
#include <cstdarg>
#include <vector>

#include "components/memory_pool/pool.h"
#include "frontends/starpu/src/context.h"

namespace heddle::starpu {

struct Plan {
  enum View { kOff, kRead, kWritten };
  Handle root = nullptr;
  struct starpu_data_filter filter = {};
  std::vector<Handle> pieces;
  View view = kOff;
  void* described_at = nullptr;  // Where the whole was when its pieces were described.
};

struct Partition {
  std::vector<Plan*> plans;  // Of this handle.
  Plan* owner = nullptr;     // Whose piece this handle is.
  bool automatic = true;
};

namespace {

Partition& PartitionOf(Handle handle) {
  if (handle->partition == nullptr) handle->partition = PoolNew<Partition>();
  return *handle->partition;
}

// The piece's interface from the whole's, which has memory or none.
void Describe(Handle root, struct starpu_data_filter* filter, Handle piece, unsigned id, unsigned count) {
  filter->filter_func(root->interface, piece->interface, filter, id, count);
  piece->allocated = root->allocated;
  piece->initialized = root->initialized;
}

unsigned PiecesOf(struct starpu_data_filter* filter, Handle root) {
  const unsigned count = filter->get_nchildren != nullptr ? filter->get_nchildren(filter, root) : filter->nchildren;
  HEDDLE_CHECK_GT(count, 0u) << "a filter that makes no pieces";
  return count;
}

Handle NewPiece(Handle root, struct starpu_data_filter* filter, unsigned id, unsigned count) {
  struct starpu_data_interface_ops* const ops =
      filter->get_child_ops != nullptr ? filter->get_child_ops(filter, id) : root->ops;
  const Handle piece = NewHandle(ops, root->home_node);
  piece->parent = root;
  piece->child_index = id;
  piece->sequential_consistency = root->sequential_consistency;
  piece->redux_codelet = root->redux_codelet;
  piece->redux_arg = root->redux_arg;
  piece->init_codelet = root->init_codelet;
  piece->init_arg = root->init_arg;
  Describe(root, filter, piece, id, count);
  return piece;
}

void EndPiece(Handle piece) {
  if (piece->ops->unregister_data_handle != nullptr) piece->ops->unregister_data_handle(piece);
  FreeHandle(piece);
}

// An empty task with these modes on the whole and on all pieces of the plan.
void Switch(Plan* plan, int root_mode, int piece_mode, void (*body)(void*)) {
  std::vector<Buffer> buffers;
  buffers.push_back({plan->root, static_cast<starpu_data_access_mode>(root_mode | STARPU_NOPLAN), true});
  for (Handle piece : plan->pieces) {
    buffers.push_back({piece, static_cast<starpu_data_access_mode>(piece_mode | STARPU_NOPLAN), true});
  }
  SubmitInternal(buffers, body, plan);
}

// When the pieces take over: where they are, and whether there is a value. The filter, whose arguments may be gone, is asked
// again only where the whole has got other memory since the plan.
void ToPieces(void* arg) {
  Plan* const plan = static_cast<Plan*>(arg);
  EnsureAllocated(plan->root);
  void* const where = starpu_data_get_local_ptr(plan->root);
  const bool moved = where != plan->described_at;
  plan->described_at = where;
  const unsigned count = static_cast<unsigned>(plan->pieces.size());
  for (unsigned i = 0; i < count; ++i) {
    if (moved) plan->filter.filter_func(plan->root->interface, plan->pieces[i]->interface, &plan->filter, i, count);
    plan->pieces[i]->allocated = true;
    plan->pieces[i]->initialized = plan->root->initialized;
  }
}

void ToWhole(void* arg) {
  Plan* const plan = static_cast<Plan*>(arg);
  bool value = true;
  for (Handle piece : plan->pieces) value = value && piece->initialized;
  plan->root->initialized = plan->root->initialized || value;
}

void TakeBackPlans(Handle handle);

// From now on the whole is used, not this plan.
void TakeBack(Plan* plan) {
  if (plan->view == Plan::kOff) return;
  for (Handle piece : plan->pieces) TakeBackPlans(piece);
  Switch(plan, STARPU_RW, STARPU_RW, ToWhole);
  plan->view = Plan::kOff;
}

void TakeBackPlans(Handle handle) {
  if (handle->partition == nullptr) return;
  for (Plan* plan : handle->partition->plans) TakeBack(plan);
}

// From now on the whole may be read.
void MakeReadable(Handle handle) {
  if (handle->partition == nullptr) return;
  for (Plan* plan : handle->partition->plans) {
    if (plan->view != Plan::kWritten) continue;
    for (Handle piece : plan->pieces) MakeReadable(piece);
    Switch(plan, STARPU_RW, STARPU_R, ToWhole);
    plan->view = Plan::kRead;
  }
}

void Show(Plan* plan, bool write) {
  if (plan->view == Plan::kWritten || (plan->view == Plan::kRead && !write)) return;
  for (Plan* other : plan->root->partition->plans) {
    if (other != plan && (write || other->view == Plan::kWritten)) TakeBack(other);
  }
  Switch(plan, write ? STARPU_RW : STARPU_R, STARPU_RW, write || plan->view == Plan::kOff ? ToPieces : nullptr);
  plan->view = write ? Plan::kWritten : Plan::kRead;
}

// Makes a piece of plans usable: its parents' views first.
void ShowPiece(Handle piece, bool write) {
  Plan* const owner = piece->partition == nullptr ? nullptr : piece->partition->owner;
  if (owner == nullptr) return;
  ShowPiece(owner->root, write);
  if (PartitionOf(owner->root).automatic) Show(owner, write);
}

Plan* PlanOf(Handle const* pieces) {
  Plan* const plan = pieces[0]->partition == nullptr ? nullptr : pieces[0]->partition->owner;
  HEDDLE_CHECK(plan != nullptr) << "handles that are no pieces of a partition plan";
  return plan;
}

// Gives a plan up: its pieces end when their tasks have.
void Clean(Plan* plan) {
  TakeBack(plan);
  std::erase(plan->root->partition->plans, plan);
  for (Handle piece : plan->pieces) {
    piece->partition->owner = nullptr;
    piece->planned = false;
    starpu_data_unregister_submit(piece);
  }
  // The empty tasks on it are before this one.
  const Buffer whole{plan->root, static_cast<starpu_data_access_mode>(STARPU_RW | STARPU_NOPLAN), true};
  SubmitInternal({&whole, 1}, [](void* arg) { PoolDelete(static_cast<Plan*>(arg)); }, plan);
}

void Unpartition(Handle root) {
  for (unsigned i = 0; i < root->child_count; ++i) {
    const Handle piece = root->children[i];
    DropPartitions(piece);
    WaitUnused(piece);
    root->initialized = root->initialized || piece->initialized;
    EndPiece(piece);
  }
  PoolFree(root->children, root->child_count * sizeof(Handle));
  root->children = nullptr;
  root->child_count = 0;
  root->planned = root->partition != nullptr;
}

void MapFilters(Handle handle, unsigned count, struct starpu_data_filter** filters) {
  if (count == 0) return;
  starpu_data_partition(handle, filters[0]);
  for (unsigned i = 0; i < handle->child_count; ++i) MapFilters(handle->children[i], count - 1, filters + 1);
}

}  // namespace

void PrepareView(Handle handle, enum starpu_data_access_mode mode) {
  HEDDLE_CHECK_EQ(handle->child_count, 0u) << "data that is partitioned is used: its pieces, or starpu_data_unpartition first";
  const bool write = (mode & (STARPU_W | STARPU_REDUX | STARPU_SCRATCH)) != 0;
  ShowPiece(handle, write);
  if (handle->partition == nullptr || !handle->partition->automatic) return;
  if (write) {
    TakeBackPlans(handle);
  } else {
    MakeReadable(handle);
  }
}

void DropPartitions(Handle handle) {
  if (handle->child_count != 0) Unpartition(handle);
  if (handle->partition == nullptr) return;
  while (!handle->partition->plans.empty()) Clean(handle->partition->plans.back());
  handle->planned = false;
  PoolDelete(handle->partition);
  handle->partition = nullptr;
}

}  // namespace heddle::starpu

using namespace heddle::starpu;

extern "C" {

void starpu_data_partition(starpu_data_handle_t initial_handle, struct starpu_data_filter* f) {
  HEDDLE_CHECK_EQ(initial_handle->child_count, 0u) << "data is partitioned twice";
  WaitUnused(initial_handle);  // Readers, too: tasks on the pieces are not ordered after them.
  EnsureAllocated(initial_handle);
  const unsigned count = PiecesOf(f, initial_handle);
  initial_handle->children = static_cast<Handle*>(heddle::PoolAllocate(count * sizeof(Handle)));
  for (unsigned i = 0; i < count; ++i) initial_handle->children[i] = NewPiece(initial_handle, f, i, count);
  initial_handle->child_count = count;
  initial_handle->planned = true;  // Its use is an error: PrepareView().
}

void starpu_data_unpartition(starpu_data_handle_t root_data, unsigned) {
  HEDDLE_CHECK_GT(root_data->child_count, 0u) << "data is not partitioned";
  Unpartition(root_data);
}

void starpu_data_map_filters_parray(starpu_data_handle_t root_handle, int nfilters, struct starpu_data_filter** filters) {
  MapFilters(root_handle, static_cast<unsigned>(nfilters), filters);
}
void starpu_data_map_filters_array(starpu_data_handle_t root_handle, int nfilters, struct starpu_data_filter* filters) {
  std::vector<struct starpu_data_filter*> list;
  for (int i = 0; i < nfilters; ++i) list.push_back(&filters[i]);
  MapFilters(root_handle, static_cast<unsigned>(nfilters), list.data());
}
void starpu_data_vmap_filters(starpu_data_handle_t root_data, unsigned nfilters, va_list pa) {
  std::vector<struct starpu_data_filter*> list;
  for (unsigned i = 0; i < nfilters; ++i) list.push_back(va_arg(pa, struct starpu_data_filter*));
  MapFilters(root_data, nfilters, list.data());
}
void starpu_data_map_filters(starpu_data_handle_t root_data, unsigned nfilters, ...) {
  va_list arguments;
  va_start(arguments, nfilters);
  starpu_data_vmap_filters(root_data, nfilters, arguments);
  va_end(arguments);
}

int starpu_data_get_nb_children(starpu_data_handle_t handle) { return static_cast<int>(handle->child_count); }
starpu_data_handle_t starpu_data_get_child(starpu_data_handle_t handle, unsigned i) {
  HEDDLE_CHECK_LT(i, handle->child_count) << "a piece of data that does not exist";
  return handle->children[i];
}
starpu_data_handle_t starpu_data_vget_sub_data(starpu_data_handle_t root_data, unsigned depth, va_list pa) {
  for (; depth > 0; --depth) root_data = starpu_data_get_child(root_data, va_arg(pa, unsigned));
  return root_data;
}
starpu_data_handle_t starpu_data_get_sub_data(starpu_data_handle_t root_data, unsigned depth, ...) {
  va_list arguments;
  va_start(arguments, depth);
  const starpu_data_handle_t piece = starpu_data_vget_sub_data(root_data, depth, arguments);
  va_end(arguments);
  return piece;
}

void starpu_data_partition_plan(starpu_data_handle_t initial_handle, struct starpu_data_filter* f, starpu_data_handle_t* children) {
  Plan* const plan = heddle::PoolNew<Plan>();
  plan->root = initial_handle;
  plan->filter = *f;
  plan->described_at = starpu_data_get_local_ptr(initial_handle);
  const unsigned count = PiecesOf(f, initial_handle);
  HEDDLE_CHECK_LT(count, 65535u) << "pieces of a plan: more than one task can have buffers";
  for (unsigned i = 0; i < count; ++i) {
    children[i] = NewPiece(initial_handle, f, i, count);
    children[i]->planned = true;
    PartitionOf(children[i]).owner = plan;
    plan->pieces.push_back(children[i]);
  }
  PartitionOf(initial_handle).plans.push_back(plan);
  initial_handle->planned = true;
}

unsigned starpu_data_partition_get_nplans(starpu_data_handle_t handle) {
  return handle->partition == nullptr ? 0 : static_cast<unsigned>(handle->partition->plans.size());
}

void starpu_data_partition_submit(starpu_data_handle_t, unsigned, starpu_data_handle_t* children) {
  Plan* const plan = PlanOf(children);
  ShowPiece(plan->root, true);
  Show(plan, true);
}
void starpu_data_partition_readonly_submit(starpu_data_handle_t, unsigned, starpu_data_handle_t* children) {
  Plan* const plan = PlanOf(children);
  ShowPiece(plan->root, false);
  Show(plan, false);
}
void starpu_data_partition_readwrite_upgrade_submit(starpu_data_handle_t initial_handle, unsigned nparts,
                                                    starpu_data_handle_t* children) {
  starpu_data_partition_submit(initial_handle, nparts, children);
}
void starpu_data_partition_readonly_downgrade_submit(starpu_data_handle_t initial_handle, unsigned, starpu_data_handle_t*) {
  MakeReadable(initial_handle);
}
void starpu_data_unpartition_submit(starpu_data_handle_t, unsigned, starpu_data_handle_t* children, int) {
  TakeBack(PlanOf(children));
}
void starpu_data_unpartition_submit_r(starpu_data_handle_t initial_handle, int) { TakeBackPlans(initial_handle); }
void starpu_data_unpartition_readonly_submit(starpu_data_handle_t initial_handle, unsigned, starpu_data_handle_t*, int) {
  MakeReadable(initial_handle);
}
void starpu_data_partition_clean(starpu_data_handle_t, unsigned, starpu_data_handle_t* children) { Clean(PlanOf(children)); }
void starpu_data_partition_clean_node(starpu_data_handle_t, unsigned, starpu_data_handle_t* children, int) {
  Clean(PlanOf(children));
}
void starpu_data_partition_not_automatic(starpu_data_handle_t handle) { PartitionOf(handle).automatic = false; }

}  // extern "C"
