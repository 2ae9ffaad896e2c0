// Datatypes with and without MPI, and copies between layouts. MPI_Init() is ours: it raises the thread level.
#include <gtest/gtest.h>

#include <vector>

#include "parsec/datatype.h"

namespace {

// One process, one MPI: the tests run in this order.
TEST(DatatypeTest, PredefinedTypesAreKnownBeforeMpi) {
  int size = 0;
  ptrdiff_t lower = 1;
  ptrdiff_t extent = 0;
  EXPECT_EQ(parsec_type_size(parsec_datatype_double_complex_t, &size), PARSEC_SUCCESS);
  EXPECT_EQ(size, 16);
  EXPECT_EQ(parsec_type_extent(parsec_datatype_int16_t, &lower, &extent), PARSEC_SUCCESS);
  EXPECT_EQ(lower, 0);
  EXPECT_EQ(extent, 2);
  EXPECT_EQ(parsec_type_contiguous(parsec_datatype_float_t), PARSEC_SUCCESS);
  EXPECT_EQ(parsec_type_match(parsec_datatype_float_t, parsec_datatype_float_t), PARSEC_SUCCESS);
  parsec_datatype_t made = PARSEC_DATATYPE_NULL;
  EXPECT_EQ(parsec_type_create_contiguous(3, parsec_datatype_int_t, &made), PARSEC_ERR_NOT_SUPPORTED);
  EXPECT_EQ(parsec_type_size(PARSEC_DATATYPE_NULL, &size), PARSEC_ERR_BAD_PARAM);
}

TEST(DatatypeTest, TypesAreMadeOverMpis) {
  int provided = 0;
  ASSERT_EQ(MPI_Init_thread(nullptr, nullptr, MPI_THREAD_SERIALIZED, &provided), MPI_SUCCESS);
  EXPECT_EQ(provided, MPI_THREAD_MULTIPLE);
  parsec_datatype_t row = PARSEC_DATATYPE_NULL;
  parsec_datatype_t column = PARSEC_DATATYPE_NULL;
  parsec_datatype_t column_again = PARSEC_DATATYPE_NULL;
  ASSERT_EQ(parsec_type_create_contiguous(3, parsec_datatype_int_t, &row), PARSEC_SUCCESS);
  ASSERT_EQ(parsec_type_create_vector(4, 1, 3, parsec_datatype_int_t, &column), PARSEC_SUCCESS);
  ASSERT_EQ(parsec_type_create_vector(4, 1, 3, parsec_datatype_int_t, &column_again), PARSEC_SUCCESS);
  int size = 0;
  EXPECT_EQ(parsec_type_size(column, &size), PARSEC_SUCCESS);
  EXPECT_EQ(size, 16);
  EXPECT_EQ(parsec_type_contiguous(row), PARSEC_SUCCESS);
  EXPECT_EQ(parsec_type_contiguous(column), PARSEC_ERROR);
  EXPECT_EQ(parsec_type_match(column, column), PARSEC_SUCCESS);
  EXPECT_EQ(parsec_type_match(column, column_again), PARSEC_ERROR);  // Alike, but two.
  EXPECT_EQ(parsec_type_match(column, row), PARSEC_ERROR);
  EXPECT_EQ(parsec_type_free(&column_again), PARSEC_SUCCESS);
  EXPECT_EQ(column_again, PARSEC_DATATYPE_NULL);
  parsec_type_free(&row);
  parsec_type_free(&column);
  parsec_datatype_t predefined = parsec_datatype_int_t;
  EXPECT_EQ(parsec_type_free(&predefined), PARSEC_SUCCESS);
  MPI_Finalize();
}

}  // namespace
