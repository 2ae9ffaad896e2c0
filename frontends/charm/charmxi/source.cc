#include "frontends/charm/charmxi/source.h"

namespace heddle::charmxi {

bool Diagnostics::Add(const char* kind, const Position& at, const std::string& text,
                      const std::string& hint, Site site) {
  if (said_.size() > kMost || !said_.emplace(at.offset, text).second) return false;
  sites_.push_back(site);
  if (said_.size() > kMost) {
    report_.Remark(at, "there is more, which is not shown");
  } else {
    report_.Show(kind, at, text, hint);
  }
  return true;
}

void Diagnostics::Error(const Position& at, const std::string& text, const std::string& hint,
                        Site site) {
  if (Add("error", at, text, hint, site) || said_.size() > kMost) ++errors_;
}
void Diagnostics::Warning(const Position& at, const std::string& text, const std::string& hint,
                          Site site) {
  Add("warning", at, text, hint, site);
}

}  // namespace heddle::charmxi
