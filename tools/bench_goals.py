"""What tools/bench measures, beside whom, and what is to be reached. Add a row by adding a dict.

    name     short, for --only
    what     what one figure is the time (or the size, the speed) of
    unit     of the figures: "ns" unless said otherwise
    ours     a case of ours, or {variant: case} of which the best counts, such as tile sizes
    peers    {name: case}; the goal is a ratio to the best of them
    goals    {workers: the largest allowed ratio ours / peer}; its keys are the worker counts that are measured.
             None: measured and shown, no goal
    higher   True where more is better; then a goal is the smallest allowed ratio
    absolute True where a goal is a limit of our figure itself, and a peer is only shown
    scaling  False where a second worker may make the case slower (default True: at most 1.1 times)
    at_most  the most repetitions, for a row that takes long

A case is (program, benchmark name, options). A program is a Bazel target, //package:name, or the path of a script from the root
of the checkout. Of the options, which may be left out:
    env      added to the environment; None takes a variable away
    metric   "item" (default): nanoseconds per item where the benchmark sets items processed, else its real time;
             "real_time" or "cpu_time": nanoseconds per iteration; any other word: the counter of this name
    needs    Debian packages without which it cannot run, beside those of NEEDS
`{workers}` in a benchmark name, an argument or a value of env stands for the number of workers; HEDDLE_WORKERS, STARPU_NCPU and
OMP_NUM_THREADS are always set to it. `{prefix}` stands for a folder into which tools/install has put us.

A program that is not a Google Benchmark is a case (program, None, {"args": [...]}) with one of
    json     the figure's key in the one JSON object that it prints, as "key.subkey"
    text     a regular expression whose group is the figure in what it prints
Two cases of a row with the same command line are measured by one run of it.
"""

_BLOCKING = "//components/blocking:blocking_benchmark"
_FIBER = "//components/fiber:fiber_benchmark"
_GRAPHS = "//tests/peers:graphs_benchmark"
_MEMORY = "//components/memory_pool:memory_pool_benchmark"
_MESH = "//tests/apps/mesh_solver:mesh_solver"
_OPENMP = "//tests/peers:openmp_benchmark"
_POOL = "//components/worker_pool:worker_pool_benchmark"
_STARPU = "//tests/peers:starpu_costs_benchmark"
_STARPU_DEBIAN = "//tests/peers:starpu_costs_debian_benchmark"
_STARPU_COMPARE = "../shared/bench/starpu/compare"
_SYNC = "//components/sync:sync_benchmark"
_TBB = "//tests/peers:tbb_benchmark"

# Debian packages of a program's peers; who lacks one is told its name.
NEEDS = {
    _MEMORY: ["libmimalloc-dev"],
    _MESH: ["libopenblas-serial-dev"],
    _STARPU_COMPARE: ["libstarpu-dev", "pkg-config"],
    _STARPU_DEBIAN: ["libstarpu-dev"],
    _TBB: ["libtbb-dev"],
}

_BOUND = {"OMP_PROC_BIND": "true", "OMP_PLACES": "cores"}


def _gomp(name):
  return (_OPENMP, name, {"env": _BOUND})


def _omp(name):
  """LLVM's runtime has libgomp's entry points: the program that libgomp was linked to, with libomp in its place."""
  return (_OPENMP, name, {"env": {**_BOUND, "LD_PRELOAD": "libomp.so.5"}, "needs": ["libomp5-14"]})


def _starpu_api(case, what):
  """A case of the yardstick that is shared with others, as its users call it: CPU time with one of StarPU's workers, ours on a pool
  of all cores."""
  compare = lambda text: (_STARPU_COMPARE, None, {"args": ["{prefix}", "--cases=" + case, "--reps=1"], "text": text, "env": {"HEDDLE_WORKERS": None}})
  return {
      "name": "starpu_" + case,
      "what": "StarPU API, %s: CPU time of submit and execute, per task" % what,
      "ours": compare(r"(?m)^%s +(\S+)" % case),
      "peers": {"StarPU 1.3": compare(r"(?m)^%s +\S+ +(\S+)" % case)},
      "goals": {1: 0.25},
  }


def _mesh_solver(mesh, tile, peer_threads, key):
  args = ["--frontend=starpu", "--workers={workers}", "--tile=%d" % tile, "--repeat=3", "--json", "--peer-threads=%s" % peer_threads, mesh]
  return (_MESH, None, {"args": args, "json": key, "needs": ["libopenblas0-pthread"] if peer_threads != "0" else []})


def _factorisation(name, mesh, tiles, **more):
  """Ours with several tiles. The peer is measured in the runs of the first of them."""
  return {
      "name": name,
      "what": "mesh_solver, factorisation of " + mesh,
      "unit": "GFlop/s",
      "ours": {"tile %d" % tile: _mesh_solver(mesh, tile, "{workers}" if tile == tiles[0] else "0", "gflops") for tile in tiles},
      "peers": {"dpbtrf": _mesh_solver(mesh, tiles[0], "{workers}", "dpbtrf_threaded.gflops")},
      "goals": {2: 1.0},
      "higher": True,
      **more,
  }


ROWS = [
    # ---- Tasks ----
    {
        "name": "fib",
        "what": "recursive spawn and sync, fib(25), per task",
        "ours": (_BLOCKING, "BM_Fib25/{workers}/manual_time"),
        "peers": {
            "TBB": (_TBB, "BM_Fib25/{workers}/real_time"),
            "libomp": _omp("BM_Fib25/{workers}/real_time"),
            "libgomp": _gomp("BM_Fib25/{workers}/real_time"),
        },
        "goals": {1: 0.8, 2: 0.8},
    },
    # Not libgomp: a team of one thread runs the tasks at once, without making any.
    {
        "name": "empty_tasks",
        "what": "independent empty tasks of one producer, per task",
        # libomp's producer runs tasks itself once 256 wait; ours does where its group has such a window.
        "ours": {
            "all wait": (_BLOCKING, "BM_EmptyTasksOfOneProducer/{workers}/manual_time"),
            "a window of 256": (_BLOCKING, "BM_EmptyTasksInAWindow/{workers}/manual_time"),
        },
        "peers": {
            "TBB": (_TBB, "BM_EmptyTasksOfOneProducer/{workers}/real_time"),
            "libomp": _omp("BM_EmptyTasksOfOneProducer/{workers}/real_time"),
        },
        "goals": {1: 0.8, 2: 0.4},
        "scaling": False,
    },
    {
        "name": "wavefront_counters",
        "what": "wavefront of 128 x 128 on counters, the first ready successor run in place; per task",
        "ours": (_GRAPHS, "BM_WavefrontChained/{workers}/manual_time"),
        "peers": {"TBB": (_TBB, "BM_WavefrontChained/{workers}/real_time")},
        "goals": {1: 1.0, 2: 1.0},
    },
    {
        "name": "cholesky_counters",
        "what": "tiled Cholesky of 24 x 24 on counters, the first ready successor run in place; per task",
        "ours": (_GRAPHS, "BM_CholeskyChained/{workers}/manual_time"),
        "peers": {"TBB": (_TBB, "BM_CholeskyChained/{workers}/real_time")},
        "goals": {1: 1.0, 2: 1.0},
    },
    {
        "name": "wavefront_tasks",
        "what": "wavefront of 128 x 128 on counters, a task of the runtime for each; per task",
        "ours": (_GRAPHS, "BM_WavefrontTasks/{workers}/manual_time"),
        "peers": {"TBB": (_TBB, "BM_WavefrontTasks/{workers}/real_time")},
        "goals": {1: None, 2: None},
    },
    {
        "name": "cholesky_tasks",
        "what": "tiled Cholesky of 24 x 24 on counters, a task of the runtime for each; per task",
        "ours": (_GRAPHS, "BM_CholeskyTasks/{workers}/manual_time"),
        "peers": {"TBB": (_TBB, "BM_CholeskyTasks/{workers}/real_time")},
        "goals": {1: None, 2: None},
    },
    # Not libomp: with one thread it runs the tasks at once, without looking for dependences.
    {
        "name": "wavefront_accesses",
        "what": "wavefront of 128 x 128, dependences found at insertion; per task",
        "ours": (_GRAPHS, "BM_WavefrontFoundAtInsertion/{workers}/manual_time"),
        "peers": {"libgomp": _gomp("BM_WavefrontFoundAtInsertion/{workers}/real_time")},
        "goals": {1: 0.5, 2: 0.25},
    },
    {
        "name": "cholesky_accesses",
        "what": "tiled Cholesky of 24 x 24, dependences found at insertion; per task",
        "ours": (_GRAPHS, "BM_CholeskyFoundAtInsertion/{workers}/manual_time"),
        "peers": {"libgomp": _gomp("BM_CholeskyFoundAtInsertion/{workers}/real_time")},
        "goals": {1: 0.5, 2: 0.25},
    },
    # ---- Latencies: medians of single events ----
    {
        "name": "start_awake",
        "what": "from the submission of a task to its body on an awake, idle worker",
        "ours": (_POOL, "BM_StartOnAnAwakeWorker/real_time", {"metric": "median_ns"}),
        "peers": {"TBB": (_TBB, "BM_StartOnAnAwakeWorker/real_time", {"metric": "median_ns"})},
        "goals": {2: 0.5},
    },
    {
        "name": "wake_worker",
        "what": "from the submission of a task to its body on a worker that sleeps",
        "ours": (_POOL, "BM_WakeASleepingWorker/manual_time", {"metric": "median_ns"}),
        "peers": {"bare futex": (_SYNC, "BM_WakeASleeper<BareFutex>/manual_time", {"metric": "median_ns"})},
        "goals": {2: 1.3},
    },
    {
        "name": "wake_waker",
        "what": "of wake_worker, what the submitter pays",
        "ours": (_POOL, "BM_WakeASleepingWorker/manual_time", {"metric": "waker_ns"}),
        "peers": {"bare futex": (_SYNC, "BM_WakeASleeper<BareFutex>/manual_time", {"metric": "waker_ns"})},
        "goals": {2: None},
    },
    {
        "name": "wake_parker",
        "what": "from Unpark to the first instruction of a thread that sleeps in Park",
        "ours": (_SYNC, "BM_WakeASleeper<Parker>/manual_time", {"metric": "median_ns"}),
        "peers": {"bare futex": (_SYNC, "BM_WakeASleeper<BareFutex>/manual_time", {"metric": "median_ns"})},
        "goals": {2: None},
    },
    {
        "name": "block_resume",
        "what": "suspension of a task that is resumed at once",
        "ours": (_BLOCKING, "BM_SuspendAndResume/{workers}/manual_time"),
        "peers": {"TBB": (_TBB, "BM_SuspendAndResume/{workers}/real_time")},
        "goals": {1: 0.2, 2: 0.2},
    },
    {
        "name": "block_resume_turns",
        "what": "two tasks of a worker that resume each other, per block and resume",
        "ours": (_BLOCKING, "BM_BlockAndResume/manual_time"),
        "peers": {"TBB, at once": (_TBB, "BM_SuspendAndResume/1/real_time")},
        "goals": {1: 0.2},
    },
    {
        "name": "fiber_switch",
        "what": "switch to a fiber and back",
        "ours": (_FIBER, "BM_SwitchFiber", {"metric": "real_time"}),
        "peers": {"bare assembly": (_FIBER, "BM_BareAssemblySwitch", {"metric": "real_time"})},
        "goals": {1: 2.0},
    },
    {
        "name": "message_to_lane",
        "what": "a message that goes back and forth between lanes on two cores, awake, one way",
        "ours": (_POOL, "BM_MessageToAnAwakeLane/manual_time", {"metric": "median_ns"}),
        "peers": {"cache line": (_SYNC, "BM_PingPongBareCacheLine/real_time", {"metric": "median_ns"})},
        "goals": {2: 3.0},
    },
    # Beside message_to_lane: without the sender's way back to where it looks for messages.
    {
        "name": "message_start",
        "what": "from the sending of a message to its body on an awake lane that has been idle",
        "ours": (_POOL, "BM_MessageToAnIdleLane/real_time", {"metric": "median_ns"}),
        "peers": {"cache line": (_SYNC, "BM_PingPongBareCacheLine/real_time", {"metric": "median_ns"})},
        "goals": {2: None},
    },
    {
        "name": "message_queue",
        "what": "a message through a queue to a thread that polls it on the other core, one way",
        "ours": (_SYNC, "BM_PingPongMessage<Queue>/real_time", {"metric": "median_ns"}),
        "peers": {"cache line": (_SYNC, "BM_PingPongBareCacheLine/real_time", {"metric": "median_ns"})},
        "goals": {2: None},
    },
    # ---- Memory ----
    # `pair` flatters us: our calls are inlined, and the compiler merges the allocation with the free that follows it. With a
    # compiler barrier between the two it took 2.6 ns, not 0.74; hence the row `pool_batch` beside it.
    {
        "name": "pool_same_thread",
        "what": "allocate and free 128 B on one thread",
        "ours": (_MEMORY, "pair/heddle/128"),
        "peers": {"mimalloc": (_MEMORY, "pair/mimalloc/128"), "glibc": (_MEMORY, "pair/glibc/128")},
        "goals": {1: 0.7},
    },
    {
        "name": "pool_batch",
        "what": "allocate 1,000 blocks of 128 B, then free them, on one thread; per block",
        "ours": (_MEMORY, "batch/heddle/128"),
        "peers": {"mimalloc": (_MEMORY, "batch/mimalloc/128"), "glibc": (_MEMORY, "batch/glibc/128")},
        "goals": {1: None},
    },
    {
        "name": "pool_other_thread",
        "what": "allocate 128 B on one thread, free it on another",
        "ours": (_MEMORY, "cross_thread/heddle/128/real_time"),
        "peers": {"mimalloc": (_MEMORY, "cross_thread/mimalloc/128/real_time"), "glibc": (_MEMORY, "cross_thread/glibc/128/real_time")},
        "goals": {2: 0.7},
    },
    # ---- StarPU's API ----
    _starpu_api("empty", "empty tasks"),
    _starpu_api("insert", "empty tasks by starpu_task_insert"),
    _starpu_api("chain_data", "a chain of RW accesses"),
    _starpu_api("chain_deps", "a chain of declared dependencies"),
    _starpu_api("fan", "rounds of seven readers and one that joins them"),
    _starpu_api("stencil", "stencil of three reads and a write"),
    _starpu_api("buf2", "two buffers"),
    _starpu_api("buf4", "four buffers"),
    {
        "name": "starpu_memory",
        "what": "memory of a pending empty task, the user's struct included",
        "unit": "B",
        "ours": (_STARPU, "BM_MemoryOfAPendingTask/iterations:1", {"metric": "bytes"}),
        "peers": {"StarPU 1.3": (_STARPU_DEBIAN, "BM_MemoryOfAPendingTask/iterations:1", {"metric": "bytes"})},
        "goals": {1: 0.6},
    },
    {
        "name": "starpu_idle",
        "what": "CPU of an initialised, idle process over 2 s",
        "unit": "% of a core",
        "ours": (_STARPU, "BM_IdleProcess/iterations:1/real_time", {"metric": "percent_of_a_core"}),
        "peers": {"StarPU 1.3": (_STARPU_DEBIAN, "BM_IdleProcess/iterations:1/real_time", {"metric": "percent_of_a_core"})},
        "goals": {2: 1.0},
        "absolute": True,
        "at_most": 3,
    },
    # ---- The main job ----
    _factorisation("mesh_4elt", "4elt.graph", [32, 48, 64, 96]),
    _factorisation("mesh_copter2", "copter2.graph", [192, 256], at_most=1),
]
