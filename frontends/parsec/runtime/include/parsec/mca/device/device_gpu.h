/* Types of accelerators' devices, of which there are none here: programs that name them compile, and find no such device. */
#ifndef PARSEC_DEVICE_GPU_H_HAS_BEEN_INCLUDED
#define PARSEC_DEVICE_GPU_H_HAS_BEEN_INCLUDED

#include "parsec/data_internal.h"
#include "parsec/mca/device/device.h"
#include "parsec/parsec_internal.h"

BEGIN_C_DECLS

typedef struct parsec_gpu_task_s parsec_gpu_task_t;
typedef struct parsec_gpu_exec_stream_s parsec_gpu_exec_stream_t;
typedef struct parsec_device_gpu_module_s parsec_device_gpu_module_t;

END_C_DECLS

#endif /* PARSEC_DEVICE_GPU_H_HAS_BEEN_INCLUDED */
