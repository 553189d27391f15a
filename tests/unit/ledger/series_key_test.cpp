// Series keys as text: what the file holds must read back as it was written, in every later
// version.
#include <gtest/gtest.h>

#include "metrics/ledger/ledger.hpp"

namespace wolkvox::metrics {
namespace {

series_key key(std::vector<owned_label> labels) {
  return {.family = family_id::calls_total, .labels = std::move(labels)};
}

TEST(series_key_text, is_the_family_and_its_labels) {
  EXPECT_EQ(to_text(key({})), "wolkvox_calls_total");
  EXPECT_EQ(to_text(key({{"skill_id", "7"}, {"hung_up", ""}})),
            "wolkvox_calls_total\x1fskill_id\x1e"
            "7\x1fhung_up\x1e");
}

TEST(series_key_text, reads_back_whatever_a_label_holds) {
  const series_key keys[] = {
      key({}),
      key({{"skill_id", "7"}}),
      key({{"skill_id", ""}, {"hung_up", ""}}),
      key({{"code", "Atención=1;\"x\"\\\n"}}),
      key({{"code", "\x1b\x1e\x1f[^_"}, {"code_2", "\x1f"}}),
      key({{"code", std::string("a\0b", 3)}}),
  };
  for (const series_key& each : keys) {
    const auto read = series_key_from_text(to_text(each));
    ASSERT_TRUE(read) << read.error();
    EXPECT_TRUE(*read == each) << to_text(each);
  }
}

TEST(series_key_text, differs_where_keys_differ) {
  EXPECT_NE(to_text(key({{"code",
                          "a\x1f"
                          "code_2\x1e"
                          "b"}})),
            to_text(key({{"code", "a"}, {"code_2", "b"}})));
}

TEST(series_key_text, is_refused_where_it_was_not_written_by_us) {
  const char* bad[] = {"",
                       "wolkvox_no_such_family",
                       "wolkvox_calls_total\x1f",
                       "wolkvox_calls_total\x1fskill_id",
                       "wolkvox_calls_total\x1fskill_id\x1e"
                       "7\x1e"
                       "8",
                       "wolkvox_calls_total\x1fskill_id\x1e\x1b",
                       "wolkvox_calls_total\x1fskill_id\x1e\x1bq"};
  for (const char* text : bad) {
    EXPECT_FALSE(series_key_from_text(text)) << text;
  }
}

TEST(series_key_order, goes_by_family_then_labels) {
  const series_key first{.family = family_id::abandoned_calls_total, .labels = {{"z", "z"}}};
  EXPECT_TRUE(first < key({}));
  EXPECT_FALSE(key({}) < first);
  EXPECT_TRUE(key({}) < key({{"a", "1"}}));
  EXPECT_TRUE(key({{"a", "1"}}) < key({{"a", "2"}}));
  EXPECT_TRUE(key({{"a", "2"}}) < key({{"b", "1"}}));
  EXPECT_FALSE(key({{"a", "1"}}) < key({{"a", "1"}}));
  EXPECT_TRUE(key({{"a", "1"}}) == key({{"a", "1"}}));
  EXPECT_FALSE(key({{"a", "1"}}) == key({{"a", "1"}, {"b", ""}}));
}

}  // namespace
}  // namespace wolkvox::metrics
