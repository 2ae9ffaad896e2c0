// Promised: for every distribution each tile that is stored has one owner; the owner's data_of, data_of_key, data_key and rank_of_key
// agree; local tiles are as many as nb_local_tiles says and lie side by side in memory. Not promised: anything about tiles of others,
// but that data_of gives NULL.
#include <parsec.h>

#include <cstdint>
#include <cstring>
#include <random>
#include <set>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "parsec/data_dist/hash_datadist.h"
#include "parsec/data_dist/matrix/sbc.h"
#include "parsec/data_dist/matrix/subtile.h"
#include "parsec/data_dist/matrix/sym_two_dim_rectangle_cyclic_band.h"
#include "parsec/data_dist/matrix/two_dim_rectangle_cyclic_band.h"
#include "parsec/data_dist/matrix/two_dim_tabular.h"
#include "parsec/data_dist/matrix/vector_two_dim_cyclic.h"
#include "parsec/data_internal.h"

namespace heddle::parsec {
namespace {

char* Memory() { return reinterpret_cast<char*>(0x10000000); }  // Never touched.

bool Stored(parsec_matrix_uplo_t uplo, int m, int n) {
  return uplo == PARSEC_MATRIX_FULL || (uplo == PARSEC_MATRIX_LOWER ? m >= n : m <= n);
}

// What the processes of a distribution say of it; one object a process.
class Owners {
 public:
  explicit Owners(const char* what) : what_(what) {}

  // All stored tiles, as process `self` sees them. `offset`: of a tile, in elements, when it is the position-th of its process.
  void Look(parsec_tiled_matrix_t* a, parsec_matrix_uplo_t uplo, bool memory) {
    parsec_data_collection_t* dc = &a->super;
    std::set<ptrdiff_t> offsets;
    const auto bytes = static_cast<ptrdiff_t>(a->bsiz) * parsec_datadist_getsizeoftype(a->mtype);
    std::vector<uint32_t> ranks;
    std::set<parsec_data_key_t> keys;
    for (int m = 0; m < a->mt; ++m) {
      for (int n = 0; n < a->nt; ++n) {
        if (!Stored(uplo, m, n)) continue;
        const uint32_t rank = dc->rank_of(dc, m, n);
        const parsec_data_key_t key = dc->data_key(dc, m, n);
        ASSERT_LT(rank, dc->nodes) << what_;
        ASSERT_EQ(dc->rank_of_key(dc, key), rank) << what_ << " (" << m << ", " << n << ")";
        ASSERT_TRUE(keys.insert(key).second) << what_ << ": two tiles with key " << key;
        ranks.push_back(rank);
        parsec_data_t* data = dc->data_of(dc, m, n);
        ASSERT_EQ(data != nullptr, rank == dc->myrank) << what_ << " (" << m << ", " << n << ") of " << rank;
        ASSERT_EQ(dc->data_of_key(dc, key), data) << what_;
        if (data == nullptr) continue;
        EXPECT_EQ(dc->vpid_of(dc, m, n), 0);
        EXPECT_EQ(dc->vpid_of_key(dc, key), 0);
        EXPECT_EQ(data->span, static_cast<size_t>(bytes));
        EXPECT_EQ(data->dc, dc);
        ++tiles_;
        ASSERT_TRUE(offsets.insert(static_cast<char*>(parsec_data_get_ptr(data, 0)) - Memory()).second) << what_;
      }
    }
    if (ranks_.empty()) ranks_ = ranks;
    EXPECT_EQ(ranks, ranks_) << what_ << ": processes do not agree";
    if (!memory) return;
    ASSERT_EQ(offsets.size(), static_cast<size_t>(a->nb_local_tiles)) << what_;
    ptrdiff_t expected = 0;
    for (const ptrdiff_t offset : offsets) {
      EXPECT_EQ(offset, expected) << what_;
      expected += bytes;
    }
  }
  // All processes have been looked at.
  void ExpectEachTileOnce() { EXPECT_EQ(tiles_, ranks_.size()) << what_; }

 private:
  const char* what_;
  size_t tiles_ = 0;
  std::vector<uint32_t> ranks_;
};

struct Sizes {
  int P, Q, kp, kq, ip, jq, mb, nb, lm, ln;
};
std::vector<Sizes> ManySizes(int count) {
  std::mt19937 random(2026);
  const auto draw = [&](int from, int to) { return std::uniform_int_distribution<int>(from, to)(random); };
  std::vector<Sizes> all;
  for (int k = 0; k < count; ++k) {
    Sizes s{draw(1, 4), draw(1, 4), draw(1, 3), draw(1, 3), 0, 0, draw(1, 5), draw(1, 5), draw(1, 60), draw(1, 60)};
    if (k % 2 == 0) s.kp = s.kq = 1;
    s.ip = draw(0, s.P - 1);
    s.jq = draw(0, s.Q - 1);
    all.push_back(s);
  }
  return all;
}

TEST(BlockCyclic, EachTileHasOneOwnerAndAPlaceOfItsOwn) {
  for (const Sizes& s : ManySizes(60)) {
    Owners owners("block cyclic"), view_owners("view");
    for (int self = 0; self < s.P * s.Q; ++self) {
      parsec_matrix_block_cyclic_t a, view;
      parsec_matrix_block_cyclic_init(&a, PARSEC_MATRIX_DOUBLE, PARSEC_MATRIX_TILE, self, s.mb, s.nb, s.lm, s.ln, 0, 0, s.lm, s.ln,
                                      s.P, s.Q, s.kp, s.kq, s.ip, s.jq);
      a.mat = Memory();
      owners.Look(&a.super, PARSEC_MATRIX_FULL, true);
      EXPECT_EQ(a.super.llm, a.nb_elem_r * s.mb);
      if (s.kp == 1 && s.kq == 1) {
        parsec_matrix_block_cyclic_kview(&view, &a, 2, 3);
        std::set<parsec_data_t*> seen;
        for (int m = 0; m < view.super.mt; ++m) {
          for (int n = 0; n < view.super.nt; ++n) {
            parsec_data_collection_t* dc = &view.super.super;
            parsec_data_t* data = dc->data_of(dc, m, n);
            ASSERT_EQ(data != nullptr, dc->rank_of(dc, m, n) == dc->myrank);
            ASSERT_EQ(dc->data_of_key(dc, dc->data_key(dc, m, n)), data);
            ASSERT_TRUE(data == nullptr || seen.insert(data).second) << "a view has a tile twice";
          }
        }
        EXPECT_EQ(seen.size(), static_cast<size_t>(a.super.nb_local_tiles));
      }
      parsec_tiled_matrix_destroy(&a.super);
    }
    owners.ExpectEachTileOnce();
  }
}

TEST(BlockCyclic, LapackStorageHasTilesWhereTheyAreInAColumnMajorMatrix) {
  parsec_matrix_block_cyclic_t a;
  parsec_matrix_block_cyclic_init(&a, PARSEC_MATRIX_FLOAT, PARSEC_MATRIX_LAPACK, 0, 4, 3, 10, 11, 0, 0, 10, 11, 1, 1, 1, 1, 0, 0);
  a.mat = Memory();
  EXPECT_EQ(a.super.lm, 10);
  EXPECT_EQ(a.super.mt, 3);
  EXPECT_EQ(BLKLDD(&a.super, 0), 10);
  EXPECT_EQ(a.super.slm, 10);
  EXPECT_EQ(a.super.sln, 11);
  parsec_data_collection_t* dc = &a.super.super;
  for (int m = 0; m < 3; ++m) {
    for (int n = 0; n < 4; ++n) {
      char* at = static_cast<char*>(parsec_data_get_ptr(dc->data_of(dc, m, n), 0));
      EXPECT_EQ(at - Memory(), (n * 3 * 10 + m * 4) * 4) << m << ", " << n;
    }
  }
  parsec_tiled_matrix_destroy(&a.super);
}

TEST(BlockCyclic, ASubmatrixHasTheTilesAndKeysOfItsMatrix) {
  parsec_matrix_block_cyclic_t a;
  parsec_matrix_block_cyclic_init(&a, PARSEC_MATRIX_DOUBLE, PARSEC_MATRIX_TILE, 0, 4, 5, 40, 50, 0, 0, 40, 50, 1, 1, 1, 1, 0, 0);
  a.mat = Memory();
  parsec_tiled_matrix_t* sub = parsec_tiled_matrix_submatrix(&a.super, 8, 15, 10, 21);
  ASSERT_NE(sub, nullptr);
  EXPECT_EQ(sub->mt, 3);
  EXPECT_EQ(sub->nt, 5);
  parsec_data_collection_t *dc = &a.super.super, *part = &sub->super;
  for (int m = 0; m < sub->mt; ++m) {
    for (int n = 0; n < sub->nt; ++n) {
      EXPECT_EQ(part->data_of(part, m, n), dc->data_of(dc, m + 2, n + 3));
      EXPECT_EQ(part->data_key(part, m, n), dc->data_key(dc, m + 2, n + 3));
      EXPECT_EQ(part->data_of_key(part, part->data_key(part, m, n)), dc->data_of(dc, m + 2, n + 3));
    }
  }
  free(sub);
  EXPECT_EQ(parsec_tiled_matrix_submatrix(&a.super, 3, 0, 4, 4), nullptr);
  EXPECT_EQ(parsec_tiled_matrix_submatrix(&a.super, 0, 0, 41, 4), nullptr);
  EXPECT_EQ(parsec_tiled_matrix_submatrix(&a.super, 0, 45, 4, 6), nullptr);
  parsec_tiled_matrix_destroy(&a.super);
}

TEST(BlockCyclic, ThreadsThatAskAtOnceGetTheSameData) {
  parsec_matrix_block_cyclic_t a;
  parsec_matrix_block_cyclic_init(&a, PARSEC_MATRIX_DOUBLE, PARSEC_MATRIX_TILE, 0, 1, 1, 64, 64, 0, 0, 64, 64, 1, 1, 1, 1, 0, 0);
  a.mat = Memory();
  std::vector<std::vector<parsec_data_t*>> seen(4);
  std::vector<std::thread> threads;
  for (auto& mine : seen) {
    threads.emplace_back([&a, &mine] {
      parsec_data_collection_t* dc = &a.super.super;
      for (int m = 0; m < 64; ++m) {
        for (int n = 0; n < 64; ++n) mine.push_back(dc->data_of(dc, m, n));
      }
    });
  }
  for (auto& thread : threads) thread.join();
  for (const auto& mine : seen) EXPECT_EQ(mine, seen[0]);
  EXPECT_EQ(std::set<parsec_data_t*>(seen[0].begin(), seen[0].end()).size(), 64u * 64u);
  parsec_tiled_matrix_destroy(&a.super);
}

TEST(Triangular, EachTileHasOneOwnerAndAPlaceOfItsOwn) {
  for (const Sizes& s : ManySizes(40)) {
    for (const parsec_matrix_uplo_t uplo : {PARSEC_MATRIX_LOWER, PARSEC_MATRIX_UPPER}) {
      Owners owners("symmetric");
      for (int self = 0; self < s.P * s.Q; ++self) {
        parsec_matrix_sym_block_cyclic_t a;
        parsec_matrix_sym_block_cyclic_init(&a, PARSEC_MATRIX_DOUBLE, self, s.mb, s.nb, s.lm, s.ln, 0, 0, s.lm, s.ln, s.P, s.Q,
                                            uplo);
        a.mat = Memory();
        owners.Look(&a.super, uplo, true);
        EXPECT_EQ(a.super.super.rank_of(&a.super.super, uplo == PARSEC_MATRIX_LOWER ? 0 : 1, uplo == PARSEC_MATRIX_LOWER ? 1 : 0),
                  UINT32_MAX);
        parsec_tiled_matrix_destroy(&a.super);
      }
      owners.ExpectEachTileOnce();
    }
  }
}

TEST(Sbc, EachTileHasOneOwnerAndAPlaceOfItsOwn) {
  for (int r = 2; r <= 7; ++r) {
    for (const bool basic : {false, true}) {
      if (basic && r % 2 != 0) continue;
      const int nodes = basic ? r * r / 2 : r * (r - 1) / 2;
      for (const parsec_matrix_uplo_t uplo : {PARSEC_MATRIX_LOWER, PARSEC_MATRIX_UPPER}) {
        for (const int size : {1, 9, 61}) {
          Owners owners("sbc");
          for (int self = 0; self < nodes; ++self) {
            parsec_matrix_sbc_t a;
            ASSERT_EQ(parsec_matrix_sbc_init(&a, PARSEC_MATRIX_INTEGER, self, 2, 2, size, size, 0, 0, size, size, nodes, r, uplo),
                      PARSEC_SUCCESS);
            a.mat = Memory();
            owners.Look(&a.super, uplo, true);
            parsec_tiled_matrix_destroy(&a.super);
          }
          owners.ExpectEachTileOnce();
        }
      }
    }
  }
}

TEST(Sbc, WrongArgumentsAreRefused) {
  parsec_matrix_sbc_t a;
  const auto init = [&a](int self, int nodes, int r, parsec_matrix_uplo_t uplo) {
    return parsec_matrix_sbc_init(&a, PARSEC_MATRIX_DOUBLE, self, 2, 2, 8, 8, 0, 0, 8, 8, nodes, r, uplo);
  };
  EXPECT_EQ(init(0, 1, 1, PARSEC_MATRIX_LOWER), PARSEC_ERR_BAD_PARAM);
  EXPECT_EQ(init(0, 4, 3, PARSEC_MATRIX_LOWER), PARSEC_ERR_BAD_PARAM);
  EXPECT_EQ(init(0, 3, 3, PARSEC_MATRIX_FULL), PARSEC_ERR_BAD_PARAM);
  EXPECT_EQ(init(3, 3, 3, PARSEC_MATRIX_LOWER), PARSEC_ERR_BAD_PARAM);
}

TEST(Tabular, EachTileHasOneOwnerAndATableCanBeCloned) {
  constexpr int kNodes = 5;
  Owners owners("tabular");
  for (int self = 0; self < kNodes; ++self) {
    parsec_matrix_tabular_t a, b;
    parsec_matrix_tabular_init(&a, PARSEC_MATRIX_DOUBLE, kNodes, self, 3, 2, 31, 17, 0, 0, 31, 17, nullptr);
    parsec_matrix_tabular_set_random_table(&a, 7);
    owners.Look(&a.super, PARSEC_MATRIX_FULL, false);
    parsec_matrix_tabular_init(&b, PARSEC_MATRIX_FLOAT, kNodes, self, 1, 1, 11, 9, 0, 0, 11, 9, nullptr);
    parsec_matrix_tabular_clone_table_structure(&a, &b);
    EXPECT_EQ(a.super.nb_local_tiles, b.super.nb_local_tiles);
    parsec_matrix_tabular_destroy(&b);
    parsec_matrix_tabular_destroy(&a);
  }
  owners.ExpectEachTileOnce();
}

TEST(Band, TilesOfTheBandAreTheBandsMatrix) {
  constexpr int kSize = 23, kTile = 2, kBand = 3;
  Owners owners("band"), symmetric("symmetric band");
  for (int self = 0; self < 6; ++self) {
    parsec_matrix_block_cyclic_band_t a;
    parsec_matrix_block_cyclic_init(&a.off_band, PARSEC_MATRIX_DOUBLE, PARSEC_MATRIX_TILE, self, kTile, kTile, kSize, kSize, 0, 0,
                                    kSize, kSize, 2, 3, 1, 1, 0, 0);
    parsec_matrix_block_cyclic_init(&a.band, PARSEC_MATRIX_DOUBLE, PARSEC_MATRIX_TILE, self, kTile, kTile, kTile * (2 * kBand - 1),
                                    kSize, 0, 0, kTile * (2 * kBand - 1), kSize, 1, 6, 1, 1, 0, 0);
    parsec_matrix_block_cyclic_band_init(&a, 6, self, kBand);
    parsec_data_collection_t *dc = &a.super.super, *band = &a.band.super.super;
    EXPECT_EQ(dc->rank_of(dc, 5, 4), band->rank_of(band, 3, 4));
    EXPECT_EQ(dc->data_of(dc, 5, 4), band->data_of(band, 3, 4));
    EXPECT_EQ(dc->rank_of(dc, 9, 1), a.off_band.super.super.rank_of(&a.off_band.super.super, 9, 1));
    EXPECT_EQ(parsec_tiled_matrix_submatrix(&a.super, 0, 0, kTile, kTile), nullptr);
    parsec_tiled_matrix_destroy(&a.super);
    parsec_tiled_matrix_destroy(&a.band.super);
    parsec_tiled_matrix_destroy(&a.off_band.super);

    parsec_matrix_sym_block_cyclic_band_t b;
    parsec_matrix_sym_block_cyclic_init(&b.off_band, PARSEC_MATRIX_DOUBLE, self, kTile, kTile, kSize, kSize, 0, 0, kSize, kSize, 2,
                                        3, PARSEC_MATRIX_LOWER);
    parsec_matrix_block_cyclic_init(&b.band, PARSEC_MATRIX_DOUBLE, PARSEC_MATRIX_TILE, self, kTile, kTile, kTile * kBand, kSize, 0,
                                    0, kTile * kBand, kSize, 1, 6, 1, 1, 0, 0);
    parsec_matrix_sym_block_cyclic_band_init(&b, 6, self, kBand);
    dc = &b.super.super;
    EXPECT_EQ(dc->data_of(dc, 5, 4), b.band.super.super.data_of(&b.band.super.super, 1, 4));
    parsec_tiled_matrix_destroy(&b.super);
    parsec_tiled_matrix_destroy(&b.band.super);
    parsec_tiled_matrix_destroy(&b.off_band.super);
  }
}

TEST(Vector, EachSegmentHasOneOwnerAndAPlaceOfItsOwn) {
  for (const Sizes& s : ManySizes(40)) {
    for (const auto distrib : {PARSEC_VECTOR_DISTRIB_ROW, PARSEC_VECTOR_DISTRIB_COL, PARSEC_VECTOR_DISTRIB_DIAG}) {
      size_t owned = 0;
      int segments = 0;
      for (int self = 0; self < s.P * s.Q; ++self) {
        parsec_vector_two_dim_cyclic_t v;
        parsec_vector_two_dim_cyclic_init(&v, PARSEC_MATRIX_DOUBLE, distrib, self, s.mb, s.lm, 0, s.lm, s.P, s.Q);
        v.mat = Memory();
        parsec_data_collection_t* dc = &v.super.super;
        segments = v.super.mt;
        std::set<ptrdiff_t> offsets;
        for (int m = 0; m < v.super.mt; ++m) {
          parsec_data_t* data = dc->data_of(dc, m);
          ASSERT_EQ(data != nullptr, dc->rank_of(dc, m) == dc->myrank);
          ASSERT_EQ(dc->data_of_key(dc, dc->data_key(dc, m)), data);
          if (data != nullptr) offsets.insert(static_cast<char*>(parsec_data_get_ptr(data, 0)) - Memory());
        }
        ASSERT_EQ(offsets.size(), static_cast<size_t>(v.super.nb_local_tiles));
        const ptrdiff_t last = (static_cast<ptrdiff_t>(offsets.size()) - 1) * s.mb * 8;
        ASSERT_TRUE(offsets.empty() || *offsets.rbegin() == last);
        owned += offsets.size();
        parsec_tiled_matrix_destroy(&v.super);
      }
      EXPECT_EQ(owned, static_cast<size_t>(segments));
    }
  }
}

TEST(Subtile, TilesOfATileLieInIt) {
  parsec_matrix_block_cyclic_t a;
  parsec_matrix_block_cyclic_init(&a, PARSEC_MATRIX_DOUBLE, PARSEC_MATRIX_TILE, 0, 20, 30, 40, 60, 0, 0, 40, 60, 1, 1, 1, 1, 0, 0);
  subtile_desc_t* sub = subtile_desc_create(&a.super, 1, 1, 5, 6, 0, 0, 20, 30);
  ASSERT_NE(sub, nullptr);
  sub->mat = Memory();
  parsec_data_collection_t* dc = &sub->super.super;
  EXPECT_EQ(sub->super.mt, 4);
  EXPECT_EQ(sub->super.nt, 5);
  EXPECT_EQ(static_cast<char*>(parsec_data_get_ptr(dc->data_of(dc, 2, 3), 0)) - Memory(), (3 * 6 * 20 + 2 * 5) * 8);
  parsec_tiled_matrix_destroy(&sub->super);
  free(sub);
  parsec_tiled_matrix_destroy(&a.super);
}

TEST(Hash, APieceIsWhatWasToldLast) {
  parsec_hash_datadist_t* c = parsec_hash_datadist_create(3, 1);
  ASSERT_NE(c, nullptr);
  int value[2];
  parsec_hash_datadist_set_data(c, nullptr, 7, 0, 2, 8);
  parsec_hash_datadist_set_data(c, value, 7 + 65536, 0, 1, sizeof value);
  parsec_data_collection_t* dc = &c->super;
  EXPECT_EQ(dc->rank_of(dc, 7), 2u);
  EXPECT_EQ(dc->rank_of(dc, 8), 3u) << "nobody told";
  EXPECT_EQ(dc->data_of(dc, 7), nullptr);
  parsec_data_t* data = dc->data_of(dc, 7 + 65536);
  ASSERT_NE(data, nullptr);
  EXPECT_EQ(parsec_data_get_ptr(data, 0), value);
  EXPECT_EQ(dc->data_of_key(dc, dc->data_key(dc, 7 + 65536)), data);
  parsec_hash_datadist_destroy(c);
}

TEST(Files, TilesComeBackFromAFile) {
  for (const parsec_matrix_storage_t storage : {PARSEC_MATRIX_TILE, PARSEC_MATRIX_LAPACK}) {
    parsec_matrix_block_cyclic_t a;
    parsec_matrix_block_cyclic_init(&a, PARSEC_MATRIX_INTEGER, storage, 0, 4, 3, 10, 11, 0, 0, 10, 11, 1, 1, 1, 1, 0, 0);
    std::vector<int> memory(12 * 12), before;
    for (size_t k = 0; k < memory.size(); ++k) memory[k] = static_cast<int>(k);
    if (storage == PARSEC_MATRIX_LAPACK) std::fill(memory.begin() + 110, memory.end(), 0);
    before = memory;
    a.mat = memory.data();
    std::string name = ::testing::TempDir() + "/tiles";
    ASSERT_EQ(parsec_tiled_matrix_data_write(&a.super, name.data()), PARSEC_SUCCESS);
    std::fill(memory.begin(), memory.end(), 0);
    ASSERT_EQ(parsec_tiled_matrix_data_read(&a.super, name.data()), PARSEC_SUCCESS);
    EXPECT_EQ(memory, before);
    std::string none = ::testing::TempDir() + "/none";
    EXPECT_EQ(parsec_tiled_matrix_data_read(&a.super, none.data()), PARSEC_ERR_NOT_FOUND);
    parsec_tiled_matrix_destroy(&a.super);
  }
}

TEST(Datatypes, TrianglesAndRectanglesHaveTheElementsThatTheySay) {
  ptrdiff_t extent;
  parsec_datatype_t type;
  int bytes;
  ASSERT_EQ(parsec_matrix_define_datatype(&type, parsec_datatype_double_t, PARSEC_MATRIX_LOWER, 1, 4, 4, 5, -1, &extent),
            PARSEC_SUCCESS);
  EXPECT_EQ(extent, 4 * 5 * 8);
  parsec_type_size(type, &bytes);
  EXPECT_EQ(bytes, 10 * 8);
  parsec_type_free(&type);
  ASSERT_EQ(parsec_matrix_define_datatype(&type, parsec_datatype_float_t, PARSEC_MATRIX_UPPER, 0, 3, 6, 3, -1, &extent),
            PARSEC_SUCCESS);
  parsec_type_size(type, &bytes);
  EXPECT_EQ(bytes, (0 + 1 + 2 + 3 + 3 + 3) * 4);
  parsec_type_free(&type);
  ASSERT_EQ(parsec_matrix_define_datatype(&type, parsec_datatype_int32_t, PARSEC_MATRIX_FULL, 1, 3, 2, 7, 1, &extent),
            PARSEC_SUCCESS);
  EXPECT_EQ(extent, 4);
  parsec_type_size(type, &bytes);
  EXPECT_EQ(bytes, 3 * 2 * 4);
  parsec_type_free(&type);

  parsec_arena_datatype_t* adt = parsec_matrix_adt_new_rect(parsec_datatype_double_t, 4, 3, 5);
  ASSERT_NE(adt, nullptr);
  EXPECT_EQ(adt->arena->elem_size, static_cast<size_t>((2 * 5 + 4) * 8));
  EXPECT_EQ(parsec_matrix_adt_free(&adt), PARSEC_SUCCESS);
  EXPECT_EQ(adt, nullptr);
}

}  // namespace
}  // namespace heddle::parsec

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  MPI_Init(&argc, &argv);
  const int result = RUN_ALL_TESTS();
  MPI_Finalize();
  return result;
}
