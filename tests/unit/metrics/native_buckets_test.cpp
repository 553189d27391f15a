// Native buckets: which bucket a value is in, and that nothing is lost.
#include "metrics/native_buckets.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "metrics/quantity.hpp"

namespace wolkvox::metrics {
namespace {

using bucket = native_buckets::bucket;

struct place_case {
  double value;
  std::int32_t index;
};

class native_bucket : public testing::TestWithParam<place_case> {};

TEST_P(native_bucket, has_an_upper_bound_that_belongs_to_it) {
  EXPECT_EQ(native_buckets::index_of(GetParam().value), GetParam().index);
}

// Powers of two are bounds of every schema.
INSTANTIATE_TEST_SUITE_P(values, native_bucket,
                         testing::Values(place_case{1, 0}, place_case{std::nextafter(1.0, 2.0), 1},
                                         place_case{std::nextafter(1.0, 0.0), 0}, place_case{2, 8},
                                         place_case{std::nextafter(2.0, 3.0), 9},
                                         place_case{0.5, -8},
                                         place_case{std::nextafter(0.5, 1.0), -7},
                                         place_case{4, 16}, place_case{3, 13}, place_case{5, 19},
                                         place_case{60, 48}, place_case{64, 48}, place_case{65, 49},
                                         place_case{600, 74}, place_case{3600, 95},
                                         place_case{1e-6, -159}, place_case{1e9, 240}));

// The definition, in wider arithmetic: 2^((i-1)/8) < value <= 2^(i/8).
TEST(native_buckets, follow_the_definition_for_every_amount) {
  std::mt19937_64 random{7};
  for (int round = 0; round < 200'000; ++round) {
    const auto micros = static_cast<std::int64_t>(random() >> (14 + random() % 49)) + 1;
    const double value = quantity::from_micros(micros).value();
    const auto index = native_buckets::index_of(value);
    ASSERT_LE(value, std::exp2(static_cast<long double>(index) / 8)) << micros;
    ASSERT_GT(value, std::exp2(static_cast<long double>(index - 1) / 8)) << micros;
  }
}

TEST(native_buckets, hold_whole_seconds_apart_as_far_as_they_are_apart) {
  native_buckets made;
  for (const double seconds : {0.0, 1.0, 2.0, 2.0, 15.0, 0.0, 16.0, 1.0}) {
    made.observe(seconds);
  }
  EXPECT_EQ(made.zero_count(), 2U);
  EXPECT_THAT(made.positive(), testing::ElementsAre(bucket{0, 2}, bucket{8, 2}, bucket{32, 2}));
  EXPECT_EQ(made.total(), 8U);
}

TEST(native_buckets, are_few_whatever_is_observed) {
  native_buckets made;
  std::mt19937_64 random{1};
  for (int round = 0; round < 100'000; ++round) {
    made.observe(
        quantity::from_micros(static_cast<std::int64_t>(random() % 1'000'000'000'000'000)).value());
    made.observe(std::exp2((static_cast<double>(random() % 50'000) / 1000) - 20));
  }
  EXPECT_LE(made.positive().size(), 402U);
  EXPECT_EQ(made.total(), 200'000U);
}

TEST(native_buckets, know_whether_they_grew) {
  const native_buckets before{1, {{3, 2}, {5, 1}}};
  EXPECT_TRUE(before.has_grown_from(before));
  EXPECT_TRUE(before.has_grown_from({}));
  EXPECT_TRUE((native_buckets{1, {{2, 1}, {3, 2}, {5, 4}}}).has_grown_from(before));
  EXPECT_FALSE((native_buckets{0, {{3, 2}, {5, 1}}}).has_grown_from(before)) << "zeros lost";
  EXPECT_FALSE((native_buckets{1, {{3, 1}, {5, 9}}}).has_grown_from(before)) << "a count fell";
  EXPECT_FALSE((native_buckets{1, {{3, 2}, {6, 9}}}).has_grown_from(before)) << "a bucket left";
}

TEST(native_buckets, of_an_old_histogram_lie_at_the_ends_of_its_buckets) {
  const std::vector<double> bounds{5, 10, 64};
  const std::vector<std::uint64_t> counts{3, 0, 2, 4};
  const auto made = native_from_classic(bounds, counts);
  EXPECT_EQ(made.total(), 9U);
  EXPECT_EQ(made.zero_count(), 0U);
  EXPECT_THAT(made.positive(), testing::ElementsAre(bucket{native_buckets::index_of(5), 3},
                                                    bucket{48, 2}, bucket{49, 4}));
  EXPECT_EQ(native_from_classic(bounds, std::vector<std::uint64_t>(4)).total(), 0U);
}

}  // namespace
}  // namespace wolkvox::metrics
