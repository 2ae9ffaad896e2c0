// Devices: the cores, and the cores again for recursive tasks.
#include "parsec/mca/device/device.h"

#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <string>

#include "parsec/constants.h"
#include "parsec/data_internal.h"
#include "parsec/parsec_internal.h"

namespace heddle::parsec {
namespace {

struct Devices {
  parsec_device_module_t all[PARSEC_HEDDLE_DEVICES];

  Devices() {
    static char names[PARSEC_HEDDLE_DEVICES][PARSEC_MAX_DEVICE_NAME_LEN] = {"cpu-cores", "cpu-recursive"};
    for (int i = 0; i < PARSEC_HEDDLE_DEVICES; ++i) {
      parsec_device_module_t& device = all[i];
      PARSEC_OBJ_CONSTRUCT(&device, parsec_device_module_t);
      device.name = names[i];
      device.device_index = static_cast<std::uint8_t>(i);
      device.type = i == 0 ? PARSEC_DEV_CPU : PARSEC_DEV_RECURSIVE;
    }
  }
  static Devices& Get() {
    static auto& devices = *new Devices;
    return devices;
  }
};

void ConstructDevice(parsec_device_module_t* device) {
  PARSEC_OBJ_CONSTRUCT(&device->infos, parsec_info_object_array_t);
  device->attach = nullptr;
  device->detach = nullptr;
  device->taskpool_register = nullptr;
  device->taskpool_unregister = nullptr;
  device->memory_register = nullptr;
  device->memory_unregister = nullptr;
  device->memory_release = nullptr;
  device->data_advise = nullptr;
  device->find_function = nullptr;
  device->sort_pending_list = nullptr;
  device->kernel_scheduler = nullptr;
  device->all_devices_attached = nullptr;
  device->context = nullptr;
  device->name = nullptr;
  device->device_index = 0;
  device->type = PARSEC_DEV_NONE;
  // Rates are not measured: an arbitrary one, marked so, keeps time estimates of programs finite.
  device->gflops_guess = 1;
  device->gflops_fp16 = device->gflops_fp32 = device->gflops_tf32 = 16;
  device->gflops_fp64 = 8;
  device->time_estimate_default = 1;
  device->device_load = 0;
  device->required_data_in = device->required_data_out = device->data_out_to_host = 0;
  device->executed_tasks = device->nb_data_faults = device->nb_evictions = 0;
}

void DestructDevice(parsec_device_module_t* device) { PARSEC_OBJ_DESTRUCT(&device->infos); }

}  // namespace
}  // namespace heddle::parsec

using heddle::parsec::ConstructDevice;
using heddle::parsec::DestructDevice;
using heddle::parsec::Devices;

extern "C" {

PARSEC_OBJ_CLASS_INSTANCE(parsec_device_module_t, parsec_object_t, ConstructDevice, DestructDevice);

uint32_t parsec_nb_devices = PARSEC_HEDDLE_DEVICES;
int parsec_device_output = 0;

parsec_device_module_t* parsec_mca_device_get(uint32_t devindex) {
  if (devindex >= PARSEC_HEDDLE_DEVICES) return nullptr;
  parsec_device_module_t* device = &Devices::Get().all[devindex];
  // Its slots are bound to the infos when somebody first asks for it.
  static std::once_flag once[PARSEC_HEDDLE_DEVICES];
  std::call_once(once[devindex], [device] { parsec_info_object_array_init(&device->infos, &parsec_per_device_infos, device); });
  return device;
}

int parsec_mca_device_is_gpu(uint32_t) { return 0; }
int parsec_mca_device_type_supports_batch(uint32_t) { return 0; }
int parsec_mca_device_add(parsec_context_t*, parsec_device_module_t*) { return PARSEC_ERR_NOT_SUPPORTED; }
int parsec_mca_device_remove(parsec_device_module_t*) { return PARSEC_ERR_NOT_SUPPORTED; }

void parsec_mca_device_taskpool_restrict(parsec_taskpool_t* tp, uint8_t device_type) {
  for (std::uint32_t i = 0; i < PARSEC_HEDDLE_DEVICES; ++i) {
    if ((parsec_mca_device_get(i)->type & device_type) == 0) tp->devices_index_mask &= static_cast<std::uint16_t>(~(1u << i));
  }
}

void parsec_devices_reset_load(parsec_context_t*) {
  for (parsec_device_module_t& device : Devices::Get().all) device.device_load = 0;
}
void parsec_mca_device_reset_statistics(parsec_context_t*) {}
void parsec_mca_device_dump_and_reset_statistics(parsec_context_t* context) { parsec_devices_print_statistics(context, nullptr); }
void parsec_devices_save_statistics(uint64_t** pstats) { *pstats = static_cast<std::uint64_t*>(std::calloc(1, sizeof(std::uint64_t))); }
void parsec_devices_free_statistics(uint64_t** pstats) {
  std::free(*pstats);
  *pstats = nullptr;
}
void parsec_devices_print_statistics(parsec_context_t*, uint64_t*) {
  std::printf("devices: tasks ran on the cores; transfers are not counted, there is one memory\n");
}
int parsec_devices_release_memory() { return PARSEC_SUCCESS; }

int parsec_advise_data_on_device(parsec_data_t* data, int device, int advice) {
  if (data == nullptr || device < 0 || device >= PARSEC_HEDDLE_DEVICES) return PARSEC_ERR_BAD_PARAM;
  if (advice == PARSEC_DEV_DATA_ADVICE_PREFERRED_DEVICE) data->preferred_device = static_cast<std::int8_t>(device);
  return PARSEC_SUCCESS;
}

void* parsec_device_find_function(const char* function_name, const char* libname, const char* paths[]) {
  if (libname == nullptr) return dlsym(RTLD_DEFAULT, function_name);
  for (const char* const* path = paths; path != nullptr && *path != nullptr; ++path) {
    const std::string file = std::string(*path) + "/" + libname;
    if (void* library = dlopen(file.c_str(), RTLD_LAZY)) {
      if (void* function = dlsym(library, function_name)) return function;
    }
  }
  void* library = dlopen(libname, RTLD_LAZY);
  return library != nullptr ? dlsym(library, function_name) : nullptr;
}

// The infos exist before any code of a program runs.
parsec_info_t parsec_per_device_infos;
parsec_info_t parsec_per_stream_infos;

}  // extern "C"

namespace {

[[gnu::constructor(101)]] void ConstructInfos() {
  PARSEC_OBJ_CONSTRUCT(&parsec_per_device_infos, parsec_info_t);
  PARSEC_OBJ_CONSTRUCT(&parsec_per_stream_infos, parsec_info_t);
}

}  // namespace
