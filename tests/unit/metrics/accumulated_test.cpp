// What accumulates: 0 before the first value in every order of events, exact totals, the limit.
#include "metrics/accumulated.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "metrics/exposition/exact_raise.hpp"
#include "tests/unit/metrics/desk.hpp"
#include "tests/unit/metrics/exposition_reader.hpp"

namespace wolkvox::metrics {
namespace {

using namespace std::chrono_literals;

TEST(accumulated, new_series_is_at_0_for_two_scrapes_of_a_minute) {
  desk acme;
  acme.poll(0s, {calls("7", 3)});
  EXPECT_EQ(acme.value(), 0);
  EXPECT_EQ(acme.next, at(130s));
  acme.poll(10s, {calls("7", 5)});
  acme.publish(129s);
  EXPECT_EQ(acme.value(), 0);
  EXPECT_EQ(acme.next, at(130s)) << "what it grows by meanwhile makes nothing later";
  acme.publish(130s);
  EXPECT_EQ(acme.value(), 5);
  EXPECT_EQ(acme.next, std::nullopt);
  acme.poll(131s, {calls("7", 6)});
  EXPECT_EQ(acme.value(), 6) << "what was shown grows at once";
}

TEST(accumulated, each_series_waits_for_itself) {
  desk acme;
  acme.poll(0s, {calls("7", 3)});
  acme.poll(60s, {calls("8", 2)});
  EXPECT_EQ(acme.next, at(130s));
  acme.publish(130s);
  EXPECT_EQ(acme.value(), 3);
  EXPECT_EQ(acme.next, at(190s));
  EXPECT_TRUE(acme.text().ends_with(" 0\n"));
}

TEST(accumulated, pages_that_were_never_published_count_for_nothing) {
  desk acme;
  acme.counted.apply({calls("7", 3)});
  EXPECT_EQ(acme.counted.pages().size(), 1U);
  EXPECT_TRUE(acme.counted.keys_to_show(at(300s)).empty());
}

TEST(accumulated, series_that_has_stood_at_0_grows_at_once) {
  desk acme;
  acme.poll(0s, {calls("7", 0)});
  EXPECT_EQ(acme.next, std::nullopt) << "nothing waits";
  EXPECT_TRUE(acme.counted.keys_to_show(at(130s)).empty()) << "nothing above 0 to mark";
  acme.poll(130s, {calls("7", 2)});
  EXPECT_EQ(acme.value(), 2);
}

TEST(accumulated, keys_are_told_before_they_are_shown) {
  desk acme;
  acme.poll(0s, {calls("7", 3), calls("8", 0)});
  const auto keys = acme.counted.keys_to_show(at(130s));
  ASSERT_EQ(keys.size(), 1U);
  EXPECT_EQ(keys[0].labels[0].value, "7");
  acme.pages = acme.counted.pages();  // the ledger could not mark them
  EXPECT_EQ(acme.text(),
            "wolkvox_abandoned_calls_total{operation=\"acme\",skill_id=\"7\",skill=\"7\","
            "interaction=\"inbound\"} 0\n"
            "wolkvox_abandoned_calls_total{operation=\"acme\",skill_id=\"8\",skill=\"8\","
            "interaction=\"inbound\"} 0\n");
  acme.counted.show(keys);
  acme.pages = acme.counted.pages();
  EXPECT_EQ(acme.value(), 3);
}

TEST(accumulated, restart_shows_what_was_shown_and_holds_the_rest) {
  struct restart_case {
    bool shown;
    std::int64_t count;
    double at_start;
  };
  for (const auto& [shown, count, at_start] :
       {restart_case{true, 4, 4}, restart_case{false, 4, 0}, restart_case{false, 0, 0}}) {
    desk acme;
    EXPECT_EQ(acme.counted.restore({calls("7", count, shown)}, {}), 0U);
    acme.publish(0s);
    EXPECT_EQ(acme.value(), at_start);
    acme.poll(1s, {calls("7", count + 1, shown)});
    EXPECT_EQ(acme.value(), shown ? 5 : 0);
    acme.publish(130s);
    EXPECT_EQ(acme.value(), static_cast<double>(count + 1));
  }
}

// One Prometheus and another, which scrapes whenever it likes but once a minute or more often.
struct scraper {
  std::chrono::seconds next;
  std::chrono::seconds longest;
  double first = -1;
  double last = -1;

  void look(std::mt19937_64& random, std::chrono::seconds now, double value) {
    if (now < next) {
      return;
    }
    next = now + std::chrono::seconds{1 + random() % static_cast<std::uint64_t>(longest.count())};
    EXPECT_GE(value, last);
    first = first < 0 ? value : first;
    last = value;
  }
};

TEST(accumulated, no_order_of_events_hides_an_increase_from_any_prometheus_or_shows_a_fall) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random{seed};
    desk acme;
    auto total = static_cast<std::int64_t>(random() % 3);
    acme.poll(0s, {calls("7", total)});
    scraper one{.next = 0s, .longest = 60s};
    scraper other{.next = 5s, .longest = 60s};
    for (auto now = 1s; now < 400s; ++now) {
      if (random() % 20 == 0) {
        total += static_cast<std::int64_t>(random() % 2);
        acme.poll(now, {calls("7", total)});
      } else if (acme.next && *acme.next <= at(now)) {
        acme.publish(now);
      }
      one.look(random, now, acme.value());
      other.look(random, now, acme.value());
    }
    EXPECT_EQ(acme.value(), static_cast<double>(total));
    EXPECT_EQ(one.first, 0);
    EXPECT_EQ(other.first, 0);
  }
}

TEST(accumulated, histograms_wait_like_counters) {
  desk acme;
  acme.poll(0s, {waits({1, 0, 2}, 75'500'000)});
  const std::string labels = "{operation=\"acme\",skill_id=\"7\",skill=\"7\"";
  const std::string name = "wolkvox_abandoned_call_wait_seconds";
  EXPECT_EQ(acme.text(), name + "_bucket" + labels + ",le=\"10\"} 0\n" +  //
                             name + "_bucket" + labels + ",le=\"20\"} 0\n" + name + "_bucket" +
                             labels + ",le=\"+Inf\"} 0\n" + name + "_sum" + labels + "} 0\n" +
                             name + "_count" + labels + "} 0\n");
  acme.poll(130s, {waits({2, 1, 2}, 100'250'000)});
  EXPECT_EQ(acme.text(), name + "_bucket" + labels + ",le=\"10\"} 2\n" +  //
                             name + "_bucket" + labels + ",le=\"20\"} 3\n" + name + "_bucket" +
                             labels + ",le=\"+Inf\"} 5\n" + name + "_sum" + labels + "} 100.25\n" +
                             name + "_count" + labels + "} 5\n");
}

TEST(accumulated, histogram_that_only_counted_zeros_waits_too) {
  desk acme;
  acme.poll(0s, {waits({1, 0, 0}, 0)});
  EXPECT_EQ(acme.next, at(130s));
}

TEST(accumulated, histogram_with_new_bounds_starts_with_its_present_counts) {
  desk acme;
  EXPECT_EQ(acme.counted.restore({waits({1, 0, 2}, 75'000'000, true)}, {}), 0U);
  auto wider = waits({1, 3}, 80'000'000, true, {15});
  acme.poll(1s, {wider});
  const auto samples = exposition_reader{acme.text()}.read();
  ASSERT_EQ(samples.size(), 4U);
  EXPECT_EQ(samples[0].labels.back().second, "15");
  EXPECT_EQ(samples[0].value, 1);
  EXPECT_EQ(samples[1].value, 4);
  EXPECT_EQ(samples[2].value, 80);
}

TEST(accumulated, series_beyond_the_limit_are_refused_and_told) {
  desk acme{6};
  EXPECT_EQ(acme.counted.apply({calls("7", 1), waits({1, 0, 0}, 1)}), 0U) << "1 line and 5";
  EXPECT_EQ(acme.counted.apply({calls("7", 2), calls("8", 1)}), 1U);
  EXPECT_EQ(acme.counted.apply({calls("8", 2)}), 1U) << "told each time";
  acme.publish(0s);
  EXPECT_EQ(count_series(acme.pages), 6U);
}

TEST(accumulated, series_shown_before_a_restart_have_room_first) {
  desk acme{1};
  EXPECT_EQ(acme.counted.restore({calls("7", 1), calls("8", 5, true)}, {}), 1U);
  acme.publish(0s);
  EXPECT_EQ(acme.value(), 5);
}

TEST(accumulated, refuses_totals_that_fall_and_families_of_others) {
  desk acme;
  acme.poll(0s, {calls("7", 3), waits({1, 1, 0}, 30'000'000)});
  EXPECT_THROW(acme.counted.apply({calls("7", 2)}), std::logic_error);
  EXPECT_THROW(acme.counted.apply({waits({0, 2, 1}, 30'000'000)}), std::logic_error);
  EXPECT_THROW(acme.counted.apply({waits({1, 1}, 30'000'000)}), std::logic_error);
  auto unequal = waits({1, 1, 1}, 30'000'000);
  unequal.native.observe(15);
  EXPECT_THROW(acme.counted.apply({unequal}), std::logic_error) << "one more in native buckets";
  auto moved = waits({1, 1, 0}, 30'000'000);
  moved.native = native_buckets{2, {}};
  EXPECT_THROW(acme.counted.apply({moved}), std::logic_error) << "a native bucket fell";
  auto live = calls("7", 1);
  live.key.family = family_id::skill_offered_calls_total;
  EXPECT_THROW(acme.counted.apply({live}), std::logic_error);
}

TEST(accumulated, exposes_the_ledgers_total_to_the_last_digit) {
  desk acme;
  acme.poll(0s, {calls("7", 0)});
  std::mt19937_64 random{20261121};
  auto state = calls("7", 0);
  for (int i = 0; i < 20'000; ++i) {
    state.total +=
        quantity::from_micros(static_cast<std::int64_t>(random() >> (24 + random() % 40)));
    acme.counted.apply({state});
    if (i % 100 == 0) {
      acme.publish(std::chrono::seconds{i + 130});
      ASSERT_EQ(acme.value(), state.total.value()) << i;
    }
  }
  acme.publish(30'000s);
  EXPECT_EQ(acme.value(), state.total.value());
}

// Two amounts of up to 19 digits, the lesser first.
std::pair<double, double> random_amounts(std::mt19937_64& random) {
  const double a = static_cast<double>(random() >> (random() % 64)) / 1e6;
  const double b = static_cast<double>(random() >> (random() % 64)) / 1e6;
  return {std::min(a, b), std::max(a, b)};
}

TEST(exact_raise, reaches_the_wanted_double_from_any_other) {
  std::mt19937_64 random{1};
  int in_two_steps = 0;
  for (int i = 0; i < 20'000; ++i) {
    const auto [held, wanted] = random_amounts(random);
    prometheus::Counter counter;
    raise(counter, 0, held);
    raise(counter, held, wanted);
    ASSERT_EQ(counter.Value(), wanted) << "from " << held;

    prometheus::Histogram histogram{{10.0}};
    raise(histogram, {1, 0}, 0, held);
    raise(histogram, {0, 2}, held, wanted);
    const auto collected = histogram.Collect().histogram;
    ASSERT_EQ(collected.sample_sum, wanted) << "from " << held;
    ASSERT_EQ(collected.sample_count, 3U);
    ASSERT_EQ(collected.bucket.front().cumulative_count, 1U);

    in_two_steps += steps_between(held, wanted).second > 0 ? 1 : 0;
  }
  EXPECT_GT(in_two_steps, 0) << "the hard cases were among them";
}

}  // namespace
}  // namespace wolkvox::metrics
