// Entry methods: attributes, types, and what they wait for.
#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>

#include "frontends/charm/charmxi/check.h"

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

bool IsBuiltin(const std::string& type) {
  static const std::set<std::string> kWords = {"bool", "char",  "short",  "int",
                                               "long", "float", "double", "size_t"};
  const std::size_t last = type.rfind(' ');
  return kWords.count(last == std::string::npos ? type : type.substr(last + 1)) > 0;
}

class EntryChecker {
 public:
  EntryChecker(const Chare& chare, const Entry& entry, Diagnostics* diagnostics)
      : chare_(chare),
        entry_(entry),
        diagnostics_(diagnostics),
        constructor_(entry.name == chare.name) {}

  void Run() {
    Attributes();
    Result();
    if (constructor_) Constructor();
    Parameters();
    Aggregate();
    Statements(entry_.sdag);
  }

 private:
  void Error(const Position& at, const std::string& text, const std::string& hint = "",
             Site site = Site()) {
    diagnostics_->Error(at, text, hint, site);
  }
  bool Is(Chare::Kind kind) const { return chare_.kind == kind; }

  // ---- Attributes
  void Attributes() {
    std::set<std::string> seen;
    for (const Attribute& attribute : entry_.attributes) {
      const std::string& name = attribute.name;
      if (std::find(KnownAttributes().begin(), KnownAttributes().end(), name) ==
          KnownAttributes().end()) {
        const std::string near = Nearest(name, KnownAttributes());
        Error(attribute.at, "there is no attribute '" + name + "'",
              near.empty() ? "" : "did you mean '" + near + "'?");
      }
      for (const char* const missing : {"accel", "python", "whenidle", "iget"})
        if (name == missing)
          Error(attribute.at, "[" + name + "] methods are not supported",
                name == "iget" ? "use [sync], or pass a ck::future as a parameter" : "");
      if (!seen.insert(name).second) Error(attribute.at, "attribute '" + name + "' is given twice");
      if (!attribute.arguments.empty() && name != "aggregate" && name != "python" &&
          name != "stacksize")
        Error(attribute.at, "attribute '" + name + "' takes no arguments");
    }
    Fits("exclusive", Is(Chare::kNodegroup), "nodegroups", "others run one at a time anyway");
    Fits("immediate", Is(Chare::kNodegroup), "nodegroups",
         "[expedited] goes before other messages, too");
    Fits("local", Is(Chare::kArray) || Is(Chare::kGroup), "arrays and groups",
         Is(Chare::kNodegroup) ? "call it through ckLocalBranch()" : "call it through ckLocal()");
    for (const char* const word : {"createhere", "createhome"})
      Fits(word, Is(Chare::kArray), "arrays", "only arrays make elements on demand");
    static const char* const kExclusive[][2] = {
        {"createhere", "createhome"}, {"sync", "local"},     {"threaded", "local"},
        {"threaded", "inline"},       {"aggregate", "sync"}, {"aggregate", "local"},
        {"aggregate", "inline"}};
    for (const auto& [one, other] : kExclusive) {
      const Attribute* const a = entry_.Find(one);
      const Attribute* const b = entry_.Find(other);
      if (a != nullptr && b != nullptr)
        Error(a->at.offset < b->at.offset ? b->at : a->at,
              std::string("a method cannot be both '") + one + "' and '" + other + "'");
    }
    if (!entry_.stack_size.text.empty() && !entry_.Has("threaded"))
      Error(entry_.stack_size.at, "only [threaded] methods have a stack size of their own");
  }

  void Fits(const std::string& attribute, bool fits, const std::string& kinds,
            const std::string& hint, Site site = Site()) {
    const Attribute* const a = entry_.Find(attribute);
    if (a != nullptr && !fits)
      Error(a->at, "only methods of " + kinds + " can be '" + attribute + "'", hint, site);
  }

  // ---- What it returns
  void Result() {
    if (!entry_.has_return) {
      if (!constructor_)
        Error(entry_.at, "entry method " + entry_.name + " has no return type",
              "write `entry void " + entry_.name + "(...)`; only the constructor, " + chare_.name +
                  ", has none");
      return;
    }
    if (constructor_) return Error(entry_.at, "a constructor returns nothing");
    if (entry_.result.IsVoid()) return;
    if (entry_.has_sdag)
      return Error(entry_.at, "a method with a body of Structured Dagger returns nothing",
                   "it has returned when it waits; make it `void`");
    if (!entry_.Has("sync") && !entry_.Has("iget") && !entry_.Has("local"))
      return Error(entry_.at, "only [sync] and [local] methods return a value",
                   "make it `void`, or add an attribute");
    const Attribute* const sync = entry_.Find("sync");
    if (sync != nullptr && entry_.result.reference != Type::kValue)
      Error(sync->at, "a [sync] method returns a value or a message, not a reference");
  }

  void Constructor() {
    if (entry_.has_sdag)
      Error(entry_.at, "a constructor cannot have a body of Structured Dagger",
            "call a method of the object in its constructor");
    for (const char* const word : {"threaded", "sync", "iget", "exclusive", "immediate", "local",
                                   "inline", "reductiontarget", "aggregate"})
      if (const Attribute* const a = entry_.Find(word); a != nullptr)
        Error(a->at, std::string("a constructor cannot be '") + word + "'");
  }

  // ---- Parameters
  void Parameters() {
    std::set<std::string> names;
    for (const Parameter& p : entry_.parameters) {
      ParameterRule(p);
      if (!p.name.empty() && !names.insert(p.name).second)
        Error(p.at, "parameter " + p.name + " is declared twice");
    }
    if (entry_.parameters.size() != 1) return;
    const Parameter& only = entry_.parameters[0];
    if (only.type.name == "CkArgMsg" && !(constructor_ && Is(Chare::kMainchare)))
      Error(only.at, "only the constructor of a mainchare gets a CkArgMsg",
            "keep what you need of it in readonlies");
    if (only.type.pointers == 1 && !only.is_array && !only.type.is_function &&
        !entry_.Has("local") && IsBuiltin(only.type.name))
      Error(only.at, "'" + only.type.name + "' is not a message", "an array is written `T x[n]`");
  }

  void ParameterRule(const Parameter& p) {
    const bool alone = entry_.parameters.size() == 1;
    if (p.mark == Parameter::kNocopyDevice)
      Error(p.at, "nocopydevice parameters are not supported",
            "there are no devices here; use nocopy");
    if (p.mark != Parameter::kPlain && !p.is_array) Error(p.at, "only arrays can be 'nocopy'");
    if (p.mark != Parameter::kPlain && entry_.Has("local"))
      Error(p.at, "a [local] method is called as it is: 'nocopy' has no meaning here",
            "leave it out");
    if (p.mark == Parameter::kNocopyPost && constructor_)
      Error(p.at, "a constructor cannot have 'nocopypost' parameters", "use 'nocopy'");
    if (p.type.pack && !alone)
      Error(p.at, "a pack is an entry method's only parameter",
            "put the others into the pack, too");
    if (p.type.IsVoid()) Error(p.at, "a parameter cannot be void");
    // A [local] method is called as it is.
    if (entry_.Has("local") || p.is_array || p.type.is_function) return;
    if (p.type.pointers > 0 && !alone && p.type.name != "char" && p.type.name != "void")
      Error(p.at, "a pointer cannot be a parameter among others",
            "an array is written `T x[n]`; a message is a method's only parameter");
    else if (p.type.pointers > 1)
      Error(p.at, "a pointer to a pointer cannot travel",
            "an array is written `T x[n]`; a message is a `M* m`");
  }

  // ---- aggregate(name: value, ...)
  void Aggregate() {
    const Attribute* const a = entry_.Find("aggregate");
    if (a == nullptr) return;
    Fits("aggregate", Is(Chare::kArray) || Is(Chare::kGroup), "arrays and groups", "");
    if (entry_.parameters.size() != 1 || (entry_.parameters[0].type.pointers > 0) ||
        entry_.parameters[0].is_array || entry_.parameters[0].type.pack)
      Error(entry_.at, "an [aggregate] method has one parameter, which is a value",
            "put several values into a struct with a pup()");
    const std::vector<std::string> known = {"numDimensions",  "bufferSize",     "maxItems",
                                            "thresholdNumer", "thresholdDenom", "cutoffNumer",
                                            "cutoffDenom"};
    for (const auto& [name, value] : a->arguments) {
      if (name.empty() || std::find(known.begin(), known.end(), name) == known.end()) {
        const std::string near = Nearest(name, known);
        Error(a->at, "'aggregate' has no argument '" + (name.empty() ? value : name) + "'",
              near.empty() ? "" : "did you mean '" + near + "'?");
      } else if (value.empty() || value.size() > 9 ||
                 value.find_first_not_of("0123456789") != std::string::npos) {
        Error(a->at, "'" + name + "' of 'aggregate' is a number, not '" + value + "'");
      } else if (name == "numDimensions" && value != "1" && value != "2") {
        Error(a->at, "'numDimensions' of 'aggregate' is 1 or 2, not " + value);
      }
    }
  }

  // ---- Structured Dagger
  void Statements(const charmxi::Statements& statements) {
    for (const auto& s : statements) {
      for (const WhenEntry& when : s->entries) When(when);
      Statements(s->body);
      Statements(s->otherwise);
    }
  }

  static bool Same(const Parameter& a, const Parameter& b) {
    return a.is_array == b.is_array && a.type.name == b.type.name &&
           a.type.pointers == b.type.pointers;
  }

  void When(const WhenEntry& when) {
    std::vector<std::string> names;
    const Entry* candidate = nullptr;
    for (const auto& entry : chare_.entries) {
      if (entry->name == when.name) {
        if (std::equal(entry->parameters.begin(), entry->parameters.end(), when.parameters.begin(),
                       when.parameters.end(), Same)) {
          return Received(when, *entry);
        }
        candidate = entry.get();
      }
      names.push_back(entry->name);
    }
    if (candidate != nullptr)
      return Error(when.at,
                   "no entry method " + when.name + " of " + chare_.name + " has these parameters",
                   "the one of line " + std::to_string(candidate->at.line) +
                       " differs; the types must be the same");
    const std::string near = Nearest(when.name, names);
    Error(when.at, chare_.name + " has no entry method '" + when.name + "' to wait for",
          near.empty() ? "declare it in this chare" : "did you mean '" + near + "'?");
  }

  // What a message waits for is neither called directly nor run by itself.
  void Received(const WhenEntry& when, const Entry& entry) {
    if (entry.name == chare_.name) return Error(when.at, "a 'when' cannot wait for a constructor");
    for (const char* const word : {"sync", "local", "threaded"})
      if (entry.Has(word))
        Error(when.at, std::string("a 'when' cannot wait for a [") + word + "] method");
  }

  const Chare& chare_;
  const Entry& entry_;
  Diagnostics* diagnostics_;
  const bool constructor_;
};

}  // namespace

void CheckEntry(const Chare& chare, const Entry& entry, Diagnostics* diagnostics) {
  EntryChecker(chare, entry, diagnostics).Run();
}

}  // namespace heddle::charmxi
