// PaRSEC's scheduler modules by name, as policies of the pool.
#ifndef HEDDLE_FRONTENDS_PARSEC_RUNTIME_SRC_SCHEDULERS_H_
#define HEDDLE_FRONTENDS_PARSEC_RUNTIME_SRC_SCHEDULERS_H_

#include <memory>
#include <string_view>

#include "absl/status/statusor.h"
#include "components/ready_queue/policy.h"

namespace heddle::parsec {

// Errors: InvalidArgument that lists the names there are.
absl::StatusOr<std::unique_ptr<Policy>> MakeScheduler(std::string_view name, int workers);

}  // namespace heddle::parsec

#endif  // HEDDLE_FRONTENDS_PARSEC_RUNTIME_SRC_SCHEDULERS_H_
