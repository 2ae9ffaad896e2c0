// Each construct of the language is read, and stands in the headers as the runtime's names; a small
// module whole.
//
// CHARMXI_GOLDENS=DIRECTORY writes small.decl.txt and small.def.txt as they would be right there.
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "frontends/charm/charmxi/check.h"
#include "frontends/charm/charmxi/generator.h"
#include "frontends/charm/charmxi/parser.h"
#include "gtest/gtest.h"

namespace heddle::charmxi {
namespace {

std::string ReadFile(const std::string& name) {
  std::ifstream file("frontends/charm/charmxi/goldens/" + name, std::ios::binary);
  EXPECT_TRUE(file) << name;
  return {std::istreambuf_iterator<char>(file), {}};
}

Generated Translate(const std::string& input) {
  const Source source{"t.ci", input};
  Diagnostics diagnostics(source);
  const auto modules = Parse(source, &diagnostics);
  if (diagnostics.errors() == 0) Check(modules, &diagnostics);
  EXPECT_EQ(diagnostics.text(), "") << input;
  if (diagnostics.errors() > 0 || modules.size() != 1) return {};
  return Generate(*modules[0], "t.ci");
}

// Without spaces and ends of lines, so that the layout of the headers is free.
std::string Dense(const std::string& text) {
  std::string out;
  for (const char c : text)
    if (c != ' ' && c != '\n') out += c;
  return out;
}

struct Construct {
  std::string item;       // In a module
  std::string decl, def;  // What must stand in the headers
};

TEST(Generate, EachDeclarationStandsInTheHeaders) {
  const std::vector<Construct> constructs = {
      {"extern module other;", "#include \"other.decl.h\"", "_registerother();"},
      {"include \"x.h\";", "#include \"x.h\"", ""},
      {"include <vector>;", "#include <vector>", ""},
      {"using namespace std;", "using namespace std;", ""},
      {"class Forward;", "class Forward;", ""},
      {"template <class T> class Forward;", "template <class T> class Forward;", ""},
      {"readonly int n;", "", "CkRegisterReadonly(\"n\", \"int\", sizeof(n)"},
      {"readonly double t[3][N];", "", "PUParray(p, &t[0][0], (3) * (N));"},
      {"readonly std::map<int, double> m;", "", "extern std::map<int, double> m;"},
      {"chare C { entry C(); readonly int n; };", "", "p | C::n;"},
      {"namespace a { chare C { entry C(); readonly int n; }; }", "", "&C::n"},
      {"message M; readonly message M* m;", "", "CkRegisterReadonlyMsg(\"m\""},
      {"initnode void f(void);", "", "_registerInitCall((CkInitCallFnPtr)f, 1);"},
      {"initproc void C::f();", "", "_registerInitCall((CkInitCallFnPtr)C::f, 0);"},
      {"PUPable A, B<int>;", "", "PUPable_def_template(SINGLE_ARG(B<int>))"},
      {"message M { int a[]; double b[]; };", "class CMessage_M : public CkMessage",
       "offsets[1] = at;"},
      {"template <class T> message M { T a[]; }; message M<int>;",
       "template <class T> class CMessage_M", "CMessage_M<int>::__register(\"M<int>\""},
      {"namespace a { chare C { entry C(); }; }", "namespace a {", "a::_registert_a_1();"},
      {"chare C { entry C(int n); };", "class CProxy_C : public CProxy_Chare", "\"C\", sizeof(C)"},
      {"group G { entry G(); };", "class CProxySection_G : public CProxySection_Group",
       "TypeGroup"},
      {"nodegroup G { entry G(); };", "class CProxy_G : public CProxy_NodeGroup", "TypeNodeGroup"},
      {"array [3D] A { entry A(); };", "typedef CkArrayIndex3D array_index_t;",
       "CkRegisterArrayDimensions(__idx, 3);"},
      {"array [Own] A { entry A(); };", "typedef CkArrayIndexOwn array_index_t;", "TypeArray"},
      {"chare B { entry B(); }; chare C : B { entry C(); };", "class CProxy_C : public CProxy_B",
       "CkRegisterBase(__idx, CkIndex_B::__idx);"},
      {"template <typename T, int (*F)(char *) = g<T> > group G { entry G(); };",
       "template <typename T, int (*F)(char *)> class CProxy_G", "CkIndex_G<T, F>"},
      {"extern chare C { entry C(); };", "class CProxy_C", ""},
      {"extern entry void C<int> f<double>(double);", "",
       "CkIndex_C<int>::template idx_f<double>("},
  };
  for (const Construct& c : constructs) {
    const Generated headers = Translate("module t { " + c.item + " }");
    EXPECT_NE(Dense(headers.decl).find(Dense(c.decl)), std::string::npos) << c.item << "\n"
                                                                          << headers.decl;
    EXPECT_NE(Dense(headers.def).find(Dense(c.def)), std::string::npos) << c.item << "\n"
                                                                        << headers.def;
  }
}

TEST(Generate, EachAttributeAndParameterStandsInTheHeaders) {
  const std::vector<Construct> constructs = {
      {"entry [threaded, stacksize = 99] void f();", "", "CkRegisterThreaded(ep, 99);"},
      {"entry [threaded] void f() stacksize = 98;", "", "CkRegisterThreaded(ep, 98);"},
      {"entry [aggregate(bufferSize: 100, cutoffDenom: 4)] void f(int n);", "",
       "impl_aggregate = {100, 1000, 50, 25}; if (ck::impl::Aggregate(*this, "},
      {"entry [sync] int f();", "int f(const CkEntryOptions*", "impl_reply.SendValue("},
      {"entry [sync] M* f();", "M* f(const CkEntryOptions*", "impl_reply.Send("},
      {"entry [local] int f(int n);", "int f(int n,", "impl_object->f(n)"},
      {"entry [inline] void f(int n);", "", "ck::impl::InlineCall"},
      {"entry [expedited] void f();", "", "CK_EP_EXPEDITED"},
      {"entry [skipsched] void f();", "", "CK_MSG_EXPEDITED"},
      {"entry [notrace] void f();", "", "CK_EP_TRACEDISABLE"},
      {"entry [nokeep] void f(M* m);", "void f(M* impl_msg) const;", "CK_EP_NOKEEP"},
      {"entry [createhere] void f();", "", "CkArray_IfNotThere_createhere"},
      {"entry [createhome] void f();", "", "CkArray_IfNotThere_createhome"},
      {"entry [reductiontarget] void f(int n, double v[n]);", "redn_wrapper_f(CkReductionMsg*)",
       "impl_result->getSize()"},
      {"entry void f(unsigned long n, const std::string& s);",
       "void f(unsigned long n, const std::string &s,", ""},
      {"entry void f(std::vector<int>&& v);", "void f(const std::vector<int> &v,", ""},
      {"entry void f(int n, double v[2 * n]);", "const double *v", "ck::impl::Array(v, 2 * n)"},
      {"entry void f(int n = 3);", "void f(int n = 3,", ""},
      {"entry void f(int (*g)(int, char));", "int (*g)(int, char)", ""},
      {"entry void f(nocopy double v[8]);", "CkNcpyBuffer ncpyBuffer_v", "MarshallNocopy("},
      {"template <class T> entry void f(T t);", "template <class T> void f(", ""},
      {"template <typename... T> entry void f(T&&... t);", "T &&... t", ""},
      {"entry void f(void);", "void f(const CkEntryOptions*", ""},
  };
  for (const Construct& c : constructs) {
    const Generated headers =
        Translate("module t { message M; array [1D] A { entry A(); " + c.item + " }; }");
    EXPECT_NE(Dense(headers.decl).find(Dense(c.decl)), std::string::npos) << c.item << "\n"
                                                                          << headers.decl;
    EXPECT_NE(Dense(headers.def).find(Dense(c.def)), std::string::npos) << c.item << "\n"
                                                                        << headers.def;
  }
}

TEST(Generate, EachStatementStandsInTheTable) {
  const std::vector<Construct> constructs = {
      {"serial \"name\" { one(); }", "", "one();"},
      {"atomic { one(); }", "", "kSerial"},
      {"{ one(\"}\"); /* } */ }", "", "one(\"}\"); /* } */"},
      {"when g(int n) serial { use(n); }", "", "{SDAG::Node::kWhen, "},
      {"when g[ref](int n), h() { }", "", "static_cast<int>(ref"},
      {"overlap { serial { } when h() { } }", "", "{SDAG::Node::kOverlap, "},
      {"case { when h() { } when g(int k) { } }", "", "{SDAG::Node::kCase, "},
      {"for (i = 0; i < 3; ++i) serial { }", "", "{SDAG::Node::kFor, "},
      {"forall [i] (0 : 3, 1) serial { use(i); }", "int& i", "{SDAG::Node::kForall, "},
      {"while (more()) serial { }", "", "{SDAG::Node::kWhile, "},
      {"if (a) serial { } else if (b) { serial { } } else { }", "", "{SDAG::Node::kIf, "},
  };
  for (const Construct& c : constructs) {
    const Generated headers = Translate(
        "module t { array [1D] A { entry A(); entry void g(int n); entry void h(); entry void f() "
        "{ " +
        c.item + " }; }; }");
    EXPECT_NE(Dense(headers.decl).find(Dense(c.decl)), std::string::npos) << c.item << "\n"
                                                                          << headers.decl;
    EXPECT_NE(Dense(headers.def).find(Dense(c.def)), std::string::npos) << c.item << "\n"
                                                                        << headers.def;
  }
}

TEST(Generate, SerialBlocksKeepTheirLines) {
  const Generated headers = Translate(
      "module t {\n chare C {\n  entry C();\n  entry void f() {\n   serial {\n    here();\n   }\n  "
      "};\n };\n}\n");
  EXPECT_NE(headers.def.find("#line 6 \"t.ci\"\n    here();\n"), std::string::npos) << headers.def;
}

TEST(Generate, ASmallModuleWhole) {
  const Generated headers = Translate(ReadFile("small.ci"));
  EXPECT_EQ(headers.decl, ReadFile("small.decl.txt"));
  EXPECT_EQ(headers.def, ReadFile("small.def.txt"));
  if (const char* const update = std::getenv("CHARMXI_GOLDENS"); update != nullptr) {
    std::ofstream(std::string(update) + "/small.decl.txt") << headers.decl;
    std::ofstream(std::string(update) + "/small.def.txt") << headers.def;
  }
}

}  // namespace
}  // namespace heddle::charmxi
