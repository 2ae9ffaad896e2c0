#include "frontends/charm/ck/src/balance_options.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <utility>

#include "LBManager.h"
#include "frontends/charm/ck/src/start.h"

namespace heddle::charm {
namespace {

constexpr Balancer kBalancers[] = {
    {"GreedyLB", "greedy"},
    {"GreedyRefineLB", "greedy-refine"},
    {"RefineLB", "refine"},
    {"RandCentLB", "random"},
    {"RotateLB", "rotate"},
    {"DummyLB", "dummy"},
    {"DistributedLB", "distributed", true},
    {"MetisLB", "metis"},
    {"RecBipartLB", "metis"},
    // One PE decides, as in their trees of two levels.
    {"TreeLB", "greedy-refine"},
    {"HybridLB", "greedy-refine"},
};

std::string Names() {
  std::string all;
  for (const Balancer& balancer : kBalancers) all += std::string(" ") + balancer.name;
  return all;
}

const Balancer* FindBalancer(const char* option, const std::string& name) {
  const auto known = std::find_if(std::begin(kBalancers), std::end(kBalancers),
                                  [&](const Balancer& b) { return name == b.name; });
  if (known == std::end(kBalancers))
    CmiAbort("%s %s: there is no such balancer; there are%s", option, name.c_str(),
             Names().c_str());
  return known;
}

void ReadBalancers(char** argv, BalanceOptions* options) {
  static char option[] = "+balancer";
  const std::string description =
      "the load balancer of the first round, or with several of each in turn:" + Names();
  char* name = nullptr;
  while (CmiGetArgStringDesc(argv, option, &name, description.c_str()) != 0) {
    if (!std::exchange(options->chosen, true)) options->balancers.clear();
    if (std::strcmp(name, "help") == 0) {
      if (CmiMyPe() == 0) CmiPrintf("Balancers:%s\n", Names().c_str());
      std::exit(0);
    }
    if (std::strcmp(name, "NullLB") != 0) options->balancers.push_back(FindBalancer(option, name));
  }
}

// An option with a number, or alone.
int IntOrFlag(char** argv, const char* option, const char* description) {
  for (char** at = argv; *at != nullptr; ++at) {
    if (std::strcmp(*at, option) != 0) continue;
    int value = 1;
    if (at[1] != nullptr && at[1][0] >= '0' && at[1][0] <= '9') {
      (void)CmiGetArgIntDesc(argv, option, &value, description);
    } else {
      (void)CmiGetArgFlagDesc(argv, option, description);
    }
    return value;
  }
  return 0;
}

}  // namespace

BalanceOptions& BalancingOptions() {
  static BalanceOptions options;
  return options;
}

const Balancer* BalancerOfRound(int round) {
  const BalanceOptions& options = BalancingOptions();
  if (options.balancers.empty()) return nullptr;
  const auto count = options.balancers.size();
  const auto number = static_cast<std::size_t>(round);
  return options.balancers[options.loop ? number % count : std::min(number, count - 1)];
}

void ReadBalanceOptions(char** argv) {
  BalanceOptions& options = BalancingOptions();
  ReadBalancers(argv, &options);
  const auto flag = [&](const char* name, const char* what) {
    return CmiGetArgFlagDesc(argv, name, what) != 0;
  };
  double period = options.period;
  (void)CmiGetArgDoubleDesc(argv, "+LBPeriod", &period,
                            "seconds between rounds for elements that do not use AtSync()");
  options.period = period;
  options.loop = flag("+LBLoop", "after the last +balancer the first again");
  options.debug = std::max(IntOrFlag(argv, "+LBDebug", "prints each round"),
                           flag("+LBPrintSummary", "prints each round") ? 1 : 0);
  options.instrument = !flag("+LBOff", "no loads are measured until LBTurnInstrumentOn()");
  options.background = !flag("+LBObjOnly", "what cannot move counts for nothing");
  if (flag("+LBNoBackground", "as +LBObjOnly")) options.background = false;
  options.cpu_time = flag("+LBUseCpuTime", "loads are processor time, not wall time");
  options.test_speed = flag("+LBTestPESpeed", "measures how fast each PE is");
  if (flag("+LBSameCpus", "PEs are equally fast")) options.test_speed = false;
  (void)flag("+LBCommOn", "messages are recorded where a strategy wants them; they are");
  options.messages = !flag("+LBCommOff", "messages between elements are not recorded");
  options.only_if_imbalanced = flag("+MetaLB", "a round moves only what is out of balance");
  (void)CmiGetArgIntDesc(argv, "+LBCentPE", &options.center, "the PE that decides");
  if (options.center < 0 || options.center >= CmiNumPes())
    CmiAbort("+LBCentPE %d: there are PEs 0 to %d", options.center, CmiNumPes() - 1);
  (void)CmiGetArgDoubleDesc(argv, "+DistLBTargetRatio", &options.tolerance,
                            "DistributedLB: the longest time over the average that is good enough");
  (void)CmiGetArgIntDesc(argv, "+DistLBMaxPhases", &options.passes,
                         "DistributedLB: how often what was refused is offered again");

  // What makes no difference: all PEs resume together anyway; the others are of things that no
  // strategy here looks at.
  (void)flag("+LBSyncResume", "all PEs resume together; they do");
  int ignored = 0;
  double unused = 0;
  char* word = nullptr;
  (void)CmiGetArgIntDesc(argv, "+LBVersion", &ignored, "accepted");
  for (const char* const cost : {"+LBAlpha", "+LBBeta", "+MetaLBNoObjTimer"})
    (void)CmiGetArgDoubleDesc(argv, cost, &unused, "accepted");
  (void)CmiGetArgStringDesc(argv, "+LBTopo", &word, "accepted");

  // What would make one, and is not here; misspelt ones.
  for (char** at = argv; *at != nullptr; ++at) {
    for (const char* const missing : {"+LBPredictor", "+LBDump", "+LBSim", "+LBShowDecisions",
                                      "+TreeLBFile", "+MetaLBModelDir"})
      if (std::strncmp(*at, missing, std::strlen(missing)) == 0)
        CmiAbort("%s is not supported; see the coverage in frontends/charm/ck/README.md", *at);
    if (std::strncmp(*at, "+LB", 3) == 0 && CmiMyPe() == 0)
      CmiPrintf("CharmLB> %s is no option of load balancing; the program gets it\n", *at);
  }
}

}  // namespace heddle::charm

void LBDefaultCreate(const char* name) {
  heddle::charm::BalanceOptions& options = heddle::charm::BalancingOptions();
  if (!options.chosen && std::strcmp(name, "NullLB") != 0)
    options.balancers.push_back(heddle::charm::FindBalancer("-balancer", name));
}
