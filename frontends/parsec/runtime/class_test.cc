// The object system, lists, hash tables, infos, futures and pools of the C API, as programs use them. What locks do when several
// threads meet is tried with two threads; exact fairness is not promised.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "parsec/class/dequeue.h"
#include "parsec/class/fifo.h"
#include "parsec/class/info.h"
#include "parsec/class/lifo.h"
#include "parsec/class/list.h"
#include "parsec/class/parsec_future.h"
#include "parsec/class/parsec_hash_table.h"
#include "parsec/class/parsec_object.h"
#include "parsec/class/parsec_rwlock.h"
#include "parsec/class/parsec_value_array.h"
#include "parsec/mempool.h"
#include "parsec/private_mempool.h"
#include "parsec/utils/zone_malloc.h"

namespace {

std::vector<int> calls;

struct base_t {
  parsec_list_item_t super;
  int value;
};
void ConstructBase(base_t* base) {
  calls.push_back(1);
  base->value = 7;
}
void DestructBase(base_t*) { calls.push_back(-1); }

struct derived_t {
  base_t super;
};
void ConstructDerived(derived_t*) { calls.push_back(2); }
void DestructDerived(derived_t*) { calls.push_back(-2); }

PARSEC_OBJ_CLASS_INSTANCE(base_t, parsec_list_item_t, ConstructBase, DestructBase);
PARSEC_OBJ_CLASS_INSTANCE(derived_t, base_t, ConstructDerived, DestructDerived);

TEST(ObjectTest, ConstructorsRunFromTheRootAndDestructorsTheOtherWay) {
  calls.clear();
  derived_t* object = PARSEC_OBJ_NEW(derived_t);
  EXPECT_EQ(object->super.value, 7);
  PARSEC_OBJ_RETAIN(object);
  derived_t* other = object;
  PARSEC_OBJ_RELEASE(other);
  ASSERT_NE(other, nullptr);
  EXPECT_EQ(calls, (std::vector<int>{1, 2}));
  PARSEC_OBJ_RELEASE(object);
  EXPECT_EQ(object, nullptr);
  EXPECT_EQ(calls, (std::vector<int>{1, 2, -2, -1}));
}

TEST(ObjectTest, ObjectsInTheProgramsMemoryAreNotFreed) {
  calls.clear();
  base_t object;
  OBJ_CONSTRUCT(&object, base_t);
  OBJ_DESTRUCT(&object);
  EXPECT_EQ(calls, (std::vector<int>{1, -1}));
}

class ListTest : public ::testing::Test {
 protected:
  ListTest() {
    PARSEC_OBJ_CONSTRUCT(&list_, parsec_list_t);
    for (int i = 0; i < 6; ++i) {
      PARSEC_OBJ_CONSTRUCT(&items_[i], base_t);
      items_[i].value = (i * 5) % 6;  // 0 5 4 3 2 1
    }
  }
  parsec_list_item_t* At(int i) { return &items_[i].super; }
  std::vector<int> Values() {
    std::vector<int> values;
    PARSEC_LIST_ITERATOR(&list_, item, { values.push_back(reinterpret_cast<base_t*>(item)->value); });
    return values;
  }

  parsec_list_t list_;
  base_t items_[6];
};

TEST_F(ListTest, BothEndsCanBePushedToAndPoppedFrom) {
  EXPECT_TRUE(parsec_list_is_empty(&list_));
  parsec_list_push_back(&list_, At(1));
  parsec_list_push_back(&list_, At(2));
  parsec_list_push_front(&list_, At(0));
  EXPECT_EQ(Values(), (std::vector<int>{0, 5, 4}));
  EXPECT_EQ(parsec_list_pop_back(&list_), At(2));
  EXPECT_EQ(parsec_list_try_pop_front(&list_), At(0));
  EXPECT_EQ(parsec_list_pop_front(&list_), At(1));
  EXPECT_EQ(parsec_list_pop_front(&list_), nullptr);
}

TEST_F(ListTest, SortsTheGreatestFirst) {
  for (int i = 0; i < 6; ++i) parsec_list_push_back(&list_, At(i));
  parsec_list_sort(&list_, offsetof(base_t, value));
  EXPECT_EQ(Values(), (std::vector<int>{5, 4, 3, 2, 1, 0}));
}

TEST_F(ListTest, SortedInsertsKeepTheOrder) {
  parsec_list_push_sorted(&list_, At(3), offsetof(base_t, value));
  parsec_list_push_sorted(&list_, At(1), offsetof(base_t, value));
  parsec_list_push_sorted(&list_, At(0), offsetof(base_t, value));
  parsec_list_item_t* ring = parsec_list_item_singleton(At(4));
  parsec_list_item_ring_push(ring, At(2));
  parsec_list_item_ring_push(ring, At(5));
  parsec_list_chain_sorted(&list_, ring, offsetof(base_t, value));
  EXPECT_EQ(Values(), (std::vector<int>{5, 4, 3, 2, 1, 0}));
}

TEST_F(ListTest, RingsComeAndGoWhole) {
  parsec_list_item_t* ring = parsec_list_item_singleton(At(0));
  parsec_list_item_ring_push(ring, At(1));
  parsec_list_item_t* other = parsec_list_item_singleton(At(2));
  parsec_list_chain_back(&list_, parsec_list_item_ring_merge(ring, other));
  EXPECT_EQ(Values(), (std::vector<int>{0, 5, 4}));
  ring = parsec_list_unchain(&list_);
  EXPECT_TRUE(parsec_list_is_empty(&list_));
  EXPECT_EQ(parsec_list_item_ring_chop(ring), At(1));
}

TEST_F(ListTest, QueuesAreLists) {
  parsec_fifo_t fifo;
  PARSEC_OBJ_CONSTRUCT(&fifo, parsec_fifo_t);
  parsec_fifo_push(&fifo, At(0));
  parsec_fifo_push(&fifo, At(1));
  EXPECT_EQ(parsec_fifo_pop(&fifo), At(0));
  parsec_dequeue_push_front(&fifo, At(0));
  EXPECT_EQ(parsec_dequeue_pop_back(&fifo), At(1));
}

TEST(LifoTest, TwoThreadsTakeEachItemOnce) {
  parsec_lifo_t lifo;
  PARSEC_OBJ_CONSTRUCT(&lifo, parsec_lifo_t);
  std::vector<base_t> items(2000);
  for (base_t& item : items) {
    PARSEC_OBJ_CONSTRUCT(&item, base_t);
    item.value = 0;
    parsec_lifo_push(&lifo, &item.super);
  }
  const auto take = [&lifo] {
    while (parsec_list_item_t* item = parsec_lifo_pop(&lifo)) ++reinterpret_cast<base_t*>(item)->value;
  };
  std::thread other(take);
  take();
  other.join();
  for (const base_t& item : items) EXPECT_EQ(item.value, 1);
}

struct entry_t {
  int value;
  parsec_hash_table_item_t item;
};

TEST(HashTableTest, FindsWhatIsThereAfterItGrew) {
  parsec_hash_table_t table;
  PARSEC_OBJ_CONSTRUCT(&table, parsec_hash_table_t);
  parsec_hash_table_init(&table, offsetof(entry_t, item), 3, parsec_hash_table_generic_key_fn, nullptr);
  std::vector<entry_t> entries(5000);
  for (int i = 0; i < 5000; ++i) {
    entries[i].value = i;
    entries[i].item.key = static_cast<parsec_key_t>(i) << 20;
    parsec_hash_table_insert(&table, &entries[i].item);
  }
  for (int i = 0; i < 5000; ++i) {
    auto* found = static_cast<entry_t*>(parsec_hash_table_find(&table, static_cast<parsec_key_t>(i) << 20));
    ASSERT_NE(found, nullptr);
    EXPECT_EQ(found->value, i);
  }
  EXPECT_EQ(parsec_hash_table_find(&table, 1), nullptr);
  int seen = 0;
  parsec_hash_table_for_all(
      &table, [](void*, void* count) { ++*static_cast<int*>(count); }, &seen);
  EXPECT_EQ(seen, 5000);
  for (int i = 0; i < 5000; ++i) {
    const parsec_key_t key = static_cast<parsec_key_t>(i) << 20;
    parsec_key_handle_t handle;
    parsec_hash_table_lock_bucket_handle(&table, key, &handle);
    EXPECT_EQ(parsec_hash_table_nolock_remove_handle(&table, &handle), &entries[i]);
    EXPECT_EQ(parsec_hash_table_nolock_find_handle(&table, &handle), nullptr);
    parsec_hash_table_unlock_bucket_handle(&table, &handle);
  }
  parsec_hash_table_fini(&table);
  PARSEC_OBJ_DESTRUCT(&table);
}

TEST(HashTableTest, UserDefinedKeysAreComparedByTheUser) {
  const parsec_key_fn_t functions = {[](parsec_key_t a, parsec_key_t b, void*) { return static_cast<int>(a % 10 == b % 10); }, nullptr,
                                     [](parsec_key_t, void*) { return std::uint64_t{1}; }};
  parsec_hash_table_t table;
  PARSEC_OBJ_CONSTRUCT(&table, parsec_hash_table_t);
  parsec_hash_table_init(&table, offsetof(entry_t, item), 10, functions, nullptr);
  entry_t entry{};
  entry.item.key = 23;
  parsec_hash_table_insert(&table, &entry.item);
  EXPECT_EQ(parsec_hash_table_find(&table, 103), &entry);
  EXPECT_EQ(parsec_hash_table_remove(&table, 4), nullptr);
  EXPECT_EQ(parsec_hash_table_remove(&table, 3), &entry);
  parsec_hash_table_fini(&table);
}

TEST(RwLockTest, WritersAreAlone) {
  parsec_atomic_rwlock_t lock = PARSEC_RWLOCK_UNLOCKED;
  int plain = 0;
  const auto work = [&] {
    for (int i = 0; i < 2000; ++i) {
      parsec_atomic_rwlock_wrlock(&lock);
      ++plain;
      parsec_atomic_rwlock_wrunlock(&lock);
      parsec_atomic_rwlock_rdlock(&lock);
      EXPECT_GT(plain, 0);
      parsec_atomic_rwlock_rdunlock(&lock);
    }
  };
  std::thread other(work);
  work();
  other.join();
  EXPECT_EQ(plain, 4000);
}

TEST(InfoTest, ValuesAreMadeWhenAskedForAndEndedWithTheirName) {
  static int made = 0;
  static int ended = 0;
  parsec_info_t infos;
  PARSEC_OBJ_CONSTRUCT(&infos, parsec_info_t);
  const parsec_info_id_t id = parsec_info_register(
      &infos, "workspace", [](void*, void*) { ++ended; }, nullptr,
      [](void* object, void*) {
        ++made;
        return object;
      },
      nullptr, nullptr);
  EXPECT_EQ(parsec_info_register(&infos, "workspace", nullptr, nullptr, nullptr, nullptr, nullptr), PARSEC_INFO_ID_UNDEFINED);
  EXPECT_EQ(parsec_info_lookup(&infos, "workspace", nullptr), id);
  parsec_info_object_array_t array;
  PARSEC_OBJ_CONSTRUCT(&array, parsec_info_object_array_t);
  int object = 0;
  parsec_info_object_array_init(&array, &infos, &object);
  EXPECT_EQ(parsec_info_get(&array, id), &object);
  EXPECT_EQ(parsec_info_get(&array, id), &object);
  EXPECT_EQ(made, 1);
  EXPECT_EQ(parsec_info_unregister(&infos, id, nullptr), id);
  EXPECT_EQ(ended, 1);
  EXPECT_EQ(parsec_info_lookup(&infos, "workspace", nullptr), PARSEC_INFO_ID_UNDEFINED);
  PARSEC_OBJ_DESTRUCT(&array);
  PARSEC_OBJ_DESTRUCT(&infos);
}

TEST(FutureTest, CountingFuturesAreReadyAfterTheirLastValue) {
  parsec_countable_future_t* future = PARSEC_OBJ_NEW(parsec_countable_future_t);
  parsec_future_init(future, nullptr, 2);
  int value = 0;
  parsec_future_set(future, &value);
  EXPECT_FALSE(parsec_future_is_ready(future));
  std::thread setter([&] { parsec_future_set(future, &value); });
  EXPECT_EQ(parsec_future_get(future), &value);
  setter.join();
  PARSEC_OBJ_RELEASE(future);
}

TEST(ValueArrayTest, GrowsWithZeros) {
  parsec_value_array_t array;
  PARSEC_OBJ_CONSTRUCT(&array, parsec_value_array_t);
  parsec_value_array_init(&array, sizeof(int));
  const int three = 3;
  EXPECT_EQ(parsec_value_array_set_item(&array, 4, &three), PARSEC_SUCCESS);
  EXPECT_EQ(parsec_value_array_get_size(&array), 5u);
  EXPECT_EQ(PARSEC_VALUE_ARRAY_GET_ITEM(&array, int, 0), 0);
  EXPECT_EQ(parsec_value_array_remove_item(&array, 0), PARSEC_SUCCESS);
  EXPECT_EQ(PARSEC_VALUE_ARRAY_GET_ITEM(&array, int, 3), 3);
  PARSEC_OBJ_DESTRUCT(&array);
}

struct pooled_t {
  parsec_list_item_t super;
  parsec_thread_mempool_t* owner;
};
PARSEC_OBJ_CLASS_INSTANCE(pooled_t, parsec_list_item_t, NULL, NULL);

TEST(MempoolTest, ElementsGoBackToTheirPool) {
  parsec_mempool_t pool;
  PARSEC_MEMPOOL_CONSTRUCT(&pool, pooled_t, owner, 2);
  void* element = parsec_thread_mempool_allocate(&pool.thread_mempools[1]);
  parsec_mempool_free(&pool, element);
  EXPECT_EQ(parsec_thread_mempool_allocate(&pool.thread_mempools[1]), element);
  parsec_mempool_free(&pool, element);
  EXPECT_EQ(parsec_mempool_destruct(&pool), 1u);

  parsec_memory_pool_t scratch;
  parsec_private_memory_init(&scratch, 100);
  void* memory = parsec_private_memory_pop(&scratch);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(memory) % 16, 0u);
  parsec_private_memory_push(&scratch, memory);
  EXPECT_EQ(parsec_private_memory_pop(&scratch), memory);
  parsec_private_memory_push(&scratch, memory);
  parsec_private_memory_fini(&scratch);
}

TEST(ZoneTest, GapsAreUsedAgain) {
  char memory[1000];
  zone_malloc_t* zone = zone_malloc_init(memory, 10, 100);
  void* first = zone_malloc(zone, 250);
  void* second = zone_malloc(zone, 700);
  EXPECT_EQ(zone_malloc(zone, 1), nullptr);
  zone_free(zone, first);
  EXPECT_EQ(zone_malloc(zone, 301), nullptr);
  EXPECT_EQ(zone_malloc(zone, 300), first);
  EXPECT_EQ(zone_in_use(zone), 1000u);
  zone_free(zone, second);
  EXPECT_EQ(zone_malloc_fini(&zone), memory);
}

}  // namespace
