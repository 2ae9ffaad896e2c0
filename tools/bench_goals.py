"""What tools/bench measures, beside whom, and what is to be reached. Add a row by adding a dict.

    name     short, for --only
    what     what one figure is the time (or the size, the speed) of
    unit     of the figures: "ns" unless said otherwise
    ours     a case of ours: (Bazel target, benchmark name) of a Google Benchmark program
    peers    {name: case}; the goal is a ratio to the best of them
    goals    {workers: the largest allowed ratio ours / peer}; its keys are the worker counts that are measured.
             None: measured and shown, no goal
    higher   True where more is better; then a goal is the smallest allowed ratio
    scaling  False where a second worker may make the case slower (default True: at most 1.1 times)

A case may carry a third item, a dict: `env` (added to the environment), `metric`:
    "item"         (default) nanoseconds per item where the benchmark sets items processed, else its real time
    "real_time" or "cpu_time"   nanoseconds per iteration
    any other word  the counter of this name
`{workers}` in a benchmark name or a value of env stands for the number of workers. HEDDLE_WORKERS and OMP_NUM_THREADS are always
set to it. A program that is not a Google Benchmark is a case ("target", None, {"args": [...], "json": "key.subkey"}): it prints
one JSON object, in which the figure stands at the key.
"""

_FIBER = "//components/fiber:fiber_benchmark"
_POOL = "//components/memory_pool:memory_pool_benchmark"
_QUEUES = "//components/sync:queues_benchmark"
_THREADS = "//components/sync:threads_benchmark"

ROWS = [
    {
        "name": "fiber_switch",
        "what": "switch to a fiber and back",
        "ours": (_FIBER, "BM_SwitchFiber", {"metric": "real_time"}),
        "peers": {"bare assembly": (_FIBER, "BM_BareAssemblySwitch", {"metric": "real_time"})},
        "goals": {1: 2.0},
    },
    {
        "name": "wake_sleeper",
        "what": "from the wake to the first instruction of a thread that sleeps",
        "ours": (_THREADS, "BM_WakeASleeper<Parker>/manual_time", {"metric": "median_ns"}),
        "peers": {"bare futex": (_THREADS, "BM_WakeASleeper<BareFutex>/manual_time", {"metric": "median_ns"})},
        "goals": {2: 1.3},
    },
    {
        "name": "message_to_core",
        "what": "a message to a polling consumer on the other core, and back",
        "ours": (_QUEUES, "BM_PingPongMessage<Queue>/real_time", {"metric": "real_time"}),
        "peers": {"cache line": (_QUEUES, "BM_PingPongBareCacheLine/real_time", {"metric": "real_time"})},
        "goals": {2: 3.0},
    },
    # `pair` flatters us: our calls are inlined, and the compiler merges the allocation with the free that follows it. With a
    # compiler barrier between the two it took 2.6 ns, not 0.74; hence the row `pool_batch` beside it.
    {
        "name": "pool_same_thread",
        "what": "allocate and free 128 B on one thread",
        "ours": (_POOL, "pair/heddle/128"),
        "peers": {"mimalloc": (_POOL, "pair/mimalloc/128"), "glibc": (_POOL, "pair/glibc/128")},
        "goals": {1: 0.7},
    },
    {
        "name": "pool_batch",
        "what": "allocate 1,000 blocks of 128 B, then free them, on one thread; per block",
        "ours": (_POOL, "batch/heddle/128"),
        "peers": {"mimalloc": (_POOL, "batch/mimalloc/128"), "glibc": (_POOL, "batch/glibc/128")},
        "goals": {1: None},
    },
    {
        "name": "pool_other_thread",
        "what": "allocate 128 B on one thread, free it on another",
        "ours": (_POOL, "cross_thread/heddle/128/real_time"),
        "peers": {"mimalloc": (_POOL, "cross_thread/mimalloc/128/real_time"), "glibc": (_POOL, "cross_thread/glibc/128/real_time")},
        "goals": {2: 0.7},
    },
]
