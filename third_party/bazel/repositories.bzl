"""Repositories that Bazel would otherwise download, taken from Debian's packages."""

# Debian's rules_cc 0.0.4 loads use_cpp_toolchain, which Debian's Bazel 4.2.3 does not have. Only these two files name it.
_FILES_THAT_NEED_USE_CPP_TOOLCHAIN = [
    "cc/private/rules_impl/compiler_flag.bzl",
    "cc/private/rules_impl/cc_flags_supplier.bzl",
]

def _link_tree(repository_ctx, directory, root, skip):
    """Symlinks every entry of root/directory, descending only where a file in `skip` lies beneath it."""
    for entry in repository_ctx.path(root + ("/" + directory if directory else "")).readdir():
        relative = (directory + "/" if directory else "") + entry.basename
        if relative in skip:
            continue
        if any([path.startswith(relative + "/") for path in skip]):
            continue  # The caller links the directories on the way to a patched file one by one.
        repository_ctx.symlink(entry, relative)

def _debian_rules_cc_impl(repository_ctx):
    root = repository_ctx.attr.path
    skip = _FILES_THAT_NEED_USE_CPP_TOOLCHAIN if repository_ctx.attr.patch else []
    directories = [""]
    for path in skip:
        parts = path.split("/")[:-1]
        for depth in range(len(parts)):
            directory = "/".join(parts[:depth + 1])
            if directory not in directories:
                directories.append(directory)
    for directory in directories:
        _link_tree(repository_ctx, directory, root, skip)
    for path in skip:
        text = repository_ctx.read(root + "/" + path)
        text = text.replace(', "use_cpp_toolchain")', ")")
        text = text.replace("use_cpp_toolchain()", '["@bazel_tools//tools/cpp:toolchain_type"]')
        repository_ctx.file(path, text, executable = False)

debian_rules_cc = repository_rule(
    implementation = _debian_rules_cc_impl,
    attrs = {"path": attr.string(mandatory = True), "patch": attr.bool()},
    local = True,
)

def _empty_coverage_tools_impl(repository_ctx):
    repository_ctx.file("BUILD.bazel", """filegroup(
    name = "coverage_report_generator",
    srcs = [],
    visibility = ["//visibility:public"],
)
""")

empty_coverage_tools = repository_rule(implementation = _empty_coverage_tools_impl)

def heddle_system_repositories():
    """Declares what Bazel's own rules need, from Debian's packages."""
    version = native.bazel_version.split(".")[0]
    debian_rules_cc(
        name = "rules_cc",
        path = "/usr/share/bazel/rules/cc",
        patch = not (version.isdigit() and int(version) >= 5),  # Bazel 5 has the symbol; Debian's 4.2.3 may not name itself.
    )
    native.local_repository(name = "rules_java", path = "/usr/share/bazel/rules/java")
    native.local_repository(name = "rules_proto", path = "/usr/share/bazel/rules/proto")
    native.local_repository(name = "bazel_skylib", path = "/usr/share/bazel/tools/skylib")
    native.local_repository(name = "platforms", path = "/usr/share/bazel/platforms")
    empty_coverage_tools(name = "remote_coverage_tools")
