// Sorting lists. Greatest first; equal ones keep their order.
#include "parsec/class/list.h"

#include <algorithm>
#include <vector>

extern "C" {

void parsec_list_nolock_sort(parsec_list_t* list, size_t offset) {
  parsec_list_item_t* ring = parsec_list_nolock_unchain(list);
  if (ring == nullptr) return;
  std::vector<parsec_list_item_t*> items;
  parsec_list_item_t* at = ring;
  do {
    items.push_back(at);
    at = PARSEC_LIST_ITERATOR_NEXT(at);
  } while (at != ring);
  std::stable_sort(items.begin(), items.end(), [offset](parsec_list_item_t* a, parsec_list_item_t* b) {
    return A_HIGHER_PRIORITY_THAN_B(a, b, offset);
  });
  for (parsec_list_item_t* item : items) parsec_list_nolock_push_back(list, item);
}

void parsec_list_nolock_chain_sorted(parsec_list_t* list, parsec_list_item_t* ring, size_t offset) {
  // Looks on from where the last one went in, so that a sorted ring costs one pass.
  parsec_list_item_t* at = PARSEC_LIST_ITERATOR_FIRST(list);
  parsec_list_item_t* last = nullptr;
  while (ring != nullptr) {
    parsec_list_item_t* item = ring;
    ring = parsec_list_item_ring_chop(item);
    if (last != nullptr && A_HIGHER_PRIORITY_THAN_B(item, last, offset)) at = PARSEC_LIST_ITERATOR_FIRST(list);
    while (at != PARSEC_LIST_ITERATOR_END(list) && !A_HIGHER_PRIORITY_THAN_B(item, at, offset)) at = PARSEC_LIST_ITERATOR_NEXT(at);
    parsec_list_nolock_add_before(list, at, item);
    last = item;
  }
}

}  // extern "C"
