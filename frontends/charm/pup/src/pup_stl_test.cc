// Promised: every type of the standard library that PUP knows comes back the same through memory,
// files and text. Not promised: that two shared_ptrs to one object are two to one afterwards.
#include "pup_stl.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <map>
#include <string>

#include "frontends/charm/pup/src/pup_test_util.h"

// In the way of users' types.
enum class Color : std::uint8_t { kRed, kGreen };
enum Plain { kNone, kSome };
struct Point {
  double x = 0, y = 0;
  void pup(PUP::er& p) { p | x, p | y; }
  bool operator==(const Point& o) const { return x == o.x && y == o.y; }
  bool operator<(const Point& o) const { return x < o.x; }
};
struct Bytes {
  int a = 0;
  char b = 0;
  bool operator==(const Bytes& o) const { return a == o.a && b == o.b; }
};
PUPbytes(Bytes);
// Made by PUP only.
struct Handle {
  explicit Handle(int n) : number(n) {}
  explicit Handle(PUP::reconstruct) : number(-1) {}
  void pup(PUP::er& p) { p | number; }
  bool operator==(const Handle& o) const { return number == o.number; }
  bool operator<(const Handle& o) const { return number < o.number; }
  int number;
};
struct Nothing {
  void pup(PUP::er&) {}
  bool operator==(const Nothing&) const { return true; }
};

namespace heddle::charm {
namespace {

template <class T>
bool Same(const T& a, const T& b) {
  return a == b;
}
template <class T>
bool Same(const std::unique_ptr<T>& a, const std::unique_ptr<T>& b) {
  return (a == nullptr) == (b == nullptr) && (a == nullptr || *a == *b);
}
template <class T>
bool Same(const std::shared_ptr<T>& a, const std::shared_ptr<T>& b) {
  return (a == nullptr) == (b == nullptr) && (a == nullptr || *a == *b);
}
template <class T>
bool Same(const std::valarray<T>& a, const std::valarray<T>& b) {
  return std::equal(std::begin(a), std::end(a), std::begin(b), std::end(b));
}
template <class T>
bool Same(const std::atomic<T>& a, const std::atomic<T>& b) {
  return a.load() == b.load();
}

// `old` is what the target held before: unpacking replaces it.
template <class T>
void ComesBack(T& value, T&& old) {
  T memory = std::move(old);
  ThroughMemory(value, &memory);
  EXPECT_TRUE(Same(memory, value)) << "memory";
  // What has just been read is old for the next.
  EXPECT_EQ(ThroughDisk(value, &memory), "");
  EXPECT_TRUE(Same(memory, value)) << "disk";
  ThroughText(value, &memory);
  EXPECT_TRUE(Same(memory, value)) << "text";
}
template <class T>
void ComesBack(T value) {
  ComesBack(value, T());
  ComesBack(value, T(value));
}

TEST(PupStlTest, BuiltinTypes) {
  ComesBack<char>('\n'), ComesBack<char>('x'), ComesBack<char>('\''), ComesBack<char>('!'),
      ComesBack<signed char>(-128);
  ComesBack<unsigned char>(255), ComesBack<short>(-32768), ComesBack<unsigned short>(65535);
  ComesBack<int>(std::numeric_limits<int>::min()), ComesBack<unsigned>(~0u);
  ComesBack<long>(std::numeric_limits<long>::min()), ComesBack<unsigned long>(~0ul);
  ComesBack<long long>(-1), ComesBack<unsigned long long>(~0ull);
  ComesBack<CmiInt16>(-CmiInt16{1} << 100), ComesBack<CmiUInt16>(~CmiUInt16{0});
  ComesBack(0.1f), ComesBack(0.1), ComesBack(0.1L), ComesBack(1e-310), ComesBack(true),
      ComesBack(false);
  ComesBack(Color::kGreen), ComesBack(kSome), ComesBack(Bytes{5, 'b'}),
      ComesBack(Point{0.1, -1e300});
}

TEST(PupStlTest, Sequences) {
  ComesBack(std::vector<int>()), ComesBack(std::vector<int>{1, -2, 3}),
      ComesBack(std::vector<Point>{{1, 2}, {3, 4}});
  ComesBack(std::vector<std::vector<std::string>>{{"a", ""}, {}, {"b c"}});
  ComesBack(std::vector<Bytes>{{1, 'a'}, {2, 'b'}}), ComesBack(std::vector<Nothing>(5000));
  ComesBack(std::vector<Handle>{Handle(1), Handle(2)}),
      ComesBack(std::vector<Color>{Color::kRed, Color::kGreen});
  ComesBack(std::deque<int>{1, 2}), ComesBack(std::list<std::string>{"x", "y z"}),
      ComesBack(std::list<Handle>{Handle(7)});
  ComesBack(std::forward_list<int>{3, 2, 1}), ComesBack(std::forward_list<int>());
  ComesBack(std::valarray<double>{0.1, 0.2}), ComesBack(std::valarray<double>());
  ComesBack(std::array<int, 3>{1, 2, 3}), ComesBack(std::array<Point, 2>{Point{1, 2}, Point{}});
  ComesBack(std::string()), ComesBack(std::string("quotes ' blanks \0 and ! marks\n", 31)),
      ComesBack(std::wstring(L"wide"));
}

TEST(PupStlTest, Bits) {
  for (std::size_t size = 0; size < 20; ++size) {
    std::vector<bool> bits(size);
    for (std::size_t i = 0; i < size; ++i) bits[i] = i % 3 == 0;
    ComesBack(bits);
  }
  ComesBack(std::bitset<1>(1)), ComesBack(std::bitset<11>(0x555)),
      ComesBack(std::bitset<64>(~0ull));
}

TEST(PupStlTest, SetsAndMaps) {
  ComesBack(std::set<int>{3, 1, 2}), ComesBack(std::set<int, std::greater<int>>{3, 1}),
      ComesBack(std::multiset<int>{1, 1, 2});
  ComesBack(std::set<Handle>{Handle(2), Handle(1)});
  ComesBack(std::unordered_set<std::string>{"a", "b"}),
      ComesBack(std::unordered_multiset<int>{4, 4});
  ComesBack(std::map<int, std::string>{{1, "one"}, {2, ""}}),
      ComesBack(std::multimap<int, int>{{1, 2}, {1, 3}});
  ComesBack(std::map<std::string, std::map<int, Point>>{{"a", {{1, {2, 3}}}}, {"b", {}}});
  ComesBack(std::unordered_map<std::string, std::vector<int>>{{"a", {1}}, {"b", {}}}),
      ComesBack(std::unordered_multimap<int, int>{{1, 1}, {1, 1}});
  ComesBack(std::map<int, Handle>{{1, Handle(5)}});
}

TEST(PupStlTest, SeveralValuesAndOneInAnothersPlace) {
  ComesBack(std::pair<int, std::string>(1, "x")),
      ComesBack(std::tuple<int, double, std::vector<int>>(1, 0.1, {2}));
  ComesBack(std::tuple<>()), ComesBack(std::complex<double>(0.1, -2)),
      ComesBack(std::vector<std::complex<float>>{{1, 2}, {3, 4}});
  ComesBack(std::chrono::milliseconds(-5)), ComesBack(std::chrono::duration<double>(0.1));
  ComesBack(std::chrono::system_clock::now());
  ComesBack(std::optional<int>()), ComesBack(std::optional<int>(3)),
      ComesBack(std::optional<Handle>(Handle(4)));
  ComesBack(std::variant<int, std::string>(5)), ComesBack(std::variant<int, std::string>("text"));
  std::atomic<int> from(7), to(0);
  ThroughMemory(from, &to);
  EXPECT_TRUE(Same(from, to));
}

TEST(PupStlTest, Pointers) {
  std::unique_ptr<Point> one(new Point{1, 2}), none;
  ComesBack(one, std::unique_ptr<Point>()), ComesBack(one, std::unique_ptr<Point>(new Point()));
  ComesBack(none, std::unique_ptr<Point>(new Point())), ComesBack(none, std::unique_ptr<Point>());
  ComesBack(std::shared_ptr<Point>(new Point{1, 2})), ComesBack(std::shared_ptr<Point>());
  std::vector<std::unique_ptr<int>> several(3), again;
  several[1].reset(new int(5));
  ThroughMemory(several, &again);
  ASSERT_EQ(again.size(), 3u);
  EXPECT_TRUE(again[0] == nullptr && again[2] == nullptr && *again[1] == 5);
}

TEST(PupStlTest, Adaptors) {
  std::queue<int> queue, queue_again;
  queue.push(1), queue.push(2);
  ThroughMemory(queue, &queue_again);
  EXPECT_EQ(queue, queue_again);
  std::stack<std::string> stack, stack_again;
  stack.push("a");
  ThroughMemory(stack, &stack_again);
  EXPECT_EQ(stack, stack_again);
  std::priority_queue<int> heap, heap_again;
  for (const int i : {3, 9, 1}) heap.push(i);
  ThroughMemory(heap, &heap_again);
  for (const int i : {9, 3, 1}) {
    ASSERT_FALSE(heap_again.empty());
    EXPECT_EQ(heap_again.top(), i);
    heap_again.pop();
  }
}

template <class Engine>
void GoesOn() {
  Engine engine(42);
  engine.discard(1000);
  ComesBack(engine);
}
TEST(PupStlTest, EnginesOfRandomNumbersGoOnWhereTheyWere) {
  GoesOn<std::minstd_rand>(), GoesOn<std::mt19937>(), GoesOn<std::mt19937_64>(),
      GoesOn<std::ranlux24_base>();
  GoesOn<std::ranlux48>(), GoesOn<std::knuth_b>(),
      GoesOn<std::independent_bits_engine<std::mt19937, 5, unsigned>>();
}

// In users' code: a container that behaves as std's.
template <class T>
struct Own : std::vector<T> {
  using std::vector<T>::vector;
};
template <class T>
void operator|(PUP::er& p, Own<T>& v) {
  PUP::PUP_stl_container<Own<T>, T>(p, v);
}
TEST(PupStlTest, ContainersOfUsersThatBehaveAsTheStandards) {
  ComesBack(Own<std::string>{"a", "b"});
}

}  // namespace
}  // namespace heddle::charm
