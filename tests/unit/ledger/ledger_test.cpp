// What every ledger promises, run over both: the counting rule in tables, what is loaded again
// after a restart, spending, pruning, and refusals that change nothing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <functional>

#include "every_ledger.hpp"

namespace wolkvox::metrics {
namespace {

TYPED_TEST_SUITE(every_ledger, places);

struct fates {
  std::uint64_t rows = 0, duplicate = 0, revised = 0;
  friend bool operator==(const fates&, const fates&) = default;
  friend void PrintTo(const fates& f, std::ostream* out) {
    *out << f.rows << " rows, " << f.duplicate << " duplicate, " << f.revised << " revised";
  }
};
fates of(const settled& done) {
  return {done.rows, done.duplicate, done.revised};
}

// One identity over several answers, each the fingerprints of its rows.
struct legs_case {
  const char* what;
  std::vector<std::vector<std::uint64_t>> answers;
  std::vector<fates> expected;
  std::int64_t counted;
};

TYPED_TEST(every_ledger, counts_each_leg_of_a_call_once) {
  const legs_case cases[] = {
      {"seen again", {{1}, {1}}, {{1, 0, 0}, {0, 1, 0}}, 1},
      {"repeated in one answer", {{1, 1, 1}}, {{1, 2, 0}}, 1},
      {"revised, told once", {{1}, {2}, {2}}, {{1, 0, 0}, {0, 0, 1}, {0, 1, 0}}, 1},
      {"revised back", {{1}, {2}, {1}}, {{1, 0, 0}, {0, 0, 1}, {0, 0, 1}}, 1},
      {"legs at once", {{1, 2, 3}, {3, 1, 2}}, {{3, 0, 0}, {0, 3, 0}}, 3},
      {"a leg joins", {{1}, {2, 1}}, {{1, 0, 0}, {1, 1, 0}}, 2},
      {"a cut answer", {{1, 2}, {2}, {1}, {1, 2}}, {{2, 0, 0}, {0, 1, 0}, {0, 1, 0}, {0, 2, 0}}, 2},
      {"one leg revised", {{1, 2}, {1, 3}}, {{2, 0, 0}, {0, 1, 1}}, 2},
      {"all legs revised", {{1, 2}, {3, 4}}, {{2, 0, 0}, {0, 0, 2}}, 2},
      {"revised and joined", {{1}, {2, 3}}, {{1, 0, 0}, {1, 0, 1}}, 2},
      {"revised while cut", {{1, 2}, {3}, {2, 3}}, {{2, 0, 0}, {0, 0, 1}, {0, 2, 0}}, 2},
      {"legs never together are one row", {{1}, {2}, {1}}, {{1, 0, 0}, {0, 0, 1}, {0, 0, 1}}, 1},
      {"legs together at last", {{1}, {2}, {1, 2}}, {{1, 0, 0}, {0, 0, 1}, {1, 1, 0}}, 2},
  };
  for (const legs_case& each : cases) {
    SCOPED_TRACE(each.what);
    for (std::size_t i = 0; i < each.answers.size(); ++i) {
      window answer;
      answer.collector(each.what);
      for (const std::uint64_t fingerprint : each.answers[i]) {
        answer.call(5, fingerprint);
      }
      EXPECT_EQ(of(this->settle(answer)), each.expected[i]) << "answer " << i;
      this->restart();
    }
    EXPECT_EQ(this->total(calls_key(), each.what), each.counted);
  }
}

TYPED_TEST(every_ledger, counts_the_growth_of_a_cumulative_reading) {
  struct step {
    std::int64_t reads;
    fates told;
    std::int64_t total;
  };
  const step steps[] = {{10, {1, 0, 0}, 10}, {10, {0, 1, 0}, 10}, {25, {0, 1, 0}, 25},
                        {20, {0, 0, 1}, 25}, {20, {0, 1, 0}, 25}, {22, {0, 0, 1}, 25},
                        {25, {0, 1, 0}, 25}, {31, {0, 1, 0}, 31}};
  for (const step& each : steps) {
    const auto answer = window::of_series({{hold_key(), {}}})
                            .reading(1, static_cast<std::uint64_t>(each.reads), {{0, each.reads}});
    EXPECT_EQ(of(this->settle(answer)), each.told) << each.reads;
    this->restart();
    EXPECT_EQ(this->total(hold_key()), each.total);
  }
}

TYPED_TEST(every_ledger, keeps_a_mark_for_each_family_of_a_reading) {
  const std::vector<settled_series> both{{hold_key(), {}}, {mute_key(), {}}};
  const std::vector<settled_series> swapped{{mute_key(), {}}, {hold_key(), {}}};
  this->settle(window::of_series(both).reading(1, 1, {{0, 10}, {1, 100}}));
  this->restart();
  EXPECT_EQ(of(this->settle(window::of_series(swapped).reading(1, 2, {{1, 12}, {0, 90}}))),
            (fates{0, 0, 1}));
  EXPECT_EQ(this->total(hold_key()), 12);
  EXPECT_EQ(this->total(mute_key()), 100);
  // A field that could not be read leaves its mark alone.
  this->settle(window::of_series(both).reading(1, 3, {{0, 15}}));
  this->settle(window::of_series(both).reading(1, 4, {{0, 15}, {1, 101}}));
  EXPECT_EQ(this->total(hold_key()), 15);
  EXPECT_EQ(this->total(mute_key()), 101);
}

TYPED_TEST(every_ledger, goes_on_in_another_series_when_an_agents_id_becomes_known) {
  series_key unnamed = hold_key();
  unnamed.labels = {{.name = "agent_id", .value = ""}, {.name = "agent", .value = "Ana"}};
  this->settle(window::of_series({{unnamed, {}}}).reading(1, 2, {{0, 2}}));
  this->restart();
  this->settle(window::of_series({{hold_key(), {}}}).reading(1, 3, {{0, 3}}));
  EXPECT_EQ(this->total(unnamed), 2);
  EXPECT_EQ(this->total(hold_key()), 1);
}

TYPED_TEST(every_ledger, takes_rows_of_one_cumulative_identity_as_one_reading) {
  const auto answer = window::of_series({{hold_key(), {}}})
                          .reading(1, 1, {{0, 10}})
                          .reading(1, 2, {{0, 30}})
                          .reading(1, 3, {{0, 20}})
                          .reading(1, 1, {{0, 10}});
  EXPECT_EQ(of(this->settle(answer)), (fates{1, 3, 0}));
  EXPECT_EQ(of(this->settle(answer)), (fates{0, 4, 0}));
  EXPECT_EQ(this->total(hold_key()), 30);
}

TYPED_TEST(every_ledger, does_not_depend_on_the_order_of_rows) {
  window forward;
  window backward;
  backward.collector("backward");
  for (std::uint64_t i = 0; i < 50; ++i) {
    forward.call(i % 20, i, static_cast<std::int64_t>(i));
    backward.call((49 - i) % 20, 49 - i, static_cast<std::int64_t>(49 - i));
  }
  const auto one = this->settle(forward);
  const auto other = this->settle(backward);
  EXPECT_EQ(of(one), of(other));
  EXPECT_EQ(one.changed[1].total, other.changed[1].total);
  EXPECT_EQ(one.changed[1].buckets, other.changed[1].buckets);
}

TYPED_TEST(every_ledger, counts_what_is_filled_in_later_once) {
  struct step {
    std::int64_t talk, cost;
    fates told;
    std::int64_t total_talk, total_cost;
  };
  // A row's count, its talk time and its cost; then the same row again and again.
  const step steps[] = {{0, 0, {1, 0, 0}, 0, 0},     {60, 0, {0, 0, 1}, 60, 0},
                        {60, 12, {0, 0, 1}, 60, 12}, {60, 12, {0, 1, 0}, 60, 12},
                        {90, 15, {0, 0, 1}, 60, 12}, {0, 0, {0, 0, 1}, 60, 12},
                        {120, 30, {0, 0, 1}, 60, 12}};
  const std::vector<settled_series> series{{calls_key(), {}}, {hold_key(), {}}, {mute_key(), {}}};
  for (const step& each : steps) {
    const auto fingerprint = static_cast<std::uint64_t>((each.talk * 1000) + each.cost);
    const auto done = this->settle(window::of_series(series).row(
        1, fingerprint, counting::once, 0, {{0, 1}, {1, each.talk}, {2, each.cost}}));
    EXPECT_EQ(of(done), each.told) << each.talk << ' ' << each.cost;
    this->restart();
    EXPECT_EQ(this->total(calls_key()), 1);
    EXPECT_EQ(this->total(hold_key()), each.total_talk);
    EXPECT_EQ(this->total(mute_key()), each.total_cost);
  }
}

TYPED_TEST(every_ledger, observes_once_although_the_first_was_0) {
  this->settle(window().call(1, 1, 0));
  this->restart();
  this->settle(window().call(1, 2, 60));
  EXPECT_EQ(this->load().series[1].buckets, (std::vector<std::uint64_t>{1, 0, 0}));
  EXPECT_EQ(this->load().series[1].total, quantity{});
}

TYPED_TEST(every_ledger, tells_records_of_one_id_apart_by_their_dates) {
  const auto leg = [](std::int64_t date) { return window().call(1, 1, 60, date).read(0, 9000); };
  EXPECT_EQ(of(this->settle(leg(100).call(1, 1, 60, 1300))), (fates{2, 0, 0}));
  EXPECT_EQ(of(this->settle(leg(100))), (fates{0, 1, 0})) << "the other is not there any more";
  EXPECT_EQ(of(this->settle(leg(1300))), (fates{0, 1, 0}));
  EXPECT_EQ(this->total(calls_key()), 2);
}

TYPED_TEST(every_ledger, follows_a_date_that_moved_where_it_can_be_told) {
  this->settle(window().call(1, 1, 7, 100).seen(100));
  EXPECT_EQ(of(this->settle(window().call(1, 1, 7, 150).read(120, 200))), (fates{1, 0, 0}))
      << "the old date was not asked for";
  this->settle(window().call(2, 1, 7, 100));
  EXPECT_EQ(of(this->settle(window().call(2, 1, 7, 150))), (fates{1, 0, 0}))
      << "an answer that may have lost rows";
  this->settle(window().call(3, 1, 7, 100));
  EXPECT_EQ(of(this->settle(window().call(3, 1, 7, 150).read(0, 200))), (fates{0, 0, 1}));
  this->restart();
  EXPECT_EQ(of(this->settle(window().call(3, 1, 7, 150).read(0, 200))), (fates{0, 1, 0}));
  EXPECT_EQ(of(this->settle(window().call(3, 1, 7, 150).call(3, 1, 7, 100).read(0, 200))),
            (fates{1, 1, 0}))
      << "it is no more at the old date";
}

TYPED_TEST(every_ledger, takes_over_what_a_reading_was_kept_under_its_alias) {
  const auto reading = [](std::uint64_t id, std::uint64_t alias, std::int64_t amount) {
    return window::of_series({{hold_key(), {}}})
        .reading(id, static_cast<std::uint64_t>(amount), {{0, amount}})
        .alias(alias);
  };
  constexpr std::uint64_t agent = 1;
  constexpr std::uint64_t name = 2;
  constexpr std::uint64_t new_name = 3;
  this->settle(reading(name, name, 10));  // the agent's id is not known yet
  EXPECT_EQ(of(this->settle(reading(agent, name, 15))), (fates{0, 1, 0}));
  EXPECT_EQ(this->total(hold_key()), 15);
  this->restart();
  this->settle(reading(agent, new_name, 15));     // renamed, nothing new
  this->settle(reading(new_name, new_name, 15));  // and not known any more
  EXPECT_EQ(this->total(hold_key()), 15);
  this->settle(reading(new_name, new_name, 18));
  EXPECT_EQ(this->total(hold_key()), 18);
}

TYPED_TEST(every_ledger, tells_new_rows_dated_before_the_settled_time_as_late) {
  const auto answer = [] { return window().call(1, 1, 7, 99).call(2, 1, 7, 100).late_before(100); };
  EXPECT_EQ(this->settle(answer()).late, 1U);
  EXPECT_EQ(this->settle(answer()).late, 0U) << "known rows are not late";
}

TYPED_TEST(every_ledger, tells_identities_apart_by_all_their_bits_and_by_collector) {
  const auto of_bits = [&](std::uint64_t high, std::uint64_t low) {
    window answer;
    answer.call(1, 1).edit().rows[0].id = {.high = high, .low = low};
    return this->settle(answer).rows;
  };
  for (int bit = 0; bit < 64; ++bit) {
    EXPECT_EQ(of_bits(std::uint64_t{1} << bit, 0), 1U) << bit;
    EXPECT_EQ(of_bits(0, std::uint64_t{1} << bit), 1U) << bit;
  }
  EXPECT_EQ(of_bits(1, 0), 0U);
  EXPECT_EQ(this->settle(window().call(1, 1)).rows, 1U);
  EXPECT_EQ(this->settle(window().call(1, 1).collector("cdr")).rows, 1U);
  EXPECT_EQ(this->settle(window().call(1, 1).operation("other")).rows, 1U);
}

TYPED_TEST(every_ledger, answers_each_series_that_changed_or_is_new) {
  const std::vector<settled_series> series{{calls_key("1"), {}}, {calls_key("2"), {}}};
  auto first = this->settle(window::of_series(series).row(1, 1, counting::once, 0, {{1, 3}}));
  ASSERT_EQ(first.changed.size(), 2U);
  EXPECT_EQ(first.changed[0].total, quantity{});
  EXPECT_EQ(first.changed[1].total, quantity::from_count(3));
  const auto second = this->settle(window::of_series(series)
                                       .row(2, 1, counting::once, 0, {{1, 4}})
                                       .row(3, 1, counting::once, 0, {{0, 0}}));
  ASSERT_EQ(second.changed.size(), 1U);
  EXPECT_TRUE(second.changed[0].key == calls_key("2"));
  EXPECT_EQ(second.changed[0].total, quantity::from_count(7));
}

TYPED_TEST(every_ledger, observes_into_the_bucket_whose_bound_is_not_below) {
  this->settle(window().call(1, 1, 5).call(2, 1, 6).call(3, 1, 10).call(4, 1, 11).call(5, 1, 0));
  this->restart();
  const auto series = this->load().series;
  ASSERT_EQ(series.size(), 2U);
  EXPECT_EQ(series[1].bounds, (std::vector<double>{5, 10}));
  EXPECT_EQ(series[1].buckets, (std::vector<std::uint64_t>{2, 2, 1}));
  EXPECT_EQ(series[1].total, quantity::from_count(32));
}

TYPED_TEST(every_ledger, keeps_what_it_can_when_bounds_change) {
  this->settle(window().call(1, 1, 5).call(2, 1, 6).call(3, 1, 11));
  auto changed = window();
  changed.edit().series[1].bounds = {2, 5, 20};
  const auto done = this->settle(changed);
  ASSERT_EQ(done.changed.size(), 1U);
  EXPECT_EQ(done.changed[0].buckets, (std::vector<std::uint64_t>{0, 1, 1, 1}));
  EXPECT_EQ(done.changed[0].total, quantity::from_count(22));
  this->restart();
  EXPECT_EQ(this->load().series[1].bounds, (std::vector<double>{2, 5, 20}));
}

TYPED_TEST(every_ledger, observes_into_native_buckets_too) {
  this->settle(window().call(1, 1, 5).call(2, 1, 0).call(3, 1, 16).call(4, 1, 16).call(5, 1, 17));
  this->restart();
  const native_buckets expected{1, {{native_buckets::index_of(5), 1}, {32, 2}, {33, 1}}};
  EXPECT_EQ(this->load().series[1].native, expected);
  EXPECT_EQ(this->load().series[0].native, native_buckets{}) << "a counter has none";
  const auto grown = this->settle(window().call(6, 1, 17).call(5, 1, 17));
  EXPECT_EQ(grown.changed[1].native.total(), 6U);
  this->restart();
  EXPECT_EQ(this->load().series[1].native, grown.changed[1].native);
}

TYPED_TEST(every_ledger, keeps_native_buckets_when_bounds_change) {
  this->settle(window().call(1, 1, 5).call(2, 1, 6).call(3, 1, 11));
  const auto before = this->load().series[1].native;
  auto changed = window();
  changed.edit().series[1].bounds = {2, 5, 20};
  this->settle(changed);
  this->restart();
  EXPECT_EQ(this->load().series[1].native, before);
}

TYPED_TEST(every_ledger, remembers_when_a_series_began) {
  this->settle(window().call(1, 1).settled_at(1000));
  const auto later = this->settle(window().call(2, 1).settled_at(2000));
  EXPECT_EQ(later.changed[0].started, at(1000));
  auto another = window().call(3, 1).settled_at(3000);
  another.edit().series.push_back({calls_key("new"), {}});
  this->settle(another);
  this->restart();
  for (const series_state& series : this->load().series) {
    EXPECT_EQ(series.started, at(series.key == calls_key("new") ? 3000 : 1000));
  }
}

TYPED_TEST(every_ledger, answers_with_exemplars_of_what_it_counted_and_keeps_none) {
  const auto ids = [](const settled& done) {
    std::vector<std::string> made;
    for (const exemplar& each : done.changed.at(1).exemplars) {
      made.push_back(each.conn_id);
    }
    return made;
  };
  const auto first = this->settle(window()
                                      .call(1, 1, 5, 100)
                                      .conn_id("older")
                                      .call(2, 1, 4, 200)
                                      .conn_id("newer")
                                      .call(3, 1, 300)
                                      .conn_id("long")
                                      .call(4, 1, 7, 300));
  EXPECT_THAT(ids(first), testing::ElementsAre("newer", "long"));
  EXPECT_TRUE(first.changed[0].exemplars.empty()) << "a counter";
  const auto second = this->settle(window()
                                       .call(2, 1, 4, 200)
                                       .conn_id("newer")
                                       .call(1, 9, 5, 100)
                                       .conn_id("revised")
                                       .call(5, 1));
  EXPECT_THAT(ids(second), testing::IsEmpty()) << "known rows are not counted again";
  this->restart();
  EXPECT_TRUE(this->load().series[1].exemplars.empty());
}

TYPED_TEST(every_ledger, loads_what_was_covered_last) {
  this->settle(window().covered({{at(1), at(5)}, {at(7), at(9)}}));
  this->settle(window().collector("cdr").covered({{at(100), at(200)}}));
  this->settle(window().covered({{at(1), at(9)}, {at(9), at(10)}}));
  this->restart();
  EXPECT_THAT(this->load().covered,
              testing::ElementsAre(interval{at(1), at(9)}, interval{at(9), at(10)}));
  EXPECT_THAT(this->load("cdr").covered, testing::ElementsAre(interval{at(100), at(200)}));
  EXPECT_TRUE(this->book_->load("unheard of").value().collectors.empty());
}

TYPED_TEST(every_ledger, adds_up_spending_by_day_and_collector) {
  ASSERT_TRUE(this->book_->spend("acme", "calls", "2026-11-21", 3));
  ASSERT_TRUE(this->book_->spend("acme", "calls", "2026-11-21", 4));
  ASSERT_TRUE(this->book_->spend("acme", "quota", "2026-11-21", 1));
  ASSERT_TRUE(this->book_->spend("acme", "calls", "2026-11-22", 9));
  ASSERT_TRUE(this->book_->spend("other", "calls", "2026-11-21", 50));
  this->restart();
  using day = std::map<std::string, std::uint64_t>;
  EXPECT_EQ(this->book_->spending("acme", "2026-11-21").value(), (day{{"calls", 7}, {"quota", 1}}));
  EXPECT_EQ(this->book_->spending("acme", "2026-11-23").value(), day{});
  EXPECT_TRUE(this->book_->load("acme").value().collectors.empty()) << "nothing was settled";
}

TYPED_TEST(every_ledger, forgets_only_what_was_not_seen_since) {
  window answer;
  window seen_again;
  for (std::uint64_t id = 0; id < 256; ++id) {
    answer.call(id, 1, 7, 99);
    if (id % 2 == 0) {
      seen_again.call(id, 1, 7, 99);
    }
  }
  this->settle(answer.seen(10'000));
  this->settle(seen_again.seen(20'000));
  this->settle(window().collector("cdr").call(1, 1, 7, 99).seen(10'000));
  this->settle(window::of_series({{hold_key(), {}}}).collector("hold").reading(1, 1, {{0, 5}}, 99));
  EXPECT_EQ(this->book_->prune("acme", "calls", at(15'000)).value(), 128U);
  EXPECT_EQ(this->book_->prune("acme", "hold", at(100)).value(), 1U);
  this->restart();
  EXPECT_EQ(this->load("calls").horizon, at(15'000));
  EXPECT_EQ(this->total(calls_key()), 256) << "counters never fall";
  EXPECT_EQ(of(this->settle(answer)), (fates{128, 128, 0}));
  EXPECT_EQ(this->settle(window().collector("cdr").call(1, 1, 7, 99)).rows, 0U)
      << "of another collector";
  const auto again =
      window::of_series({{hold_key(), {}}}).collector("hold").reading(1, 2, {{0, 3}}, 200);
  EXPECT_EQ(of(this->settle(again)), (fates{1, 0, 0})) << "its marks are forgotten with it";
  EXPECT_EQ(this->total(hold_key(), "hold"), 8);
}

TYPED_TEST(every_ledger, never_forgets_a_row_that_every_answer_shows_however_old_it_is) {
  for (std::int64_t now = 1'000'000; now < 2'000'000; now += 20'000) {
    this->settle(window().call(1, 1, 7, 5).seen(now));
    ASSERT_TRUE(this->book_->prune("acme", "calls", at(now - 50'000)));
    this->restart();
  }
  EXPECT_EQ(this->total(calls_key()), 1);
}

TYPED_TEST(every_ledger, keeps_the_horizon_where_it_was_furthest) {
  this->settle(window().call(1, 1));
  ASSERT_TRUE(this->book_->prune("acme", "calls", at(500)));
  ASSERT_TRUE(this->book_->prune("acme", "calls", at(400)));
  this->restart();
  EXPECT_EQ(this->load("calls").horizon, at(500));
}

TYPED_TEST(every_ledger, refuses_what_only_a_bug_can_ask_and_changes_nothing) {
  this->settle(window().call(1, 1).covered({{at(1), at(2)}}));
  struct refusal {
    const char* what;
    std::function<void(settlement&)> spoil;
  };
  const refusal refusals[] = {
      {"series beyond the list", [](auto& w) { w.contributions[0].series = 2; }},
      {"contributions beyond the list", [](auto& w) { w.rows[0].count = 3; }},
      {"contributions that wrap", [](auto& w) { w.rows[0].first = 0xffffffff; }},
      {"negative amount", [](auto& w) { w.contributions[0].amount = quantity::from_micros(-1); }},
      {"series twice", [](auto& w) { w.series[1] = w.series[0]; }},
      {"bounds that fall", [](auto& w) { w.series[1].bounds = {10, 5}; }},
      {"bounds that repeat", [](auto& w) { w.series[1].bounds = {5, 5}; }},
      {"a ninth part", [](auto& w) { w.contributions[0].part = 8; }},
      {"infinite bound", [](auto& w) { w.series[1].bounds = {5, HUGE_VAL}; }},
      {"histogram that was a counter", [](auto& w) { w.series[0].bounds = {5}; }},
      {"counter that was a histogram", [](auto& w) { w.series[1].bounds.clear(); }},
      {"cumulative histogram", [](auto& w) { w.rows[0].how = counting::cumulative; }},
      {"empty interval", [](auto& w) { w.covered = {{at(2), at(2)}}; }},
      {"overlapping intervals", [](auto& w) { w.covered = {{at(1), at(5)}, {at(4), at(6)}}; }},
      {"sum beyond 64 bits",
       [](auto& w) { w.contributions[0].amount = quantity::from_micros(INT64_MAX); }},
  };
  for (const refusal& each : refusals) {
    SCOPED_TRACE(each.what);
    window bad;
    bad.call(2, 1).covered({{at(1), at(9)}});
    each.spoil(bad.edit());
    const auto refused = this->book_->settle(bad);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().what, ledger_error::kind::failed);
    EXPECT_EQ(this->total(calls_key()), 1);
    EXPECT_THAT(this->load().covered, testing::ElementsAre(interval{at(1), at(2)}));
  }
  EXPECT_EQ(this->settle(window().call(2, 1)).rows, 1U) << "none of them made the row known";
}

}  // namespace
}  // namespace wolkvox::metrics
