// CHECK: a programmer's mistake ends the process with the place, the condition and the values.
//
//   HEDDLE_CHECK(stack != nullptr) << "no stack for " << name;
//   HEDDLE_CHECK_EQ(count, 0) << "tasks left in " << name;
//
// HEDDLE_DCHECK is compiled out of optimised builds.
// Thread safety: any thread.  Errors: prints one line to standard error and calls abort().
#ifndef HEDDLE_COMPONENTS_BASE_CHECK_H_
#define HEDDLE_COMPONENTS_BASE_CHECK_H_

#include <sstream>

namespace heddle::internal {

class CheckFailure {
 public:
  CheckFailure(const char* file, int line, const char* condition);
  [[noreturn]] ~CheckFailure();
  std::ostream& stream() { return stream_; }

 private:
  std::ostringstream stream_;
};

// Gives the two arms of the conditional operator below one type.
struct Voidify {
  void operator&(std::ostream&) const {}
};

}  // namespace heddle::internal

#define HEDDLE_CHECK(condition)                  \
  __builtin_expect(!!(condition), 1)             \
      ? (void)0                                  \
      : ::heddle::internal::Voidify() &          \
            ::heddle::internal::CheckFailure(__FILE__, __LINE__, #condition).stream()

#define HEDDLE_CHECK_OP_(a, op, b) HEDDLE_CHECK((a)op(b)) << "[" << (a) << " vs " << (b) << "] "
#define HEDDLE_CHECK_EQ(a, b) HEDDLE_CHECK_OP_(a, ==, b)
#define HEDDLE_CHECK_NE(a, b) HEDDLE_CHECK_OP_(a, !=, b)
#define HEDDLE_CHECK_LT(a, b) HEDDLE_CHECK_OP_(a, <, b)
#define HEDDLE_CHECK_LE(a, b) HEDDLE_CHECK_OP_(a, <=, b)
#define HEDDLE_CHECK_GE(a, b) HEDDLE_CHECK_OP_(a, >=, b)
#define HEDDLE_CHECK_GT(a, b) HEDDLE_CHECK_OP_(a, >, b)

#ifdef NDEBUG
#define HEDDLE_DCHECK(condition) HEDDLE_CHECK(true || (condition))
#else
#define HEDDLE_DCHECK(condition) HEDDLE_CHECK(condition)
#endif

#endif  // HEDDLE_COMPONENTS_BASE_CHECK_H_
