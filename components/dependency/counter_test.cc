// Counter, SuccessorList and DependencyNode by themselves: who is told that a successor is ready,
// once, and in which order. Concurrency: dependency_stress_test.cc.
#include "components/dependency/counter.h"

#include <cstring>
#include <vector>

#include "components/dependency/node.h"
#include "components/memory_pool/pool.h"
#include "gtest/gtest.h"

namespace heddle {
namespace {

std::vector<DependencyNode*> FinishOf(DependencyNode* node) {
  std::vector<DependencyNode*> ready;
  node->Finish([&ready](DependencyNode* next) { ready.push_back(next); });
  return ready;
}

using Nodes = std::vector<DependencyNode*>;

TEST(CounterTest, TheLastOfThreeArrivalsIsToldAndNoOther) {
  Counter counter;
  counter.Reset(3);
  EXPECT_FALSE(counter.Arrive());
  EXPECT_FALSE(counter.Arrive());
  EXPECT_TRUE(counter.Arrive());
  EXPECT_EQ(counter.count(), 0u);
}

TEST(CounterTest, SeveralArriveAtOnce) {
  Counter counter;
  counter.Reset(5);
  EXPECT_FALSE(counter.Arrive(2));
  EXPECT_TRUE(counter.Arrive(3));
}

TEST(CounterTest, TheGuardOfTheCreatorKeepsItFromZeroWhileItGrows) {
  Counter counter;
  counter.Reset(1);
  counter.Add(1);
  EXPECT_FALSE(counter.Arrive());
  counter.Add(1);
  EXPECT_FALSE(counter.Arrive());
  EXPECT_TRUE(counter.Arrive());
}

TEST(CounterTest, ArrivalsBeforeOpenAreNotLastAndAreNotLost) {
  Counter counter;
  EXPECT_FALSE(counter.Arrive());
  EXPECT_FALSE(counter.Arrive());
  EXPECT_FALSE(counter.Open(3));
  EXPECT_TRUE(counter.Arrive());
}

TEST(CounterTest, OpenIsToldWhereAllHaveArrivedOrNobodyIsAwaited) {
  Counter counter;
  EXPECT_TRUE(counter.Open(0));
  EXPECT_FALSE(counter.Arrive());
  EXPECT_TRUE(counter.Open(1));
  EXPECT_FALSE(counter.Open(1)) << "a used counter is at zero again";
  EXPECT_TRUE(counter.Arrive());
}

TEST(SuccessorListTest, LinksComeBackInTheOrderOfAddition) {
  SuccessorList list;
  Link links[3];
  for (Link& link : links) EXPECT_TRUE(list.Add(&link, nullptr));
  Link* link = list.Close();
  for (Link& expected : links) {
    ASSERT_EQ(link, &expected);
    link = link->next;
  }
  EXPECT_EQ(link, nullptr);
}

TEST(SuccessorListTest, AClosedListTakesNothingUntilReset) {
  SuccessorList list;
  EXPECT_FALSE(list.closed());
  EXPECT_EQ(list.Close(), nullptr);
  EXPECT_TRUE(list.closed());
  Link link;
  EXPECT_FALSE(list.Add(&link));
  list.Reset();
  EXPECT_TRUE(list.Add(&link));
  EXPECT_EQ(list.Close(), &link);
}

TEST(DependencyNodeTest, AllZerosIsAValidNode) {
  alignas(DependencyNode) unsigned char bytes[sizeof(DependencyNode)];
  std::memset(bytes, 0, sizeof(bytes));
  auto* node = reinterpret_cast<DependencyNode*>(bytes);
  EXPECT_TRUE(node->Release());
  EXPECT_EQ(FinishOf(node), Nodes());
}

TEST(DependencyNodeTest, ASuccessorIsReadyAfterTheLastPredecessor) {
  DependencyNode a, b, c;
  EXPECT_TRUE(a.Release());
  EXPECT_TRUE(b.Release());
  EXPECT_TRUE(DependencyNode::AddSuccessor(&a, &c));
  EXPECT_TRUE(DependencyNode::AddSuccessor(&b, &c));
  EXPECT_FALSE(c.Release());
  EXPECT_EQ(FinishOf(&b), Nodes());
  EXPECT_EQ(FinishOf(&a), Nodes({&c}));
}

TEST(DependencyNodeTest, PredecessorsThatFinishBeforeReleaseDoNotStartIt) {
  DependencyNode a, b;
  EXPECT_TRUE(DependencyNode::AddSuccessor(&a, &b));
  EXPECT_TRUE(a.Release());
  EXPECT_EQ(FinishOf(&a), Nodes());
  EXPECT_FALSE(DependencyNode::AddSuccessor(&a, &b)) << "a has finished";
  EXPECT_TRUE(b.Release());
}

TEST(DependencyNodeTest, ReadySuccessorsComeInTheOrderOfInsertion) {
  DependencyNode a, others[4];
  EXPECT_TRUE(a.Release());
  for (DependencyNode& node : others) {
    EXPECT_TRUE(DependencyNode::AddSuccessor(&a, &node));
    EXPECT_FALSE(node.Release());
  }
  EXPECT_EQ(FinishOf(&a), Nodes({&others[0], &others[1], &others[2], &others[3]}));
}

TEST(DependencyNodeTest, MoreEdgesThanInlineLinksComeFromThePoolAndGoBack) {
  const std::uint64_t before = GetPoolStatistics().blocks_in_use;
  DependencyNode predecessors[8], last;
  for (DependencyNode& node : predecessors) {
    EXPECT_TRUE(node.Release());
    EXPECT_TRUE(DependencyNode::AddSuccessor(&node, &last));
  }
  EXPECT_GT(GetPoolStatistics().blocks_in_use, before);
  EXPECT_FALSE(last.Release());
  for (int i = 0; i < 7; ++i) EXPECT_EQ(FinishOf(&predecessors[i]), Nodes());
  EXPECT_EQ(FinishOf(&predecessors[7]), Nodes({&last}));
  EXPECT_EQ(GetPoolStatistics().blocks_in_use, before);
}

TEST(DependencyNodeTest, TheSamePredecessorTwiceIsTwoEdges) {
  DependencyNode a, b;
  EXPECT_TRUE(DependencyNode::AddSuccessor(&a, &b));
  EXPECT_TRUE(DependencyNode::AddSuccessor(&a, &b));
  EXPECT_FALSE(b.Release());
  EXPECT_TRUE(a.Release());
  EXPECT_EQ(FinishOf(&a), Nodes({&b}));
}

TEST(DependencyNodeTest, EventsOfTheFrontendAreWaitedForBesideTasks) {
  DependencyNode a, b;
  EXPECT_TRUE(DependencyNode::AddSuccessor(&a, &b));
  b.AddEvents(2);
  EXPECT_FALSE(b.Arrive());
  EXPECT_FALSE(b.Release());
  EXPECT_TRUE(a.Release());
  EXPECT_EQ(FinishOf(&a), Nodes());
  EXPECT_TRUE(b.Arrive());
}

TEST(DependencyNodeTest, ANodeIsUsedAgainAfterReset) {
  DependencyNode a, b;
  for (int round = 0; round < 3; ++round) {
    a.Reset();
    b.Reset();
    EXPECT_TRUE(DependencyNode::AddSuccessor(&a, &b));
    EXPECT_TRUE(a.Release());
    EXPECT_FALSE(b.Release());
    EXPECT_EQ(FinishOf(&a), Nodes({&b}));
    EXPECT_EQ(FinishOf(&b), Nodes());
  }
}

}  // namespace
}  // namespace heddle
