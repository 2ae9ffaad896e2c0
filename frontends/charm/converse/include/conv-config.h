/* What this implementation has, by the names that programs test. */
#ifndef CONV_CONFIG_H
#define CONV_CONFIG_H

#define CMK_SMP 1
#define CMK_MULTICORE 0
#define CMK_NODE_QUEUE_AVAILABLE 1
#define CMK_SHARED_VARS_POSIX_THREADS_SMP 1
#define CMK_SHARED_VARS_UNAVAILABLE 0
#define CMK_HAS_PARTITION 1
#define CMK_PERSISTENT_COMM 1
#define CMK_SPANTREE_USE_COMMON_CODE 1
#define CMK_SPANTREE_MAXSPAN 4
#define CMK_IMMEDIATE_MSG 0
#define CMK_TRACE_ENABLED 1
#define CMK_LBDB_ON 1
#define CMK_CUDA 0
#define CMK_HIP 0
#define CMI_QD 1
#define CMK_ERROR_CHECKING 1
#define CMK___int128_t_DEFINED 1
/* Which implementation this is, for programs that must know. */
#define CMK_HEDDLE 1

#ifndef CMK_OPTIMIZE
#define CMK_OPTIMIZE 0
#endif

#endif /* CONV_CONFIG_H */
