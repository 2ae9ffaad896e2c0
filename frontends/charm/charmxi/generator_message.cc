// Messages: CMessage_M, which knows how big one is, and how it travels.
#include "frontends/charm/charmxi/emitter.h"

namespace heddle::charmxi {
namespace {

class MessageEmitter {
 public:
  MessageEmitter(const Message& message, Output* output) : message_(message), out_(output) {
    arguments_ = TemplateArguments(message.template_parameters);
    self_ = message.name + arguments_;
    base_ = "CMessage_" + self_;
    header_ = TemplateHeader(message.template_parameters, false);
    if (!header_.empty()) header_ += "\n";
    for (const Message::Field& field : message.fields)
      if (field.is_array || field.conditional) arrays_.push_back(&field);
  }

  void Run() {
    if (!message_.arguments.empty()) return Instance();
    Declare();
    if (message_.is_extern) return;
    Define();
    if (message_.template_parameters.empty()) out_->registration += Register(message_.name);
  }

 private:
  static std::string Register(const std::string& name) {
    return "  " + ChareNames::Related("CMessage_", name) + "::__register(\"" + name +
           "\", sizeof(" + name + "), (CkPackFnPtr)" + name + "::pack, (CkUnpackFnPtr)" + name +
           "::unpack);\n";
  }

  // message M<int>;
  void Instance() { out_->registration += Register(message_.name + message_.arguments); }

  // "int s0, int s1" with what follows them.
  std::string Sizes(bool types) const {
    std::string text;
    for (std::size_t i = 0; i < arrays_.size(); ++i)
      text += std::string(i == 0 ? "" : ", ") + (types ? "int s" : "s") + std::to_string(i);
    return text;
  }

  void Declare() {
    std::string& d = out_->decl;
    const std::string head = TemplateHeader(message_.template_parameters, true);
    d += "// ---- message " + message_.name + "\n";
    d += (header_.empty() ? "" : TemplateHeader(message_.template_parameters, true) + " ") +
         std::string("class ") + message_.name + ";\n";
    d += (head.empty() ? "" : TemplateHeader(message_.template_parameters, false) + "\n") +
         "class CMessage_" + message_.name + " : public CkMessage {\n public:\n";
    d += "  static int __idx;\n";
    d += "  CMessage_" + message_.name + "();\n";
    d += "  void* operator new(size_t, void* at) { return at; }\n";
    d += "  void* operator new(size_t bytes) { return impl_new(bytes, 0, 0, GroupDepNum()); }\n";
    d += "  void* operator new(size_t bytes, int* sizes) { return impl_new(bytes, sizes, 0, "
         "GroupDepNum()); }\n";
    d += "  void* operator new(size_t bytes, int* sizes, const int priority_bits) { return "
         "impl_new(bytes, sizes, priority_bits, GroupDepNum()); }\n";
    d += "  void* operator new(size_t bytes, int* sizes, const int priority_bits, const "
         "GroupDepNum groups) { return impl_new(bytes, sizes, priority_bits, groups); }\n";
    if (arrays_.empty()) {
      d += "  void* operator new(size_t bytes, const int priority_bits) { return impl_new(bytes, "
           "0, priority_bits, GroupDepNum()); }\n";
      d += "  void* operator new(size_t bytes, const int priority_bits, const GroupDepNum groups) "
           "{ return impl_new(bytes, 0, priority_bits, groups); }\n";
    } else {
      const std::string make =
          "    int sizes[] = {" + Sizes(false) + "};\n    return impl_new(bytes, sizes, ";
      d += "  void* operator new(size_t bytes, " + Sizes(true) + ") {\n" + make +
           "0, GroupDepNum());\n  }\n";
      d += "  void* operator new(size_t bytes, " + Sizes(true) + ", const int priority_bits) {\n" +
           make + "priority_bits, GroupDepNum());\n  }\n";
      d += "  void* operator new(size_t bytes, " + Sizes(true) +
           ", const int priority_bits, const GroupDepNum groups) {\n" + make +
           "priority_bits, groups);\n  }\n";
    }
    d += "  void operator delete(void* m) { CkFreeMsg(m); }\n";
    d += "  static void* impl_new(size_t bytes, int* sizes, int priority_bits, GroupDepNum "
         "groups);\n";
    d += "  static void* alloc(int index, size_t bytes, int* sizes, int priority_bits, GroupDepNum "
         "groups);\n";
    d += "  static void dealloc(void* m) { CkFreeMsg(m); }\n";
    d += "  static void* pack(" + self_ + "* m);\n  static " + self_ + "* unpack(void* buffer);\n";
    d += "  static void __register(const char* name, size_t bytes, CkPackFnPtr pack, CkUnpackFnPtr "
         "unpack) {\n";
    d += "    __idx = CkRegisterMsg(name, pack, unpack, dealloc, bytes);\n  }\n};\n\n";
  }

  std::string FieldType(const Message::Field& field) const { return field.type.ValueText(); }

  void Define() {
    std::string t;
    t += "// ---- message " + message_.name + "\n";
    t += header_ + "int " + base_ + "::__idx = 0;\n";
    const auto offset = [](std::size_t i) {
      return "CkMessageOffsets()[" + std::to_string(i) + "]";
    };
    // The arrays stand behind the object, each aligned; where they begin is kept for the
    // constructor, which runs next.
    t += header_ + "void* " + base_ + "::alloc(int index, size_t bytes, int* " +
         (arrays_.empty() ? "" : "sizes") + ", int priority_bits, GroupDepNum groups) {\n";
    if (!arrays_.empty()) {
      t += "  size_t at = ALIGN_DEFAULT(bytes);\n  size_t* offsets = CkMessageOffsets();\n";
      for (std::size_t i = 0; i < arrays_.size(); ++i) {
        const std::string n = std::to_string(i);
        t += "  offsets[" + n + "] = at;\n  if (sizes) at += ALIGN_DEFAULT(sizeof(" +
             FieldType(*arrays_[i]) + ") * sizes[" + n + "]);\n";
      }
      t += "  bytes = at;\n";
    }
    t += "  return CkAllocMsg(index, static_cast<int>(bytes), priority_bits, groups);\n}\n";
    // The user's class may have an alloc() of its own.
    t += header_ + "void* " + base_ +
         "::impl_new(size_t bytes, int* sizes, int priority_bits, GroupDepNum groups) { return " +
         self_ + "::alloc(__idx, bytes, sizes, priority_bits, groups); }\n";
    t += header_ + base_ + "::CMessage_" + message_.name + "() {\n";
    if (!arrays_.empty()) {
      t += "  " + self_ + "* m = static_cast<" + self_ + "*>(this);\n";
      t += "  char* begin = reinterpret_cast<char*>(m);\n";
      for (std::size_t i = 0; i < arrays_.size(); ++i) {
        t += "  m->" + arrays_[i]->name + " = reinterpret_cast<" + FieldType(*arrays_[i]) +
             "*>(begin + " + offset(i) + ");\n";
      }
    }
    t += "}\n";
    // On the way between processes pointers are distances.
    t += header_ + "void* " + base_ + "::pack(" + self_ + "* m) {\n";
    for (const Message::Field* const field : arrays_) {
      t += "  m->" + field->name + " = reinterpret_cast<" + FieldType(*field) +
           "*>(reinterpret_cast<char*>(m->" + field->name + ") - reinterpret_cast<size_t>(m));\n";
    }
    t += "  return m;\n}\n";
    t += header_ + self_ + "* " + base_ + "::unpack(void* buffer) {\n  " + self_ +
         "* m = static_cast<" + self_ + "*>(buffer);\n";
    for (const Message::Field* const field : arrays_) {
      t += "  m->" + field->name + " = reinterpret_cast<" + FieldType(*field) +
           "*>(reinterpret_cast<char*>(m) + reinterpret_cast<size_t>(m->" + field->name + "));\n";
    }
    t += "  return m;\n}\n";
    out_->Def(!message_.template_parameters.empty(), t);
  }

  const Message& message_;
  Output* out_;
  std::string arguments_, self_, base_, header_;
  std::vector<const Message::Field*> arrays_;
};

}  // namespace

void EmitMessage(const Message& message, Output* output) { MessageEmitter(message, output).Run(); }

}  // namespace heddle::charmxi
