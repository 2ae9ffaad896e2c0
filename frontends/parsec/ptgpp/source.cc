#include "frontends/parsec/ptgpp/source.h"

namespace heddle::ptgpp {

void Diagnostics::Add(const char* kind, const Position& at, const std::string& text,
                      const std::string& hint, Site site, int* shown) {
  if (*shown > kMost || !said_.emplace(at.offset, text).second) return;
  sites_.push_back(site);
  if (++*shown > kMost) {
    report_.Remark(at, std::string("there are more ") + kind + "s, which are not shown");
    return;
  }
  report_.Show(kind, at, text, hint);
}

void Diagnostics::Error(const Position& at, const std::string& text, const std::string& hint,
                        Site site) {
  Add("error", at, text, hint, site, &errors_);
}
void Diagnostics::Warning(const Position& at, const std::string& text, const std::string& hint,
                          Site site) {
  Add("warning", at, text, hint, site, &warnings_);
}

void Diagnostics::Note(const Position& at, const std::string& text, Site site) {
  int shown = 0;
  if (notes_.insert(text).second) Add("note", at, text, "", site, &shown);
}

}  // namespace heddle::ptgpp
