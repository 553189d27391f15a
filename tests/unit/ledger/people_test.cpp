// What is erased of agents, in both ledgers: no count is lost, no name stays.
#include "metrics/ledger/people.hpp"

#include <gmock/gmock.h>
#include <sqlite3.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "every_ledger.hpp"

namespace wolkvox::metrics {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Names in capitals: a hash of sorts, which is its own hash.
std::string capitals(std::string_view text) {
  std::string out{text};
  std::ranges::transform(out, out.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return out;
}

std::string same(std::string_view text) {
  return std::string{text};
}

people_rule hashed() {
  return {.id = same, .name = capitals};
}

people_rule hidden() {
  return {.id = capitals, .name = [](std::string_view) { return std::string{}; }};
}

people_rule team() {
  return {.id = same, .name = same, .agents = false};
}

series_key key_of(const std::string& id, const std::string& name = {}) {
  series_key key{.family = family_id::agent_hold_seconds_total,
                 .labels = {{.name = "agent_id", .value = id}}};
  if (!name.empty()) {
    key.labels.push_back({.name = "agent", .value = name});
  }
  return key;
}

series_key nobody() {
  return {.family = family_id::agent_hold_seconds_total, .labels = {}};
}

taking of_acme(people_rule rule) {
  return {.operations = {{.operation = "acme", .people = std::move(rule)}},
          .going_on = {},
          .others = std::nullopt};
}

template <class Place>
class erased_people : public every_ledger<Place> {
 protected:
  // Ana's id is a number, eva's is her name; luz, ida and somebody have none.
  void count(const std::string& operation = "acme") {
    this->settle(window::of_series({{key_of("7"), {}},
                                    {key_of("eva"), {}},
                                    {key_of("", "luz"), {}},
                                    {key_of("", "ida"), {}},
                                    {key_of(""), {}}})
                     .operation(operation)
                     .row(1, 1, counting::once, 1000, {{0, 1}, {1, 2}, {2, 4}, {3, 8}, {4, 16}}));
    name_directory names;
    names.learn(named_thing::agent, "7", "ana");
    for (const char* former : {"eva", "Ana", "Eva"}) {
      names.learn_former(named_thing::agent, "7", {.name = former});
    }
    names.learn_former(named_thing::skill, "9", {.name = "sales"});
    names.learn(named_thing::agent, "eva", "eva");
    names.learn(named_thing::skill, "9", "ventas");
    ASSERT_TRUE(this->book_->remember_names(operation, names));
    ASSERT_TRUE(this->book_->rename(operation, "calls", {.names = names, .series = {}}));
  }
  taken take_up(const taking& what) { return this->book_->take_up(what).value(); }
  std::vector<std::pair<std::string, std::int64_t>> totals() {
    std::vector<std::pair<std::string, std::int64_t>> all;
    for (const series_state& each : this->load().series) {
      std::string labels;
      for (const owned_label& label : each.key.labels) {
        labels += (labels.empty() ? "" : ",") + label.name + "=" + label.value;
      }
      all.emplace_back(labels, each.total.micros() / 1'000'000);
    }
    return all;
  }
};

TYPED_TEST_SUITE(erased_people, places);

using named_total = std::pair<std::string, std::int64_t>;

TYPED_TEST(erased_people, are_told_apart_by_what_stands_for_their_names) {
  this->count();
  EXPECT_THAT(this->take_up(of_acme(hashed())).erased, ElementsAre("acme"));
  this->restart();
  EXPECT_THAT(this->totals(),
              ElementsAre(named_total{"agent_id=", 16}, named_total{"agent_id=,agent=IDA", 8},
                          named_total{"agent_id=,agent=LUZ", 4}, named_total{"agent_id=7", 1},
                          named_total{"agent_id=eva", 2}));
  EXPECT_EQ(this->load().names.find(named_thing::agent, "7"), "ANA");
  const auto names = this->book_->load("acme").value().names;
  EXPECT_EQ(names.former(named_thing::agent).find("7")->second,
            (std::vector<former_name>{{.name = "EVA"}}))
      << "once, and not the present one";
  EXPECT_EQ(names.former(named_thing::skill).find("9")->second,
            (std::vector<former_name>{{.name = "sales"}}));
  EXPECT_EQ(names.find(named_thing::agent, "eva"), "eva") << "the id, which is no name";
}

TYPED_TEST(erased_people, keep_no_former_name_where_it_is_all_that_is_left_of_one) {
  for (const auto& rule : {hashed(), hidden(), team()}) {
    name_directory names;
    names.learn(named_thing::agent, "7", "ANA");
    names.learn_former(named_thing::agent, "7", {.name = "eva"});
    ASSERT_TRUE(this->book_->remember_names("acme", names));
    EXPECT_THAT(this->take_up(of_acme(rule)).erased, ElementsAre("acme"));
    const auto kept = this->book_->load("acme").value().names.former(named_thing::agent);
    for (const auto& [id, formers] : kept) {
      EXPECT_EQ(formers, (std::vector<former_name>{{.name = "EVA"}}));
    }
    EXPECT_EQ(kept.size(), rule.name("eva") == "EVA" && rule.agents ? 1U : 0U);
  }
}

TYPED_TEST(erased_people, without_ids_are_one_where_names_are_hidden) {
  this->count();
  this->take_up(of_acme(hidden()));
  this->restart();
  EXPECT_THAT(this->totals(),
              ElementsAre(named_total{"agent_id=", 28}, named_total{"agent_id=7", 1},
                          named_total{"agent_id=EVA", 2}));
  const auto state = this->book_->load("acme").value();
  for (const auto& names : {state.names, state.collectors.at("calls").names}) {
    EXPECT_EQ(names.find(named_thing::agent, "7"), std::nullopt);
    EXPECT_FALSE(names.has_name(named_thing::agent, "EVA")) << "an id without a name";
    EXPECT_EQ(names.all(named_thing::agent).size(), 1U);
  }
  EXPECT_THAT(state.names.former(named_thing::agent), IsEmpty());
  EXPECT_EQ(state.names.find(named_thing::skill, "9"), "ventas");
  EXPECT_EQ(state.collectors.at("calls").names.find(named_thing::skill, "9"), "ventas");
}

TYPED_TEST(erased_people, are_one_series_as_a_team) {
  this->count();
  this->take_up(of_acme(team()));
  this->restart();
  EXPECT_THAT(this->totals(), ElementsAre(named_total{"", 31}));
}

TYPED_TEST(erased_people, answers_what_it_has_kept) {
  this->count();
  for (const auto& rule : {hashed(), hidden(), team()}) {
    const auto taken = this->take_up(of_acme(rule)).operations.at("acme");
    const auto loaded = this->book_->load("acme").value();
    EXPECT_TRUE(taken.names == loaded.names);
    ASSERT_EQ(taken.collectors.at("calls").series.size(),
              loaded.collectors.at("calls").series.size());
    for (std::size_t i = 0; i < loaded.collectors.at("calls").series.size(); ++i) {
      const auto& here = taken.collectors.at("calls").series[i];
      const auto& there = loaded.collectors.at("calls").series[i];
      EXPECT_TRUE(here.key == there.key);
      EXPECT_EQ(here.total, there.total);
      EXPECT_EQ(here.base, there.base);
      EXPECT_EQ(here.shown, there.shown);
      EXPECT_EQ(here.started, there.started);
    }
  }
}

TYPED_TEST(erased_people, goes_on_where_the_pages_stood) {
  this->count();
  ASSERT_TRUE(this->book_->mark_shown("acme", "calls", {key_of("7"), key_of("", "luz")}));
  this->take_up(of_acme(hidden()));
  for (const series_state& each : this->load().series) {
    EXPECT_FALSE(each.shown);
    EXPECT_EQ(each.started, sys_seconds{});
  }
  EXPECT_EQ(this->load().series[0].base.total, quantity::from_count(4)) << "of all without an id";
  EXPECT_EQ(this->load().series[1].base.total, quantity::from_count(1)) << "shown under a name";
}

TYPED_TEST(erased_people, are_erased_once) {
  this->count();
  for (const auto& rule : {hashed(), hidden(), team()}) {
    EXPECT_THAT(this->take_up(of_acme(rule)).erased, ElementsAre("acme"));
    EXPECT_THAT(this->take_up(of_acme(rule)).erased, IsEmpty());
  }
}

TYPED_TEST(erased_people, stay_where_no_rule_forbids_them) {
  this->count();
  const auto before = this->totals();
  EXPECT_THAT(this->take_up({.operations = {{.operation = "acme", .people = std::nullopt}},
                             .going_on = {},
                             .others = std::nullopt})
                  .erased,
              IsEmpty());
  EXPECT_EQ(this->totals(), before);
}

TYPED_TEST(erased_people, of_operations_that_are_gone_are_erased_and_those_that_go_on_left_alone) {
  this->count("acme");
  this->count("gone");
  this->count("stays");
  taking what = of_acme(hidden());
  what.going_on = {"stays"};
  what.others = team();
  const auto taken = this->take_up(what);
  EXPECT_THAT(taken.erased, ElementsAre("acme", "gone"));
  EXPECT_EQ(taken.operations.size(), 1U);
  EXPECT_EQ(this->load("calls", "gone").series.size(), 1U);
  EXPECT_TRUE(this->load("calls", "gone").series.at(0).key == nobody());
  EXPECT_EQ(this->load("calls", "stays").series.size(), 5U);
}

TYPED_TEST(erased_people, count_on_in_the_series_that_they_have_become) {
  this->count();
  this->take_up(of_acme(team()));
  this->settle(window::of_series({{nobody(), {}}}).row(2, 2, counting::once, 1000, {{0, 100}}));
  EXPECT_THAT(this->totals(), ElementsAre(named_total{"", 131}));
}

TEST(erased_histograms, add_up_in_the_buckets_of_the_first) {
  const auto key = [](const char* id) {
    return series_key{.family = family_id::call_duration_seconds,
                      .labels = {{.name = "agent_id", .value = id}}};
  };
  const auto native = [](double value, std::uint64_t times) {
    native_buckets made;
    made.observe(value, times);
    return made;
  };
  operation_state state;
  state.collectors["calls"].series = {
      {.key = key("1"),
       .bounds = {5, 10},
       .buckets = {1, 2, 3},
       .total = quantity::from_count(60),
       .shown = true,
       .native = native(7, 6)},
      {.key = key("2"),
       .bounds = {10},
       .buckets = {4, 5},
       .total = quantity::from_count(90),
       .native = native(8, 9),
       .base = {.total = quantity::from_count(10), .buckets = {1, 0}, .native = native(8, 1)}}};
  const auto done = erase_people(state, team());
  const auto& series = done.kept.collectors.at("calls").series;
  ASSERT_EQ(series.size(), 1U);
  EXPECT_EQ(series[0].bounds, (std::vector<double>{5, 10}));
  EXPECT_EQ(series[0].buckets, (std::vector<std::uint64_t>{1, 6, 8}));
  EXPECT_EQ(series[0].total, quantity::from_count(150));
  EXPECT_EQ(series[0].native.total(), 15U);
  EXPECT_EQ(series[0].base.total, quantity::from_count(70));
  EXPECT_EQ(series[0].base.buckets, (std::vector<std::uint64_t>{1, 3, 3}));
  EXPECT_EQ(series[0].base.native.total(), 7U);
}

void sql(const std::filesystem::path& file, const std::string& text) {
  sqlite3* handle = nullptr;
  ASSERT_EQ(sqlite3_open(file.c_str(), &handle), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(handle, text.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
      << sqlite3_errmsg(handle);
  sqlite3_close(handle);
}

bool holds(const temporary_directory& place, std::string_view name) {
  return std::ranges::any_of(std::filesystem::directory_iterator(place.path()), [&](auto& file) {
    std::ifstream in(file.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    return bytes.contains(name);
  });
}

// A ledger of acme and of gone in which a later version counted.
class of_later_families : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* operation : {"acme", "gone"}) {
      auto book = open_sqlite_ledger(place_.path()).value();
      ASSERT_TRUE(
          book->settle(window::of_series({{key_of("7"), {}},
                                          {key_of("", "zoraida luz"), {}},
                                          {key_of("", "zoraida ida"), {}},
                                          {key_of("zoraida"), {}}})
                           .operation(operation)
                           .row(1, 1, counting::once, 1000, {{0, 1}, {1, 2}, {2, 4}, {3, 8}})));
      ASSERT_TRUE(book->mark_shown(operation, "calls", {key_of("", "zoraida ida")}));
    }
    rename("wolkvox_agent_hold_seconds_total", "wolkvox_of_tomorrow_total");
  }
  void rename(const std::string& from, const std::string& to) {
    sql(place_.path() / "ledger.db",
        "UPDATE series SET key = replace(key, '" + from + "', '" + to + "')");
  }
  std::vector<std::string> take_up(const people_rule& rule) {
    auto what = of_acme(rule);
    what.others = rule;
    return open_sqlite_ledger(place_.path()).value()->take_up(what).value().erased;
  }
  std::vector<series_state> series(const std::string& operation) {
    return open_sqlite_ledger(place_.path())
        .value()
        ->load(operation)
        .value()
        .collectors["calls"]
        .series;
  }

  temporary_directory place_;
};

TEST_F(of_later_families, no_name_is_kept_either_and_no_count_lost) {
  EXPECT_THAT(take_up(hidden()), ElementsAre("acme", "gone"));
  EXPECT_FALSE(holds(place_, "zoraida"));
  EXPECT_THAT(take_up(hidden()), IsEmpty());
  EXPECT_THAT(series("acme"), IsEmpty()) << "kept and not shown";
  rename("wolkvox_of_tomorrow_total", "wolkvox_agent_hold_seconds_total");
  for (const char* operation : {"acme", "gone"}) {
    const auto found = series(operation);
    ASSERT_EQ(found.size(), 3U);
    EXPECT_TRUE(found[0].key == key_of(""));
    EXPECT_EQ(found[0].total, quantity::from_count(6));
    EXPECT_EQ(found[0].base.total, quantity::from_count(4)) << "what pages had shown";
    EXPECT_FALSE(found[0].shown);
    EXPECT_TRUE(found[1].key == key_of("7"));
    EXPECT_EQ(found[1].total, quantity::from_count(1));
    EXPECT_TRUE(found[2].key == key_of("ZORAIDA"));
    EXPECT_EQ(found[2].total, quantity::from_count(8));
  }
}

TEST_F(of_later_families, a_team_is_one_series) {
  EXPECT_THAT(take_up(team()), ElementsAre("acme", "gone"));
  EXPECT_FALSE(holds(place_, "zoraida"));
  EXPECT_FALSE(holds(place_, "agent_id"));
  rename("wolkvox_of_tomorrow_total", "wolkvox_agent_hold_seconds_total");
  ASSERT_EQ(series("gone").size(), 1U);
  EXPECT_EQ(series("gone")[0].total, quantity::from_count(15));
}

TEST_F(of_later_families, hashes_tell_apart) {
  auto rule = hashed();
  rule.id = capitals;
  EXPECT_THAT(take_up(rule), ElementsAre("acme", "gone"));
  EXPECT_FALSE(holds(place_, "zoraida"));
  rename("wolkvox_of_tomorrow_total", "wolkvox_agent_hold_seconds_total");
  EXPECT_EQ(series("acme").size(), 4U);
}

TEST_F(of_later_families, a_key_that_cannot_be_read_is_damage) {
  sql(place_.path() / "ledger.db", "UPDATE series SET key = key || char(31) || 'zoraida'");
  const auto refused = open_sqlite_ledger(place_.path()).value()->take_up(of_acme(hidden()));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().what, ledger_error::kind::unreadable);
}

// By bytes: in pages, in free ones, in the log.
TEST(erased_files, hold_no_name_any_more) {
  temporary_directory place;
  auto book = open_sqlite_ledger(place.path()).value();
  std::vector<std::string> names;
  std::vector<settled_series> series;
  for (int i = 0; i < 500; ++i) {
    names.push_back("zoraida number " + std::to_string(i));
    series.push_back({.key = key_of("", names.back()), .bounds = {}});
  }
  ASSERT_TRUE(book->settle(window::of_series(series)));
  for (int turn = 0; turn < 20; ++turn) {  // names that come and go leave traces of their own
    name_directory told;
    for (std::size_t i = 0; i < names.size(); i += 1 + static_cast<std::size_t>(turn)) {
      told.learn(named_thing::agent, std::to_string(i), names[i]);
    }
    ASSERT_TRUE(book->remember_names("acme", told));
    ASSERT_TRUE(book->rename("acme", "calls", {.names = told, .series = {}}));
  }
  const auto has_a_name = [&] { return holds(place, "zoraida"); };
  EXPECT_TRUE(has_a_name());
  ASSERT_TRUE(book->take_up(of_acme(hidden())));
  EXPECT_FALSE(has_a_name());
  book.reset();
  EXPECT_FALSE(has_a_name());
}

}  // namespace
}  // namespace wolkvox::metrics
