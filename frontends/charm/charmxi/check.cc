// Modules and what they declare.
#include "frontends/charm/charmxi/check.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>

namespace heddle::charmxi {
namespace {

const char* KindName(Chare::Kind kind) {
  static const char* const kNames[] = {"chare", "mainchare", "group", "nodegroup", "array"};
  return kNames[kind];
}

// "B" of "A::B<C>".
std::string LastName(const std::string& name) {
  const std::string plain = name.substr(0, name.find('<'));
  const std::size_t scope = plain.rfind("::");
  return scope == std::string::npos ? plain : plain.substr(scope + 2);
}

// Whether chares of kind `derived` are objects of kind `base`, too.
bool CanDerive(Chare::Kind derived, Chare::Kind base) {
  const auto single = [](Chare::Kind k) { return k == Chare::kChare || k == Chare::kMainchare; };
  return derived == base || (single(derived) && single(base));
}

class Checker {
 public:
  explicit Checker(Diagnostics* diagnostics) : diagnostics_(diagnostics) {}

  void File(const std::vector<std::unique_ptr<Module>>& modules) {
    for (const auto& module : modules) Collect(module->items);
    const Module* main = nullptr;
    for (const auto& module : modules) {
      Once("", module->name, "module", module->at);
      if (!module->main) continue;
      if (main != nullptr)
        Error(module->at, "mainmodule " + module->name + " is the second one, after " + main->name,
              "a program has one: make it a `module`, and name it there by `extern module`");
      main = module.get();
    }
    if (main != nullptr && main->has_body && mainchares_ == 0 && !names_others_)
      diagnostics_->Warning(main->at, "mainmodule " + main->name + " has no mainchare",
                            "without `mainchare M { entry M(CkArgMsg*); }` nothing is started");
    for (const auto& module : modules) ItemsRule(module->items, "");
  }

 private:
  void Error(const Position& at, const std::string& text, const std::string& hint = "",
             Site site = Site()) {
    diagnostics_->Error(at, text, hint, site);
  }

  // What the file declares, and whether others may declare more.
  void Collect(const Items& items) {
    for (const Item& item : items) {
      names_others_ |= item.kind == Item::kExternModule || item.kind == Item::kInclude ||
                       item.kind == Item::kUsing;
      if (item.message != nullptr) classes_.insert(item.message->name);
      if (item.kind == Item::kClass) classes_.insert(LastName(item.text));
      if (item.chare != nullptr) {
        classes_.insert(item.chare->name);
        chares_.emplace(item.chare->name, item.chare.get());
        mainchares_ += item.chare->kind == Chare::kMainchare;
      }
      if (item.module != nullptr) Collect(item.module->items);
      Collect(item.items);
    }
  }

  void ItemsRule(const Items& items, const std::string& scope) {
    for (const Item& item : items) {
      if (item.chare != nullptr) ChareRule(*item.chare, scope);
      if (item.message != nullptr && !item.message->is_extern) MessageRule(*item.message, scope);
      if (item.readonly != nullptr) ReadonlyRule(*item.readonly, scope);
      if (item.module != nullptr) ItemsRule(item.module->items, scope);
      ItemsRule(item.items, item.kind == Item::kNamespace ? scope + item.text + "::" : scope);
    }
  }

  // A name that stands for something else already is an error.
  void Once(const std::string& scope, const std::string& name, const std::string& what,
            const Position& at, Site site = Site()) {
    const std::string key = what == "module" ? "module " + name : scope + name;
    const auto [known, fresh] = declared_.emplace(key, Declared{what, at.line});
    if (!fresh)
      Error(at, what + " " + name + " is declared twice",
            "it is a " + known->second.what + " since line " + std::to_string(known->second.line),
            site);
  }

  void ReadonlyRule(const Readonly& readonly, const std::string& scope) {
    if (!readonly.is_extern) Once(scope, readonly.name, "readonly", readonly.at);
  }

  void MessageRule(const Message& message, const std::string& scope) {
    Once(scope, message.name + message.arguments, "message", message.at);
    for (std::size_t i = 0; i < message.fields.size(); ++i)
      for (std::size_t j = 0; j < i; ++j)
        if (message.fields[i].name == message.fields[j].name)
          Error(message.fields[i].at, "field " + message.fields[i].name + " is declared twice");
  }

  void ChareRule(const Chare& chare, const std::string& scope) {
    if (!chare.is_extern) Once(scope, chare.name + chare.arguments, KindName(chare.kind), chare.at);
    for (const Attribute& attribute : chare.attributes) {
      if (attribute.name == "python")
        Error(attribute.at, "[python] chares are not supported");
      else if (attribute.name != "migratable")
        Error(attribute.at, "there is no attribute '" + attribute.name + "' of chares",
              "there is 'migratable'");
    }
    const std::string& index = chare.index;
    if (index.size() == 2 && index[1] == 'D' && (index[0] < '1' || index[0] > '6'))
      Error(chare.at, "an array has 1 to 6 dimensions, not " + index.substr(0, 1),
            "other indices are types of your own: `array [MyIndex]` with a CkArrayIndexMyIndex");
    for (const Type& base : chare.bases) BaseRule(chare, base);
    for (const Readonly& readonly : chare.readonlies) ReadonlyRule(readonly, scope);
    bool has_constructor = false;
    for (const auto& entry : chare.entries) {
      CheckEntry(chare, *entry, diagnostics_);
      for (const Parameter& p : entry->parameters)
        if (p.type.pointers == 1 && !p.is_array) Known(p.type, p.at, "message");
      has_constructor |= !entry->has_return && entry->name == chare.name;
    }
    if (chare.kind == Chare::kMainchare && !chare.entries.empty() && !chare.is_extern &&
        !has_constructor)
      Error(chare.at, "mainchare " + chare.name + " has no constructor",
            "add `entry " + chare.name + "(CkArgMsg* m);`");
    Overloads(chare);
  }

  void BaseRule(const Chare& chare, const Type& base) {
    const auto known = chares_.find(LastName(base.name));
    if (known == chares_.end()) return Known(base, base.at, "base");
    if (known->second == &chare)
      Error(base.at, "chare " + chare.name + " is a base of itself");
    else if (!CanDerive(chare.kind, known->second->kind))
      Error(base.at, std::string(KindName(chare.kind)) + " " + chare.name +
                         " cannot derive from the " + KindName(known->second->kind) + " " +
                         base.name);
  }

  // Who misspells a class that the file declares learns it here. Others may be declared in C++.
  void Known(const Type& type, const Position& at, const std::string& what) {
    static const std::set<std::string> kRuntime = {
        "Chare",    "Group",     "NodeGroup",        "ArrayElement",   "IrrGroup", "CkArrayMap",
        "CkArgMsg", "CkDataMsg", "CkMigrateMessage", "CkReductionMsg", "CkQdMsg",  "CkMessage"};
    const std::string name = LastName(type.name);
    if (names_others_ || classes_.count(name) > 0 || kRuntime.count(name) > 0) return;
    const std::string near =
        Nearest(name, std::vector<std::string>(classes_.begin(), classes_.end()));
    if (!near.empty())
      diagnostics_->Warning(at, what + " " + type.name + " is not declared in this file",
                            "did you mean '" + near + "'?");
  }

  static bool Same(const Parameter& a, const Parameter& b) {
    return a.type.Text() == b.type.Text() && a.is_array == b.is_array;
  }

  // Several of a name differ in their parameters.
  void Overloads(const Chare& chare) {
    std::map<std::string, std::vector<const Entry*>> by_name;
    for (const auto& entry : chare.entries) {
      if (!entry->template_parameters.empty()) continue;
      std::vector<const Entry*>& others = by_name[entry->name];
      for (const Entry* const other : others)
        if (std::equal(entry->parameters.begin(), entry->parameters.end(),
                       other->parameters.begin(), other->parameters.end(), Same)) {
          Error(entry->at,
                "entry method " + entry->name + " is declared twice with these parameters",
                "the first stands in line " + std::to_string(other->at.line));
          break;
        }
      others.push_back(entry.get());
    }
  }

  struct Declared {
    std::string what;
    int line;
  };

  Diagnostics* diagnostics_;
  std::map<std::string, const Chare*> chares_;
  std::set<std::string> classes_;  // And chares and messages.
  std::map<std::string, Declared> declared_;
  int mainchares_ = 0;
  bool names_others_ = false;
};

}  // namespace

void Check(const std::vector<std::unique_ptr<Module>>& modules, Diagnostics* diagnostics) {
  Checker(diagnostics).File(modules);
}

}  // namespace heddle::charmxi
