// The plug-in libheddle_mpi.so: processes of one mpirun, over Open MPI.
//
// Frames go through a communicator of our own, received by a ring of posted receives that any sender may match: with one
// tag and one communicator MPI matches them in the order of their posting, so that only the head of the ring is tested. A bulk
// transfer is a send and a receive of its number, as tag, in a second communicator. Needs MPI_THREAD_MULTIPLE: senders are any
// threads, and call MPI themselves.
#include <mpi/mpi.h>
#include <stdlib.h>

#include <algorithm>
#include <atomic>
#include <climits>
#include <cstring>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "components/message_layer/mpi_peers.h"
#include "components/message_layer/transport.h"

namespace heddle {
namespace {

constexpr int kReceives = 16;
constexpr std::size_t kMostPending = 128;  // Posted sends of frames; and as many halves.
constexpr std::size_t kMostCount = std::size_t{1} << 30;  // MPI counts in int.
constexpr unsigned kWatchEvery = 256;                     // Calls of Progress().
constexpr int kFrameTag = 0;

std::atomic<int> transports{0};  // That are open.

std::string ErrorText(int code) {
  char text[MPI_MAX_ERROR_STRING] = "";
  int length = 0;
  MPI_Error_string(code, text, &length);
  return std::string(text, static_cast<std::size_t>(length));
}

const char* LevelName(int level) {
  switch (level) {
    case MPI_THREAD_SINGLE:
      return "MPI_THREAD_SINGLE";
    case MPI_THREAD_FUNNELED:
      return "MPI_THREAD_FUNNELED";
    case MPI_THREAD_SERIALIZED:
      return "MPI_THREAD_SERIALIZED";
    default:
      return "MPI_THREAD_MULTIPLE";
  }
}

// What is posted and was not done at once: requests, and what each is about.
class Pending {
 public:
  struct Entry {
    void* frame;         // Of a frame that was sent,
    BulkTransfer* half;  // or a half, of which [0, posted) is done or under way.
    std::size_t posted;
  };
  bool full() const { return count_.load(std::memory_order_relaxed) >= kMostPending; }
  bool empty() const { return count_.load(std::memory_order_relaxed) == 0; }
  void Add(MPI_Request request, const Entry& entry) {
    count_.fetch_add(1, std::memory_order_relaxed);
    std::lock_guard<std::mutex> hold(mutex_);
    new_requests_.push_back(request);
    new_entries_.push_back(entry);
  }
  // The poller. Calls `done(entry)` for each that is over, not under the lock; false where one failed: `*error`.
  template <class Done>
  int Test(const Done& done, bool* any) {
    {
      std::unique_lock<std::mutex> hold(mutex_, std::try_to_lock);
      if (hold.owns_lock()) {
        requests_.insert(requests_.end(), new_requests_.begin(), new_requests_.end());
        entries_.insert(entries_.end(), new_entries_.begin(), new_entries_.end());
        new_requests_.clear();
        new_entries_.clear();
      }
    }
    if (requests_.empty()) return MPI_SUCCESS;
    int over = 0;
    indices_.resize(requests_.size());
    const int result = MPI_Testsome(static_cast<int>(requests_.size()), requests_.data(), &over,
                                    indices_.data(), MPI_STATUSES_IGNORE);
    if (result != MPI_SUCCESS || over <= 0 || over == MPI_UNDEFINED) return result;
    over_.clear();
    for (int i = 0; i < over; ++i)
      over_.push_back(entries_[static_cast<std::size_t>(indices_[static_cast<std::size_t>(i)])]);
    std::size_t kept = 0;
    for (std::size_t i = 0; i < requests_.size(); ++i) {
      if (requests_[i] == MPI_REQUEST_NULL) continue;
      requests_[kept] = requests_[i];
      entries_[kept++] = entries_[i];
    }
    requests_.resize(kept);
    entries_.resize(kept);
    count_.fetch_sub(over_.size(), std::memory_order_relaxed);
    *any = true;
    for (const Entry& entry : over_) done(entry);
    return MPI_SUCCESS;
  }

 private:
  std::atomic<std::size_t> count_{0};
  std::mutex mutex_;
  std::vector<MPI_Request> new_requests_;
  std::vector<Entry> new_entries_;
  // The poller's.
  std::vector<MPI_Request> requests_;
  std::vector<Entry> entries_, over_;
  std::vector<int> indices_;
};

class MpiTransport final : public Transport {
 public:
  explicit MpiTransport(const TransportOptions& options) : options_(options) {
    ++transports;
    MPI_Comm_dup(MPI_COMM_WORLD, &frames_);
    MPI_Comm_dup(MPI_COMM_WORLD, &bulk_);
    MPI_Comm_set_errhandler(frames_, MPI_ERRORS_RETURN);
    MPI_Comm_set_errhandler(bulk_, MPI_ERRORS_RETURN);
    MPI_Comm_rank(frames_, &process_);
    MPI_Comm_size(frames_, &processes_);
    int* most = nullptr;
    int found = 0;
    MPI_Comm_get_attr(bulk_, MPI_TAG_UB, &most, &found);
    tags_ = (found ? static_cast<std::uint64_t>(*most) : 32767) & ~std::uint64_t{1};
    if (processes_ == 1) return;
    peers_.Meet(frames_);
    buffers_ = std::make_unique<char[]>(kReceives * FrameRoom());
    for (int i = 0; i < kReceives; ++i) {
      MPI_Recv_init(Buffer(i), static_cast<int>(options_.max_frame_bytes), MPI_BYTE, MPI_ANY_SOURCE,
                    kFrameTag, frames_, &receives_[i]);
      MPI_Start(&receives_[i]);
    }
  }

  ~MpiTransport() override {
    int finalized = 0;
    MPI_Finalized(&finalized);
    if (finalized) return;
    for (int i = 0; processes_ > 1 && i < kReceives; ++i) {
      MPI_Cancel(&receives_[i]);
      MPI_Wait(&receives_[i], MPI_STATUS_IGNORE);
      MPI_Request_free(&receives_[i]);
    }
    MPI_Comm_free(&frames_);
    MPI_Comm_free(&bulk_);
    --transports;
  }

  int process() const override { return process_; }
  int processes() const override { return processes_; }
  std::string Describe(int process) const override { return peers_.Describe(process); }

  PostResult SendFrame(int process, void* frame, std::size_t bytes) override {
    if (sends_.full()) return PostResult::kRetry;
    MPI_Request request;
    Check(
        MPI_Isend(frame, static_cast<int>(bytes), MPI_BYTE, process, kFrameTag, frames_, &request),
        process);
    int done = 0;
    Check(MPI_Test(&request, &done, MPI_STATUS_IGNORE), process);
    if (done) return PostResult::kDone;
    sends_.Add(request, {frame, nullptr, 0});
    return PostResult::kPosted;
  }

  PostResult PostBulk(BulkTransfer* half) override {
    if (halves_.full()) return PostResult::kRetry;
    PostPart(half, 0);
    return PostResult::kPosted;
  }

  bool Progress() override {
    bool any = false;
    for (int i = 0; i < kReceives; ++i) {
      MPI_Status status;
      int arrived = 0;
      Check(MPI_Test(&receives_[head_], &arrived, &status), -1);
      if (!arrived) break;
      int bytes = 0;
      MPI_Get_count(&status, MPI_BYTE, &bytes);
      options_.owner->FrameArrived(status.MPI_SOURCE, Buffer(head_),
                                   static_cast<std::size_t>(bytes));
      Check(MPI_Start(&receives_[head_]), -1);
      head_ = (head_ + 1) % kReceives;
      any = true;
    }
    if (!sends_.empty()) {
      Check(sends_.Test(
                [this](const Pending::Entry& entry) { options_.owner->FrameSent(entry.frame); },
                &any),
            -1);
    }
    if (!halves_.empty()) {
      Check(halves_.Test(
                [this](const Pending::Entry& entry) {
                  if (entry.posted < entry.half->bytes) {
                    PostPart(entry.half, entry.posted);
                  } else {
                    entry.half->done(entry.half);
                  }
                },
                &any),
            -1);
    }
    if (++calls_ % kWatchEvery == 0) Watch();
    return any;
  }

  bool outstanding() const override { return !sends_.empty() || !halves_.empty(); }

  void Watch() override {
    const int lost = peers_.FindLost();
    if (lost >= 0) options_.owner->PeerLost(lost, "died");
  }

  bool Leave() override {
    if (!leaving_) {
      leaving_ = true;
      Check(MPI_Ibarrier(bulk_, &barrier_), -1);
    }
    int all = 0;
    Check(MPI_Test(&barrier_, &all, MPI_STATUS_IGNORE), -1);
    return all != 0;
  }

  void Abort(int code) override {
    MPI_Abort(MPI_COMM_WORLD, code);
    _Exit(code);
  }

 private:
  std::size_t FrameRoom() const { return (options_.max_frame_bytes + 63) & ~std::size_t{63}; }
  char* Buffer(int i) { return buffers_.get() + static_cast<std::size_t>(i) * FrameRoom(); }

  // The next part of a half, from `begin`: parts go one after another, so that they match in order.
  void PostPart(BulkTransfer* half, std::size_t begin) {
    const std::size_t bytes = std::min(half->bytes - begin, kMostCount);
    const int tag = static_cast<int>(half->number % tags_);
    MPI_Request request;
    Check(half->send ? MPI_Isend(half->address + begin, static_cast<int>(bytes), MPI_BYTE,
                                 half->process, tag, bulk_, &request)
                     : MPI_Irecv(half->address + begin, static_cast<int>(bytes), MPI_BYTE,
                                 half->process, tag, bulk_, &request),
          half->process);
    halves_.Add(request, {nullptr, half, begin + bytes});
  }

  void Check(int code, int process) {
    if (code == MPI_SUCCESS) [[likely]]
      return;
    const int lost = peers_.FindLost();
    options_.owner->PeerLost(lost >= 0      ? lost
                             : process >= 0 ? process
                                            : process_,
                             "cannot be reached any more (" + ErrorText(code) + ")");
  }

  const TransportOptions options_;
  MPI_Comm frames_ = MPI_COMM_NULL;
  MPI_Comm bulk_ = MPI_COMM_NULL;
  int process_ = 0;
  int processes_ = 1;
  std::uint64_t tags_ = 0;  // Even, so that numbers keep their lowest bit.
  Pending sends_, halves_;
  MpiPeers peers_;
  bool leaving_ = false;
  MPI_Request barrier_ = MPI_REQUEST_NULL;
  // The poller's.
  std::unique_ptr<char[]> buffers_;
  MPI_Request receives_[kReceives];
  int head_ = 0;
  unsigned calls_ = 0;
};

// Finalises what we initialised, at exit(), for a network may be opened again. Not while one is open: the others, who are not
// leaving, would be waited for.
void Finalize() {
  int finalized = 0;
  MPI_Finalized(&finalized);
  if (!finalized && transports == 0) MPI_Finalize();
}

Transport* Open(const TransportOptions& options, std::string* error) {
  int initialized = 0, finalized = 0;
  MPI_Initialized(&initialized);
  MPI_Finalized(&finalized);
  if (finalized) {
    *error = "MPI has been finalised: it cannot be used again in this process";
    return nullptr;
  }
  int level = MPI_THREAD_SINGLE;
  if (initialized) {
    MPI_Query_thread(&level);
  } else {
    if (MPI_Init_thread(nullptr, nullptr, MPI_THREAD_MULTIPLE, &level) != MPI_SUCCESS) {
      *error = "MPI_Init_thread failed";
      return nullptr;
    }
    std::atexit(&Finalize);
  }
  if (level < MPI_THREAD_MULTIPLE) {
    *error = std::string("MPI was initialised with ") + LevelName(level) +
             ", and heddle needs MPI_THREAD_MULTIPLE: call MPI_Init_thread(&argc, &argv, "
             "MPI_THREAD_MULTIPLE, &provided)";
    return nullptr;
  }
  return new MpiTransport(options);
}

}  // namespace
}  // namespace heddle

extern "C" __attribute__((visibility("default"))) heddle::Transport* heddle_transport_open_1(
    const heddle::TransportOptions& options, std::string* error) {
  return heddle::Open(options, error);
}
