// Promised: PUPers of memory, files and text agree about an object's bytes; a pup() that does not
// size what it packs, a file that is cut off or lies about its sizes, a full disk and another
// machine's numbers are told. Not promised: bounds of memory that nobody gave.
#include "pup.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string>
#include <vector>

#include "components/serialization/number.h"
#include "frontends/charm/pup/src/pup_test_util.h"
#include "pup_stl.h"

class CkMigrateMessage {};

class Shape : public PUP::able {
 public:
  Shape() = default;
  explicit Shape(CkMigrateMessage* m) : PUP::able(m) {}
  PUPable_abstract(Shape);
  void pup(PUP::er& p) override {
    PUP::able::pup(p);
    p | id;
  }
  int id = 0;
};
class Circle : public Shape {
 public:
  Circle() = default;
  explicit Circle(CkMigrateMessage* m) : Shape(m) {}
  PUPable_decl(Circle);
  void pup(PUP::er& p) override {
    Shape::pup(p);
    p | radius;
  }
  double radius = 0;
};
PUPable_def(Circle);
template <class T>
class Box : public Shape {
 public:
  Box() = default;
  explicit Box(CkMigrateMessage* m) : Shape(m) {}
  PUPable_decl_inside(Box);
  void pup(PUP::er& p) override {
    Shape::pup(p);
    p | side;
  }
  T side = T();
};
PUPable_decl_outside_template(class T, Box<T>);
template <>
PUP::able::PUP_ID Box<int>::my_PUP_ID = 0;
class Unknown : public Shape {
 public:
  Unknown() = default;
  explicit Unknown(CkMigrateMessage* m) : Shape(m) {}
  PUPable_decl(Unknown);
};
PUPable_def(Unknown);

namespace heddle::charm {
namespace {

void Register() {
  static const bool once = [] {
    PUPable_reg(Circle);
    PUPable_reg2(Box<int>, "Box<int>");
    return true;
  }();
  (void)once;
}

// ---- Sizes

// A mistake that happens: what is packed depends on who packs.
struct Wrong {
  std::vector<char> data{1, 2, 3};
  void pup(PUP::er& p) {
    if (!p.isSizing()) p(data.data(), data.size());
    int n = 0;
    p | n;
  }
};

TEST(PupDeathTest, APupThatPacksOtherThanItSizedIsTold) {
  Wrong wrong;
  std::vector<char> room(100);
  EXPECT_DEATH(PUP::toMemBuf(wrong, room.data(), PUP::size(wrong)), "sized as 4 bytes packed 7");
  EXPECT_DEATH(PUP::fromMemBuf(wrong, room.data(), PUP::size(wrong)), "of 4 bytes 7 were unpacked");
}

TEST(PupTest, MemoryPupersTellWhereTheyAre) {
  char memory[16] = {};
  PUP::toMem to(memory);
  int one = 1;
  to | one;
  EXPECT_EQ(to.size(), sizeof(int));
  EXPECT_EQ(to.get_current_pointer(), memory + sizeof(int));
  to.advance(4);
  EXPECT_EQ(to.size(), 8u);
  EXPECT_EQ(to.get_orig_pointer(), memory);
  to.reset();
  EXPECT_EQ(to.size(), 0u);
  EXPECT_TRUE(to.isPacking() && !to.isUnpacking() && !to.isSizing());
  EXPECT_STREQ(to.typeString(), "packing");
}

TEST(PupTest, BuffersAreAllocatedWhenUnpackingAndFreedWhereTheObjectGoes) {
  int* values = static_cast<int*>(std::malloc(3 * sizeof(int)));
  values[0] = 1, values[1] = 2, values[2] = 3;
  PUP::sizer size;
  size.pup_buffer(values, 3);
  ASSERT_EQ(size.size(), 12u);
  int* not_yet = nullptr;
  size.pup_buffer(not_yet, 3);
  ASSERT_EQ(size.size(), 24u) << "a buffer that is not there yet counts, too";
  char memory[12];
  PUP::toMem to(memory);
  to.becomeDeleting();
  to.pup_buffer(values, 3);
  EXPECT_EQ(values, nullptr);
  PUP::fromMem from(memory);
  std::size_t allocated = 0;
  from.pup_buffer(
      values, 3,
      [&](std::size_t bytes) {
        allocated = bytes;
        return std::malloc(bytes);
      },
      [](void* p) { std::free(p); });
  EXPECT_EQ(allocated, 12u);
  EXPECT_EQ(values[2], 3);
  std::free(values);
}

// ---- Files

template <class T>
File FileOf(T& value) {
  File file(std::tmpfile());
  PUP::toDisk p(file.get());
  p | value;
  EXPECT_FALSE(p.checkError()) << p.errorText();
  std::rewind(file.get());
  return file;
}

TEST(PupDiskTest, ATruncatedFileIsTold) {
  std::vector<std::string> value{"some", "strings", "of text"}, again;
  const std::size_t size = PUP::size(value);
  for (std::size_t length = 0; length < size; ++length) {
    const File file = FileOf(value);
    ASSERT_EQ(ftruncate(fileno(file.get()), static_cast<off_t>(length)), 0);
    PUP::fromDisk p(file.get());
    p | again;
    EXPECT_TRUE(p.checkError()) << length;
    EXPECT_NE(std::string(p.errorText()).find("byte"), std::string::npos) << p.errorText();
    int zero = 5;
    p | zero;
    EXPECT_EQ(zero, 0) << "nothing is read after an error";
  }
}

template <class T>
void IsNotBelieved(std::size_t count) {
  const File file = FileOf(count);
  T value;
  PUP::fromDisk p(file.get());
  p | value;
  EXPECT_TRUE(p.checkError()) << typeid(T).name();
  EXPECT_LE(static_cast<std::size_t>(std::distance(std::begin(value), std::end(value))), 1024u)
      << typeid(T).name();
}

TEST(PupDiskTest, ASizeThatTheFileCannotHoldAllocatesNothingAndIsTold) {
  for (std::size_t count :
       {std::size_t{1} << 20, std::size_t{1} << 62, std::numeric_limits<std::size_t>::max()}) {
    IsNotBelieved<std::vector<int>>(count);
    IsNotBelieved<std::vector<bool>>(count);
    IsNotBelieved<std::vector<std::string>>(count);
    IsNotBelieved<std::vector<std::vector<double>>>(count);
    IsNotBelieved<std::string>(count);
    IsNotBelieved<std::list<int>>(count);
    IsNotBelieved<std::list<std::string>>(count);
    IsNotBelieved<std::forward_list<std::string>>(count);
    IsNotBelieved<std::set<std::string>>(count);
    IsNotBelieved<std::map<int, int>>(count);
    IsNotBelieved<std::unordered_map<std::string, std::string>>(count);
    IsNotBelieved<std::valarray<double>>(count);
    const File file = FileOf(count);
    int* buffer = nullptr;
    PUP::fromDisk p(file.get());
    std::size_t read = 0;
    p | read;
    p.pup_buffer(buffer, read);
    EXPECT_TRUE(p.checkError());
    EXPECT_EQ(buffer, nullptr);
  }
}

TEST(PupDiskTest, AFullDiskIsTold) {
  const File file(std::fopen("/dev/full", "wb"));
  ASSERT_NE(file, nullptr);
  PUP::toDisk p(file.get());
  int value = 5;
  p | value;
  EXPECT_TRUE(p.checkError());
  EXPECT_NE(std::string(p.errorText()).find("/dev/full: cannot write"), std::string::npos)
      << p.errorText();
  EXPECT_NE(std::string(p.errorText()).find("No space left"), std::string::npos) << p.errorText();
}

struct Sections {
  int a = 0, b = 0;
  void pup(PUP::er& p) {
    PUP::seekBlock block(p, 2);
    if (p.isUnpacking()) {
      block.seek(1), p | b;
      block.seek(0), p | a;
    } else {
      block.seek(0), p | a;
      block.seek(1), p | b;
    }
    block.endBlock();
  }
};
TEST(PupDiskTest, SectionsAreReadInAnyOrder) {
  std::pair<Sections, int> value{{1, 2}, 3}, memory, disk;
  ThroughMemory(value, &memory);
  EXPECT_TRUE(memory.first.a == 1 && memory.first.b == 2 && memory.second == 3);
  const File file = FileOf(value);
  PUP::fromDisk p(file.get());
  p | disk;
  EXPECT_FALSE(p.checkError()) << p.errorText();
  EXPECT_TRUE(disk.first.a == 1 && disk.first.b == 2 && disk.second == 3);
}

// ---- Text

File TextFile(const std::string& text) {
  File file(std::tmpfile());
  EXPECT_EQ(std::fwrite(text.data(), 1, text.size(), file.get()), text.size());
  std::rewind(file.get());
  return file;
}

TEST(PupTextTest, PeopleCanWriteIt) {
  const File file = TextFile("! the size, and\n!the values\n3\n  1 -2\n\n3\n'x' 120 true");
  PUP::fromTextFile p(file.get());
  std::vector<int> values;
  char a = 0, b = 0;
  bool c = false;
  p | values, p | a, p | b, p | c;
  EXPECT_EQ(values, (std::vector<int>{1, -2, 3}));
  EXPECT_TRUE(a == 'x' && b == 'x' && c);
}

TEST(PupTextTest, TextInMemoryIsAsLongAsItWasSized) {
  std::vector<double> values{0.1, -1e300};
  PUP::sizerText size;
  size | values;
  std::string text(size.size(), 'x');
  PUP::toText to(&text[0], text.size());
  to | values;
  EXPECT_EQ(to.size(), size.size());
  EXPECT_STREQ(text.c_str(), " 2\n 0.1 -1e+300\n");
}

TEST(PupTextDeathTest, WhatIsWrongInItIsTold) {
  const auto read = [](const std::string& text, auto value) {
    const File file = TextFile(text);
    PUP::fromTextFile p(file.get());
    p | value;
  };
  EXPECT_DEATH(read("", 0), "there should be a number that fits into 4 bytes, and the file ends");
  EXPECT_DEATH(read("x", 0), "not x");
  EXPECT_DEATH(read("99999999999", 0), "a number that fits into 4 bytes, not 99999999999");
  EXPECT_DEATH(read("TRUE", false), "true or false, not TRUE");
  EXPECT_DEATH(read("'a", 'x'), "a character in quotes, not 'a");
  EXPECT_DEATH(read("99999999999999 1", std::vector<int>()), "fewer than 99999999999999 items");
  char small[4];
  EXPECT_DEATH(
      {
        PUP::toText to(small, sizeof(small));
        int value = 12345;
        to | value;
      },
      "more than the 4 bytes");
}

// ---- Other machines

// Turns this machine's bytes into those of one with the other order.
struct Foreign {
  PUP::machineInfo machine = PUP::machineInfo::current();
  std::vector<char> bytes;
  template <class T>
  void Add(T value) {
    ReverseBytes(&value, 1, sizeof(value));
    const char* const at = reinterpret_cast<const char*>(&value);
    bytes.insert(bytes.end(), at, at + sizeof(value));
  }
};

TEST(PupMachineTest, NumbersOfTheOtherOrderAndOfOtherSizesAreRead) {
  Foreign from;
  from.machine.intFormat ^= 1, from.machine.floatFormat ^= 1;
  from.machine.intBytes[3] = 4;  // long
  EXPECT_TRUE(from.machine.valid() && from.machine.needsConversion());
  EXPECT_TRUE(PUP::machineInfo::current().valid() &&
              !PUP::machineInfo::current().needsConversion());
  from.Add(std::uint32_t{2});  // The size of the vector: a size_t is a long there.
  from.Add(std::int32_t{-7}), from.Add(std::int32_t{8});
  from.Add(std::int32_t{-5}), from.Add(0.1), from.Add(std::uint16_t{513});
  from.Add('x');
  PUP::fromMem memory(from.bytes.data());
  PUP::xlater p(from.machine, memory);
  std::vector<int> values;
  long number = 0;
  double real = 0;
  unsigned short small = 0;
  char letter = 0;
  p | values, p | number, p | real, p | small, p | letter;
  EXPECT_EQ(values, (std::vector<int>{-7, 8}));
  EXPECT_TRUE(number == -5 && real == 0.1 && small == 513 && letter == 'x');
  EXPECT_EQ(p.size(), from.bytes.size());
}

TEST(PupMachineDeathTest, NumbersThatDoNotFitAndWhatIsNoMachineAreTold) {
  PUP::machineInfo machine = PUP::machineInfo::current();
  machine.intBytes[2] = 8;  // int
  const std::int64_t large = std::int64_t{1} << 40;
  EXPECT_DEATH(
      {
        PUP::fromMem memory(&large);
        PUP::xlater p(machine, memory);
        int value = 0;
        p | value;
      },
      "of 8 bytes, one does not fit into 4");
  machine.magic[0] = 0;
  PUP::fromMem memory(&large);
  EXPECT_DEATH(PUP::xlater(machine, memory), "is no PUP::machineInfo");
}

// ---- PUP::able

TEST(PupAbleTest, KeepsItsType) {
  Register();
  Circle circle;
  circle.id = 3, circle.radius = 0.5;
  std::unique_ptr<Shape> shape(new Circle(circle)), memory, disk, none, none_again(new Circle());
  ThroughMemory(shape, &memory);
  ASSERT_NE(dynamic_cast<Circle*>(memory.get()), nullptr);
  EXPECT_EQ(dynamic_cast<Circle*>(memory.get())->radius, 0.5);
  EXPECT_EQ(ThroughDisk(shape, &disk), "");
  EXPECT_EQ(disk->id, 3);
  ThroughMemory(none, &none_again);
  EXPECT_EQ(none_again, nullptr);
  const std::unique_ptr<PUP::able> clone(circle.clone());
  EXPECT_EQ(dynamic_cast<Circle&>(*clone).radius, 0.5);
}

TEST(PupAbleTest, TemplatesAreDeclaredOutsideToo) {
  Register();
  auto* box = new Box<int>;
  box->side = 7;
  std::unique_ptr<Shape> shape(box), again;
  ThroughMemory(shape, &again);
  ASSERT_NE(dynamic_cast<Box<int>*>(again.get()), nullptr);
  EXPECT_EQ(dynamic_cast<Box<int>*>(again.get())->side, 7);
}

TEST(PupAbleTest, APointerAsAParameterBelongsToWhoeverTakesIt) {
  Register();
  Circle circle;
  circle.radius = 2;
  CkPointer<Shape> sent(&circle);
  std::vector<char> bytes = Packed(sent);
  Shape* taken = nullptr;
  {
    CkPointer<Shape> received;
    PUP::fromMemBuf(received, bytes.data(), bytes.size());
    taken = received;
  }
  ASSERT_NE(taken, nullptr);
  EXPECT_EQ(dynamic_cast<Circle&>(*taken).radius, 2);
  delete taken;
  CkReference<Shape> reference;  // Deletes its object.
  PUP::fromMemBuf(reference, bytes.data(), bytes.size());
  EXPECT_EQ(dynamic_cast<Circle&>(static_cast<Shape&>(reference)).radius, 2);
}

TEST(PupAbleDeathTest, AClassThatIsNotRegisteredIsTold) {
  // Its number is known in another process, not here.
  PUP::able::PUP_ID id("Unknown");
  EXPECT_DEATH(PUP::able::get_constructor(id),
               "not registered in this process: name it in a `PUPable` line");
}

}  // namespace
}  // namespace heddle::charm
