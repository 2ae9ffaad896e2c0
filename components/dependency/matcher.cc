#include "components/dependency/matcher.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace heddle {

bool Matcher::Take(const std::vector<Want>& wants, std::vector<void*>* values) {
  found_.clear();
  for (const Want& want : wants) {
    std::size_t at = 0;
    // An item serves one want only.
    while (at < items_.size() && !(Fits(want, items_[at]) && std::find(found_.begin(), found_.end(), at) == found_.end())) ++at;
    if (at == items_.size()) return false;
    found_.push_back(at);
  }
  values->clear();
  for (const std::size_t at : found_) values->push_back(items_[at].value);
  std::sort(found_.begin(), found_.end(), std::greater<>());
  for (const std::size_t at : found_) items_.erase(items_.begin() + static_cast<std::ptrdiff_t>(at));
  return true;
}

bool Matcher::Put(const Item& item, Wait* fired, std::vector<void*>* values, std::vector<void*>* excluded) {
  // The newest item is the last: a wait that it does not complete is one that others could not complete before.
  items_.push_back(item);
  for (std::size_t i = 0; i < waits_.size(); ++i) {
    const std::vector<Want>& wants = waits_[i].wants;
    if (std::none_of(wants.begin(), wants.end(), [&](const Want& want) { return Fits(want, item); })) continue;
    if (!Take(wants, values)) continue;
    *fired = std::move(waits_[i]);
    waits_.erase(waits_.begin() + static_cast<std::ptrdiff_t>(i));
    if (fired->group != 0) {
      std::erase_if(waits_, [&](const Wait& wait) {
        if (wait.group != fired->group) return false;
        excluded->push_back(wait.value);
        return true;
      });
    }
    return true;
  }
  return false;
}

}  // namespace heddle
