// A future that a request names: its answer comes back to the PE that asked.
#ifndef HEDDLE_FRONTENDS_CHARM_CK_SRC_FUTURES_H_
#define HEDDLE_FRONTENDS_CHARM_CK_SRC_FUTURES_H_

#include "charm++.h"

namespace heddle::charm {

// Of the calling PE.
class AttachedFuture {
 public:
  // The message's reference number and source name the future.
  explicit AttachedFuture(void* msg);
  // Blocks the calling thread; the answer is the caller's, and the future ends.  Errors: aborts where the caller is not a thread.
  void* Wait() const;

 private:
  CkFuture future_;
};
// Answers; takes the message.
void AnswerFuture(CkFutureID id, int pe, void* msg);

}  // namespace heddle::charm

#endif  // HEDDLE_FRONTENDS_CHARM_CK_SRC_FUTURES_H_
