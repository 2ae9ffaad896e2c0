#include "frontends/charm/charmxi/check.h"

#include <algorithm>
#include <string>

namespace heddle::charmxi {
namespace {

const std::vector<std::string>& KnownAttributes() {
  static const std::vector<std::string> kKnown = {
      "threaded",        "sync",      "iget",       "exclusive",  "immediate",
      "expedited",       "inline",    "local",      "python",     "nokeep",
      "notrace",         "appwork",   "createhere", "createhome", "memcritical",
      "reductiontarget", "aggregate", "stacksize",  "whenidle",   "accel"};
  return kKnown;
}

class Checker {
 public:
  explicit Checker(Diagnostics* diagnostics) : diagnostics_(diagnostics) {}

  void Items(const charmxi::Items& items) {
    for (const Item& item : items) {
      if (item.chare != nullptr) ChareRule(*item.chare);
      if (item.module != nullptr) Items(item.module->items);
      Items(item.items);
    }
  }

 private:
  void Error(const Position& at, const std::string& text, const std::string& hint = "") {
    diagnostics_->Error(at, text, hint);
  }

  void ChareRule(const Chare& chare) {
    bool has_constructor = false, has_body = !chare.entries.empty();
    for (const auto& entry : chare.entries) {
      EntryRule(chare, *entry);
      has_constructor |= !entry->has_return && entry->name == chare.name;
    }
    if (chare.kind == Chare::kMainchare && has_body && !chare.is_extern && !has_constructor)
      Error(chare.at, "mainchare " + chare.name + " has no constructor",
            "add `entry " + chare.name + "(CkArgMsg* m);`");
    for (std::size_t i = 0; i < chare.entries.size(); ++i) {
      const Entry& entry = *chare.entries[i];
      for (std::size_t j = 0; j < i; ++j) {
        const Entry& other = *chare.entries[j];
        if (other.name != entry.name || other.parameters.size() != entry.parameters.size() ||
            !other.template_parameters.empty() || !entry.template_parameters.empty())
          continue;
        if (std::equal(entry.parameters.begin(), entry.parameters.end(), other.parameters.begin(),
                       [](const Parameter& a, const Parameter& b) {
                         return a.type.Text() == b.type.Text() && a.is_array == b.is_array;
                       }))
          Error(entry.at,
                "entry method " + entry.name + " is declared twice with these parameters");
      }
      StatementsRule(chare, entry.sdag);
    }
  }

  void EntryRule(const Chare& chare, const Entry& entry) {
    for (const Attribute& attribute : entry.attributes) {
      if (std::find(KnownAttributes().begin(), KnownAttributes().end(), attribute.name) ==
          KnownAttributes().end()) {
        const std::string near = Nearest(attribute.name, KnownAttributes());
        Error(attribute.at, "there is no attribute '" + attribute.name + "'",
              near.empty() ? "" : "did you mean '" + near + "'?");
      }
      for (const char* const missing : {"accel", "python", "whenidle"})
        if (attribute.name == missing)
          Error(attribute.at, std::string("[") + missing + "] methods are not supported");
    }
    if (const Attribute* const a = entry.Find("exclusive");
        a != nullptr && chare.kind != Chare::kNodegroup)
      Error(a->at, "only methods of nodegroups can be 'exclusive'",
            "others run one at a time anyway");
    for (const char* const word : {"createhere", "createhome"})
      if (const Attribute* const a = entry.Find(word); a != nullptr && chare.kind != Chare::kArray)
        Error(a->at, std::string("only methods of arrays can be '") + word + "'");
    const bool constructor = !entry.has_return && entry.name == chare.name;
    if (!entry.has_return && !constructor)
      Error(entry.at, "entry method " + entry.name + " has no return type",
            "write `entry void " + entry.name + "(...)`; only the constructor, " + chare.name +
                ", has none");
    if (constructor && entry.has_sdag)
      Error(entry.at, "a constructor cannot have a body of Structured Dagger",
            "call a method of the object in its constructor");
    if (constructor)
      for (const char* const word : {"sync", "iget", "local", "inline", "reductiontarget"})
        if (const Attribute* const a = entry.Find(word); a != nullptr)
          Error(a->at, std::string("a constructor cannot be '") + word + "'");
    if (entry.has_return && !entry.result.IsVoid() && !entry.Has("sync") && !entry.Has("iget") &&
        !entry.Has("local") && !entry.has_sdag)
      Error(entry.at, "only [sync], [iget] and [local] methods return a value",
            "make it `void`, or add an attribute");
    if (const Attribute* const a = entry.Find("sync");
        a != nullptr && entry.has_return && entry.result.reference != Type::kValue)
      Error(a->at, "a [sync] method returns a value or a message, not a reference");
    for (const Parameter& p : entry.parameters) {
      if (p.mark == Parameter::kNocopyDevice)
        Error(p.at, "nocopydevice parameters are not supported",
              "there are no devices here; use nocopy");
      if (p.mark != Parameter::kPlain && !p.is_array) Error(p.at, "only arrays can be 'nocopy'");
      if (p.type.pointers > 0 && entry.parameters.size() > 1 && !p.is_array &&
          p.type.name != "char" && p.type.name != "void")
        Error(p.at, "a pointer cannot be a parameter among others",
              "an array is written `T x[n]`; a message is a method's only parameter");
      if (p.type.IsVoid()) Error(p.at, "a parameter cannot be void");
    }
  }

  void StatementsRule(const Chare& chare, const Statements& statements) {
    for (const auto& s : statements) {
      for (const WhenEntry& when : s->entries) WhenRule(chare, when);
      StatementsRule(chare, s->body);
      StatementsRule(chare, s->otherwise);
    }
  }

  void WhenRule(const Chare& chare, const WhenEntry& when) {
    std::vector<std::string> names;
    bool named = false;
    for (const auto& entry : chare.entries) {
      names.push_back(entry->name);
      if (entry->name != when.name) continue;
      named = true;
      if (entry->parameters.size() == when.parameters.size()) return;
    }
    if (named)
      return Error(when.at, "no entry method " + when.name + " of " + chare.name + " has " +
                                std::to_string(when.parameters.size()) + " parameters");
    const std::string near = Nearest(when.name, names);
    Error(when.at, chare.name + " has no entry method '" + when.name + "' to wait for",
          near.empty() ? "declare it in this chare" : "did you mean '" + near + "'?");
  }

  Diagnostics* diagnostics_;
};

}  // namespace

void Check(const std::vector<std::unique_ptr<Module>>& modules, Diagnostics* diagnostics) {
  Checker checker(diagnostics);
  for (const auto& module : modules) checker.Items(module->items);
}

}  // namespace heddle::charmxi
