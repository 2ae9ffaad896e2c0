// Several processes: tiles that travel.
//
// Every process inserts every access of a tile, in the same order, and so each knows of each tile which version is the newest, who
// wrote it, and who has it. Where a task runs in a process that has not got the version that it reads, the writer's process inserts a
// sending into the tile's order, behind the write, and the reader's process a receiving, in front of the read; nobody asks for
// anything. A version goes to a process once. What arrives before the receiving is inserted is kept.
//
// No process waits for ever: of all unfinished tasks the first one in the order of insertion has its predecessors finished, and a
// process that inserts no more, because its window is full, has unfinished tasks that come before all it has not inserted.
#include <cstring>
#include <map>
#include <tuple>

#include "frontends/parsec/runtime/src/data.h"
#include "frontends/parsec/runtime/src/datatype.h"
#include "frontends/parsec/runtime/src/dtd_internal.h"

namespace heddle::parsec {
namespace {

// In front of the data of a message, and of the memory of tiles that do not live here: what arrives becomes their memory.
struct alignas(16) Header {
  std::uint64_t space;    // The collection, or the taskpool whose the tile is.
  std::uint64_t key;
  std::uint64_t version;
  std::uint64_t bytes;
};
static_assert(sizeof(Header) == 32);

using Key = std::tuple<std::uint64_t, std::uint64_t, std::uint64_t>;

// parsec_dtd_tile_t::remote. Under insert_lock.
struct RemoteTile {
  std::uint64_t version = 0;
  int writer = 0;                    // Who sends it.
  std::vector<std::uint64_t> have;   // A bit for each process.
  DtdState* listed = nullptr;        // In whose list of tiles away from home.

  bool Has(int process) const { return (have[static_cast<std::size_t>(process) / 64] >> (process % 64) & 1) != 0; }
  void Add(int process) { have[static_cast<std::size_t>(process) / 64] |= std::uint64_t{1} << (process % 64); }
  void OnlyAt(int process) {
    have.assign(have.size(), 0);
    Add(process);
  }
};

// A node in the chain of a tile that moves it.
struct Transfer {
  enum Kind { kSend, kReceive, kDrop };

  Task task;  // First.
  DependencyNode node;
  Access access;
  Kind kind = kSend;
  bool at_home = false;  // kReceive: into the collection's memory.
  int peer = 0;
  DtdState* state = nullptr;
  parsec_data_copy_t* copy = nullptr;
  Header header = {};
  parsec_datatype_t type = PARSEC_DATATYPE_NULL;  // kReceive: where it has gaps.
  Header* arrived = nullptr;
};

struct Arrivals {
  SpinLock lock;
  std::map<Key, Transfer*> expected;  // Under lock.
  std::map<Key, Header*> early;       // Under lock.
  int receiver = -1;                  // Under insert_lock.
  Network* network = nullptr;
};
Arrivals& TheArrivals() {
  static auto* const arrivals = new Arrivals;
  return *arrivals;
}

Key KeyOf(const Header& header) { return {header.space, header.key, header.version}; }

TaskType transfer_type{"DTD transfer", kTaskMovable, 0};

void FreeMemory(parsec_data_copy_t* copy) {
  if (copy->device_private != nullptr) MessageFree(static_cast<Header*>(copy->device_private) - 1);
  copy->device_private = nullptr;
}

void Install(Transfer* transfer) {
  Header* const from = transfer->arrived;
  parsec_data_copy_t* const copy = transfer->copy;
  if (!transfer->at_home) {
    FreeMemory(copy);
    copy->device_private = from + 1;
    return;
  }
  if (copy->device_private == nullptr) {
    Die("a tile of collection %llu comes home to data without memory", static_cast<unsigned long long>(from->space));
  }
  if (transfer->type != PARSEC_DATATYPE_NULL) {
    const std::int64_t extent = LayoutOf(transfer->type).extent;
    const std::int64_t count = extent > 0 ? static_cast<std::int64_t>(from->bytes) / extent : 1;
    CopyTyped(copy->device_private, transfer->type, from + 1, transfer->type, count > 0 ? count : 1);
  } else {
    std::memcpy(copy->device_private, from + 1, from->bytes);
  }
  MessageFree(from);
}

void RunTransfer(Task* task) {
  auto* const transfer = reinterpret_cast<Transfer*>(task);
  DtdState& state = *transfer->state;
  TaskpoolEngine& engine = *state.engine;
  switch (transfer->kind) {
    case Transfer::kSend: {
      auto* const message = static_cast<Header*>(MessageAllocate(sizeof(Header) + transfer->header.bytes));
      *message = transfer->header;
      if (transfer->copy->device_private != nullptr) std::memcpy(message + 1, transfer->copy->device_private, message->bytes);
      engine.context->network->Send(transfer->peer, TheArrivals().receiver, 0, message);
      break;
    }
    case Transfer::kReceive:
      RaisePins(*engine.context, ACTIVATE_CB_BEGIN, nullptr);
      Install(transfer);
      RaisePins(*engine.context, ACTIVATE_CB_END, nullptr);
      break;
    case Transfer::kDrop:
      FreeMemory(transfer->copy);
      PARSEC_OBJ_RELEASE(transfer->copy);
      break;
  }
  transfer->node.FinishAccesses(ReadyNodes());
  PoolDelete(transfer);
  TaskFinished(state, engine);
}

void Arrived(void*, void* payload, int, std::uint32_t) {
  auto* const message = static_cast<Header*>(payload);
  Arrivals& arrivals = TheArrivals();
  arrivals.lock.lock();
  const auto found = arrivals.expected.find(KeyOf(*message));
  if (found == arrivals.expected.end()) {
    arrivals.early.emplace(KeyOf(*message), message);
    arrivals.lock.unlock();
    return;
  }
  Transfer* const transfer = found->second;
  arrivals.expected.erase(found);
  arrivals.lock.unlock();
  transfer->arrived = message;
  if (transfer->node.Arrive()) transfer->task.client->pool().Submit(&transfer->task);
}

RemoteTile& RemoteOf(DtdState& state, parsec_dtd_tile_t* tile) {
  if (tile->remote == nullptr) {
    auto* const remote = new RemoteTile;
    remote->writer = tile->rank;
    remote->have.assign(static_cast<std::size_t>(state.taskpool->context->nb_nodes) / 64 + 1, 0);
    remote->Add(tile->rank);
    tile->remote = remote;
  }
  return *static_cast<RemoteTile*>(tile->remote);
}

bool LivesHere(const DtdState& state, const parsec_dtd_tile_t* tile) { return tile->rank == state.taskpool->context->my_rank; }

// Bytes of a tile as it travels: of the region's elements, or of what is known of the data. 0: unknown.
std::size_t BytesOfTile(const DtdState& state, const parsec_dtd_tile_t* tile, std::uint32_t op) {
  const parsec_arena_datatype_t* const adt = ArenaOf(state.taskpool->context, op);
  const std::size_t wanted = adt != nullptr && adt->arena != nullptr ? adt->arena->elem_size : 0;
  if (tile->data_copy == nullptr) return wanted;
  // Memory that came here knows its size; collections' data know theirs, where they have no gaps.
  std::size_t there = 0;
  if (tile->dc != nullptr && LivesHere(state, tile)) {
    there = BytesOf(tile->data_copy);
    if (wanted != 0 && adt->opaque_dtt != PARSEC_DATATYPE_NULL && !LayoutOf(adt->opaque_dtt).contiguous) return wanted;
  } else if (tile->data_copy->device_private != nullptr) {
    there = static_cast<std::size_t>((static_cast<Header*>(tile->data_copy->device_private) - 1)->bytes);
  }
  return there == 0 ? wanted : wanted == 0 ? there : wanted < there ? wanted : there;
}

parsec_data_copy_t* NewCopy() {
  parsec_data_copy_t* const copy = parsec_data_copy_new(nullptr, 0, PARSEC_DATATYPE_NULL, 0);
  if (copy == nullptr) Die("no memory for a copy of a tile");
  return copy;
}

Transfer* NewTransfer(DtdState& state, parsec_dtd_tile_t* tile, Transfer::Kind kind) {
  auto* const transfer = PoolNew<Transfer>();
  transfer->task.run = &RunTransfer;
  transfer->task.client = state.engine->context->client;
  transfer->task.type = &transfer_type;
  transfer->task.flags = kTaskMovable;
  transfer->task.priority = INT32_MAX;  // Others wait for it, or a send for nobody here.
  transfer->node.set_kind(kTransferNode);
  transfer->kind = kind;
  transfer->state = &state;
  transfer->header.space = tile->dc != nullptr ? tile->dc->dc_id : std::uint64_t{1} << 63 | state.taskpool->taskpool_id;
  transfer->header.key = tile->key;
  state.engine->group.Started(CurrentWorker());
  return transfer;
}

void InsertTransfer(parsec_dtd_tile_t* tile, Transfer* transfer, AccessMode mode, TransferList* transfers) {
  ChainOf(tile).Insert(&transfer->access, &transfer->node, mode);
  if (!transfer->node.Release()) return;
  transfer->task.next = nullptr;
  (transfers->last != nullptr ? transfers->last->next : transfers->first) = &transfer->task;
  transfers->last = &transfer->task;
}

// The newest version goes to `to`, which has not got it. As far as this process has to do with it.
void Move(DtdState& state, parsec_dtd_tile_t* tile, std::uint32_t op, int to, TransferList* transfers) {
  RemoteTile& remote = *static_cast<RemoteTile*>(tile->remote);
  remote.Add(to);
  const int me = state.taskpool->context->my_rank;
  if (remote.writer == me) {
    if (tile->data_copy == nullptr) GiveMemory(state, tile, op);
    Transfer* const send = NewTransfer(state, tile, Transfer::kSend);
    send->peer = to;
    send->copy = tile->data_copy;
    send->header.version = remote.version;
    send->header.bytes = BytesOfTile(state, tile, op);
    if (send->header.bytes == 0) {
      Die("tile %llu is to be sent to process %d, and its size is not known: its region has no arena datatype",
          static_cast<unsigned long long>(tile->key), to);
    }
    InsertTransfer(tile, send, AccessMode::kRead, transfers);
  } else if (to == me) {
    if (tile->data_copy == nullptr) tile->data_copy = NewCopy();
    Transfer* const receive = NewTransfer(state, tile, Transfer::kReceive);
    receive->copy = tile->data_copy;
    receive->at_home = tile->dc != nullptr && LivesHere(state, tile);
    receive->header.version = remote.version;
    if (receive->at_home) {
      const parsec_arena_datatype_t* const adt = ArenaOf(state.taskpool->context, op);
      if (adt != nullptr && adt->opaque_dtt != PARSEC_DATATYPE_NULL && !LayoutOf(adt->opaque_dtt).contiguous) {
        receive->type = adt->opaque_dtt;
      }
    }
    Arrivals& arrivals = TheArrivals();
    arrivals.lock.lock();
    const auto found = arrivals.early.find(KeyOf(receive->header));
    if (found != arrivals.early.end()) {
      receive->arrived = found->second;
      arrivals.early.erase(found);
    } else {
      receive->node.AddEvents(1);
      arrivals.expected.emplace(KeyOf(receive->header), receive);
    }
    arrivals.lock.unlock();
    InsertTransfer(tile, receive, AccessMode::kWrite, transfers);
  }
}

void EnsureReceiver(DtdState& state) {
  Arrivals& arrivals = TheArrivals();
  if (arrivals.receiver >= 0) return;
  ContextEngine& context = *state.engine->context;
  arrivals.network = context.network;
  arrivals.receiver = context.network->AddReceiver(&Arrived, nullptr);
  parsec_context_at_fini(
      [](void* argument) {
        auto* const ended = static_cast<Arrivals*>(argument);
        ended->network->RemoveReceiver(ended->receiver);
        ended->receiver = -1;
        for (const auto& [key, message] : ended->early) MessageFree(message);
        ended->early.clear();
      },
      &arrivals);
}

}  // namespace

Task* TaskOfTransfer(DependencyNode* node) {
  return reinterpret_cast<Task*>(reinterpret_cast<char*>(node) - offsetof(Transfer, node));
}

int RankOf(DtdState& state, const char* name, const Argument* arguments, int count) {
  const int processes = state.taskpool->context->nb_nodes;
  int rank = kEverywhere;
  bool writes = false;
  for (int i = 0; i < count; ++i) {
    const Argument& a = arguments[i];
    const ParamKind kind = KindOf(a.op, a.size, name, i);
    if (kind == ParamKind::kTile && a.pointer != nullptr && (a.op & PARSEC_DONT_TRACK) == 0 &&
        (a.op & PARSEC_GET_OP_TYPE) != PARSEC_INPUT) {
      writes = true;
    }
    if ((a.op & PARSEC_AFFINITY) == 0) continue;
    if (rank != kEverywhere) {
      Warn("task %s: only the first AFFINITY counts", name);
      continue;
    }
    if (kind == ParamKind::kTile) {
      if (a.pointer != nullptr) rank = static_cast<parsec_dtd_tile_t*>(a.pointer)->rank;
    } else if (kind == ParamKind::kValue) {
      std::memcpy(&rank, a.pointer, sizeof(rank));
      if (rank < 0 || rank >= processes) {
        const int asked = rank;
        rank = ((rank % processes) + processes) % processes;
        Warn("task %s: there is no process %d; process %d takes it", name, asked, rank);
      }
    }
  }
  if (rank == kEverywhere && writes) {
    Die("task %s writes a tile and does not say where it runs: with several processes one parameter needs PARSEC_AFFINITY", name);
  }
  return rank;
}

void PrepareTile(DtdState& state, parsec_dtd_tile_t* tile, std::uint32_t op, int rank, TransferList* transfers) {
  EnsureReceiver(state);
  RemoteTile& remote = RemoteOf(state, tile);
  const std::uint32_t type = op & PARSEC_GET_OP_TYPE;
  tile->arena_index = static_cast<std::int16_t>(op & PARSEC_GET_REGION_INFO);
  if (type != PARSEC_OUTPUT) {
    if (rank != kEverywhere) {
      if (!remote.Has(rank)) Move(state, tile, op, rank, transfers);
    } else {
      for (int to = 0; to < state.taskpool->context->nb_nodes; ++to) {
        if (!remote.Has(to)) Move(state, tile, op, to, transfers);
      }
    }
  }
  if (type == PARSEC_INPUT) return;
  ++remote.version;
  remote.writer = rank;
  remote.OnlyAt(rank);
  if (rank != tile->rank && remote.listed == nullptr) {
    remote.listed = &state;
    state.away.push_back(tile);
  }
}

void SubmitTransfers(DtdState& state, TransferList* transfers) {
  while (transfers->first != nullptr) {
    Task* const task = transfers->first;
    transfers->first = task->next;
    Ready(state, task);
  }
}

void BringHome(DtdState& state, parsec_dtd_tile_t* tile, bool drop, TransferList* transfers) {
  if (tile->remote == nullptr) return;
  RemoteTile& remote = *static_cast<RemoteTile*>(tile->remote);
  const std::uint32_t op = tile->arena_index >= 0 ? static_cast<std::uint32_t>(static_cast<std::uint16_t>(tile->arena_index)) : 0;
  if (!remote.Has(tile->rank)) Move(state, tile, op, tile->rank, transfers);
  if (!drop) return;
  // All processes forget the copies that are away; a version that goes there again gets another number.
  if (!LivesHere(state, tile) && tile->data_copy != nullptr) {
    Transfer* const forget = NewTransfer(state, tile, Transfer::kDrop);
    forget->copy = tile->data_copy;
    tile->data_copy = nullptr;
    InsertTransfer(tile, forget, AccessMode::kWrite, transfers);
  }
  ++remote.version;
  remote.writer = tile->rank;
  remote.OnlyAt(tile->rank);
}

void BringAllHome(DtdState& state) {
  TransferList transfers;
  insert_lock.lock();
  for (parsec_dtd_tile_t* tile : state.away) {
    static_cast<RemoteTile*>(tile->remote)->listed = nullptr;
    BringHome(state, tile, false, &transfers);
  }
  state.away.clear();
  insert_lock.unlock();
  SubmitTransfers(state, &transfers);
}

void ForgetAway(DtdState& state) {
  insert_lock.lock();
  for (parsec_dtd_tile_t* tile : state.away) static_cast<RemoteTile*>(tile->remote)->listed = nullptr;
  state.away.clear();
  insert_lock.unlock();
}

void ForgetRemote(parsec_dtd_tile_t* tile) {
  insert_lock.lock();
  auto* const remote = static_cast<RemoteTile*>(tile->remote);
  if (remote->listed != nullptr) std::erase(remote->listed->away, tile);
  insert_lock.unlock();
  delete remote;
  tile->remote = nullptr;
}

void GiveMemory(DtdState& state, parsec_dtd_tile_t* tile, std::uint32_t op) {
  const std::size_t bytes = BytesOfTile(state, tile, op);
  if (bytes == 0) {
    Die("tile %llu has no memory in this process, and its region %u no arena datatype that says how much it needs",
        static_cast<unsigned long long>(tile->key), op & PARSEC_GET_REGION_INFO);
  }
  parsec_data_copy_t* const copy = NewCopy();
  auto* const header = static_cast<Header*>(MessageAllocate(sizeof(Header) + bytes));
  *header = {0, tile->key, 0, bytes};
  copy->device_private = header + 1;
  tile->data_copy = copy;
}

void FreeCopy(parsec_data_copy_t* copy) {
  FreeMemory(copy);
  PARSEC_OBJ_RELEASE(copy);
}

}  // namespace heddle::parsec
