// Three logical workers on one: each runs its tasks in order, and one that waits leaves the worker to another.
#include <errno.h>
#include <heddle.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

enum { kLanes = 3, kTasks = 1000, kRounds = 1000 };

typedef struct Item {
  heddle_task task;
  int lane, number;
} Item;

static heddle_client* client;
static heddle_group* group;
static Item items[kLanes][kTasks];
static int next[kLanes];  // Of the lane's own tasks only: plain integers.
static int on_wrong_lane, out_of_order;

static void Check(int status) {
  if (status == 0) return;
  fprintf(stderr, "%s\n", heddle_last_error());
  abort();
}

static void Step(void* argument) {
  const Item* const item = argument;
  if (heddle_lane_id() != item->lane) ++on_wrong_lane;
  if (next[item->lane] != item->number) ++out_of_order;
  if (item->number % 100 == 0) heddle_yield();
  ++next[item->lane];
  heddle_group_finished(group);
}

// Lane 0 waits, lane 1 wakes it, a thousand times.
static heddle_task waiting, waking;
static heddle_waiter* waiter;
static int rounds;

static void Wake(void* argument) {
  (void)argument;
  heddle_unblock(waiter);
}

static void Publish(heddle_waiter* published, void* argument) {
  (void)argument;
  waiter = published;
  heddle_task_init(&waking, Wake, NULL, 0);
  Check(heddle_submit_to_lane(client, 1, &waking));
}

static void Wait(void* argument) {
  (void)argument;
  for (int i = 0; i < kRounds; ++i) {
    heddle_waiter mine;
    Check(heddle_block(&mine, HEDDLE_HOLD, Publish, NULL));
    if (heddle_lane_id() == 0) ++rounds;
  }
  heddle_group_finished(group);
}

int main(void) {
  Check(heddle_init(0));
  const heddle_client_options options = {.lanes = kLanes};
  client = heddle_client_create("lanes", &options);
  group = heddle_group_create();
  if (client == NULL || group == NULL) return 1;

  heddle_group_started(group, kLanes * kTasks);
  for (int number = 0; number < kTasks; ++number) {
    for (int lane = 0; lane < kLanes; ++lane) {
      Item* const item = &items[lane][number];
      item->lane = lane;
      item->number = number;
      heddle_task_init(&item->task, Step, item, 0);
      Check(heddle_submit_to_lane(client, lane, &item->task));
    }
  }
  heddle_group_wait(group);
  printf("lanes %d %d %d, on a wrong lane %d, out of order %d\n", next[0], next[1], next[2],
         on_wrong_lane, out_of_order);

  heddle_group_started(group, 1);
  heddle_task_init(&waiting, Wait, NULL, 0);
  Check(heddle_submit_to_lane(client, 0, &waiting));
  heddle_group_wait(group);
  printf("rounds %d\n", rounds);

  heddle_task_init(&waking, Wake, NULL, 0);
  printf("no such lane: %d\n", heddle_submit_to_lane(client, kLanes, &waking) == -EINVAL);
  printf("%s\n", heddle_last_error());

  heddle_group_destroy(group);
  heddle_client_destroy(client);
  Check(heddle_shutdown());
  return 0;
}
