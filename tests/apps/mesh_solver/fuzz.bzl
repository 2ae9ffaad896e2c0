"""libFuzzer for a reader: a program to run by hand, and a test that fuzzes for a bounded time."""

load("//tools/build_defs:heddle.bzl", "CXXOPTS")

def reader_fuzz_test(name, srcs, corpus):
    """NAME_fuzzer (manual; build it with --config=clang) and NAME_fuzz_test.

    libFuzzer is part of clang, and the default compiler is g++: the test calls clang++ itself, so that it runs in every
    configuration, and fuzzes for HEDDLE_FUZZ_SECONDS (30).

    Args:
      name: the reader.
      srcs: its sources, its headers and the fuzzer's.
      corpus: small files to start from.
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
        srcs = ["fuzz_test.sh"],
        args = ["$(location %s)" % src for src in srcs if src.endswith(".cc")] + ["--"] +
               ["$(location %s)" % file for file in corpus],
        data = srcs + corpus,
        env_inherit = ["HEDDLE_FUZZ_SECONDS", "HEDDLE_FUZZ_SEED"],
        size = "medium",
        tags = ["fuzz"],
    )
