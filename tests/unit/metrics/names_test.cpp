// Names beside ids, and the folding under which reports' spellings of a person meet.
#include "metrics/names.hpp"

#include <gtest/gtest.h>

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

TEST(name_directory, empty_ids_and_names_are_not_kept) {
  name_directory names;
  names.learn(named_thing::agent, "", "Ana");
  names.learn(named_thing::agent, "7", "");
  names.replace(named_thing::skill, {{"", "Ventas"}, {"8", ""}, {"9", "Soporte"}});
  EXPECT_TRUE(names.all(named_thing::agent).empty());
  EXPECT_EQ(names.all(named_thing::skill).size(), 1U);
}

TEST(name_directory, roster_replaces_what_was_known) {
  name_directory names;
  names.learn(named_thing::agent, "7", "Ana");
  names.learn(named_thing::skill, "7", "Ventas");
  names.replace(named_thing::agent, {{"8", "Luis"}});
  EXPECT_EQ(names.find(named_thing::agent, "7"), std::nullopt);
  EXPECT_EQ(names.agent_by_name("Ana"), std::nullopt);
  EXPECT_EQ(names.agent_by_name("luis"), "8");
  EXPECT_EQ(names.find(named_thing::skill, "7"), "Ventas");
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

  names.replace(named_thing::agent, {{"7", "Ana"}, {"8", "ana"}});
  EXPECT_EQ(names.agent_by_name("Ana"), std::nullopt);
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
