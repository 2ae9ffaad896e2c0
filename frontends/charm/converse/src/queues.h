#ifndef HEDDLE_FRONTENDS_CHARM_CONVERSE_SRC_QUEUES_H_
#define HEDDLE_FRONTENDS_CHARM_CONVERSE_SRC_QUEUES_H_

#include "components/message_layer/place.h"
#include "frontends/charm/converse/src/api.h"

// One of the two.
struct CmiQueue {
  heddle::MessageQueue* queue;
  heddle::Places* places;  // The node's.
};

namespace heddle::converse {

Queue WrapQueue(MessageQueue* queue);
Queue WrapQueue(Places* places);

}  // namespace heddle::converse

#endif  // HEDDLE_FRONTENDS_CHARM_CONVERSE_SRC_QUEUES_H_
