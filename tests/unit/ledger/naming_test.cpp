// What every ledger keeps of what was shown, and under which names.
#include <gtest/gtest.h>

#include "every_ledger.hpp"

namespace wolkvox::metrics {
namespace {

// A name of its own: one executable holds a suite of each name once.
template <class Place>
class every_ledgers_names : public every_ledger<Place> {};
TYPED_TEST_SUITE(every_ledgers_names, places);

TYPED_TEST(every_ledgers_names, remembers_what_was_shown) {
  this->settle(window().call(1, 1));
  ASSERT_TRUE(this->book_->mark_shown("acme", "calls", {calls_key()}));
  this->restart();
  EXPECT_TRUE(this->load().series[0].shown);
  EXPECT_FALSE(this->load().series[1].shown);
  const auto done = this->settle(window().call(2, 1));
  EXPECT_TRUE(done.changed[0].shown) << "counting on does not hide it";
  this->restart();
  EXPECT_TRUE(this->load().series[0].shown);
}

TYPED_TEST(every_ledgers_names, keeps_a_renaming_and_the_series_at_their_base_until_marked) {
  this->settle(window().call(1, 1));
  ASSERT_TRUE(this->book_->mark_shown("acme", "calls", {calls_key(), duration_key()}));
  renaming change;
  change.names.learn(named_thing::skill, "7", "Ventas");
  change.series = {{duration_key(),
                    {.total = quantity::from_count(5),
                     .buckets = {1, 0, 0},
                     .native = native_from_classic(std::vector<double>{5, 10},
                                                   std::vector<std::uint64_t>{1, 0, 0})}}};
  ASSERT_TRUE(this->book_->rename("acme", "calls", change));
  this->restart();
  auto state = this->load();
  EXPECT_TRUE(state.names == change.names);
  EXPECT_TRUE(state.series[0].shown);
  EXPECT_FALSE(state.series[1].shown);
  EXPECT_EQ(state.series[1].base, change.series[0].second);
  EXPECT_FALSE(this->settle(window().call(2, 1)).changed[1].shown) << "nor by counting on";
  ASSERT_TRUE(this->book_->mark_shown("acme", "calls", {duration_key()}));
  change.names.learn(named_thing::skill, "7", "Sales");
  change.names.learn(named_thing::skill, "8", "Cobros");
  change.series.clear();
  ASSERT_TRUE(this->book_->rename("acme", "calls", change));
  this->restart();
  state = this->load();
  EXPECT_TRUE(state.names == change.names);
  EXPECT_TRUE(state.series[1].shown);
  EXPECT_TRUE(this->load("cdr").names == name_directory{});
}

TYPED_TEST(every_ledgers_names, remembers_for_the_operation_what_a_renaming_shows) {
  this->settle(window().call(1, 1));
  name_directory told;
  told.learn(named_thing::skill, "7", "Queue");
  told.learn(named_thing::skill, "8", "Cobros");
  ASSERT_TRUE(this->book_->remember_names("acme", told));
  renaming change;
  change.names.learn(named_thing::skill, "7", "Ventas");
  ASSERT_TRUE(this->book_->rename("acme", "calls", change));
  this->restart();
  told.learn(named_thing::skill, "7", "Ventas");
  EXPECT_TRUE(this->book_->load("acme")->names == told);
}

TYPED_TEST(every_ledgers_names, remembers_former_names_and_since_when_one_is_told_again) {
  const sys_seconds told{std::chrono::seconds{1'795'000'000}};
  name_directory names;
  names.learn(named_thing::skill, "7", "Ventas");
  names.learn_former(named_thing::skill, "7", {.name = "Sales", .told = told});
  names.learn_former(named_thing::agent, "1", {.name = "Ana"});
  ASSERT_TRUE(this->book_->remember_names("acme", names));
  ASSERT_TRUE(this->book_->remember_names("acme", names)) << "and again";
  ASSERT_TRUE(this->book_->remember_names("other", {}));
  this->restart();
  const auto kept = this->book_->load("acme")->names;
  EXPECT_EQ(kept.former(named_thing::skill).find("7")->second,
            (std::vector<former_name>{{.name = "Sales", .told = told}}));
  EXPECT_EQ(kept.agent_by_name("ana"), "1");
  EXPECT_TRUE(this->book_->load("other")->names.former(named_thing::skill).empty());
}

TYPED_TEST(every_ledgers_names, a_name_that_a_renaming_replaces_is_a_former_name) {
  const auto former = [this] {
    this->restart();
    const auto names = this->book_->load("acme")->names;
    const auto known = names.former(named_thing::skill).find("7");
    return known == names.former(named_thing::skill).end() ? std::vector<former_name>{}
                                                           : known->second;
  };
  const auto rename = [this](const char* name) {
    renaming change;
    change.names.learn(named_thing::skill, "7", name);
    ASSERT_TRUE(this->book_->rename("acme", "calls", change));
  };
  this->settle(window().call(1, 1));
  rename("7");
  rename("Ventas");
  EXPECT_TRUE(former().empty()) << "an id is no name";
  rename("Sales");
  EXPECT_EQ(former(), (std::vector<former_name>{{.name = "Ventas"}}));
  rename("Ventas");
  EXPECT_EQ(former(), (std::vector<former_name>{{.name = "Sales"}}));
}

TYPED_TEST(every_ledgers_names, cuts_a_base_anew_with_its_histogram) {
  this->settle(window().call(1, 1, 4).call(2, 1, 20));
  ASSERT_TRUE(this->book_->rename(
      "acme", "calls",
      {.names = {},
       .series = {{duration_key(),
                   {.total = quantity::from_count(4),
                    .buckets = {1, 0, 0},
                    .native = native_from_classic(std::vector<double>{5, 10},
                                                  std::vector<std::uint64_t>{1, 0, 0})}}}}));
  window changed;
  changed.edit().series[1].bounds = {2, 5, 20};
  this->settle(changed);
  this->restart();
  EXPECT_EQ(this->load().series[1].base.buckets, (std::vector<std::uint64_t>{0, 1, 0, 0}));
}

TYPED_TEST(every_ledgers_names, renames_nothing_when_a_series_is_unknown) {
  this->settle(window().call(1, 1));
  renaming change;
  change.names.learn(named_thing::skill, "7", "Ventas");
  change.series = {{calls_key(), {}}, {calls_key("never"), {}}};
  ASSERT_TRUE(this->book_->mark_shown("acme", "calls", {calls_key()}));
  EXPECT_FALSE(this->book_->rename("acme", "calls", change));
  this->restart();
  EXPECT_TRUE(this->load().names == name_directory{});
  EXPECT_TRUE(this->load().series[0].shown);
}

TYPED_TEST(every_ledgers_names, takes_other_buckets_for_no_growth) {
  this->settle(window().call(1, 1).settled_at(500));
  ASSERT_TRUE(this->book_->retire("acme", "calls", {{duration_key(), {}}}));
  this->settle(
      window::of_series({{calls_key(), {}}, {duration_key(), {5, 10, 20}}}).settled_at(600));
  this->restart();
  const auto state = this->load().series[1];
  EXPECT_EQ(state.bounds, (std::vector<double>{5, 10, 20}));
  EXPECT_TRUE(state.retired);
  EXPECT_EQ(state.grown, at(500));
}

TYPED_TEST(every_ledgers_names, keeps_who_left_where_it_stood_until_it_grows) {
  this->settle(window().call(1, 1).settled_at(500));
  EXPECT_EQ(this->load().series[0].grown, at(500));
  ASSERT_TRUE(this->book_->mark_shown("acme", "calls", {calls_key(), duration_key()}));
  const shown_amount stand{.total = quantity::from_count(1)};
  ASSERT_TRUE(this->book_->retire("acme", "calls", {{calls_key(), stand}}));
  EXPECT_FALSE(this->book_->retire("acme", "calls", {{calls_key("never"), stand}}));
  this->restart();
  auto state = this->load().series[0];
  EXPECT_TRUE(state.retired);
  EXPECT_FALSE(this->load().series[1].retired);
  EXPECT_EQ(state.base, stand);
  EXPECT_FALSE(state.shown);
  this->settle(window().call(1, 1).settled_at(600));
  EXPECT_TRUE(this->load().series[0].retired) << "known rows are no growth";
  const auto done = this->settle(window().call(2, 1).settled_at(700));
  EXPECT_FALSE(done.changed[0].retired);
  this->restart();
  state = this->load().series[0];
  EXPECT_FALSE(state.retired);
  EXPECT_EQ(state.grown, at(700));
  EXPECT_EQ(state.base, stand);
  EXPECT_EQ(state.total, quantity::from_count(2));
}

TYPED_TEST(every_ledgers_names, marks_no_series_when_one_of_them_is_unknown) {
  this->settle(window().call(1, 1));
  const auto refused = this->book_->mark_shown("acme", "calls", {calls_key(), calls_key("never")});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().what, ledger_error::kind::failed);
  EXPECT_FALSE(this->load().series[0].shown);
}

TYPED_TEST(every_ledgers_names, remembers_the_last_names) {
  name_directory names;
  names.learn(named_thing::agent, "1", "Ana");
  names.learn(named_thing::skill, "1", "Ventas");
  ASSERT_TRUE(this->book_->remember_names("acme", names));
  name_directory later;
  later.learn(named_thing::agent, "2", "Luz Peña");
  later.learn(named_thing::campaign, "1", "Cobro");
  ASSERT_TRUE(this->book_->remember_names("acme", later));
  ASSERT_TRUE(this->book_->remember_names("other", names));
  this->restart();
  EXPECT_TRUE(this->book_->load("acme").value().names == later);
  EXPECT_TRUE(this->book_->load("other").value().names == names);
}

}  // namespace
}  // namespace wolkvox::metrics
