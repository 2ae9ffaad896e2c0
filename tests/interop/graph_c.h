/* A run of a graph (graph.h), for C: what the JDF file asks for. `run` is a GraphRun. Any thread.
 */
#ifndef HEDDLE_TESTS_INTEROP_GRAPH_C_H_
#define HEDDLE_TESTS_INTEROP_GRAPH_C_H_

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

int InteropHasInput(const void* run, int task, int slot);
int InteropInput(const void* run, int task, int slot);
int InteropConsumers(const void* run, int task, int slot);
int InteropConsumer(const void* run, int task, int slot, int i);
uint64_t InteropExecute(void* run, int task, const void* const inputs[]);

#ifdef __cplusplus
}
#endif

#endif /* HEDDLE_TESTS_INTEROP_GRAPH_C_H_ */
