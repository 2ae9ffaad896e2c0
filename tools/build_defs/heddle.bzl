"""The macros that every target of the project goes through."""

load("//tools/build_defs:layers.bzl", "users_of")

COPTS = [
    "-Wall",
    "-Wextra",
    "-Werror",
]

CXXOPTS = COPTS + ["-fvisibility-inlines-hidden"]

_TESTS = ["//tests:__subpackages__"]

def _component_name():
    parts = native.package_name().split("/")
    if len(parts) < 2 or parts[0] != "components":
        fail("heddle_component stands in components/NAME, not in %s" % native.package_name())
    return parts[1]

def _headers_of(deps):
    return [dep + "_headers" for dep in deps if dep.startswith("//components/")]

def _full(dep):
    return dep + ":" + dep.split("/")[-1] if ":" not in dep else dep

def heddle_component(name, hdrs, srcs = [], deps = [], linkopts = []):
    """A component's one public library, and NAME_headers: its headers for those who link libheddle.so instead.

    Args:
      name: the name of the folder.
      hdrs: public headers.
      srcs: sources and private headers.
      deps: components of lower layers and third_party libraries.
      linkopts: what the linker needs beside.
    """
    visibility = users_of(_component_name())
    full = [_full(dep) for dep in deps]
    native.cc_library(
        name = name,
        hdrs = hdrs,
        srcs = srcs,
        deps = full,
        copts = CXXOPTS,
        linkopts = linkopts + ["-lpthread"],
        alwayslink = True,  # libheddle.so holds every component whole.
        visibility = visibility,
    )
    native.cc_library(
        name = name + "_headers",
        hdrs = hdrs,
        deps = _headers_of(full),
        visibility = visibility,
    )
    heddle_header_test(
        name = name,
        hdrs = hdrs,
        deps = [":" + name],
    )

def heddle_header_test(name, hdrs, deps):
    """One translation unit a header, which includes nothing else: every public header compiles alone."""
    for header in hdrs:
        stem = "%s_%s_alone" % (name, header.replace("/", "_").replace(".", "_"))
        native.genrule(
            name = stem + "_source",
            outs = [stem + ".cc"],
            cmd = "echo '#include \"%s/%s\"' > $@" % (native.package_name(), header),
            visibility = ["//visibility:private"],
        )
        native.cc_library(
            name = stem,
            srcs = [stem + ".cc"],
            deps = deps,
            copts = CXXOPTS,
            visibility = ["//visibility:private"],
        )

def heddle_test(name, srcs, deps = [], size = "small", tags = [], data = [], args = [], env = {}, linkopts = [], copts = [], main = True, timeout = None, flaky = False):
    """A GoogleTest program. `main = False`: the sources have a main() of their own."""
    if flaky:
        fail("A flaky test is a bug: find it.")
    native.cc_test(
        name = name,
        srcs = srcs,
        deps = deps + ["//third_party:googletest_main" if main else "//third_party:googletest"],
        size = size,
        timeout = timeout,
        tags = tags,
        data = data,
        args = args,
        env = env,
        copts = CXXOPTS + copts,
        linkopts = linkopts,
        linkstatic = True,
    )

def heddle_stress_test(name, srcs, deps = [], tags = [], **kwargs):
    """A test with random seeds, run with 1, 2, 4 and 8 workers: it reads HEDDLE_TEST_WORKERS, HEDDLE_TEST_SEED and HEDDLE_TEST_ROUNDS.

    It has the machine to itself, since it counts running threads.
    """
    heddle_test(
        name = name,
        srcs = srcs,
        deps = deps,
        size = kwargs.pop("size", "medium"),
        tags = tags + ["stress", "exclusive"],
        **kwargs
    )

def heddle_binary(name, srcs, deps = [], data = [], visibility = None, linkopts = [], testonly = False, copts = []):
    """A program."""
    native.cc_binary(
        name = name,
        srcs = srcs,
        deps = deps,
        data = data,
        copts = CXXOPTS + copts,
        linkopts = linkopts,
        visibility = visibility if visibility != None else _TESTS + ["//tools:__subpackages__"],
        testonly = testonly,
        linkstatic = True,
    )

def heddle_benchmark(name, srcs, deps = [], linkopts = [], copts = [], data = []):
    """A Google Benchmark program, and NAME_smoke_test, which runs each of its cases for one iteration in every test run."""
    native.cc_binary(
        name = name,
        testonly = True,
        srcs = srcs,
        deps = deps + ["//third_party:benchmark_main"],
        copts = CXXOPTS + copts,
        linkopts = linkopts,
        linkstatic = True,
        data = data,
        tags = ["benchmark"],
        visibility = _TESTS + ["//tools:__subpackages__"],
    )
    native.sh_test(
        name = name + "_smoke_test",
        srcs = ["//tools/build_defs:benchmark_smoke_test.sh"],
        args = ["$(location :%s)" % name],
        data = [":" + name],
        size = "small",
    )

def heddle_script_test(name, src, data = [], args = [], deps = [], size = "small", tags = [], timeout = None):
    """A test written in Bash, or in Python where `src` ends in .py (with `deps` on heddle_python_library targets)."""
    common = dict(
        name = name,
        size = size,
        tags = tags,
        timeout = timeout,
    )
    if src.endswith(".py"):
        # Not py_test: the program that Debian's Bazel makes of it asks for `python`, and Debian has only `python3`.
        native.sh_test(
            srcs = ["//tools/build_defs:python_test.sh"],
            args = ["$(location %s)" % src] + args,
            data = [src] + deps + data,
            **common
        )
    else:
        native.sh_test(srcs = [src], args = args, data = data, deps = deps, **common)

def heddle_python_library(name, srcs, deps = []):
    """Python modules of tools and tests, imported by their path from the root: `from tools.lib import x`."""
    native.filegroup(
        name = name,
        srcs = srcs,
        data = deps,
        visibility = _TESTS + ["//frontends:__subpackages__", "//tools:__subpackages__"],
    )

def heddle_library(name, hdrs = [], srcs = [], deps = [], copts = [], testonly = False, visibility = None, linkopts = [], data = [], alwayslink = False):
    """A library inside a frontend's or a test's folder that only this folder uses."""
    native.cc_library(
        name = name,
        hdrs = hdrs,
        srcs = srcs,
        deps = deps,
        data = data,
        copts = CXXOPTS + copts,
        linkopts = linkopts,
        alwayslink = alwayslink,
        testonly = testonly,
        visibility = visibility if visibility != None else ["//visibility:private"],
    )

def heddle_shared_library(name, deps, version_script, soname, linkopts = [], visibility = None, srcs = [], copts = []):
    """A shared object that exports what its version script names and is never unloaded."""
    native.cc_binary(
        name = soname,
        srcs = srcs,
        deps = deps + [version_script],
        copts = CXXOPTS + copts,
        linkshared = True,
        linkstatic = True,
        linkopts = linkopts + [
            # Not gold, which Bazel prefers: for thread-locals of one file that are reached at a fixed offset it writes relocations
            # with the next symbol's number, and so one variable is taken for another (binutils 2.40; tests/symbols looks for it).
            "-fuse-ld=bfd",
            "-Wl,-soname," + soname,
            "-Wl,-z,nodelete",
            "-Wl,-rpath,$$ORIGIN",  # An installed frontend finds libheddle.so in its own folder.
            "-Wl,--as-needed",
            "-Wl,--version-script,$(location %s)" % version_script,
        ],
        visibility = visibility if visibility != None else ["//visibility:public"],
    )
    native.cc_import(
        name = name + "_import",
        shared_library = ":" + soname,
        visibility = visibility if visibility != None else ["//visibility:public"],
    )

def heddle_frontend(name, api_headers, include_prefix, srcs, private_hdrs, version_script, soname, pkg_config, programs = [], deps = [], api_deps = [], built = [], hidden = True, linkopts = []):
    """A frontend: lib<NAME>.so over libheddle.so, its installed headers, and what tools/install needs to know.

    Args:
      name: the frontend's name; `:NAME` is what its tests and examples link.
      api_headers: the headers that users include, under `include_prefix`.
      include_prefix: the folder of the headers, stripped from their names: users write <starpu.h>.
      srcs: the translation of the API into components.
      private_hdrs: headers of the translation.
      version_script: NAME.lds, which exports the names of the API and nothing else.
      soname: the shared object's name, as the original's.
      pkg_config: the pkg-config file, with the original's name.
      programs: scripts to install, such as compiler wrappers; install.json names them, too.
      deps: third_party libraries and libraries of the frontend's family to hold; components come through //components:heddle.
      api_deps: what the headers include beside: the API of another member of the family.
      built: programs and archives that Bazel makes and tools/install installs; install.json names them, too.
      hidden: compile what the headers do not declare default as hidden, too; else the version script alone says what is exported.
      linkopts: for the shared object.
    """
    native.cc_library(
        name = name + "_api",
        hdrs = api_headers,
        strip_include_prefix = include_prefix,
        deps = api_deps,
        visibility = ["//visibility:public"],
    )
    native.cc_library(
        name = name + "_translation",
        srcs = srcs + private_hdrs,
        deps = [":" + name + "_api", "//components:heddle"] + deps,
        copts = CXXOPTS + (["-fvisibility=hidden"] if hidden else ["-fno-semantic-interposition"]),
        alwayslink = True,
        visibility = ["//visibility:private"],
    )
    heddle_shared_library(
        name = name,
        soname = soname,
        deps = [":" + name + "_translation"],
        linkopts = linkopts,
        version_script = version_script,
    )
    native.cc_library(
        name = name,
        deps = [":" + name + "_api", ":" + name + "_import", "//components:heddle_import"],
        visibility = ["//visibility:public"],
    )
    native.filegroup(
        name = name + "_install",
        srcs = api_headers + [":" + soname, pkg_config, "install.json"] + programs + built,
        visibility = ["//tools:__subpackages__", "//tests:__subpackages__"],
    )
