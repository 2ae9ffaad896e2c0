/* Devices that run tasks. Two are there: 0, the cores, and 1, for recursive tasks, the cores again. */
#ifndef PARSEC_DEVICE_H_HAS_BEEN_INCLUDED
#define PARSEC_DEVICE_H_HAS_BEEN_INCLUDED

#include <string.h>

#include "parsec/class/info.h"
#include "parsec/class/list_item.h"
#include "parsec/data_distribution.h"
#include "parsec/runtime.h"

BEGIN_C_DECLS

typedef struct parsec_device_module_s parsec_device_module_t;
typedef struct parsec_device_module_s parsec_device_base_module_t;

#define PARSEC_DEV_NONE ((uint8_t)0x00)
#define PARSEC_DEV_CPU ((uint8_t)(1 << 0))
#define PARSEC_DEV_RECURSIVE ((uint8_t)(1 << 1))
#define PARSEC_DEV_CUDA ((uint8_t)(1 << 2))
#define PARSEC_DEV_HIP ((uint8_t)(1 << 3))
#define PARSEC_DEV_LEVEL_ZERO ((uint8_t)(1 << 4))
#define PARSEC_DEV_TEMPLATE ((uint8_t)(1 << 7))
#define PARSEC_DEV_ANY_TYPE ((uint8_t)0x3f)
#define PARSEC_DEV_ALL ((uint8_t)0x3f)
#define PARSEC_DEV_MAX_NB_TYPE (7)
#define PARSEC_DEV_CHORE_ALLOW_BATCH ((uint32_t)0x00000100)
#define PARSEC_DEV_GPU_MASK (PARSEC_DEV_CUDA | PARSEC_DEV_HIP | PARSEC_DEV_LEVEL_ZERO)
#define PARSEC_DEV_IS_GPU(t) (0 != ((t)&PARSEC_DEV_GPU_MASK))

#define PARSEC_DEV_DATA_ADVICE_PREFETCH ((int)0x01)
#define PARSEC_DEV_DATA_ADVICE_PREFERRED_DEVICE ((int)0x02)
#define PARSEC_DEV_DATA_ADVICE_WARMUP ((int)0x03)

/* What a device does. Ours does nothing of it and has NULL for each: collections look before they call. */
typedef int (*parsec_device_attach_f)(parsec_device_module_t *, parsec_context_t *);
typedef int (*parsec_device_detach_f)(parsec_device_module_t *, parsec_context_t *);
typedef int (*parsec_device_taskpool_register_f)(parsec_device_module_t *, parsec_taskpool_t *);
typedef int (*parsec_device_taskpool_unregister_f)(parsec_device_module_t *, parsec_taskpool_t *);
typedef int (*parsec_device_memory_register_f)(parsec_device_module_t *, parsec_data_collection_t *, void *, size_t);
typedef int (*parsec_device_memory_unregister_f)(parsec_device_module_t *, parsec_data_collection_t *, void *);
typedef int (*parsec_device_memory_release_f)(parsec_device_module_t *);
typedef int (*parsec_device_data_advise_f)(parsec_device_module_t *, parsec_data_t *, int);
typedef void *(*parsec_device_find_function_f)(parsec_device_module_t *, char *);
typedef int (*parsec_device_sort_pending_list_function_f)(parsec_device_module_t *);
typedef parsec_hook_return_t (*parsec_device_kernel_scheduler_function_t)(parsec_device_module_t *, parsec_execution_stream_t *,
                                                                          void *);
typedef int (*parsec_device_all_devices_attached_f)(parsec_device_module_t *);

struct parsec_device_module_s {
    parsec_object_t super;
    parsec_device_attach_f attach;
    parsec_device_detach_f detach;
    parsec_device_taskpool_register_f taskpool_register;
    parsec_device_taskpool_unregister_f taskpool_unregister;
    parsec_device_memory_register_f memory_register;
    parsec_device_memory_unregister_f memory_unregister;
    parsec_device_memory_release_f memory_release;
    parsec_device_data_advise_f data_advise;
    parsec_device_find_function_f find_function;
    parsec_device_sort_pending_list_function_f sort_pending_list;
    parsec_device_kernel_scheduler_function_t kernel_scheduler;
    parsec_device_all_devices_attached_f all_devices_attached;
    parsec_info_object_array_t infos;
    parsec_context_t *context;
    char *name;
    uint8_t device_index;
    uint8_t type; /* PARSEC_DEV_* */
    uint8_t gflops_guess; /* 1: the rates are made up. */
    int64_t gflops_fp16; /* Operations a nanosecond. */
    int64_t gflops_fp32;
    int64_t gflops_fp64;
    int64_t gflops_tf32;
    int64_t time_estimate_default;
    int64_t device_load;
    uint64_t required_data_in;
    uint64_t required_data_out;
    uint64_t data_out_to_host;
    uint64_t executed_tasks; /* Not counted per device here. */
    uint64_t nb_data_faults;
    uint64_t nb_evictions;
};
PARSEC_DECLSPEC PARSEC_OBJ_CLASS_DECLARATION(parsec_device_module_t);

PARSEC_DECLSPEC extern uint32_t parsec_nb_devices;
PARSEC_DECLSPEC extern int parsec_device_output;
/* The slots of devices (class/info.h). */
PARSEC_DECLSPEC extern parsec_info_t parsec_per_device_infos;
/* The slots of execution streams. */
PARSEC_DECLSPEC extern parsec_info_t parsec_per_stream_infos;

static inline int parsec_mca_device_enabled(void) { return (int)parsec_nb_devices; }
/* NULL where there is none. */
PARSEC_DECLSPEC parsec_device_module_t *parsec_mca_device_get(uint32_t devindex);
PARSEC_DECLSPEC int parsec_mca_device_is_gpu(uint32_t devindex);
PARSEC_DECLSPEC int parsec_mca_device_type_supports_batch(uint32_t device_type);
/* Devices of programs are not taken: PARSEC_ERR_NOT_SUPPORTED. */
PARSEC_DECLSPEC int parsec_mca_device_add(parsec_context_t *context, parsec_device_module_t *device);
PARSEC_DECLSPEC int parsec_mca_device_remove(parsec_device_module_t *device);
/* Lets the tasks of a taskpool run only on devices of these types, before it is added to a context. */
PARSEC_DECLSPEC void parsec_mca_device_taskpool_restrict(parsec_taskpool_t *tp, uint8_t device_type);
/* Counters of devices; nothing is counted here, and print says so. */
PARSEC_DECLSPEC void parsec_devices_reset_load(parsec_context_t *context);
PARSEC_DECLSPEC void parsec_mca_device_reset_statistics(parsec_context_t *context);
PARSEC_DECLSPEC void parsec_mca_device_dump_and_reset_statistics(parsec_context_t *context);
PARSEC_DECLSPEC void parsec_devices_save_statistics(uint64_t **pstats);
PARSEC_DECLSPEC void parsec_devices_free_statistics(uint64_t **pstats);
PARSEC_DECLSPEC void parsec_devices_print_statistics(parsec_context_t *context, uint64_t *start_stats);
/* There is one memory: nothing to do. PARSEC_SUCCESS. */
PARSEC_DECLSPEC int parsec_devices_release_memory(void);
PARSEC_DECLSPEC int parsec_advise_data_on_device(parsec_data_t *data, int device, int advice);
/* The address of a function in a library (NULL: in the program); NULL where it is not found. */
PARSEC_DECLSPEC void *parsec_device_find_function(const char *function_name, const char *libname, const char *paths[]);

END_C_DECLS

#endif /* PARSEC_DEVICE_H_HAS_BEEN_INCLUDED */
