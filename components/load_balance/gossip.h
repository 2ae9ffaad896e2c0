// Balancing without a centre: each processor decides about its own objects, with what gossip has
// told it of those that have less to do (Menon and Kale, "A distributed dynamic load balancer for
// iterative applications", SC'13, https://doi.org/10.1145/2503210.2503284). Every processor has one
// of these; a frontend carries their messages.
//
// The phases of a balancing. The processors form a tree (the children of p are 2p+1 and 2p+2):
//   sums    go up the tree; the root knows how much each should have.
//   gossip  that number goes down. Who has less tells some others, at random, who tell others in
//   turn what they know, for
//           log2(processors) rounds. Every message is acknowledged when what it has caused has been
//           acknowledged (Dijkstra and Scholten, "Termination detection for diffusing
//           computations", 1980), so that the root knows the end.
//   offers  Who has more offers objects to those it knows of, likelier to those with more room. Who
//   is asked accepts what makes it
//           busy for less long than the giver was: the longest time never grows. What is refused is
//           offered to others, some times.
//   done    goes up the tree; then all may move what they gave away, and know how many objects will
//   come.
//
// Cost: each processor knows at most kMostKnown others; it sends O(log processors) messages and
// what it offers.
#ifndef HEDDLE_COMPONENTS_LOAD_BALANCE_GOSSIP_H_
#define HEDDLE_COMPONENTS_LOAD_BALANCE_GOSSIP_H_

#include <cstdint>
#include <functional>
#include <map>
#include <utility>
#include <vector>

#include "components/base/random.h"
#include "components/load_balance/strategy.h"

namespace heddle {

// A frontend packs it as it likes; only GossipBalancer knows what the numbers mean.
struct GossipMessage {
  int kind = 0;
  int from = 0;
  int round = 0;
  std::vector<int> integers;
  std::vector<double> numbers;
};

// Thread safety: one call at a time.  Blocking: never.
class GossipBalancer {
 public:
  // Takes a message for another processor, or for this one; must not call back before it returns.
  // Messages may come in any order.
  using Send = std::function<void(int to, GossipMessage message)>;

  static constexpr int kMostKnown = 128;

  // Processor `me` of `processors`. Receives messages from the first on.
  GossipBalancer(int me, int processors, const StrategyOptions& options, Send send);

  // What is here. `processor` of the objects counts for nothing. Once.
  void Start(const LoadProcessor& processor, std::vector<LoadObject> objects);
  void Receive(const GossipMessage& message);

  // All processors have decided: moving may begin.
  bool done() const { return done_; }
  // Then: which of the objects go, and where to; how many come.
  const std::vector<std::pair<std::size_t, int>>& departures() const { return departures_; }
  int arrivals() const { return arrivals_; }

 private:
  enum Kind : int {
    kSums,
    kLevel,
    kGossip,
    kAcknowledge,
    kOffers,
    kOffer,
    kAnswer,
    kFinished,
    kMove
  };
  struct Known {
    int processor;
    double load;
    double speed;
  };

  int parent() const { return (me_ - 1) / 2; }
  int Children() const;
  template <class Make>
  void ToChildren(Make make);
  void Tell(int to, GossipMessage message);

  void SumsMayBeComplete();
  void OnLevel(const GossipMessage& message);
  // Gossip is counted: who sent the first message that this processor has not acknowledged, and
  // what it awaits itself.
  void Engage(int from);
  void SendCounted(int to, GossipMessage message);
  void MayBeQuiet();
  void Learn(const GossipMessage& message);
  void TellOthers(int round);
  Known* Find(int processor);

  void OnOffers();
  void OfferWhatIsTooMuch();
  Known* Choose(double load, double planned);
  void OnOffer(const GossipMessage& message);
  void OnAnswer(const GossipMessage& message);
  void MayBeFinished();

  bool Overloaded(double load) const { return load > fair_ * tolerance_; }

  const int me_;
  const int processors_;
  const double tolerance_;
  int passes_;
  Send send_;
  Random random_;

  LoadProcessor self_;
  std::vector<LoadObject> objects_;
  bool started_ = false;
  double load_ =
      0;  // With what has been accepted from others, and without what others have accepted.

  // Sums of this processor's part of the tree: work, speed, the longest time, how many objects must
  // leave their processors.
  double work_ = 0, speed_ = 0, longest_ = 0, homeless_ = 0;
  int sums_ = 0;

  double fair_ = 0;
  bool engaged_ = false;
  int engager_ = 0;
  int awaited_ = 0;           // Acknowledgements.
  std::uint64_t told_ = 0;    // A bit for each round in which this processor has told others.
  std::vector<Known> known_;  // Those that have less, by number.

  std::vector<std::size_t> to_offer_;  // The longest first.
  std::map<int, std::vector<std::size_t>> offered_;
  int next_ = 0;  // Where to try to send what must leave, when nobody is known to have room.
  bool offering_ = false, offers_over_ = false;
  int finished_ = 0;  // Children.
  bool done_ = false;
  std::vector<std::pair<std::size_t, int>> departures_;
  int arrivals_ = 0;
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_LOAD_BALANCE_GOSSIP_H_
