// Names beside ids, and the folding under which reports' spellings of a person meet.
#include "metrics/names.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>

namespace wolkvox::metrics {
namespace {

struct folding {
  std::string_view written;
  std::string_view folded;
};

class fold : public testing::TestWithParam<folding> {};

TEST_P(fold, makes_spellings_equal) {
  EXPECT_EQ(fold_name(GetParam().written), GetParam().folded);
}

INSTANTIATE_TEST_SUITE_P(
    names, fold,
    testing::Values(folding{"Ana Ruiz", "ana ruiz"}, folding{"  ANA   RUIZ ", "ana ruiz"},
                    folding{"\tAna\r\n Ruiz", "ana ruiz"}, folding{"", ""}, folding{"   ", ""},
                    folding{"Jos\xC3\xA9 Mu\xC3\xB1oz", "jose munoz"},    // composed é, ñ
                    folding{"Jose\xCC\x81 Mun\xCC\x83oz", "jose munoz"},  // combining marks
                    folding{"JOS\xC3\x89 MU\xC3\x91OZ", "jose munoz"},    // É, Ñ
                    folding{"\xC3\x81lvaro G\xC3\xBC\xC3\xAE\xC3\xA7", "alvaro guic"},
                    folding{"Ana\xC2\xA0Ruiz", "ana ruiz"},      // no-break space
                    folding{"Ana\xE2\x80\x89Ruiz", "ana ruiz"},  // thin space
                    folding{"An\xE2\x80\x8B"
                            "a",
                            "ana"},  // zero-width space
                    folding{"\xC5\x81ukasz \xC5\xA0karka", "\xC5\x82ukasz skarka"},
                    folding{"Ana\xFF Ruiz", "ana\xEF\xBF\xBD ruiz"},  // not UTF-8
                    folding{"12345", "12345"}));

TEST(name_directory, id_stands_for_an_unknown_name) {
  name_directory names;
  names.learn(named_thing::skill, "7", "Ventas");
  EXPECT_EQ(names.find(named_thing::skill, "7"), "Ventas");
  EXPECT_EQ(names.name_or_id(named_thing::skill, "8"), "8");
  EXPECT_EQ(names.find(named_thing::campaign, "7"), std::nullopt) << "kinds are apart";
}

TEST(name_directory, later_name_wins) {
  name_directory names;
  names.learn(named_thing::agent, "7", "Ana");
  names.learn(named_thing::agent, "7", "Ana Ruiz");
  EXPECT_EQ(names.find(named_thing::agent, "7"), "Ana Ruiz");
  EXPECT_EQ(names.agent_by_name("ana"), std::nullopt) << "the old name is forgotten";
  EXPECT_EQ(names.agent_by_name("ANA RUIZ"), "7");
}

name_directory roster_of(std::string_view skill_7) {
  name_directory told;
  told.learn(named_thing::skill, "7", skill_7);
  return told;
}

std::chrono::sys_seconds hour(int count) {
  return std::chrono::sys_days{std::chrono::year{2026} / 11 / 20} + std::chrono::hours{count};
}

TEST(naming, a_new_name_is_taken_at_once) {
  name_directory names;
  EXPECT_TRUE(names.hear(roster_of("Ventas"), hour(0)));
  EXPECT_FALSE(names.hear(roster_of("Ventas"), hour(1))) << "nothing to keep";
  EXPECT_TRUE(names.hear(roster_of("Sales"), hour(2)));
  EXPECT_EQ(names.find(named_thing::skill, "7"), "Sales");
  EXPECT_TRUE(names.hear(roster_of("Cobros"), hour(3)));
  EXPECT_EQ(names.find(named_thing::skill, "7"), "Cobros");
}

TEST(naming, a_roster_that_alternates_between_names_changes_one_once) {
  name_directory names;
  int changes = 0;
  for (int i = 0; i < 500; ++i) {
    const auto before = names;
    names.hear(roster_of(i % 3 == 0 ? "Ventas" : "Sales"), hour(i));
    changes += names == before ? 0 : 1;
  }
  EXPECT_EQ(changes, 2) << "the first name and the other";
  EXPECT_EQ(names.find(named_thing::skill, "7"), "Sales");
}

TEST(naming, a_former_name_comes_back_when_it_alone_was_told_for_a_day) {
  name_directory names;
  names.hear(roster_of("Ventas"), hour(0));
  names.hear(roster_of("Sales"), hour(1));
  EXPECT_TRUE(names.hear(roster_of("Ventas"), hour(2))) << "since when is to be kept";
  EXPECT_FALSE(names.hear(roster_of("Ventas"), hour(25)));
  EXPECT_EQ(names.find(named_thing::skill, "7"), "Sales");
  EXPECT_TRUE(names.hear(roster_of("Ventas"), hour(26)));
  EXPECT_EQ(names.find(named_thing::skill, "7"), "Ventas");
  names.hear(roster_of("Sales"), hour(27));
  EXPECT_EQ(names.find(named_thing::skill, "7"), "Ventas") << "and the other one waits";
}

TEST(naming, any_other_name_meanwhile_begins_the_day_anew) {
  name_directory names;
  names.hear(roster_of("Ventas"), hour(0));
  names.hear(roster_of("Sales"), hour(1));
  names.hear(roster_of("Ventas"), hour(2));
  names.hear(roster_of("Sales"), hour(25));
  names.hear(roster_of("Ventas"), hour(26));
  names.hear(roster_of("Ventas"), hour(49));
  EXPECT_EQ(names.find(named_thing::skill, "7"), "Sales");
  names.hear(name_directory{}, hour(49));
  names.hear(roster_of("Ventas"), hour(50));
  EXPECT_EQ(names.find(named_thing::skill, "7"), "Ventas") << "silence is no contradiction";
}

TEST(naming, a_clock_that_goes_back_makes_no_day) {
  name_directory names;
  names.hear(roster_of("Ventas"), hour(0));
  names.hear(roster_of("Sales"), hour(1));
  names.hear(roster_of("Ventas"), hour(100));
  names.hear(roster_of("Ventas"), hour(10));
  names.hear(roster_of("Ventas"), hour(33));
  EXPECT_EQ(names.find(named_thing::skill, "7"), "Sales");
  names.hear(roster_of("Ventas"), hour(34));
  EXPECT_EQ(names.find(named_thing::skill, "7"), "Ventas");
}

TEST(naming, an_id_that_is_listed_without_a_name_keeps_the_name_that_it_has) {
  name_directory names;
  names.hear(roster_of("7"), hour(0));
  EXPECT_FALSE(names.has_name(named_thing::skill, "7"));
  EXPECT_TRUE(names.find(named_thing::skill, "7")) << "listed";
  EXPECT_EQ(names.missing_of(roster_of("Ventas")).find(named_thing::skill, "7"), "Ventas");
  names.hear(roster_of("Ventas"), hour(1));
  names.hear(roster_of("7"), hour(2));
  EXPECT_EQ(names.find(named_thing::skill, "7"), "Ventas");
  EXPECT_TRUE(names.former(named_thing::skill).empty());
}

// A hash of sorts, which is its own hash and that of every spelling.
std::string hash(std::string_view name) {
  return name.starts_with('#') ? std::string{name} : "#" + fold_name(name);
}

name_directory agent_7(std::string_view name) {
  name_directory told;
  told.learn(named_thing::agent, "7", name);
  return told;
}

// As a ledger gives names back where it holds hashes.
name_directory hashed_agent_7() {
  auto names = agent_7("#luz");
  names.learn_former(named_thing::agent, "7", {.name = "#ana"});
  return names;
}

TEST(naming, a_name_that_is_shown_alike_is_no_other_one) {
  auto names = hashed_agent_7();
  EXPECT_TRUE(names.hear(agent_7("Luz"), hour(0), hash)) << "it is to be kept";
  EXPECT_EQ(names.find(named_thing::agent, "7"), "Luz");
  EXPECT_EQ(names.former(named_thing::agent).find("7")->second,
            (std::vector<former_name>{{.name = "#ana"}}));
  EXPECT_FALSE(names.hear(agent_7("Luz"), hour(1), hash));
}

TEST(naming, a_former_name_waits_where_only_its_hash_is_known) {
  auto names = hashed_agent_7();
  for (int i = 0; i < 500; ++i) {
    names.hear(agent_7(i % 2 == 0 ? "Ana" : "Luz"), hour(i), hash);
    EXPECT_EQ(hash(*names.find(named_thing::agent, "7")), "#luz");
  }
  names.hear(agent_7("Ana"), hour(500), hash);
  names.hear(agent_7("ANA "), hour(523), hash);
  EXPECT_EQ(names.find(named_thing::agent, "7"), "Luz");
  names.hear(agent_7("Ana"), hour(524), hash);
  EXPECT_EQ(names.find(named_thing::agent, "7"), "Ana");
  EXPECT_EQ(names.former(named_thing::agent).find("7")->second,
            (std::vector<former_name>{{.name = "Luz"}}));
}

TEST(naming, where_nothing_is_shown_names_are_told_apart_as_they_are) {
  auto names = agent_7("Luz");
  names.hear(agent_7("Ana"), hour(0), [](std::string_view) { return std::string{}; });
  EXPECT_EQ(names.agent_by_name("luz"), "7") << "by its former name";
  EXPECT_EQ(names.agent_by_name("ana"), "7");
}

TEST(naming, a_former_name_is_kept_once) {
  name_directory names = agent_7("Luz");
  names.learn_former(named_thing::agent, "7", {.name = "Ana", .told = hour(2)});
  names.learn_former(named_thing::agent, "7", {.name = "Ana", .told = hour(1)});
  EXPECT_EQ(names.former(named_thing::agent).find("7")->second,
            (std::vector<former_name>{{.name = "Ana", .told = hour(2)}}));
}

TEST(naming, former_names_of_an_id_are_bounded) {
  name_directory names;
  for (int i = 0; i < 1000; ++i) {
    names.hear(roster_of("Ventas " + std::to_string(i)), hour(i));
  }
  EXPECT_EQ(names.former(named_thing::skill).find("7")->second.size(), 32U);
}

TEST(name_directory, finds_an_agent_by_a_former_name_unless_another_bears_it) {
  name_directory names;
  names.learn(named_thing::agent, "1", "Ana");
  names.rename(named_thing::agent, "1", "Ana Ruiz");
  EXPECT_EQ(names.agent_by_name("ANA"), "1");
  EXPECT_EQ(names.agent_by_name("Ana Ruiz"), "1");
  auto both = names;
  both.learn(named_thing::agent, "2", "Luz");
  both.rename(named_thing::agent, "2", "Luz Peña");
  both.learn_former(named_thing::agent, "2", {.name = "Ana"});
  EXPECT_EQ(both.agent_by_name("Ana"), std::nullopt);
  EXPECT_EQ(both.agents_called("ana"), 2U);
  names.learn(named_thing::agent, "2", "Ana");
  EXPECT_EQ(names.agent_by_name("Ana"), "2");
}

TEST(name_directory, empty_ids_and_names_are_not_kept) {
  name_directory names;
  names.learn(named_thing::agent, "", "Ana");
  names.learn(named_thing::agent, "7", "");
  EXPECT_TRUE(names.all(named_thing::agent).empty());
}

TEST(name_directory, name_of_two_agents_finds_neither) {
  name_directory names;
  names.learn(named_thing::agent, "7", "Jos\xC3\xA9 Ruiz");
  names.learn(named_thing::agent, "8", "jose  ruiz");
  EXPECT_EQ(names.agent_by_name("Jose Ruiz"), std::nullopt);
  names.learn(named_thing::agent, "9", "JOSE RUIZ");
  EXPECT_EQ(names.agent_by_name("Jose Ruiz"), std::nullopt);

  names.learn(named_thing::agent, "8", "Luis");
  names.learn(named_thing::agent, "9", "Eva");
  EXPECT_EQ(names.agent_by_name("Jose Ruiz"), "7") << "one bearer is left";
  names.learn(named_thing::agent, "7", "Ana");
  EXPECT_EQ(names.agent_by_name("Jose Ruiz"), std::nullopt) << "none is left";
}

TEST(name_directory, takes_all_or_the_missing_of_another_and_tells_the_difference) {
  name_directory known;
  known.learn(named_thing::skill, "7", "Ventas");
  known.learn(named_thing::skill, "8", "Cobros");
  name_directory told;
  told.learn(named_thing::skill, "7", "Sales");
  told.learn(named_thing::skill, "8", "Cobros");
  told.learn(named_thing::agent, "7", "Ana");

  const auto changes = known.changes_to(told);
  EXPECT_EQ(changes.find(named_thing::skill, "7"), "Sales");
  EXPECT_EQ(changes.find(named_thing::skill, "8"), std::nullopt);
  EXPECT_EQ(changes.find(named_thing::agent, "7"), "Ana");
  EXPECT_TRUE(told.changes_to(told) == name_directory{});

  name_directory filled = known;
  filled.learn_missing(told);
  EXPECT_EQ(filled.find(named_thing::skill, "7"), "Ventas");
  EXPECT_EQ(filled.agent_by_name("ana"), "7");
  known.learn(told);
  EXPECT_TRUE(known == told);
}

TEST(name_directory, learning_the_same_name_again_keeps_it_unambiguous) {
  name_directory names;
  names.learn(named_thing::agent, "7", "Ana");
  names.learn(named_thing::agent, "7", "Ana");
  EXPECT_EQ(names.agent_by_name("Ana"), "7");
}

}  // namespace
}  // namespace wolkvox::metrics
