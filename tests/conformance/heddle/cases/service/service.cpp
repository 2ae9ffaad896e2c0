// Heddle's C interface in C++: tasks wait for what a polling service completes and a task that sleeps in the kernel delivers.
#include <heddle.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <thread>

namespace {

constexpr int kTasks = 64;
heddle_completion* arrived;
heddle_group* group;
std::atomic<int> woken{0};
int message_pipe[2];
std::atomic<char> message{0};

struct Job {
  heddle_task task{};
};
std::array<Job, kTasks> jobs;
Job reader;

// What a device's progress function is: it looks whether the message is there, and never waits for it.
int Poll(void*) {
  if (message.load() == 0) return HEDDLE_POLL_OUTSTANDING;
  if (heddle_completion_done(arrived)) return HEDDLE_POLL_IDLE;
  heddle_completion_signal(arrived);
  return HEDDLE_POLL_PROGRESS;
}

void AwaitMessage(void*) {
  heddle_completion_wait(arrived);
  woken += message.load() == 'x';
  heddle_group_finished(group);
}

void ReadPipe(void*) {
  char byte = 0;
  const int token = heddle_blocking_begin();
  const ssize_t bytes = read(message_pipe[0], &byte, 1);
  heddle_blocking_end(token);
  if (bytes != 1) std::abort();
  message = byte;
  heddle_group_finished(group);
}

void Check(bool right, const char* what) {
  if (right) return;
  std::fprintf(stderr, "%s: %s\n", what, heddle_last_error());
  std::exit(1);
}

}  // namespace

int main() {
  Check(pipe(message_pipe) == 0, "pipe");
  Check(heddle_init(0) == 0, "heddle_init");
  heddle_client* const client = heddle_client_create("service", nullptr);
  arrived = heddle_completion_create();
  group = heddle_group_create();
  Check(client && arrived && group, "create");
  const std::uint64_t service = heddle_polling_add(Poll, nullptr);
  Check(service != 0, "heddle_polling_add");

  std::thread submitter([client] {
    heddle_attachment* const attachment = heddle_attach(client);
    Check(attachment != nullptr, "heddle_attach");
    heddle_group_started(group, kTasks + 1);
    for (Job& job : jobs) {
      heddle_task_init(&job.task, AwaitMessage, nullptr, 0);
      Check(heddle_submit(nullptr, &job.task) == 0, "heddle_submit");
    }
    heddle_task_init(&reader.task, ReadPipe, nullptr, 0);
    Check(heddle_submit(nullptr, &reader.task) == 0, "heddle_submit");
    Check(write(message_pipe[1], "x", 1) == 1, "write");
    heddle_group_wait(group);
    heddle_detach(attachment);
  });
  submitter.join();
  std::printf("woken %d, done %d\n", woken.load(), heddle_completion_done(arrived));

  heddle_polling_remove(service);
  heddle_completion_destroy(arrived);
  heddle_group_destroy(group);
  heddle_client_destroy(client);
  Check(heddle_shutdown() == 0, "heddle_shutdown");
  return 0;
}
