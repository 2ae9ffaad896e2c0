"""gdb commands for programs on Heddle's worker pool; for running programs and for core files.

    (gdb) source tools/heddle_gdb.py
    (gdb) heddle contexts            who waits for what: one line for each suspended activity and waiting thread
    (gdb) heddle backtrace ADDRESS   the stack of one of them; without ADDRESS of all, at most 32

The stacks of suspended activities belong to no thread, so that gdb's own `bt` does not show them. x86-64.
"""

import gdb
from gdb.unwinder import Unwinder

_MOST_STACKS = 32
# Where Boost.Context's jump leaves the registers that a function keeps for its caller, from the saved stack pointer on.
_SAVED = {"r12": 0x08, "r13": 0x10, "r14": 0x18, "r15": 0x20, "rbx": 0x28, "rbp": 0x30, "rip": 0x38}
_SAVED_BYTES = 0x40


def _atomic(value):
    """The value of a std::atomic: its one data member, at some depth."""
    while value.type.strip_typedefs().code == gdb.TYPE_CODE_STRUCT:
        value = value[next(field for field in value.type.strip_typedefs().fields() if hasattr(field, "bitpos"))]
    return value


def _pools():
    symbol = gdb.lookup_static_symbol("heddle::(anonymous namespace)::pools")
    if symbol is None:
        raise gdb.GdbError("no worker pool here: the program, or libheddle.so, has no debug information or is not loaded yet")
    pool = symbol.value()
    while pool != 0:
        yield pool.dereference()
        pool = pool["next_pool"]


def _contexts(pool):
    """The contexts of a pool that wait."""
    pointer = gdb.lookup_type("heddle::Context").pointer()
    head = pool["contexts"]["head_"]
    link = head["next"]
    while link != head.address:
        context = link.cast(pointer).dereference()
        if _atomic(context["wait"]["what"]) != 0:
            yield context
        link = link["next"]


def _describe(pool, context):
    wait = context["wait"]
    slot, client = int(_atomic(wait["slot"])), int(_atomic(wait["client"]))
    who = "an external thread" if slot < 0 else f"worker {slot}: a task"
    activity = context["activity"]
    if slot >= 0 and activity != 0 and activity["task"] != 0 and activity["task"]["type"] != 0:
        name = activity["task"]["type"]["name"]
        if name != 0:
            who += " " + name.string(errors="replace")
    if client >= 0:
        client_pointer = _atomic(pool["clients"]["_M_elems"][client])
        if client_pointer != 0:
            name = client_pointer["options_"]["name"]
            who += " of client " + name["_M_dataplus"]["_M_p"].string(length=int(name["_M_string_length"]))
    return f"{int(context.address):#x}  {who} waits for {_atomic(wait['what']).string()}"


class _FrameId:
    def __init__(self, sp, pc):
        self.sp = sp
        self.pc = pc


class _SuspendedStack(Unwinder):
    """While `saved` is set, the frame above the selected thread's innermost one is that of a suspended context."""

    def __init__(self):
        super().__init__("heddle")
        self.saved = None

    def __call__(self, pending):
        if self.saved is None:
            return None
        base, self.saved = self.saved, None  # Innermost frame only; the rest is unwound as usual.
        word = gdb.lookup_type("unsigned long")
        # As if called from the suspended stack, or gdb finds that the frames go the wrong way.
        info = pending.create_unwind_info(_FrameId(gdb.Value(base).cast(word), pending.read_register("rip")))
        for register, offset in _SAVED.items():
            info.add_saved_register(register, gdb.Value(base + offset).cast(word.pointer()).dereference())
        info.add_saved_register("rsp", gdb.Value(base + _SAVED_BYTES).cast(word))
        return info


_unwinder = _SuspendedStack()
gdb.unwinder.register_unwinder(None, _unwinder, replace=True)


def _backtrace(context):
    saved = int(context["running"].dereference()["context_"])
    if saved == 0:
        return "  (on its thread: see `thread apply all bt`)\n"
    try:
        _unwinder.saved = saved
        gdb.invalidate_cached_frames()
        lines = gdb.execute("bt", to_string=True).splitlines(True)
    finally:
        _unwinder.saved = None
        gdb.invalidate_cached_frames()
    return "".join("  " + line for line in lines if not line.startswith("#0 "))


class _Heddle(gdb.Command):
    """heddle contexts | heddle backtrace [ADDRESS]: the suspended activities of the worker pools, and their stacks."""

    def __init__(self):
        super().__init__("heddle", gdb.COMMAND_STACK, prefix=True)


class _Contexts(gdb.Command):
    """heddle contexts: who waits for what, one line for each suspended activity and waiting thread."""

    def __init__(self):
        super().__init__("heddle contexts", gdb.COMMAND_STACK)

    def invoke(self, argument, from_tty):
        count = 0
        for pool in _pools():
            for context in _contexts(pool):
                gdb.write(_describe(pool, context) + "\n")
                count += 1
        gdb.write(f"{count} waiting\n")


class _Backtrace(gdb.Command):
    """heddle backtrace [ADDRESS]: the stack of the suspended context at ADDRESS (see `heddle contexts`), or of all."""

    def __init__(self):
        super().__init__("heddle backtrace", gdb.COMMAND_STACK)

    def invoke(self, argument, from_tty):
        wanted = int(gdb.parse_and_eval(argument)) if argument.strip() else None
        shown = 0
        for pool in _pools():
            for context in _contexts(pool):
                if wanted is not None and int(context.address) != wanted:
                    continue
                if shown == _MOST_STACKS:
                    gdb.write(f"more than {_MOST_STACKS}: name one\n")
                    return
                shown += 1
                gdb.write(_describe(pool, context) + "\n" + _backtrace(context))
        if shown == 0:
            raise gdb.GdbError("nothing waits" if wanted is None else f"no waiting context at {wanted:#x}")


_Heddle()
_Contexts()
_Backtrace()
