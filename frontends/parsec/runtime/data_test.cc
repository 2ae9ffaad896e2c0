// Pieces of data and collections: who holds what, and what becomes of it.
#include <gtest/gtest.h>

#include <cstdlib>

#include "parsec/data_distribution.h"
#include "parsec/data_internal.h"
#include "parsec/mca/device/device.h"

namespace {

TEST(DataTest, APieceIsMadeOnceAndItsMemoryStaysTheUsers) {
  parsec_data_collection_t dc;
  parsec_data_collection_init(&dc, 2, 1);
  dc.default_dtt = parsec_datatype_int_t;
  EXPECT_EQ(dc.nodes, 2u);
  EXPECT_EQ(dc.myrank, 1u);
  int memory[4] = {1, 2, 3, 4};
  parsec_data_t* holder = nullptr;
  parsec_data_t* data = parsec_data_create(&holder, &dc, 17, memory, sizeof memory, PARSEC_DATA_FLAG_PARSEC_MANAGED);
  ASSERT_NE(data, nullptr);
  EXPECT_EQ(holder, data);
  EXPECT_EQ(parsec_data_create(&holder, &dc, 17, nullptr, 0, 0), data);
  EXPECT_EQ(data->key, 17u);
  EXPECT_EQ(parsec_data_get_ptr(data, 0), memory);
  parsec_data_copy_t* copy = parsec_data_get_copy(data, 0);
  EXPECT_EQ(copy->dtt, parsec_datatype_int_t);
  EXPECT_NE(copy->flags & PARSEC_DATA_FLAG_COLLECTION, 0);
  EXPECT_EQ(parsec_data_get_copy(data, 1), nullptr);
  EXPECT_EQ(parsec_data_get_copy(data, 100), nullptr);
  parsec_data_destroy(data);
  EXPECT_EQ(memory[3], 4);
  parsec_data_collection_destroy(&dc);
}

TEST(DataTest, ACopyOnTopOfAnotherIsTheDevicesUntilItIsDetached) {
  parsec_data_t* data = parsec_data_new();
  parsec_data_copy_t* copy = parsec_data_copy_new(data, 0, parsec_datatype_int_t, PARSEC_DATA_FLAG_PARSEC_OWNED);
  copy->device_private = parsec_data_allocate(64);
  EXPECT_EQ(data->nb_copies, 1);
  parsec_data_copy_t* above = parsec_data_copy_new(data, 0, parsec_datatype_int_t, 0);
  ASSERT_NE(above, nullptr);
  EXPECT_EQ(data->nb_copies, 1);
  EXPECT_EQ(parsec_data_get_copy(data, 0), above);
  EXPECT_EQ(parsec_data_copy_detach(data, above, 0), PARSEC_SUCCESS);
  EXPECT_EQ(parsec_data_get_copy(data, 0), copy);
  PARSEC_OBJ_RELEASE(above);
  EXPECT_EQ(parsec_data_copy_detach(data, copy, 1), PARSEC_ERR_NOT_FOUND);
  EXPECT_EQ(parsec_data_copy_detach(data, copy, 0), PARSEC_SUCCESS);
  EXPECT_EQ(parsec_data_copy_attach(data, copy, 0), PARSEC_SUCCESS);
  parsec_data_delete(data);  // With its copy and the memory.
}

TEST(DataTest, OwnershipMovesWithWrites) {
  int memory[2] = {};
  parsec_data_t* data = parsec_data_create_with_type(nullptr, 0, &memory[0], sizeof(int), parsec_datatype_int_t);
  parsec_data_copy_t* second = parsec_data_copy_new(data, 1, parsec_datatype_int_t, 0);
  second->device_private = &memory[1];
  EXPECT_EQ(parsec_data_transfer_ownership_to_copy(data, 1, PARSEC_FLOW_ACCESS_RW), 0);
  EXPECT_EQ(data->owner_device, 1);
  EXPECT_EQ(parsec_data_get_copy(data, 0)->coherency_state, PARSEC_DATA_COHERENCY_INVALID);
  EXPECT_EQ(parsec_data_transfer_ownership_to_copy(data, 1, PARSEC_FLOW_ACCESS_READ), -1);
  parsec_data_destroy(data);
}

TEST(CollectionTest, IsFoundByItsId) {
  parsec_data_collection_t dc;
  parsec_data_collection_init(&dc, 1, 0);
  parsec_data_collection_set_key(&dc, "descA");
  EXPECT_STREQ(dc.key_base, "descA");
  EXPECT_EQ(parsec_dc_lookup(42), nullptr);
  EXPECT_EQ(parsec_dc_register_id(&dc, 42), PARSEC_SUCCESS);
  EXPECT_EQ(parsec_dc_register_id(&dc, 42), PARSEC_ERR_EXISTS);
  EXPECT_EQ(parsec_dc_lookup(42), &dc);
  EXPECT_EQ(parsec_dc_unregister_id(42), PARSEC_SUCCESS);
  EXPECT_EQ(parsec_dc_unregister_id(42), PARSEC_ERR_NOT_FOUND);
  EXPECT_EQ(dc.vpid_of(&dc, 1, 2), 0);
  char text[20];
  dc.key_to_string(&dc, 7, text, sizeof text);
  EXPECT_STREQ(text, "7");
  parsec_data_collection_destroy(&dc);
}

TEST(DataCollectionTest, TheKeyIsTheProgramsAndTheKeyBaseIsNot) {
  static char name[] = "tree";
  parsec_data_collection_t dc;
  parsec_data_collection_init(&dc, 1, 0);
  dc.key = name;
  parsec_data_collection_set_key(&dc, "base");
  EXPECT_STREQ(dc.key_base, "base");
  parsec_data_collection_destroy(&dc);
  EXPECT_EQ(dc.key_base, nullptr);
}

TEST(DeviceTest, ThereAreTheCoresAndTheRecursiveDevice) {
  ASSERT_EQ(parsec_nb_devices, 2u);
  EXPECT_EQ(parsec_mca_device_get(0)->type, PARSEC_DEV_CPU);
  EXPECT_EQ(parsec_mca_device_get(1)->type, PARSEC_DEV_RECURSIVE);
  EXPECT_EQ(parsec_mca_device_get(2), nullptr);
  EXPECT_FALSE(parsec_mca_device_is_gpu(0));
}

// Collections of programs call these of a device where it has them.
int RegisterMemory(parsec_data_collection_t* dc, parsec_device_module_t* device) {
  return device->memory_register == nullptr ? 7 : device->memory_register(device, dc, dc, sizeof *dc);
}
int UnregisterMemory(parsec_data_collection_t* dc, parsec_device_module_t* device) {
  return device->memory_unregister == nullptr ? 8 : device->memory_unregister(device, dc, dc);
}

TEST(DeviceTest, DevicesOfCoresHaveNothingToRegisterMemoryWith) {
  parsec_data_collection_t dc;
  parsec_data_collection_init(&dc, 1, 0);
  dc.register_memory = RegisterMemory;
  dc.unregister_memory = UnregisterMemory;
  for (uint32_t i = 0; i < parsec_nb_devices; ++i) {
    EXPECT_EQ(dc.register_memory(&dc, parsec_mca_device_get(i)), 7);
    EXPECT_EQ(dc.unregister_memory(&dc, parsec_mca_device_get(i)), 8);
  }
  parsec_data_collection_destroy(&dc);
}

}  // namespace
