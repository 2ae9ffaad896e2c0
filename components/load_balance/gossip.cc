#include "components/load_balance/gossip.h"

#include <algorithm>
#include <iterator>
#include <limits>

#include "components/base/check.h"

namespace heddle {
namespace {

constexpr int kFanOut = 2;

int Rounds(int processors) {
  int rounds = 1;
  for (int reached = 1; reached < processors; reached *= kFanOut) ++rounds;
  return rounds;
}

}  // namespace

GossipBalancer::GossipBalancer(int me, int processors, const StrategyOptions& options, Send send)
    : me_(me),
      processors_(processors),
      tolerance_(options.tolerance),
      passes_(options.passes),
      send_(std::move(send)),
      random_(options.seed * 0x9e3779b97f4a7c15u + static_cast<std::uint64_t>(me)),
      next_(me) {
  HEDDLE_CHECK(me >= 0 && me < processors);
}

int GossipBalancer::Children() const { return std::clamp(processors_ - (2 * me_ + 1), 0, 2); }

template <class Make>
void GossipBalancer::ToChildren(Make make) {
  for (int child = 0; child < Children(); ++child) make(2 * me_ + 1 + child);
}

void GossipBalancer::Tell(int to, GossipMessage message) {
  message.from = me_;
  send_(to, std::move(message));
}

void GossipBalancer::Start(const LoadProcessor& processor, std::vector<LoadObject> objects) {
  HEDDLE_CHECK(!started_);
  started_ = true;
  self_ = processor;
  objects_ = std::move(objects);
  double work = 0;
  for (std::size_t i = 0; i < objects_.size(); ++i) {
    work += objects_[i].load;
    if (self_.available || objects_[i].movable) work_ += objects_[i].load;
    if (objects_[i].movable) to_offer_.push_back(i);
  }
  std::stable_sort(to_offer_.begin(), to_offer_.end(), [&](std::size_t a, std::size_t b) {
    return objects_[a].load > objects_[b].load;
  });
  load_ = self_.background + work / self_.speed;
  longest_ = std::max(longest_, load_);
  if (self_.available) {
    work_ += self_.background * self_.speed;
    speed_ += self_.speed;
  } else {
    homeless_ += static_cast<double>(to_offer_.size());
  }
  SumsMayBeComplete();
}

void GossipBalancer::Receive(const GossipMessage& message) {
  switch (static_cast<Kind>(message.kind)) {
    case kSums:
      work_ += message.numbers[0];
      speed_ += message.numbers[1];
      longest_ = std::max(longest_, message.numbers[2]);
      homeless_ += message.numbers[3];
      ++sums_;
      return SumsMayBeComplete();
    case kLevel:
      OnLevel(message);
      return;
    case kGossip:
      Engage(message.from);
      Learn(message);
      if (message.round < Rounds(processors_)) TellOthers(message.round + 1);
      return MayBeQuiet();
    case kAcknowledge:
      --awaited_;
      return MayBeQuiet();
    case kOffers:
      return OnOffers();
    case kOffer:
      return OnOffer(message);
    case kAnswer:
      return OnAnswer(message);
    case kFinished:
      ++finished_;
      return MayBeFinished();
    case kMove:
      ToChildren([&](int child) { Tell(child, {kMove, 0, 0, {}, {}}); });
      done_ = true;
      return;
  }
}

// ---- Sums

void GossipBalancer::SumsMayBeComplete() {
  if (!started_ || sums_ < Children()) return;
  if (me_ != 0) return Tell(parent(), {kSums, 0, 0, {}, {work_, speed_, longest_, homeless_}});
  fair_ = speed_ > 0 ? work_ / speed_ : 0;
  if (speed_ <= 0 || (homeless_ <= 0 && !Overloaded(longest_)))
    return Receive({kMove, me_, 0, {}, {}});
  OnLevel({kLevel, me_, 0, {}, {fair_}});
}

// ---- Gossip

void GossipBalancer::OnLevel(const GossipMessage& message) {
  fair_ = message.numbers[0];
  Engage(message.from);
  ToChildren([&](int child) { SendCounted(child, {kLevel, 0, 0, {}, {fair_}}); });
  if (self_.available && load_ < fair_) {
    Learn({kGossip, me_, 0, {me_}, {load_, self_.speed}});
    TellOthers(1);
  }
  MayBeQuiet();
}

void GossipBalancer::Engage(int from) {
  if (engaged_) {
    if (from != me_) Tell(from, {kAcknowledge, 0, 0, {}, {}});
    return;
  }
  engaged_ = true;
  engager_ = from;
}

void GossipBalancer::SendCounted(int to, GossipMessage message) {
  ++awaited_;
  Tell(to, std::move(message));
}

void GossipBalancer::MayBeQuiet() {
  if (!engaged_ || awaited_ > 0) return;
  engaged_ = false;
  if (engager_ != me_) return Tell(engager_, {kAcknowledge, 0, 0, {}, {}});
  // Only the root engages itself: all is quiet.
  OnOffers();
}

GossipBalancer::Known* GossipBalancer::Find(int processor) {
  const auto at = std::lower_bound(known_.begin(), known_.end(), processor,
                                   [](const Known& known, int p) { return known.processor < p; });
  return at != known_.end() && at->processor == processor ? &*at : nullptr;
}

void GossipBalancer::Learn(const GossipMessage& message) {
  std::vector<Known> news;
  for (std::size_t i = 0; i < message.integers.size(); ++i) {
    if (Find(message.integers[i]) == nullptr)
      news.push_back({message.integers[i], message.numbers[2 * i], message.numbers[2 * i + 1]});
  }
  known_.insert(known_.end(), news.begin(), news.end());
  // Any may be forgotten, so that not all processors know the same.
  while (known_.size() > kMostKnown) {
    std::swap(known_[random_.Below(static_cast<std::uint32_t>(known_.size()))], known_.back());
    known_.pop_back();
  }
  std::sort(known_.begin(), known_.end(),
            [](const Known& a, const Known& b) { return a.processor < b.processor; });
}

void GossipBalancer::TellOthers(int round) {
  const std::uint64_t bit = std::uint64_t{1} << round;
  if (processors_ < 2 || (told_ & bit) != 0) return;
  told_ |= bit;
  GossipMessage message{kGossip, 0, round, {}, {}};
  for (const Known& known : known_) {
    message.integers.push_back(known.processor);
    message.numbers.insert(message.numbers.end(), {known.load, known.speed});
  }
  for (int i = 0; i < kFanOut; ++i) {
    const int other = static_cast<int>(random_.Below(static_cast<std::uint32_t>(processors_ - 1)));
    SendCounted(other < me_ ? other : other + 1, message);
  }
}

// ---- Offers

void GossipBalancer::OnOffers() {
  ToChildren([&](int child) { Tell(child, {kOffers, 0, 0, {}, {}}); });
  offering_ = true;
  if (Known* const self = Find(me_); self != nullptr)
    known_.erase(known_.begin() + (self - known_.data()));
  OfferWhatIsTooMuch();
}

// One of those known, likelier where there is more room, that would still be done before `planned`;
// or null.
GossipBalancer::Known* GossipBalancer::Choose(double load, double planned) {
  double room = 0;
  const auto room_of = [&](const Known& known) {
    return known.load + load / known.speed < planned
               ? std::max(0.0, fair_ - known.load) * known.speed
               : 0.0;
  };
  for (const Known& known : known_) room += room_of(known);
  double at = room * static_cast<double>(random_.Below(1u << 24)) / (1u << 24);
  Known* chosen = nullptr;
  for (Known& known : known_) {
    const double mine = room_of(known);
    if (mine <= 0) continue;
    chosen = &known;
    if (at < mine) break;
    at -= mine;
  }
  return chosen;
}

void GossipBalancer::OfferWhatIsTooMuch() {
  const bool evict = !self_.available;
  double planned = load_;
  std::map<int, GossipMessage> offers;
  std::vector<std::size_t> kept;
  if (evict && passes_ <= 0) next_ = (next_ + 1) % processors_;
  for (const std::size_t i : to_offer_) {
    const double load = objects_[i].load;
    Known* known = nullptr;
    if (passes_ > 0 && evict) {
      known = Choose(load, std::numeric_limits<double>::infinity());
      if (known == nullptr) {
        // From now on to one after the other, of whom an available one takes all.
        passes_ = 0;
        next_ = (me_ + 1) % processors_;
      }
    } else if (passes_ > 0 && Overloaded(planned) && load > 0) {
      known = Choose(load, planned);
    }
    const int to = known != nullptr ? known->processor : evict ? next_ : me_;
    if (to == me_) {
      kept.push_back(i);
      continue;
    }
    GossipMessage& offer =
        offers.try_emplace(to, GossipMessage{kOffer, 0, evict, {}, {}}).first->second;
    offer.numbers.insert(offer.numbers.end(), {load, planned});
    offered_[to].push_back(i);
    planned -= load / self_.speed;
    if (known != nullptr) known->load += load / known->speed;
  }
  to_offer_ = std::move(kept);
  --passes_;
  for (auto& [to, offer] : offers) Tell(to, std::move(offer));
  if (offers.empty()) {
    offers_over_ = true;
    MayBeFinished();
  }
}

void GossipBalancer::OnOffer(const GossipMessage& message) {
  const bool evicted = message.round != 0;
  GossipMessage answer{kAnswer, 0, 0, {}, {}};
  for (std::size_t i = 0; i < message.numbers.size(); i += 2) {
    const double with = load_ + message.numbers[i] / self_.speed;
    const bool accept = self_.available && (evicted || with < message.numbers[i + 1]);
    answer.integers.push_back(accept);
    if (!accept) continue;
    load_ = with;
    ++arrivals_;
  }
  answer.numbers = {self_.available ? load_ : std::numeric_limits<double>::infinity()};
  Tell(message.from, std::move(answer));
}

void GossipBalancer::OnAnswer(const GossipMessage& message) {
  const auto offered = offered_.find(message.from);
  for (std::size_t k = 0; k < offered->second.size(); ++k) {
    const std::size_t i = offered->second[k];
    if (message.integers[k] != 0) {
      load_ -= objects_[i].load / self_.speed;
      departures_.emplace_back(i, message.from);
    } else {
      to_offer_.push_back(i);
    }
  }
  offered_.erase(offered);
  if (Known* const known = Find(message.from); known != nullptr) known->load = message.numbers[0];
  if (!offered_.empty()) return;
  std::sort(to_offer_.begin(), to_offer_.end(), [&](std::size_t a, std::size_t b) {
    return objects_[a].load != objects_[b].load ? objects_[a].load > objects_[b].load : a < b;
  });
  OfferWhatIsTooMuch();
}

void GossipBalancer::MayBeFinished() {
  if (!offering_ || !offers_over_ || finished_ < Children()) return;
  offering_ = false;  // Says it once.
  if (me_ != 0) return Tell(parent(), {kFinished, 0, 0, {}, {}});
  Receive({kMove, me_, 0, {}, {}});
}

}  // namespace heddle
