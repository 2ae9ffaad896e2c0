"""Charm++ programs inside the checkout: .ci files go through charmxi, sources are compiled as charmc does."""

load("//tools/build_defs:heddle.bzl", "COPTS")

# Constructors find what the allocation of a message or a chare has put into it. gnu++11 is what the original's charmc asks for.
_COPTS = COPTS + ["-std=gnu++11", "-fno-lifetime-dse"]

def _interface(name, ci, modules):
    """The headers of the modules of one .ci file; the name of the target that makes them."""
    stem = ci[:-len(".ci")]
    native.genrule(
        name = "%s_%s_ci" % (name, stem.replace("/", "_")),
        srcs = [ci],
        outs = [module + suffix for module in modules or [stem.split("/")[-1]] for suffix in (".decl.h", ".def.h")],
        cmd = "xi=$$PWD/$(execpath //frontends/charm/charmxi); ci=$$PWD/$(execpath %s); cd $(RULEDIR); $$xi -orig-file $(execpath %s) $$ci" % (ci, ci),
        exec_tools = ["//frontends/charm/charmxi"],
        visibility = ["//visibility:private"],
    )
    return [":" + module + suffix for module in modules or [stem.split("/")[-1]] for suffix in (".decl.h", ".def.h")]

def charm_library(name, ci, srcs = [], hdrs = [], deps = [], modules = {}, copts = [], defines = [], testonly = False, visibility = None, module = False):
    """Modules of Charm++ and the sources that implement them.

    Args:
      name: what charm_program and other libraries put into their deps.
      ci: interface files.
      srcs: C++ sources.
      hdrs: headers; the .decl.h files count as such without being named.
      deps: other charm_library and cc_library targets.
      modules: {FILE.ci: [module, ...]} where a file's modules are not just the one with its name.
      copts: beside what charmc passes.
      defines: macros of these sources.
      testonly: as everywhere.
      visibility: as everywhere.
      module: it becomes an archive that tools/install installs; what links it names its _register function.
    """
    generated = []
    for file in ci:
        generated += _interface(name, file, modules.get(file))
    native.cc_library(
        name = name,
        srcs = srcs,
        hdrs = hdrs,
        textual_hdrs = generated,
        includes = ["."],
        copts = _COPTS + copts,
        local_defines = defines,
        linkstatic = True,
        alwayslink = not module,
        testonly = testonly,
        visibility = visibility,
        deps = deps + ["//frontends/charm/ck:charm"],
    )

def charm_program(name, ci = [], srcs = [], hdrs = [], deps = [], modules = {}, copts = [], defines = [], testonly = False, visibility = None, data = []):
    """A Charm++ program whose main module is in `ci` or in `deps`; arguments as of charm_library."""
    charm_library(
        name = name + "_modules",
        ci = ci,
        srcs = srcs,
        hdrs = hdrs,
        deps = deps,
        modules = modules,
        copts = copts,
        defines = defines,
        testonly = testonly,
        visibility = ["//visibility:private"],
    )
    native.cc_binary(
        name = name,
        deps = [":" + name + "_modules", "//frontends/charm/ck:charm_main"],
        linkstatic = True,
        data = data,
        testonly = testonly,
        visibility = visibility,
    )
