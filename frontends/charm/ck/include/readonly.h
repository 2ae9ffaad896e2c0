// Readonly variables that register themselves: static objects of C++; .ci files declare the usual kind.
#ifndef READONLY_H
#define READONLY_H

#include "charm.h"
#include "register.h"

// A value of plain bytes. Set it in a main chare's constructor, not later.
template <class T>
class readonly {
 public:
  readonly() : data_() { CkRegisterReadonly("readonly<>", "unknown", sizeof(T), &data_, nullptr); }
  readonly(const readonly&) = delete;
  readonly& operator=(const readonly&) = delete;
  readonly& operator=(const T& value) {
    data_ = value;
    return *this;
  }
  operator T() const { return data_; }

 private:
  T data_;
};

template <class T, int kLength>
class roarray {
 public:
  roarray() : data_() { CkRegisterReadonly("roarray<>", "unknown", sizeof(data_), data_, nullptr); }
  roarray(const roarray&) = delete;
  roarray& operator=(const roarray&) = delete;
  T& operator[](int i) { return data_[i]; }
  const T& operator[](int i) const { return data_[i]; }

 private:
  T data_[kLength];
};

// A message, which is sent to all processes.
template <class Message>
class romsg {
 public:
  romsg() { CkRegisterReadonlyMsg("romsg<>", "unknown", reinterpret_cast<void**>(&message_)); }
  romsg(const romsg&) = delete;
  romsg& operator=(const romsg&) = delete;
  romsg& operator=(Message* message) {
    message_ = message;
    return *this;
  }
  operator Message*() const { return message_; }
  Message* operator->() const { return message_; }
  Message& operator*() const { return *message_; }

 private:
  Message* message_ = nullptr;
};

#endif  // READONLY_H
