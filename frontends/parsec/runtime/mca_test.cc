// Parameters of programs: sources and their order, kinds, wrong values.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "parsec/constants.h"
#include "parsec/utils/mca_param.h"
#include "parsec/utils/parsec_environ.h"

namespace {

int Value(int index) {
  int value = -12345;
  parsec_mca_param_lookup_int(index, &value);
  return value;
}

TEST(McaTest, TheProgramGoesBeforeTheEnvironmentAndThatBeforeTheDefault) {
  int value = 0;
  const int index = parsec_mca_param_reg_int_name("test", "order", "help", false, false, 5, &value);
  ASSERT_GE(index, 0);
  EXPECT_EQ(value, 5);
  EXPECT_EQ(parsec_mca_param_find("test", nullptr, "order"), index);
  setenv("PARSEC_MCA_test_order", "6", 1);
  EXPECT_EQ(Value(index), 6);
  EXPECT_EQ(parsec_mca_param_set_int(index, 7), PARSEC_SUCCESS);
  EXPECT_EQ(Value(index), 7);
  parsec_mca_param_source_t source;
  EXPECT_EQ(parsec_mca_param_lookup_source(index, &source, nullptr), PARSEC_SUCCESS);
  EXPECT_EQ(source, MCA_PARAM_SOURCE_OVERRIDE);
  parsec_mca_param_unset(index);
  EXPECT_EQ(Value(index), 6);
  unsetenv("PARSEC_MCA_test_order");
  EXPECT_EQ(Value(index), 5);
}

TEST(McaTest, FilesAreRead) {
  const std::string name = std::string(std::getenv("TEST_TMPDIR") != nullptr ? std::getenv("TEST_TMPDIR") : "/tmp") + "/params.conf";
  {
    std::ofstream file(name);
    file << "# a comment\n\n test_file = 12 \ntest_text=\"two words\"\n";
  }
  setenv("PARSEC_MCA_mca_param_files", name.c_str(), 1);
  parsec_mca_param_recache_files();
  int value = 0;
  EXPECT_GE(parsec_mca_param_reg_int_name("test", "file", "help", false, false, 1, &value), 0);
  EXPECT_EQ(value, 12);
  char* text = nullptr;
  EXPECT_GE(parsec_mca_param_reg_string_name("test", "text", "help", false, false, "", &text), 0);
  EXPECT_STREQ(text, "two words");
  std::free(text);
  unsetenv("PARSEC_MCA_mca_param_files");
  parsec_mca_param_recache_files();
  std::remove(name.c_str());
}

TEST(McaTest, AWrongValueIsAnErrorThatNamesTheParameterAndLeavesTheDefault) {
  setenv("PARSEC_MCA_test_wrong", "12x", 1);
  int value = 0;
  ::testing::internal::CaptureStderr();
  EXPECT_EQ(parsec_mca_param_reg_int_name("test", "wrong", "help", false, false, 3, &value), PARSEC_ERR_BAD_PARAM);
  const std::string message = ::testing::internal::GetCapturedStderr();
  EXPECT_NE(message.find("test_wrong"), std::string::npos) << message;
  EXPECT_NE(message.find("12x"), std::string::npos) << message;
  EXPECT_EQ(value, 3);
  unsetenv("PARSEC_MCA_test_wrong");
}

TEST(McaTest, TheRuntimesOwnAreThere) {
  std::size_t value = 0;
  EXPECT_EQ(parsec_mca_param_find_sizet_name("task", "startup_chunk", nullptr, &value), PARSEC_SUCCESS);
  EXPECT_EQ(value, 256u);
  EXPECT_EQ(parsec_mca_param_find("no", "such", "thing"), PARSEC_ERR_NOT_FOUND);
}

TEST(McaTest, EnvironmentsOfOthersCanBeMade) {
  char** environment = nullptr;
  char name[] = "mca_sched";
  char value[] = "ap";
  parsec_setenv_mca_param(name, value, &environment);
  ASSERT_NE(environment, nullptr);
  EXPECT_STREQ(environment[0], "PARSEC_MCA_mca_sched=ap");
  EXPECT_EQ(parsec_setenv("PARSEC_MCA_mca_sched", "gd", false, &environment), PARSEC_ERR_EXISTS);
  EXPECT_EQ(parsec_unsetenv("PARSEC_MCA_mca_sched", &environment), PARSEC_SUCCESS);
  EXPECT_EQ(environment[0], nullptr);
  std::free(environment);
  parsec_setenv_mca_param(name, value, &environ);
  EXPECT_STREQ(std::getenv("PARSEC_MCA_mca_sched"), "ap");
  unsetenv("PARSEC_MCA_mca_sched");
}

}  // namespace
