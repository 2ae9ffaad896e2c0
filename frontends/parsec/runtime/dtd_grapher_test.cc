// The .dot file of DTD's tasks: nodes, edges, their labels. What is not tested here: several processes (dtd_graph_program.cc).
#include <cstdlib>
#include <fstream>
#include <set>
#include <string>

#include "frontends/parsec/runtime/dtd_test_support.h"
#include "gtest/gtest.h"

namespace heddle::parsec {
namespace {

parsec_hook_return_t Done(parsec_execution_stream_t*, parsec_task_t*) { return PARSEC_HOOK_RETURN_DONE; }

// Nodes as "a(0)", edges as "0 -> 1 by 0 => 1": the tasks, and the flows that the label names.
struct Graph {
  std::set<std::string> nodes;
  std::set<std::string> edges;
};

// The text between `before` and `after`; the line without it is left in `line`.
std::string Take(std::string& line, const std::string& before, const std::string& after) {
  const std::size_t begin = line.find(before);
  const std::size_t end = begin == std::string::npos ? begin : line.find(after, begin + before.size());
  if (end == std::string::npos) {
    ADD_FAILURE() << "no " << before << "..." << after << " in " << line;
    return "";
  }
  const std::string text = line.substr(begin + before.size(), end - begin - before.size());
  line.erase(begin, end + after.size() - begin);
  return text;
}

Graph Read(const std::string& name) {
  Graph graph;
  std::ifstream file(name);
  std::string line;
  EXPECT_TRUE(std::getline(file, line) && line == "digraph tasks {") << line;
  while (std::getline(file, line) && line != "}") {
    Take(line, "  \"", ":");  // The taskpool.
    const std::string number = Take(line, "", "\"");
    if (line.find("->") == std::string::npos) {
      const std::string task = Take(line, "label=\"", "\\n");
      EXPECT_NE(task.find("(" + number + ")"), std::string::npos) << task;
      EXPECT_TRUE(graph.nodes.insert(task).second) << "twice: " << task;
      continue;
    }
    Take(line, " -> \"", ":");
    const std::string target = Take(line, "", "\"");
    const std::string edge = number + " -> " + target + " by " + Take(line, "label=\"", "\"");
    EXPECT_TRUE(graph.edges.insert(edge).second) << "twice: " << edge;
  }
  EXPECT_EQ(line, "}");
  return graph;
}

// What `insert` inserts, drawn.
template <class Insert>
Graph Draw(int workers, const Insert& insert) {
  const char* const folder = std::getenv("TEST_TMPDIR");
  const std::string prefix = std::string(folder != nullptr ? folder : "/tmp") + "/dtd";
  setenv("PARSEC_MCA_profile_dot", prefix.c_str(), 1);
  {
    Session session(workers);
    Numbers numbers(3);
    parsec_taskpool_t* const taskpool = session.Taskpool();
    insert(taskpool, numbers);
    parsec_taskpool_wait(taskpool);
    parsec_taskpool_free(taskpool);
  }
  unsetenv("PARSEC_MCA_profile_dot");
  return Read(prefix + "-0.dot");
}

void One(parsec_taskpool_t* taskpool, const char* name, parsec_dtd_tile_t* tile, int op) {
  parsec_dtd_insert_task(taskpool, &Done, 0, PARSEC_DEV_CPU, name, PASSED_BY_REF, tile, op, PARSEC_DTD_ARG_END);
}
void Two(parsec_taskpool_t* taskpool, const char* name, parsec_dtd_tile_t* first, int first_op, parsec_dtd_tile_t* second, int second_op) {
  parsec_dtd_insert_task(taskpool, &Done, 0, PARSEC_DEV_CPU, name, PASSED_BY_REF, first, first_op, PASSED_BY_REF, second, second_op,
                         PARSEC_DTD_ARG_END);
}

class DtdGrapher : public testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Workers, DtdGrapher, testing::Values(1, 4));

TEST_P(DtdGrapher, ReadersFollowTheWriterAndTheNextWriterAllOfThem) {
  const Graph graph = Draw(GetParam(), [](parsec_taskpool_t* taskpool, Numbers& numbers) {
    One(taskpool, "write", numbers.Tile(0), PARSEC_OUTPUT);
    Two(taskpool, "read", numbers.Tile(1), PARSEC_INOUT, numbers.Tile(0), PARSEC_INPUT);
    Two(taskpool, "read", numbers.Tile(2), PARSEC_INOUT, numbers.Tile(0), PARSEC_INPUT);
    One(taskpool, "write", numbers.Tile(0), PARSEC_INOUT);
    parsec_dtd_insert_task(taskpool, &Done, 0, PARSEC_DEV_CPU, "alone", PARSEC_DTD_ARG_END);
  });
  EXPECT_EQ(graph.nodes, (std::set<std::string>{"write(0)", "read(1)", "read(2)", "write(3)", "alone(4)"}));
  EXPECT_EQ(graph.edges, (std::set<std::string>{"0 -> 1 by 0 => 1", "0 -> 2 by 0 => 1", "0 -> 3 by 0 => 0",
                                                "1 -> 3 by 1 => 0", "2 -> 3 by 1 => 0"}));
}

TEST_P(DtdGrapher, AtomicWritesFollowWhatWasBeforeAllOfThem) {
  const Graph graph = Draw(GetParam(), [](parsec_taskpool_t* taskpool, Numbers& numbers) {
    One(taskpool, "write", numbers.Tile(0), PARSEC_INOUT);
    One(taskpool, "add", numbers.Tile(0), PARSEC_ATOMIC_WRITE);
    One(taskpool, "add", numbers.Tile(0), PARSEC_ATOMIC_WRITE);
    One(taskpool, "read", numbers.Tile(0), PARSEC_INPUT);
  });
  EXPECT_EQ(graph.edges, (std::set<std::string>{"0 -> 1 by 0 => 0", "0 -> 2 by 0 => 0", "1 -> 3 by 0 => 0",
                                                "2 -> 3 by 0 => 0"}));
}

TEST_P(DtdGrapher, OneTileTwiceNoTileAndUntrackedTilesMakeNoEdges) {
  const Graph graph = Draw(GetParam(), [](parsec_taskpool_t* taskpool, Numbers& numbers) {
    Two(taskpool, "both", numbers.Tile(0), PARSEC_INPUT, numbers.Tile(0), PARSEC_INOUT);
    Two(taskpool, "none", nullptr, PARSEC_INOUT, numbers.Tile(0), PARSEC_INOUT);
    One(taskpool, "free", numbers.Tile(0), PARSEC_INOUT | PARSEC_DONT_TRACK);
  });
  EXPECT_EQ(graph.nodes.size(), 3u);
  EXPECT_EQ(graph.edges, (std::set<std::string>{"0 -> 1 by 1 => 1"}));
}

TEST_P(DtdGrapher, TaskClassesAndCreatedTasksAreDrawn) {
  const Graph graph = Draw(GetParam(), [](parsec_taskpool_t* taskpool, Numbers& numbers) {
    parsec_task_class_t* const made = parsec_dtd_create_task_class(taskpool, "made", sizeof(int), PARSEC_VALUE, PASSED_BY_REF,
                                                                   PARSEC_INOUT, PARSEC_DTD_ARG_END);
    parsec_dtd_task_class_add_chore(taskpool, made, PARSEC_DEV_CPU, reinterpret_cast<void*>(&Done));
    const int value = 0;
    parsec_dtd_insert_task_with_task_class(taskpool, made, 0, PARSEC_DEV_CPU, PARSEC_DTD_EMPTY_FLAG, &value, PARSEC_DTD_EMPTY_FLAG,
                                           numbers.Tile(0), PARSEC_DTD_ARG_END);
    parsec_insert_dtd_task(parsec_dtd_create_task(taskpool, &Done, 0, PARSEC_DEV_CPU, "created", PASSED_BY_REF, numbers.Tile(0),
                                                  PARSEC_INPUT, PARSEC_DTD_ARG_END));
  });
  EXPECT_EQ(graph.nodes, (std::set<std::string>{"made(0)", "created(1)"}));
  EXPECT_EQ(graph.edges, (std::set<std::string>{"0 -> 1 by 0 => 0"}));
}

}  // namespace
}  // namespace heddle::parsec
