// Programs' own messages (parsec_comm_engine.h) from each process to the next, with an engine of the program's and with a context's.
// Also alone: then to itself.
#include "parsec/parsec_comm_engine.h"

#include <mpi.h>

#include <atomic>
#include <cstdio>
#include <cstring>
#include <thread>
#include <vector>

#include "parsec.h"

namespace {

constexpr int kMessages = 50, kRows = 40, kColumns = 300;
constexpr std::size_t kMost = 100'000;
enum : parsec_ce_tag_t { kNumbered = 2, kHandles = 5, kTold = 1u << 20 };

int world = 1, rank;
std::atomic<int> failures{0}, numbered{0}, handles{0}, put_here{0}, put_there{0}, got_here{0}, got_there{0};
int next_number[64];
std::thread::id main_thread;
bool has_context = false;

void Check(bool so, const char* what) {
  if (!so && failures.fetch_add(1) < 20) std::fprintf(stderr, "process %d: not so: %s\n", rank, what);
}

// Without a context callbacks run where the program calls progress() and sync().
void CheckThread() { Check(has_context || std::this_thread::get_id() == main_thread, "a callback's thread"); }

int OnNumbered(parsec_comm_engine_t*, parsec_ce_tag_t tag, void* message, std::size_t bytes, int from, void* data) {
  CheckThread();
  const int* const ints = static_cast<int*>(message);
  Check(tag == kNumbered && data == &numbered && from == (rank + world - 1) % world, "a message's tag, data and sender");
  Check(ints[0] == next_number[from]++, "messages come in order");
  for (std::size_t i = 1; i < bytes / sizeof(int); ++i) Check(ints[i] == ints[0] + static_cast<int>(i), "what a message holds");
  Check(bytes == sizeof(int) * (1 + static_cast<std::size_t>(ints[0]) * 400), "a message's bytes");
  numbered.fetch_add(1);
  return 1;
}

// A matrix in process r holds 1000 * r + its index; every other column travels.
struct Matrix {
  std::vector<double> values = std::vector<double>(kRows * kColumns);
  parsec_datatype_t type;
  parsec_ce_mem_reg_handle_t handle = nullptr;
  Matrix() {
    for (int i = 0; i < kRows * kColumns; ++i) values[static_cast<std::size_t>(i)] = 1000 * rank + i;
    parsec_type_create_vector(kRows * kColumns / 2, 1, 2, parsec_datatype_double_t, &type);
    std::size_t bytes = 0;
    Check(parsec_ce.mem_register(values.data(), PARSEC_MEM_TYPE_NONCONTIGUOUS, 1, type, 0, &handle, &bytes) == 1, "mem_register");
    Check(bytes == static_cast<std::size_t>(parsec_ce.get_mem_handle_size()), "a handle's bytes");
  }
  ~Matrix() {
    Check(parsec_ce.mem_unregister(&handle) == 1 && handle == nullptr, "mem_unregister");
    parsec_type_free(&type);
  }
  void CheckFrom(int process, int shift) const {
    for (int i = 0; i < kRows * kColumns; ++i) {
      const int of = (i - shift) % 2 == 0 && i >= shift ? 1000 * process + i - shift : 1000 * rank + i;
      Check(values[static_cast<std::size_t>(i)] == of, "what came into a matrix");
    }
  }
};

struct Handles {
  parsec_ce_tag_t on_get;  // A function's address, in the process of the handles.
  char put[64], get[64];
};
Handles neighbour;  // Those of the next process.

int OnHandles(parsec_comm_engine_t*, parsec_ce_tag_t, void* message, std::size_t bytes, int, void*) {
  CheckThread();
  Check(bytes == sizeof(Handles), "bytes of handles");
  std::memcpy(&neighbour, message, sizeof(neighbour));
  handles.fetch_add(1);
  return 1;
}

int AfterPut(parsec_comm_engine_t*, parsec_ce_mem_reg_handle_t lreg, std::ptrdiff_t, parsec_ce_mem_reg_handle_t rreg, std::ptrdiff_t rdispl,
             std::size_t, int remote, void* data) {
  CheckThread();
  Check(rreg == neighbour.put && rdispl == sizeof(double) && remote == (rank + 1) % world && data == &put_here, "a put's callback here");
  void* memory = nullptr;
  parsec_datatype_t type;
  int count = 0;
  Check(parsec_ce.mem_retrieve(lreg, &memory, &type, &count) == 1 && count == 1, "mem_retrieve");
  put_here.fetch_add(1);
  return 1;
}
int OnPut(parsec_comm_engine_t*, parsec_ce_tag_t tag, void* message, std::size_t bytes, int from, void* data) {
  CheckThread();
  Check(tag == kTold && bytes == 4 && std::memcmp(message, "put", 4) == 0 && data == &put_there, "a put's callback there");
  Check(from == (rank + world - 1) % world, "who put");
  put_there.fetch_add(1);
  return 1;
}
int AfterGet(parsec_comm_engine_t*, parsec_ce_mem_reg_handle_t, std::ptrdiff_t, parsec_ce_mem_reg_handle_t, std::ptrdiff_t, std::size_t size,
             int remote, void* data) {
  CheckThread();
  Check(size == 0 && remote == (rank + 1) % world && data == &got_here, "a get's callback here");
  got_here.fetch_add(1);
  return 1;
}
int OnGet(parsec_comm_engine_t*, parsec_ce_tag_t, void* message, std::size_t bytes, int, void* data) {
  CheckThread();
  Check(bytes == 4 && std::memcmp(message, "get", 4) == 0 && data == nullptr, "a get's callback there");
  got_there.fetch_add(1);
  return 1;
}

void Await(const std::atomic<int>& count, int wanted) {
  while (count.load() < wanted) parsec_ce.progress(&parsec_ce);
  Check(count.load() == wanted, "as many callbacks as there were to be");
}

void Messages(int round) {
  std::memset(next_number, 0, sizeof(next_number));
  numbered = 0;
  const int to = (rank + 1) % world;
  std::vector<int> ints(1 + kMessages * 400);
  for (int k = 0; k < kMessages; ++k) {
    for (std::size_t i = 0; i < ints.size(); ++i) ints[i] = k + static_cast<int>(i);
    Check(parsec_ce.send_am(&parsec_ce, kNumbered, to, ints.data(), sizeof(int) * (1 + static_cast<std::size_t>(k) * 400)) == 1, "send_am");
  }
  // In every other round they have come before there is who takes them: the barrier's come behind them.
  if (round % 2 == 0) Check(parsec_ce.sync(&parsec_ce) == PARSEC_SUCCESS, "sync");
  Check(parsec_ce.tag_register(kNumbered, OnNumbered, &numbered, kMost) == PARSEC_SUCCESS, "tag_register");
  Check(parsec_ce.tag_register(kNumbered, OnNumbered, &numbered, kMost) == PARSEC_ERR_EXISTS, "a tag is registered once");
  std::vector<char> long_message(kMost + 1);
  Check(parsec_ce.send_am(&parsec_ce, kNumbered, to, long_message.data(), kMost + 1) == PARSEC_ERR_VALUE_OUT_OF_BOUNDS, "too long");
  Check(parsec_ce.send_am(&parsec_ce, kNumbered, world, long_message.data(), 1) == PARSEC_ERR_BAD_PARAM, "no such process");
  Await(numbered, kMessages);
}

void OneSided() {
  handles = put_here = put_there = got_here = got_there = 0;
  Check(parsec_ce.tag_register(kHandles, OnHandles, nullptr, sizeof(Handles)) == PARSEC_SUCCESS, "tag_register");
  Check(parsec_ce.tag_register(kTold, OnPut, &put_there, 4) == PARSEC_SUCCESS, "tag_register");
  {
    Matrix from, put, get, got;
    Handles mine{};
    mine.on_get = reinterpret_cast<parsec_ce_tag_t>(&OnGet);
    Check(parsec_ce.get_mem_handle_size() <= 64, "a handle's size");
    std::memcpy(mine.put, put.handle, static_cast<std::size_t>(parsec_ce.get_mem_handle_size()));
    std::memcpy(mine.get, get.handle, static_cast<std::size_t>(parsec_ce.get_mem_handle_size()));
    parsec_ce.send_am(&parsec_ce, kHandles, (rank + world - 1) % world, &mine, sizeof(mine));
    Await(handles, 1);
    char put_text[4] = "put", get_text[4] = "get";
    parsec_ce.put(&parsec_ce, from.handle, 0, neighbour.put, sizeof(double), 0, (rank + 1) % world, AfterPut, &put_here, kTold, put_text, 4);
    parsec_ce.get(&parsec_ce, got.handle, 0, neighbour.get, 0, 0, (rank + 1) % world, AfterGet, &got_here, neighbour.on_get, get_text, 4);
    Await(put_here, 1);
    Await(put_there, 1);
    Await(got_here, 1);
    Await(got_there, 1);
    put.CheckFrom((rank + world - 1) % world, 1);
    got.CheckFrom((rank + 1) % world, 0);
    Check(parsec_ce.sync(&parsec_ce) == PARSEC_SUCCESS, "sync");
  }
  const int bytes[4] = {1, 2, 3, 4};
  char packed[64];
  int position = 0, size = 0;
  Check(parsec_ce.pack_size(&parsec_ce, 4, parsec_datatype_int_t, &size) == PARSEC_SUCCESS && size == 16, "pack_size");
  Check(parsec_ce.pack(&parsec_ce, const_cast<int*>(bytes), 4, parsec_datatype_int_t, packed, 20, &position) == PARSEC_SUCCESS && position == 16, "pack");
  Check(parsec_ce.pack(&parsec_ce, const_cast<int*>(bytes), 4, parsec_datatype_int_t, packed, 20, &position) != PARSEC_SUCCESS, "too much to pack");
  position = 0;
  char unpacked[16] = {};
  Check(parsec_ce.unpack(&parsec_ce, packed, 16, &position, unpacked, 4, parsec_datatype_int_t) == PARSEC_SUCCESS, "unpack");
  Check(std::memcmp(bytes, unpacked, 16) == 0, "what was packed");
  for (const parsec_ce_tag_t tag : {parsec_ce_tag_t{kNumbered}, parsec_ce_tag_t{kHandles}, parsec_ce_tag_t{kTold}}) parsec_ce.tag_unregister(tag);
}

}  // namespace

int main(int argc, char** argv) {
  int provided = 0;
  MPI_Init_thread(&argc, &argv, MPI_THREAD_MULTIPLE, &provided);
  MPI_Comm_size(MPI_COMM_WORLD, &world);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  main_thread = std::this_thread::get_id();
  for (int round = 0; round < 3; ++round) {
    parsec_comm_engine_t* const own = parsec_comm_engine_init(nullptr);
    Check(own == &parsec_ce && own->capabilites.multithreaded == 1, "parsec_comm_engine_init");
    has_context = false;
    own->enable(own);
    Messages(round);
    OneSided();
    own->sync(own);
    Check(parsec_comm_engine_fini(own) == 1, "parsec_comm_engine_fini");
    has_context = true;
    parsec_context_t* context = parsec_init(2, &argc, &argv);
    if (world == 1) parsec_comm_engine_init(context);
    Check(parsec_ce.parsec_context == context, "the engine of a context");
    Messages(round);
    OneSided();
    parsec_ce.sync(&parsec_ce);
    if (world == 1) parsec_comm_engine_fini(&parsec_ce);
    parsec_fini(&context);
  }
  Check(parsec_comm_engine_fini(&parsec_ce) == PARSEC_ERR_BAD_PARAM, "nothing to close");
  MPI_Finalize();
  if (rank == 0 && failures == 0) std::puts("messages: done");
  return failures != 0 ? 1 : 0;
}
