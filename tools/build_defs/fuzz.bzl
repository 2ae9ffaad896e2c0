"""libFuzzer for a reader: a program to run by hand, and a test that fuzzes for a bounded time."""

load("//tools/build_defs:heddle.bzl", "CXXOPTS")

def reader_fuzz_test(name, srcs, corpus, seconds = 30, size = "medium"):
    """NAME_fuzzer (manual; build it with --config=clang) and NAME_fuzz_test.

    libFuzzer is part of clang, and the default compiler is g++: the test calls clang++ itself, so that it runs in every
    configuration, and fuzzes for HEDDLE_FUZZ_SECONDS.

    Args:
      name: the reader.
      srcs: its sources, its headers and the fuzzer's.
      corpus: small files to start from.
      seconds: how long where HEDDLE_FUZZ_SECONDS does not say.
      size: the test's; compiling the sources with the sanitizers counts.
    """
    native.cc_binary(
        name = name + "_fuzzer",
        srcs = srcs,
        copts = CXXOPTS + ["-fsanitize=fuzzer,address"],
        linkopts = ["-fsanitize=fuzzer,address"],
        tags = ["manual"],
        testonly = True,
        deps = ["//third_party:abseil"],
    )
    native.sh_test(
        name = name + "_fuzz_test",
        srcs = ["//tools/build_defs:fuzz_test.sh"],
        args = ["--seconds=%d" % seconds] + ["$(location %s)" % src for src in srcs if src.endswith(".cc")] + ["--"] +
               ["$(location %s)" % file for file in corpus],
        data = srcs + corpus,
        env_inherit = ["HEDDLE_FUZZ_SECONDS", "HEDDLE_FUZZ_SEED"],
        size = size,
        tags = ["fuzz"],
    )
