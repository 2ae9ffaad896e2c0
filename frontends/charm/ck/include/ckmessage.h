// Messages: their base classes, and those that the runtime itself sends.
#ifndef CKMESSAGE_H
#define CKMESSAGE_H

#include "charm.h"
#include "envelope.h"

// Superclass of all messages. What `new` and `delete` give and take is the user's part of a message with its envelope.
class CkMessage {
 public:
  CkMessage() {}
  CkMessage(const CkMessage&) = delete;
  CkMessage& operator=(const CkMessage&) = delete;
  void operator delete(void* msg) { CkFreeMsg(msg); }
  // The user's part as bytes. CkPupMessage() takes the envelope, too.
  void pup(PUP::er& p);
  static void ckDebugPup(PUP::er&, void*) {}
};
class CMessage_CkMessage {
 public:
  static int __idx;
};

class CMessage_CkArgMsg {
 public:
  static int __idx;
};
// The main chares' argument: what is left of the command line.
class CkArgMsg : public CkMessage {
 public:
  void* operator new(size_t bytes) { return CkAllocMsg(CMessage_CkArgMsg::__idx, static_cast<int>(bytes), 0); }
  int argc;
  char** argv;
};

// What a callback for quiescence gets.
class CkQdMsg {
 public:
  void* operator new(size_t bytes) { return CkAllocMsg(0, static_cast<int>(bytes), 0); }
  void operator delete(void* msg) { CkFreeMsg(msg); }
  static void ckDebugPup(PUP::er&, void*) {}
};
class CMessage_CkQdMsg {
 public:
  static int __idx;
};

// Where the arrays of the message that is being made begin; of this PE.
size_t* CkMessageOffsets();

PUPbytes(CkChareID)
PUPbytes(CkGroupID)

// A message as a parameter among others, which owns it until somebody takes it.
class CkMarshalledMessage {
 public:
  CkMarshalledMessage() : msg_(nullptr) {}
  CkMarshalledMessage(CkMessage* m) : msg_(m) {}
  CkMarshalledMessage(const CkMarshalledMessage&) = delete;
  void operator=(const CkMarshalledMessage&) = delete;
  CkMarshalledMessage(CkMarshalledMessage&& other) : msg_(other.msg_) { other.msg_ = nullptr; }
  void operator=(CkMarshalledMessage&& other) { std::swap(msg_, other.msg_); }
  ~CkMarshalledMessage() {
    if (msg_ != nullptr) CkFreeMsg(msg_);
  }
  CkMessage* getMessage() {
    void* m = msg_;
    msg_ = nullptr;
    return static_cast<CkMessage*>(m);
  }
  void pup(PUP::er& p) { CkPupMessage(p, &msg_, 1); }

 private:
  void* msg_;
};

#endif  // CKMESSAGE_H
