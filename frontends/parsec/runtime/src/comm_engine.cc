// Programs' own messages between processes (parsec_comm_engine.h), over a receiver of the message layer.
//
// A put is a message with the packed data, a get one that asks for them; both carry a copy of the other side's registration, so that
// it needs no table of them. What nobody takes (the engine is disabled, a tag not registered) is held. One thread at a time
// delivers, what is held before what comes, so that messages stay in order: whoever polls, but without a context only who calls
// progress() or sync(), whose callbacks may then share memory with the caller.
#include <atomic>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "components/message_layer/process_barrier.h"
#include "frontends/parsec/runtime/src/context.h"
#include "frontends/parsec/runtime/src/datatype.h"
#include "frontends/parsec/runtime/src/execute.h"
#include "frontends/parsec/runtime/src/remote.h"
#include "parsec/constants.h"
#include "parsec/data_internal.h"
#include "parsec/parsec_comm_engine.h"

namespace heddle::parsec {
namespace {

constexpr int kDone = 1;  // What most of the original's functions return.
constexpr std::uint64_t kLeastAddress = 4096;  // Below it a tag is no function's address.

enum Kind : std::uint32_t { kMessage, kPut, kGet, kData, kEnd, kLook };

// What a handle points to.
struct Registration {
  char* memory;
  parsec_datatype_t type;
  std::int64_t count;
  Registration* self;  // In the process that registered it.
};

// A put or a get, for the callback where it began.
struct OneSided {
  parsec_ce_mem_reg_handle_t lreg, rreg;
  std::ptrdiff_t ldispl, rdispl;
  std::size_t size;
  int remote;
  parsec_ce_onesided_callback_t callback;
  void* callback_data;
};

// Before each message: `callback_bytes` for who is told there, then the data.
struct Head {
  std::uint64_t tag;  // Whose message it is; of kPut, kGet: who is told.
  std::int32_t from;
  std::uint64_t callback_bytes;
  std::uint64_t data_bytes;
  Registration there;           // Of kPut, kGet: the memory in the process that gets this,
  std::ptrdiff_t displacement;  // and where in it.
  OneSided one_sided;           // Of kGet, kData, kEnd.

  char* callback_data() { return reinterpret_cast<char*>(this + 1); }
  char* data() { return callback_data() + callback_bytes; }
};

struct Tag {
  parsec_ce_am_callback_t callback;
  void* data;
  std::size_t most;  // Bytes.
};

struct Engine {
  // Written by init and fini only.
  int users = 0;
  Runtime* runtime = nullptr;
  Network* network = nullptr;
  int receiver = -1;
  std::unique_ptr<ProcessBarrier> barrier;

  std::mutex mutex;
  // Under mutex:
  bool enabled = false;
  bool has_context = false;
  bool delivering = false;
  std::map<parsec_ce_tag_t, Tag> tags;
  struct Held {
    void* payload;
    std::uint32_t kind;
  };
  std::vector<Held> held;
};
Engine engine;

Head* NewMessage(std::uint64_t tag, std::size_t callback_bytes, std::size_t data_bytes) {
  Head* const head = new (MessageAllocate(sizeof(Head) + callback_bytes + data_bytes)) Head{};
  head->tag = tag;
  head->from = engine.network->process();
  head->callback_bytes = callback_bytes;
  head->data_bytes = data_bytes;
  return head;
}

void Send(int process, Kind kind, Head* head) { engine.network->Send(process, engine.receiver, kind, head); }

// What is held may be deliverable now.
void LookAtHeld() { Send(engine.network->process(), kLook, NewMessage(0, 0, 0)); }

// Bytes that a put or get of `size` moves from or to registered memory.
std::size_t BytesOf(const Registration& memory, std::size_t size) {
  const auto all = static_cast<std::size_t>(PackedBytes(memory.type, memory.count));
  if (size == 0 || memory.type != MPI_BYTE) return all;
  if (size > all) Die("a put or get of %zu bytes from registered memory of %zu", size, all);
  return size;
}

void UnpackInto(const Registration& memory, std::ptrdiff_t displacement, const char* data, std::size_t bytes) {
  const auto room = static_cast<std::size_t>(PackedBytes(memory.type, memory.count));
  const auto element = static_cast<std::size_t>(LayoutOf(memory.type).size);
  if (bytes > room || (element != 0 && bytes % element != 0)) {
    Die("a put or get of %zu bytes into registered memory of %zu, in elements of %zu", bytes, room, element);
  }
  if (bytes > 0) Unpack(memory.memory + displacement, memory.type, static_cast<std::int64_t>(bytes / element), data);
}

void PackFrom(const Registration& memory, std::ptrdiff_t displacement, char* data, std::size_t bytes) {
  const auto element = static_cast<std::size_t>(LayoutOf(memory.type).size);
  if (bytes > 0) Pack(data, memory.memory + displacement, memory.type, static_cast<std::int64_t>(bytes / element));
}

const Registration& RegistrationOf(parsec_ce_mem_reg_handle_t handle) { return *static_cast<const Registration*>(handle); }

// Handles in messages stand at any address.
Registration CopyOf(parsec_ce_mem_reg_handle_t handle) {
  Registration registration;
  std::memcpy(&registration, handle, sizeof(registration));
  return registration;
}

bool FindTag(std::uint64_t tag, Tag* found) {
  std::lock_guard<std::mutex> hold(engine.mutex);
  const auto at = engine.tags.find(tag);
  if (at == engine.tags.end()) return false;
  *found = at->second;
  return true;
}

// The other side's callback of a put or get.
void Tell(Head* head) {
  if (head->tag == 0) return;
  Tag tag{};
  if (!FindTag(head->tag, &tag)) {
    if (head->tag < kLeastAddress) Die("a put or get names tag %llu, which is not registered", static_cast<unsigned long long>(head->tag));
    tag.callback = reinterpret_cast<parsec_ce_am_callback_t>(head->tag);
  }
  (void)tag.callback(&parsec_ce, head->tag, head->callback_data(), head->callback_bytes, head->from, tag.data);
}

void End(const OneSided& of) {
  if (of.callback == nullptr) return;
  (void)of.callback(&parsec_ce, of.lreg, of.ldispl, of.rreg, of.rdispl, of.size, of.remote, of.callback_data);
}

void Answer(Head* head) {
  const std::size_t bytes = BytesOf(head->there, head->one_sided.size);
  Head* const answer = NewMessage(0, 0, bytes);
  answer->one_sided = head->one_sided;
  PackFrom(head->there, head->displacement, answer->data(), bytes);
  Send(head->from, kData, answer);
}

// Under engine.mutex, while the engine is enabled. Whether somebody takes the message, and who.
bool IsDeliverable(const Engine::Held& message, Tag* tag) {
  if (message.kind != kMessage) return true;
  const auto found = engine.tags.find(static_cast<Head*>(message.payload)->tag);
  if (found == engine.tags.end()) return false;
  *tag = found->second;
  return true;
}

// Takes the message over.
void Deliver(const Engine::Held& message, const Tag& tag) {
  Head* const head = static_cast<Head*>(message.payload);
  switch (static_cast<Kind>(message.kind)) {
    case kMessage:
      if (head->data_bytes > tag.most) {
        Die("a message of %zu bytes for tag %llu, which was registered for %zu", static_cast<std::size_t>(head->data_bytes),
            static_cast<unsigned long long>(head->tag), tag.most);
      }
      (void)tag.callback(&parsec_ce, head->tag, head->data(), head->data_bytes, head->from, tag.data);
      break;
    case kPut:
      UnpackInto(head->there, head->displacement, head->data(), head->data_bytes);
      Tell(head);
      break;
    case kGet:
      Answer(head);
      Tell(head);
      break;
    case kData:
      UnpackInto(CopyOf(head->one_sided.lreg), head->one_sided.ldispl, head->data(), head->data_bytes);
      End(head->one_sided);
      break;
    case kEnd: End(head->one_sided); break;
    case kLook: break;
  }
  MessageFree(message.payload);
}

// Whether there was something. Not where another thread, or a callback's caller, is at it.
bool DeliverHeld() {
  std::unique_lock<std::mutex> hold(engine.mutex);
  if (engine.delivering) return false;
  engine.delivering = true;
  bool any = false;
  // Callbacks may register tags, and older messages become deliverable: each time it is begun anew.
  for (std::size_t i = 0; engine.enabled && i < engine.held.size();) {
    const Engine::Held message = engine.held[i];
    Tag tag{};
    if (!IsDeliverable(message, &tag)) {
      ++i;
      continue;
    }
    engine.held.erase(engine.held.begin() + static_cast<std::ptrdiff_t>(i));
    hold.unlock();
    Deliver(message, tag);
    any = true;
    hold.lock();
    i = 0;
  }
  engine.delivering = false;
  return any;
}

void Receive(void*, void* payload, int, std::uint32_t kind) {
  bool deliver = false;
  {
    std::lock_guard<std::mutex> hold(engine.mutex);
    engine.held.push_back({payload, kind});
    deliver = engine.has_context;
  }
  if (deliver) (void)DeliverHeld();
}

// For who calls progress().
bool Poll() {
  const bool moved = engine.network->Progress();
  return DeliverHeld() || moved;
}

bool IsProcess(const char* what, int remote) {
  if (remote >= 0 && remote < engine.network->processes()) return true;
  Warn("%s: there is no process %d; there are %d", what, remote, engine.network->processes());
  return false;
}

// ---- The functions of parsec_comm_engine_t ----

int Enable(parsec_comm_engine_t*) {
  {
    std::lock_guard<std::mutex> hold(engine.mutex);
    engine.enabled = true;
  }
  LookAtHeld();
  return kDone;
}

int Disable(parsec_comm_engine_t*) {
  std::lock_guard<std::mutex> hold(engine.mutex);
  engine.enabled = false;
  return kDone;
}

int SetCommunicator(parsec_comm_engine_t*, std::intptr_t communicator) {
  return HasAllProcesses(communicator) ? kDone : PARSEC_ERR_NOT_SUPPORTED;
}

int RegisterTag(parsec_ce_tag_t tag, parsec_ce_am_callback_t callback, void* data, std::size_t most) {
  if (callback == nullptr) return PARSEC_ERR_BAD_PARAM;
  {
    std::lock_guard<std::mutex> hold(engine.mutex);
    if (!engine.tags.emplace(tag, Tag{callback, data, most}).second) {
      Warn("tag %llu is registered already", static_cast<unsigned long long>(tag));
      return PARSEC_ERR_EXISTS;
    }
  }
  LookAtHeld();
  return PARSEC_SUCCESS;
}

int UnregisterTag(parsec_ce_tag_t tag) {
  std::lock_guard<std::mutex> hold(engine.mutex);
  if (engine.tags.erase(tag) == 0) Warn("tag %llu is not registered", static_cast<unsigned long long>(tag));
  return PARSEC_SUCCESS;
}

int RegisterMemory(void* memory, parsec_mem_type_t kind, std::size_t count, parsec_datatype_t type, std::size_t bytes,
                   parsec_ce_mem_reg_handle_t* handle, std::size_t* handle_bytes) {
  if (handle == nullptr) return PARSEC_ERR_BAD_PARAM;
  Registration* const made = new Registration{static_cast<char*>(memory), type, static_cast<std::int64_t>(count), nullptr};
  if (kind == PARSEC_MEM_TYPE_CONTIGUOUS) {
    made->type = MPI_BYTE;
    made->count = static_cast<std::int64_t>(bytes);
  }
  made->self = made;
  *handle = made;
  if (handle_bytes != nullptr) *handle_bytes = sizeof(Registration);
  return kDone;
}

int UnregisterMemory(parsec_ce_mem_reg_handle_t* handle) {
  if (handle == nullptr || *handle == nullptr) return PARSEC_ERR_BAD_PARAM;
  delete CopyOf(*handle).self;
  *handle = nullptr;
  return kDone;
}

int HandleBytes() { return sizeof(Registration); }

int RetrieveMemory(parsec_ce_mem_reg_handle_t handle, void** memory, parsec_datatype_t* type, int* count) {
  const Registration registration = CopyOf(handle);
  *memory = registration.memory;
  *type = registration.type;
  *count = static_cast<int>(registration.count);
  return kDone;
}

// What put and get send to the other side, but the data.
Head* NewOneSided(const OneSided& of, std::uint64_t tag, const void* callback_data, std::size_t callback_bytes, std::size_t data_bytes) {
  Head* const head = NewMessage(tag, callback_bytes, data_bytes);
  head->there = CopyOf(of.rreg);
  head->displacement = of.rdispl;
  head->one_sided = of;
  if (callback_bytes > 0) std::memcpy(head->callback_data(), callback_data, callback_bytes);
  return head;
}

int Put(parsec_comm_engine_t*, parsec_ce_mem_reg_handle_t lreg, std::ptrdiff_t ldispl, parsec_ce_mem_reg_handle_t rreg,
        std::ptrdiff_t rdispl, std::size_t size, int remote, parsec_ce_onesided_callback_t callback, void* callback_data,
        parsec_ce_tag_t tag, void* remote_data, std::size_t remote_bytes) {
  if (!IsProcess("put", remote)) return PARSEC_ERR_BAD_PARAM;
  const OneSided of{lreg, rreg, ldispl, rdispl, size, remote, callback, callback_data};
  const Registration& from = RegistrationOf(lreg);
  const std::size_t bytes = BytesOf(from, size);
  Head* const head = NewOneSided(of, tag, remote_data, remote_bytes, bytes);
  PackFrom(from, ldispl, head->data(), bytes);
  Send(remote, kPut, head);
  Head* const end = NewMessage(0, 0, 0);
  end->one_sided = of;
  Send(engine.network->process(), kEnd, end);
  return kDone;
}

int Get(parsec_comm_engine_t*, parsec_ce_mem_reg_handle_t lreg, std::ptrdiff_t ldispl, parsec_ce_mem_reg_handle_t rreg,
        std::ptrdiff_t rdispl, std::size_t size, int remote, parsec_ce_onesided_callback_t callback, void* callback_data,
        parsec_ce_tag_t tag, void* remote_data, std::size_t remote_bytes) {
  if (!IsProcess("get", remote)) return PARSEC_ERR_BAD_PARAM;
  const OneSided of{lreg, rreg, ldispl, rdispl, size, remote, callback, callback_data};
  Send(remote, kGet, NewOneSided(of, tag, remote_data, remote_bytes, 0));
  return kDone;
}

int SendMessage(parsec_comm_engine_t*, parsec_ce_tag_t tag, int remote, void* address, std::size_t size) {
  if (!IsProcess("send_am", remote)) return PARSEC_ERR_BAD_PARAM;
  Tag registered{};
  if (FindTag(tag, &registered) && size > registered.most) {
    Warn("a message of %zu bytes for tag %llu, which was registered for %zu", size, static_cast<unsigned long long>(tag), registered.most);
    return PARSEC_ERR_VALUE_OUT_OF_BOUNDS;
  }
  Head* const head = NewMessage(tag, 0, size);
  if (size > 0) std::memcpy(head->data(), address, size);
  Send(remote, kMessage, head);
  return kDone;
}

int Progress(parsec_comm_engine_t*) { return Poll() ? 1 : 0; }

// Where `count` elements stand in `size` bytes of packed ones, behind *position, which moves over them; nullptr where there is no room.
char* Advance(const char* what, void* packed, int size, int* position, parsec_datatype_t type, int count) {
  const std::int64_t bytes = PackedBytes(type, count);
  if (*position + bytes > size) {
    Warn("%s: %lld bytes at %d do not fit into %d", what, static_cast<long long>(bytes), *position, size);
    return nullptr;
  }
  char* const at = static_cast<char*>(packed) + *position;
  *position += static_cast<int>(bytes);
  return at;
}

int PackSize(parsec_comm_engine_t*, int count, parsec_datatype_t type, int* size) {
  *size = static_cast<int>(PackedBytes(type, count));
  return PARSEC_SUCCESS;
}

int PackElements(parsec_comm_engine_t*, void* from, int count, parsec_datatype_t type, void* to, int size, int* position) {
  char* const at = Advance("pack", to, size, position, type, count);
  if (at == nullptr) return PARSEC_ERR_VALUE_OUT_OF_BOUNDS;
  Pack(at, from, type, count);
  return PARSEC_SUCCESS;
}

int UnpackElements(parsec_comm_engine_t*, void* from, int size, int* position, void* to, int count, parsec_datatype_t type) {
  const char* const at = Advance("unpack", from, size, position, type, count);
  if (at == nullptr) return PARSEC_ERR_VALUE_OUT_OF_BOUNDS;
  Unpack(to, type, count, at);
  return PARSEC_SUCCESS;
}

int Reshape(parsec_comm_engine_t*, parsec_execution_stream_t*, parsec_data_copy_t* to, std::int64_t to_displacement,
            parsec_datatype_t to_type, std::uint64_t to_count, parsec_data_copy_t* from, std::int64_t from_displacement,
            parsec_datatype_t from_type, std::uint64_t from_count) {
  const std::int64_t bytes = PackedBytes(from_type, static_cast<std::int64_t>(from_count));
  const std::int64_t room = PackedBytes(to_type, static_cast<std::int64_t>(to_count));
  if (bytes != room) {
    Warn("reshape: %lld bytes into %lld", static_cast<long long>(bytes), static_cast<long long>(room));
    return PARSEC_ERR_VALUE_OUT_OF_BOUNDS;
  }
  std::vector<char> packed(static_cast<std::size_t>(bytes));
  Pack(packed.data(), static_cast<char*>(from->device_private) + from_displacement, from_type, static_cast<std::int64_t>(from_count));
  Unpack(static_cast<char*>(to->device_private) + to_displacement, to_type, static_cast<std::int64_t>(to_count), packed.data());
  return PARSEC_SUCCESS;
}

int Synchronise(parsec_comm_engine_t*) {
  std::atomic<bool> over{false};
  engine.barrier->Enter([](void* flag) { static_cast<std::atomic<bool>*>(flag)->store(true, std::memory_order_release); }, &over);
  while (!over.load(std::memory_order_acquire)) (void)Poll();
  return PARSEC_SUCCESS;
}

int CanServe(parsec_comm_engine_t*) { return 1; }

absl::Status Open() {
  absl::StatusOr<Runtime*> runtime = Runtime::Acquire();
  if (!runtime.ok()) return runtime.status();
  const absl::StatusOr<Network*> network = Network::Acquire((*runtime)->pool());
  if (!network.ok()) {
    (void)(*runtime)->Release();
    return network.status();
  }
  engine.runtime = *runtime;
  engine.network = *network;
  engine.receiver = engine.network->AddReceiver(Receive, nullptr);
  engine.barrier = std::make_unique<ProcessBarrier>(*engine.network);
  return absl::OkStatus();
}

void Close() {
  engine.network->RemoveReceiver(engine.receiver);
  engine.barrier.reset();
  for (const Engine::Held& message : engine.held) MessageFree(message.payload);
  engine.held.clear();
  engine.tags.clear();
  engine.enabled = false;
  engine.has_context = false;
  engine.network->Release();
  (void)engine.runtime->Release();
  parsec_ce = {};
}

}  // namespace
}  // namespace heddle::parsec

using namespace heddle::parsec;  // NOLINT(google-build-using-namespace): what follows is C.

extern "C" {

parsec_comm_engine_t parsec_ce = {};

parsec_comm_engine_t* parsec_comm_engine_init(parsec_context_t* parsec_context) {
  if (engine.users == 0) {
    if (const absl::Status status = heddle::parsec::Open(); !status.ok()) {
      heddle::parsec::Warn("parsec_comm_engine_init: %s", std::string(status.message()).c_str());
      return nullptr;
    }
    parsec_ce.capabilites = {.sided = 2, .supports_noncontiguous_datatype = 1, .multithreaded = 1};
    parsec_ce.enable = Enable;
    parsec_ce.disable = Disable;
    parsec_ce.set_ctx = SetCommunicator;
    parsec_ce.fini = parsec_comm_engine_fini;
    parsec_ce.tag_register = RegisterTag;
    parsec_ce.tag_unregister = UnregisterTag;
    parsec_ce.mem_register = RegisterMemory;
    parsec_ce.mem_unregister = UnregisterMemory;
    parsec_ce.get_mem_handle_size = HandleBytes;
    parsec_ce.mem_retrieve = RetrieveMemory;
    parsec_ce.put = Put;
    parsec_ce.get = Get;
    parsec_ce.progress = heddle::parsec::Progress;
    parsec_ce.pack = PackElements;
    parsec_ce.pack_size = PackSize;
    parsec_ce.unpack = UnpackElements;
    parsec_ce.reshape = Reshape;
    parsec_ce.sync = Synchronise;
    parsec_ce.can_serve = CanServe;
    parsec_ce.send_am = SendMessage;
  }
  ++engine.users;
  if (parsec_context != nullptr) {
    parsec_ce.parsec_context = parsec_context;
    {
      std::lock_guard<std::mutex> hold(heddle::parsec::engine.mutex);
      heddle::parsec::engine.has_context = true;
    }
    (void)parsec_ce.enable(&parsec_ce);
  }
  return &parsec_ce;
}

int parsec_comm_engine_fini(parsec_comm_engine_t* comm_engine) {
  if (comm_engine != &parsec_ce || engine.users == 0) return PARSEC_ERR_BAD_PARAM;
  if (--engine.users == 0) heddle::parsec::Close();
  return heddle::parsec::kDone;
}

}  // extern "C"
