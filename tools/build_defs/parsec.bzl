"""PaRSEC programs inside the checkout: .jdf files go through parsec-ptgpp, and what comes out is compiled as C."""

load("//tools/build_defs:heddle.bzl", "COPTS")

_RUNTIME = "//frontends/parsec/runtime:parsec"

# As the original's programs are built; the names of C beyond it are there.
_COPTS = COPTS + ["-std=gnu11", "-D_GNU_SOURCE"]

def parsec_jdf_sources(name, jdf, function = None, flags = []):
    """NAME.c and NAME.h of one .jdf file, as targets of these names.

    Args:
      name: the path of the outputs without their ends.
      jdf: the file.
      function: NAME in parsec_NAME_new(), the last part of `name` where it is not given.
      flags: options for parsec-ptgpp.
    """
    native.genrule(
        name = name.replace("/", "_") + "_jdf",
        srcs = [jdf],
        outs = [name + ".c", name + ".h"],
        cmd = "$(execpath //frontends/parsec/ptgpp:parsec-ptgpp) -E %s -i $(execpath %s) -C $(RULEDIR)/%s.c -H $(RULEDIR)/%s.h -f %s" %
              (" ".join(flags), jdf, name, name, function or name.split("/")[-1]),
        exec_tools = ["//frontends/parsec/ptgpp:parsec-ptgpp"],
        visibility = ["//visibility:private"],
    )

def parsec_jdf_library(name, jdf, srcs = [], hdrs = [], deps = [], runtime = _RUNTIME, flags = [], copts = [], defines = [], testonly = False, visibility = None):
    """Task graphs, and C sources that use them.

    Args:
      name: what programs and other libraries put into their deps.
      jdf: .jdf files; FILE.jdf becomes parsec_FILE_new(), declared in "FILE.h".
      srcs: C or C++ sources, which may include the generated headers.
      hdrs: headers; the generated ones count as such without being named.
      deps: other libraries.
      runtime: the library of the API.
      flags: options for parsec-ptgpp.
      copts: beside what C sources get.
      defines: macros of these sources.
      testonly: as everywhere.
      visibility: as everywhere.
    """
    generated = []
    headers = []
    for file in jdf:
        stem = file[:-len(".jdf")]
        parsec_jdf_sources(name = stem, jdf = file, flags = flags)
        generated.append(stem + ".c")
        headers.append(stem + ".h")
    native.cc_library(
        name = name,
        srcs = generated + srcs,
        hdrs = headers + hdrs,
        includes = ["."],
        copts = _COPTS + copts,
        local_defines = defines,
        linkstatic = True,
        alwayslink = True,
        testonly = testonly,
        visibility = visibility,
        deps = deps + [runtime],
    )

def _graphs(name, **kwargs):
    """What a program or a test NAME is made of: its parsec_jdf_library, as its deps."""
    parsec_jdf_library(name = name + "_graphs", visibility = ["//visibility:private"], **kwargs)
    return [":" + name + "_graphs"]

def parsec_jdf_program(name, jdf, testonly = False, visibility = None, **kwargs):
    """A program; other arguments as of parsec_jdf_library. main() stands in a .jdf file or in `srcs`."""
    native.cc_binary(
        name = name,
        deps = _graphs(name, jdf = jdf, testonly = testonly, **kwargs),
        linkstatic = True,
        testonly = testonly,
        visibility = visibility,
    )

def parsec_jdf_test(name, jdf, size = "small", tags = [], args = [], **kwargs):
    """A test whose main() returns 0 where all is well; other arguments as of parsec_jdf_library."""
    native.cc_test(
        name = name,
        deps = _graphs(name, jdf = jdf, testonly = True, **kwargs),
        linkstatic = True,
        size = size,
        tags = tags,
        args = args,
    )
