// A binary tree of tasks, each submitted by its parent and freed by itself, and the answers to wrong calls.
#include <errno.h>
#include <heddle.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { kDepth = 14 };

static heddle_group* group;
static atomic_long nodes, leaves;

typedef struct Node {
  heddle_task task;
  int depth;
} Node;

static void Visit(void* argument);

static void Submit(heddle_client* client, int depth) {
  Node* const node = aligned_alloc(_Alignof(Node), sizeof(Node));
  if (node == NULL) abort();
  memset(node, 0, sizeof(*node));
  node->depth = depth;
  heddle_task_init(&node->task, Visit, node, depth);
  heddle_group_started(group, 1);
  if (heddle_submit(client, &node->task) != 0) {
    fprintf(stderr, "%s\n", heddle_last_error());
    abort();
  }
}

static void Visit(void* argument) {
  Node* const node = argument;
  ++nodes;
  if (node->depth == 0) {
    ++leaves;
  } else {
    Submit(NULL, node->depth - 1);
    Submit(NULL, node->depth - 1);
  }
  free(node);
  heddle_group_finished(group);
}

int main(void) {
  if (heddle_client_create("too early", NULL) != NULL) return 1;
  printf("%s\n", heddle_last_error());
  if (heddle_init(0) != 0) {
    fprintf(stderr, "%s\n", heddle_last_error());
    return 1;
  }
  group = heddle_group_create();
  heddle_client* const client = heddle_client_create("tree", NULL);
  Submit(client, kDepth);
  heddle_group_wait(group);
  printf("workers %d, nodes %ld, leaves %ld\n", heddle_workers(), (long)nodes, (long)leaves);

  static heddle_task empty;
  printf("no body: %d\n", heddle_submit(client, &empty) == -EINVAL);
  printf("%s\n", heddle_last_error());
  printf("width: %d\n", heddle_client_set_width(client, -1) == -EINVAL);
  printf("%s\n", heddle_last_error());

  heddle_client_destroy(client);
  heddle_group_destroy(group);
  printf("shutdown %d\n", heddle_shutdown());
  return 0;
}
