// A doubly linked list whose links stand in its elements: no allocation, removal from the middle in O(1).
#ifndef HEDDLE_COMPONENTS_BASE_INTRUSIVE_LIST_H_
#define HEDDLE_COMPONENTS_BASE_INTRUSIVE_LIST_H_

#include <cstddef>

namespace heddle {

// What an element derives from. An element is in at most one list at a time.
struct ListLink {
  ListLink* previous = nullptr;
  ListLink* next = nullptr;
  bool linked() const { return next != nullptr; }
};

// T derives from ListLink. The list does not own its elements.
// Thread safety: one thread at a time.  Cost: every operation O(1).
template <typename T>
class IntrusiveList {
 public:
  IntrusiveList() { head_.previous = head_.next = &head_; }
  IntrusiveList(const IntrusiveList&) = delete;
  IntrusiveList& operator=(const IntrusiveList&) = delete;

  bool empty() const { return head_.next == &head_; }
  T* front() { return empty() ? nullptr : static_cast<T*>(head_.next); }
  // The element after `element`, or nullptr where it is the last.
  T* After(T* element) {
    return element->next == &head_ ? nullptr : static_cast<T*>(element->next);
  }

  void PushBack(T* element) { Insert(head_.previous, element); }
  void PushFront(T* element) { Insert(&head_, element); }

  void Remove(T* element) {
    element->previous->next = element->next;
    element->next->previous = element->previous;
    element->previous = element->next = nullptr;
  }

  // Removes and returns the first element, or nullptr where the list is empty.
  T* PopFront() {
    T* first = front();
    if (first != nullptr) Remove(first);
    return first;
  }

 private:
  void Insert(ListLink* before, ListLink* link) {
    link->previous = before;
    link->next = before->next;
    before->next->previous = link;
    before->next = link;
  }

  ListLink head_;
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_BASE_INTRUSIVE_LIST_H_
