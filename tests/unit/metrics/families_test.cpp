// The table of families: what static_assert cannot say, and that look-up finds every row.
#include "metrics/families.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <string>
#include <utility>

#include "metrics/accumulated.hpp"

namespace wolkvox::metrics {
namespace {

TEST(families, table_is_in_the_order_of_the_enum) {
  ASSERT_EQ(all_families().size(), std::to_underlying(family_id::count_));
  for (std::size_t i = 0; i < all_families().size(); ++i) {
    EXPECT_EQ(std::to_underlying(all_families()[i].id), i) << all_families()[i].name;
  }
}

TEST(families, names_are_unique_and_found) {
  std::set<std::string_view> names;
  for (const auto& each : all_families()) {
    EXPECT_TRUE(names.insert(each.name).second) << each.name;
    EXPECT_EQ(find_family(each.name), each.id);
    EXPECT_EQ(describe(each.id).name, each.name);
  }
  EXPECT_EQ(find_family("wolkvox_nothing"), std::nullopt);
  EXPECT_EQ(find_family(""), std::nullopt);
}

TEST(families, names_are_of_the_exporter_or_the_process) {
  for (const auto& each : all_families()) {
    EXPECT_TRUE(each.name.starts_with("wolkvox_") || each.name.starts_with("process_"))
        << each.name;
    EXPECT_EQ(each.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_"),
              std::string_view::npos)
        << each.name;
  }
}

TEST(families, counters_alone_end_in_total) {
  for (const auto& each : all_families()) {
    EXPECT_EQ(each.name.ends_with("_total"), each.type == metric_type::counter) << each.name;
  }
}

TEST(families, unit_is_the_suffix_of_the_name) {
  for (const auto& each : all_families()) {
    auto stem = each.name;
    if (stem.ends_with("_total")) {
      stem.remove_suffix(std::string_view{"_total"}.size());
    }
    if (!each.unit.empty()) {
      EXPECT_TRUE(stem.ends_with("_" + std::string{each.unit})) << each.name;
    }
    for (const std::string_view unit : {"seconds", "ratio", "bytes", "requests"}) {
      if (stem.ends_with("_" + std::string{unit})) {
        EXPECT_EQ(each.unit, unit) << each.name;
      }
    }
  }
}

TEST(families, help_of_what_accumulates_tells_how_long_a_new_series_shows_0) {
  const auto told = fmt::format("a new series shows 0 for {} s first.",
                                std::chrono::seconds{accumulated::first_showing}.count());
  for (const auto& each : all_families()) {
    EXPECT_EQ(each.help.ends_with(told), each.kept == lifetime::ledger) << each.name;
  }
}

TEST(families, help_is_one_sentence) {
  for (const auto& each : all_families()) {
    EXPECT_TRUE(each.help.ends_with('.')) << each.name;
    EXPECT_EQ(each.help.find('\n'), std::string_view::npos) << each.name;
    EXPECT_EQ(each.help.find(". "), std::string_view::npos) << each.name;
    EXPECT_GT(each.help.size(), 20U) << each.name;
  }
}

TEST(families, labels_begin_with_operation_and_pair_ids_with_names) {
  for (const auto& each : all_families()) {
    const auto labels = each.labels;
    EXPECT_EQ((std::set<std::string_view>{labels.begin(), labels.end()}.size()), labels.size());
    const auto operation = std::ranges::find(labels, "operation");
    EXPECT_TRUE(operation == labels.end() || operation == labels.begin()) << each.name;
    for (const std::string thing : {"agent", "skill", "campaign"}) {
      const auto id = std::ranges::find(labels, thing + "_id");
      const auto name = std::ranges::find(labels, thing);
      ASSERT_EQ(id == labels.end(), name == labels.end()) << each.name;
      EXPECT_TRUE(id == labels.end() || name == id + 1) << each.name;
    }
  }
}

TEST(families, histograms_alone_have_buckets_and_these_rise) {
  for (const auto& each : all_families()) {
    EXPECT_EQ(each.buckets.empty(), each.type != metric_type::histogram) << each.name;
    EXPECT_EQ(std::ranges::adjacent_find(each.buckets, std::greater_equal{}), each.buckets.end())
        << each.name;
  }
}

TEST(families, only_the_exporters_own_have_no_source) {
  for (const auto& each : all_families()) {
    EXPECT_EQ(each.source.empty(), each.kept == lifetime::self) << each.name;
  }
}

}  // namespace
}  // namespace wolkvox::metrics
