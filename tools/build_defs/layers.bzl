"""The layer table: the one place that says which package may use which.

A package uses only packages of lower rows: never its own row, never a higher one. Frontends use no other frontend.
tests/layering checks the same from this table independently of Bazel's visibility.
"""

LAYERS = [
    ["base"],
    ["topology", "memory_pool", "sync", "trace", "serialization"],
    ["fiber", "ready_queue"],
    ["worker_pool", "dependency"],
    ["blocking", "data", "message_layer", "task_graph", "load_balance"],
    ["runtime"],
]

FRONTENDS = ["charm", "starpu", "parsec", "openmp"]

def layer_of(component):
    """The row of a component in the table; fails for a name that is not in it."""
    for row in range(len(LAYERS)):
        if component in LAYERS[row]:
            return row
    fail("//components/%s is not in the layer table, tools/build_defs/layers.bzl" % component)

def users_of(component):
    """The packages that may use a component: all of higher rows, and what stands on top of them all."""
    higher = []
    for row in LAYERS[layer_of(component) + 1:]:
        higher += ["//components/%s:__subpackages__" % name for name in row]
    return higher + [
        "//components/%s:__subpackages__" % component,
        "//components:__pkg__",
        "//tests:__subpackages__",
        "//tools:__subpackages__",
    ]
