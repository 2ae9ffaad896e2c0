// Objects that talk much together, and processors with as much to do as each other: the graph of
// objects is cut by METIS (Karypis and Kumar, "A fast and high quality multilevel scheme for
// partitioning irregular graphs", SIAM J. Sci. Comput. 1998,
// https://doi.org/10.1137/S1064827595287997). METIS does not know where objects are: its parts are
// named so that little moves. It draws its numbers from rand(), and so begins the program's own
// sequence anew.
#include <metis.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "components/load_balance/processor_loads.h"

namespace heddle {
namespace {

// METIS adds weights up in idx_t, of 32 bits in Debian's.
constexpr double kWeights = 1 << 28;
// What makes the longest time this much longer is not taken.
constexpr double kWorse = 1.1;
// Parts whose goals differ by less than this may be exchanged.
constexpr double kSameGoal = 0.05;

// Those that can move, the processors that may have them, and how much of the work each of these
// should get.
struct Problem {
  std::vector<std::size_t> objects;
  std::vector<int> processors;
  std::vector<double> goals;  // Sum: 1.
};

Problem Pose(const LoadState& state) {
  Problem problem;
  ProcessorLoads loads(state);
  for (std::size_t i = 0; i < state.objects.size(); ++i) {
    const LoadObject& object = state.objects[i];
    if (object.movable) {
      problem.objects.push_back(i);
    } else {
      loads.Add(object.processor, object.load);
    }
  }
  const double fair = FairLoad(state);
  double sum = 0;
  const auto goal = [&](std::size_t p) {
    const LoadProcessor& processor = state.processors[p];
    return processor.available
               ? std::max(0.0, fair - loads.load(static_cast<int>(p))) * processor.speed
               : 0.0;
  };
  for (std::size_t p = 0; p < state.processors.size(); ++p) sum += goal(p);
  // METIS complains of parts too small for an object: who should have less than one gets none.
  const double least = sum / static_cast<double>(std::max<std::size_t>(1, problem.objects.size()));
  for (std::size_t p = 0; p < state.processors.size(); ++p) {
    if (goal(p) <= least) continue;
    problem.processors.push_back(static_cast<int>(p));
    problem.goals.push_back(goal(p));
  }
  sum = std::accumulate(problem.goals.begin(), problem.goals.end(), 0.0);
  for (double& part : problem.goals) part /= sum;
  return problem;
}

// METIS's form of a graph: the neighbours of vertex v are neighbours[first[v]] to
// neighbours[first[v + 1] - 1].
struct Graph {
  std::vector<idx_t> first, neighbours, edge_weights, vertex_weights;
};

Graph MakeGraph(const LoadState& state, const Problem& problem) {
  Graph graph;
  constexpr idx_t kNone = -1;
  std::vector<idx_t> vertex(state.objects.size(), kNone);
  double load = 0;
  for (std::size_t v = 0; v < problem.objects.size(); ++v) {
    vertex[problem.objects[v]] = static_cast<idx_t>(v);
    load += state.objects[problem.objects[v]].load;
  }
  // An object without load is still one.
  const double per_second = load > 0 ? kWeights / load : 0;
  for (const std::size_t i : problem.objects)
    graph.vertex_weights.push_back(
        1 + static_cast<idx_t>(std::lround(state.objects[i].load * per_second)));

  std::map<std::pair<idx_t, idx_t>, double> bytes;
  double sum = 0;
  for (const LoadEdge& edge : state.edges) {
    const idx_t a = vertex[edge.a], b = vertex[edge.b];
    if (a == kNone || b == kNone || a == b) continue;
    bytes[{a, b}] += edge.bytes;
    bytes[{b, a}] += edge.bytes;
    sum += 2 * edge.bytes;
  }
  const double per_byte = sum > 0 ? kWeights / sum : 0;
  graph.first.assign(problem.objects.size() + 1, 0);
  for (const auto& [pair, weight] : bytes) {
    ++graph.first[static_cast<std::size_t>(pair.first) + 1];
    graph.neighbours.push_back(pair.second);
    graph.edge_weights.push_back(1 + static_cast<idx_t>(std::lround(weight * per_byte)));
  }
  std::partial_sum(graph.first.begin(), graph.first.end(), graph.first.begin());
  return graph;
}

bool HasHomeless(const LoadState& state) {
  return std::any_of(state.objects.begin(), state.objects.end(),
                     [&](const LoadObject& object) { return MustLeave(state, object); });
}

// Which processor each part is: those with most in common first, among those with the same goal.
std::vector<int> NameParts(const LoadState& state, const Problem& problem,
                           const std::vector<idx_t>& part) {
  const std::size_t count = problem.processors.size();
  std::map<int, std::size_t> position;
  for (std::size_t k = 0; k < count; ++k) position[problem.processors[k]] = k;
  std::map<std::pair<std::size_t, std::size_t>, int> common;
  for (std::size_t v = 0; v < part.size(); ++v) {
    const auto at = position.find(state.objects[problem.objects[v]].processor);
    if (at != position.end()) ++common[{static_cast<std::size_t>(part[v]), at->second}];
  }
  std::vector<std::pair<int, std::pair<std::size_t, std::size_t>>> order;
  for (const auto& [pair, objects] : common) order.push_back({objects, pair});
  std::stable_sort(order.begin(), order.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  constexpr int kUnnamed = -1;
  std::vector<int> name(count, kUnnamed);
  std::vector<bool> taken(count, false);
  const auto same = [&](std::size_t a, std::size_t b) {
    return std::abs(problem.goals[a] - problem.goals[b]) <= kSameGoal * problem.goals[b];
  };
  const auto give = [&](std::size_t p, std::size_t k) {
    name[p] = problem.processors[k];
    taken[k] = true;
  };
  for (const auto& [objects, pair] : order)
    if (name[pair.first] == kUnnamed && !taken[pair.second] && same(pair.first, pair.second))
      give(pair.first, pair.second);
  for (std::size_t p = 0; p < count; ++p)
    if (name[p] == kUnnamed && !taken[p]) give(p, p);
  // Those left differ from their own by little, as those do that took it.
  std::size_t k = 0;
  for (std::size_t p = 0; p < count; ++p) {
    if (name[p] != kUnnamed) continue;
    while (taken[k]) ++k;
    give(p, k);
  }
  return name;
}

// Cost: O((n + edges) * log(processors)), with METIS's constants.
class Metis : public Strategy {
 public:
  explicit Metis(std::uint64_t seed) : seed_(seed) {}
  bool wants_edges() const override { return true; }

  void Assign(const LoadState& state, std::vector<int>* to) override {
    *to = StayPut(state);
    const Problem problem = Pose(state);
    // With few objects there is little to keep together.
    if (problem.processors.size() < 2 || problem.objects.size() < 4 * problem.processors.size())
      return MakeGreedy()->Assign(state, to);
    Graph graph = MakeGraph(state, problem);
    idx_t options[METIS_NOPTIONS];
    METIS_SetDefaultOptions(options);
    options[METIS_OPTION_SEED] = static_cast<idx_t>(seed_ & 0x7fffffff);
    auto vertices = static_cast<idx_t>(problem.objects.size());
    auto parts = static_cast<idx_t>(problem.processors.size());
    idx_t constraints = 1, cut = 0;
    std::vector<real_t> goals(problem.goals.begin(), problem.goals.end());
    std::vector<idx_t> part(problem.objects.size(), 0);
    // METIS's manual: bisection gives better parts where they are few.
    const auto partition = parts <= 8 ? METIS_PartGraphRecursive : METIS_PartGraphKway;
    if (partition(&vertices, &constraints, graph.first.data(), graph.neighbours.data(),
                  graph.vertex_weights.data(), nullptr, graph.edge_weights.data(), &parts,
                  goals.data(), nullptr, options, &cut, part.data()) != METIS_OK)
      return;  // Out of memory: all stays.
    const std::vector<int> name = NameParts(state, problem, part);
    std::vector<int> cut_to = *to;
    for (std::size_t v = 0; v < part.size(); ++v)
      cut_to[problem.objects[v]] = name[static_cast<std::size_t>(part[v])];
    // It may miss its goals by far where objects are few, or one is heavy.
    if (Summarize(state, cut_to).maximum <= kWorse * Summarize(state, *to).maximum ||
        HasHomeless(state))
      *to = std::move(cut_to);
  }

 private:
  const std::uint64_t seed_;
};

}  // namespace

std::unique_ptr<Strategy> MakeMetis(std::uint64_t seed) { return std::make_unique<Metis>(seed); }

}  // namespace heddle
