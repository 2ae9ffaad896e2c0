// What managers of an array tell each other. Each may be called for the calling PE, too. What is
// about a location names the array that others are bound to: Locations::id().
#ifndef HEDDLE_FRONTENDS_CHARM_CK_SRC_ARRAY_MESSAGES_H_
#define HEDDLE_FRONTENDS_CHARM_CK_SRC_ARRAY_MESSAGES_H_

#include <cstdint>

#include "charm++.h"

namespace heddle::charm {

enum class ArrayNews : std::int32_t {
  kWhere,    // value: its PE, moves
  kArrived,  // value: how many broadcasts the new PE has had
  kGone,
  kDestroy,  // the element shall end
  kDestroyAll,
  kMigrate,  // value: where to
  kJoined,   // value: the first reduction that the new element takes part in
};
void Tell(int pe, CkGroupID array, ArrayNews what, const CkArrayIndex& index, int value = 0,
          int moves = 0);
// Elements of one index, on their way. The caller packs them where PackedElements() says;
// SendElements() takes the message.
struct ElementsMessage;
ElementsMessage* AllocateElements(CkGroupID locations, const CkArrayIndex& index, int moves,
                                  std::size_t bytes);
char* PackedElements(ElementsMessage* message);
void SendElements(ElementsMessage* message, int pe);
// PE 0 numbers it and sends it to all. Takes the message.
void SendBroadcast(CkGroupID array, envelope* env);

}  // namespace heddle::charm

#endif  // HEDDLE_FRONTENDS_CHARM_CK_SRC_ARRAY_MESSAGES_H_
