// What +balancer, -balancer and the options +LB... say.
#ifndef HEDDLE_FRONTENDS_CHARM_CK_SRC_BALANCE_OPTIONS_H_
#define HEDDLE_FRONTENDS_CHARM_CK_SRC_BALANCE_OPTIONS_H_

#include <atomic>
#include <string>
#include <vector>

#include "components/load_balance/strategy.h"

namespace heddle::charm {

// One of the original's names, and our strategy.
struct Balancer {
  const char* name;
  const char* strategy;
  // By gossip of all PEs; otherwise one PE decides.
  bool distributed = false;
};

// Of the process. Written before the PEs begin, but for `period`; the same in all processes.
struct BalanceOptions {
  std::vector<const Balancer*>
      balancers;        // One round each in turn; then the last, or all again where `loop`.
  bool chosen = false;  // By +balancer, which goes before -balancer.
  bool loop = false;
  std::atomic<double> period{-1};  // Seconds; not positive: no rounds but those of AtSync().
  bool instrument = true;
  bool background = true;
  bool cpu_time = false;
  bool test_speed = false;
  bool messages = true;  // Recorded if a strategy wants them.
  bool only_if_imbalanced = false;
  int center = 0;
  int debug = 0;
  double tolerance = 1.05;  // Of DistributedLB.
  int passes = 4;
};
BalanceOptions& BalancingOptions();

// Null where there is none.
const Balancer* BalancerOfRound(int round);

}  // namespace heddle::charm

#endif  // HEDDLE_FRONTENDS_CHARM_CK_SRC_BALANCE_OPTIONS_H_
