// The end-of-run summary (HEDDLE_STATS=1).
#ifndef HEDDLE_COMPONENTS_RUNTIME_SUMMARY_H_
#define HEDDLE_COMPONENTS_RUNTIME_SUMMARY_H_

#include <string>

#include "components/worker_pool/worker_pool.h"

namespace heddle {

// What ran, where, for how long: a table for humans.  Thread safety: any thread.
std::string Summary(const WorkerPoolStatistics& statistics);

// Writes it to standard error: the one place, beside the watchdog, where the library prints,
// because it was asked to.
void PrintSummary(const std::string& text);

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_RUNTIME_SUMMARY_H_
