// The mean, variance and range of values as they come.
#ifndef CKSTATISTICS_H
#define CKSTATISTICS_H

#include <cmath>
#include <cstdio>

#include "pup.h"

// Thread safety: none.  Cost: O(1) a value; by Welford's method, so that nothing is lost where the variance is small.
template <class Value, class Result>
class CkSampleT {
 public:
  CkSampleT() : least_(Value(1.0e20)), greatest_(Value(-1.0e20)), mean_(0), squares_(0), count_(0) {}

  void add(Value value) {
    if (value < least_) least_ = value;
    if (value > greatest_) greatest_ = value;
    ++count_;
    const Result delta = Result(value) - mean_;
    mean_ += delta / count_;
    squares_ += delta * (Result(value) - mean_);
  }
  void operator+=(Value value) { add(value); }
  void add(const CkSampleT& other) {
    if (other.count_ == 0) return;
    if (other.least_ < least_) least_ = other.least_;
    if (other.greatest_ > greatest_) greatest_ = other.greatest_;
    const Result delta = other.mean_ - mean_;
    const int total = count_ + other.count_;
    squares_ += other.squares_ + delta * delta * count_ * other.count_ / total;
    mean_ += delta * other.count_ / total;
    count_ = total;
  }

  int getCount() const { return count_; }
  Value getMin() const { return least_; }
  Value getMax() const { return greatest_; }
  Result getMean() const { return mean_; }
  // Of the population that this is a sample of.
  Result getVariance() const { return squares_ / (count_ - 1); }
  Result getStddev() const { return Result(std::sqrt(getVariance())); }
  Result getRMS() const { return Result(std::sqrt(squares_ / count_ + mean_ * mean_)); }

  void print(FILE* file) const {
    std::fprintf(file, "ave= %g  stddev= %g  min= %g  max= %g  n= %d\n", double(getMean()), double(getStddev()), double(getMin()), double(getMax()), count_);
  }
  void print() const { print(stdout); }
  void printMinAveMax(FILE* file) const { std::fprintf(file, "min= %g  ave= %g  max= %g \n", double(getMin()), double(getMean()), double(getMax())); }
  void pup(PUP::er& p) { p | least_, p | greatest_, p | mean_, p | squares_, p | count_; }

 private:
  Value least_, greatest_;
  Result mean_, squares_;  // Squares: of the distances from the mean.
  int count_;
};
typedef CkSampleT<double, double> CkSample;

#endif  // CKSTATISTICS_H
