// Names, the roster as it was read, and names that no roster has.
#include "exporter/operation/roster.hpp"

#include <gtest/gtest.h>

namespace wolkvox::operation {
namespace {

using namespace std::chrono_literals;
using metrics::named_thing;

constexpr steady_time start{1000h};
constexpr sys_seconds wall{std::chrono::sys_days{std::chrono::year{2026} / 11 / 21}};
constexpr metrics::identity stranger{.high = 1, .low = 2};

metrics::name_directory directory(std::string_view id, std::string_view name) {
  metrics::name_directory made;
  made.learn(named_thing::agent, id, name);
  return made;
}

class rosters : public testing::Test {
 protected:
  void read(metrics::name_directory listed, steady_time now = start) {
    collectors::outcome told;
    told.roster = std::move(listed);
    roster_.take(told, wall, now);
  }
  void see(metrics::name_directory seen) {
    collectors::outcome told;
    told.seen = std::move(seen);
    roster_.take(told, wall, start);
  }
  std::string name(std::string_view id) const {
    return std::string{roster_.names()->name_or_id(named_thing::agent, id)};
  }

  roster roster_{std::nullopt};
};

TEST_F(rosters, name_who_is_listed_and_whom_a_row_names_first) {
  see(directory("1", "Ana"));
  see(directory("1", "A. Ruiz"));
  EXPECT_EQ(name("1"), "Ana") << "a row does not rename";
  read(directory("1", "Ana Ruiz"));
  EXPECT_EQ(name("1"), "Ana Ruiz") << "the roster does";
  read(directory("2", "Luz"));
  EXPECT_EQ(name("1"), "Ana Ruiz") << "a name once shown stays";
  EXPECT_FALSE(roster_.as_read()->has_name(named_thing::agent, "1"));
}

TEST_F(rosters, copy_nothing_where_nothing_is_new) {
  read(directory("1", "Ana"));
  const auto before = roster_.names();
  read(directory("1", "Ana"));
  see(directory("1", "Ana"));
  EXPECT_EQ(roster_.names(), before);
}

TEST_F(rosters, have_the_ledger_keep_what_is_new_once) {
  EXPECT_EQ(roster_.take_unkept(), nullptr);
  see(directory("1", "Ana"));
  EXPECT_EQ(roster_.take_unkept(), roster_.names());
  EXPECT_EQ(roster_.take_unkept(), nullptr);
  roster_.put_back();
  EXPECT_EQ(roster_.take_unkept(), roster_.names()) << "the ledger could not";
  roster_.restore(directory("2", "Luz"));
  EXPECT_EQ(roster_.take_unkept(), nullptr) << "it comes from there";
}

TEST_F(rosters, learn_from_labels_what_no_answer_has_kept) {
  roster_.restore(directory("1", "Ana"));
  roster_.learn_missing(directory("1", "Other"));
  roster_.learn_missing(directory("2", "Luz"));
  EXPECT_EQ(name("1"), "Ana");
  EXPECT_EQ(name("2"), "Luz");
}

TEST_F(rosters, know_a_stranger_once_they_were_read_after_it_came_or_are_not_asked_again) {
  roster_.note_strangers({stranger}, start);
  EXPECT_TRUE(roster_.known_strangers(start).empty()) << "the roster may have it";
  EXPECT_TRUE(roster_.known_strangers(start + 59min).empty());
  EXPECT_TRUE(roster_.known_strangers(start + 1h).contains(stranger));
  read({}, start + 1s);
  EXPECT_TRUE(roster_.known_strangers(start + 2s).contains(stranger)) << "it has not";
  roster_.note_strangers({}, start + 49h);
  EXPECT_TRUE(roster_.known_strangers(start + 49h).empty()) << "long gone";
}

TEST_F(rosters, are_asked_for_strangers_once_an_hour_at_most) {
  EXPECT_TRUE(roster_.shall_be_asked(start));
  EXPECT_FALSE(roster_.shall_be_asked(start + 59min));
  EXPECT_TRUE(roster_.shall_be_asked(start + 1h));
}

TEST_F(rosters, tell_who_has_left_for_a_day) {
  EXPECT_EQ(roster_.retirement(24h, wall, start).roster, nullptr) << "never read";
  read(directory("1", "Ana"));
  EXPECT_EQ(roster_.retirement(24h, wall, start + 24h).roster, roster_.as_read());
  EXPECT_EQ(roster_.retirement(24h, wall, start + 24h + 1s).roster, nullptr);
}

}  // namespace
}  // namespace wolkvox::operation
