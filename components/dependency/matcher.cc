#include "components/dependency/matcher.h"

#include <algorithm>

namespace heddle {

void Matcher::Queue::Remove(std::size_t at) {
  if (at == head) {
    ++head;
  } else {
    items.erase(items.begin() + static_cast<std::ptrdiff_t>(at));
  }
  if (head == items.size()) {
    items.clear();
    head = 0;
  }
}

void Matcher::Keep(const Item& item) {
  const auto port = static_cast<std::size_t>(item.port);
  if (port >= queues_.size()) queues_.resize(port + 1);
  Queue& queue = queues_[port];
  // A queue that is never empty would grow at its end for ever.
  if (queue.items.size() == queue.items.capacity() && queue.head > queue.items.size() / 2) {
    queue.items.erase(queue.items.begin(), queue.items.begin() + static_cast<std::ptrdiff_t>(queue.head));
    queue.head = 0;
  }
  queue.items.push_back(item);
  ++item_count_;
}

bool Matcher::Take(const Wants& wants, std::vector<void*>* values) {
  if (item_count_ < wants.size()) return false;
  found_.clear();
  values->clear();
  for (const Want& want : wants) {
    if (static_cast<std::size_t>(want.port) >= queues_.size()) return false;
    const Queue& queue = queues_[static_cast<std::size_t>(want.port)];
    Found found{want.port, queue.head};
    // An item serves one want only.
    while (found.at < queue.items.size() &&
           !(Fits(want, queue.items[found.at]) && std::find(found_.begin(), found_.end(), found) == found_.end()))
      ++found.at;
    if (found.at == queue.items.size()) return false;
    found_.push_back(found);
    values->push_back(queue.items[found.at].value);
  }
  // The places of those before one stay as they are.
  if (found_.size() > 1) std::sort(found_.begin(), found_.end(), [](const Found& a, const Found& b) { return a.at > b.at; });
  for (const Found& found : found_) queues_[static_cast<std::size_t>(found.port)].Remove(found.at);
  item_count_ -= found_.size();
  return true;
}

bool Matcher::Put(const Item& item, Wait* fired, std::vector<void*>* values, std::vector<Wait>* excluded) {
  bool kept = false;
  for (std::size_t i = 0; i < waits_.size(); ++i) {
    const Wants& wants = waits_[i].wants;
    if (std::none_of(wants.begin(), wants.end(), [&](const Want& want) { return Fits(want, item); })) continue;
    if (wants.size() == 1) {
      // No older item fits, or the wait would not be.
      values->assign(1, item.value);
      if (kept) {
        // It is the newest of its port.
        Queue& queue = queues_[static_cast<std::size_t>(item.port)];
        queue.Remove(queue.items.size() - 1);
        --item_count_;
      }
    } else {
      if (!kept) Keep(item);
      kept = true;
      if (!Take(wants, values)) continue;
    }
    *fired = std::move(waits_[i]);
    waits_.erase(waits_.begin() + static_cast<std::ptrdiff_t>(i));
    if (fired->group != 0) {
      std::erase_if(waits_, [&](Wait& wait) {
        if (wait.group != fired->group) return false;
        excluded->push_back(std::move(wait));
        return true;
      });
    }
    return true;
  }
  if (!kept) Keep(item);
  return false;
}

}  // namespace heddle
