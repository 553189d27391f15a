// What leaves the process about people.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "exporter/collectors/collector.hpp"
#include "tests/unit/collectors/sample_poll.hpp"

namespace wolkvox::collectors {
namespace {

using config::agent_names;
using key = std::array<std::uint8_t, 32>;
using parts = std::vector<std::string_view>;

TEST(agent_label, shows_the_name_with_its_blanks_folded) {
  EXPECT_EQ(privacy(agent_names::show, key{}).agent_label("7", " Ana  María Ruiz "),
            "Ana María Ruiz");
}

TEST(agent_label, is_the_id_while_no_name_is_known) {
  for (const auto choice : {agent_names::show, agent_names::hash, agent_names::hide}) {
    EXPECT_EQ(privacy(choice, key{}).agent_label("7", ""), "7");
  }
}

TEST(agent_label, hides_the_name_behind_the_id) {
  EXPECT_EQ(privacy(agent_names::hide, key{}).agent_label("7", "Ana Ruiz"), "7");
  EXPECT_EQ(privacy(agent_names::hide, key{}).agent_label("", "Ana Ruiz"), "");
}

TEST(agent_label, hashes_every_spelling_of_a_person_to_the_same_16_digits) {
  const privacy people{agent_names::hash, key{1}};
  const auto label = people.agent_label("7", "Ana María Ruiz");
  EXPECT_THAT(label, testing::MatchesRegex("[0-9a-f]{16}"));
  EXPECT_EQ(people.agent_label("8", "ANA  MARIA RUIZ"), label);
  EXPECT_NE(people.agent_label("7", "Ana María Ruz"), label);
}

TEST(agent_label, hashed_by_another_key_is_another) {
  key other{};
  other.back() = 1;
  EXPECT_NE(privacy(agent_names::hash, key{}).agent_label("7", "Ana"),
            privacy(agent_names::hash, other).agent_label("7", "Ana"));
}

TEST(identify, is_the_same_for_the_same_parts_and_differs_for_others) {
  const privacy people{agent_names::show, key{1}};
  const parts lists[] = {{},          {""},    {"", ""},        {"a", "bc"},
                         {"ab", "c"}, {"abc"}, {"a", "bc", ""}, {"bc", "a"}};
  std::vector<metrics::identity> seen;
  for (const auto& list : lists) {
    const auto id = people.identify(list);
    EXPECT_EQ(people.identify(list), id);
    EXPECT_EQ(std::ranges::count(seen, id), 0);
    seen.push_back(id);
  }
}

TEST(identify, depends_on_the_key) {
  const parts list{"calls", "x"};
  EXPECT_NE(privacy(agent_names::show, key{}).identify(list),
            privacy(agent_names::show, key{1}).identify(list));
}

// The reference implementation's vectors for key 00..0f: an identity is plain SipHash-2-4-128 over
// parts that are preceded by their length, so that another program can check a ledger.
TEST(identify, is_siphash_128_of_length_prefixed_parts) {
  key counting{};
  for (std::uint8_t i = 0; i < 16; ++i) {
    counting[i] = i;
  }
  // vectors_sip128[0]: of no bytes at all, a3817f04ba25a8e66df67214c7550293.
  const auto id = privacy(agent_names::show, counting).identify({});
  EXPECT_EQ(id.high, 0xe6a825ba047f81a3U);
  EXPECT_EQ(id.low, 0x930255c71472f66dU);
}

// What is not in a schema cannot be reached: the decoder hands over nothing else.
TEST(schemas, hold_no_personal_field) {
  const std::string_view personal[] = {"ani",         "telephone",   "tel_number", "phone",
                                       "customer_id", "comment",     "destiny",    "destinity",
                                       "agent_dni",   "agent_sso",   "ip",         "user",
                                       "email",       "description", "operation"};
  const sample_poll poll;
  for (const auto& collector : all_collectors()) {
    for (const auto& query : poll.queries(collector.name)) {
      ASSERT_FALSE(query.schema->fields.empty());
      for (const auto& field : query.schema->fields) {
        for (const auto spelling : field.spellings) {
          EXPECT_EQ(std::ranges::count(personal, spelling), 0)
              << collector.name << ": " << spelling;
        }
      }
    }
  }
}

TEST(privacy, an_id_that_is_no_number_may_be_a_name) {
  for (const auto choice : {agent_names::hash, agent_names::hide}) {
    const privacy people{choice, key{1}};
    EXPECT_EQ(people.agent_id("20001"), "20001");
    EXPECT_EQ(people.agent_id(""), "");
    const auto hashed = people.agent_id("ana.ruiz");
    EXPECT_THAT(hashed, testing::MatchesRegex("[0-9a-f]{16}"));
    EXPECT_EQ(people.agent_id(hashed), hashed) << "what was kept is read again";
    EXPECT_NE(people.agent_id("ana.ruis"), hashed);
  }
  EXPECT_EQ(privacy(agent_names::hide, key{1}).agent_label("ana.ruiz", "Ana Ruiz"),
            privacy(agent_names::hide, key{1}).agent_id("ana.ruiz"));
  EXPECT_EQ(privacy(agent_names::show, key{1}).agent_id("ana.ruiz"), "ana.ruiz");
}

TEST(privacy, a_hash_of_a_name_is_its_own) {
  const privacy people{agent_names::hash, key{1}};
  const auto once = people.agent_label("7", "Ana Ruiz");
  EXPECT_EQ(people.agent_label("7", once), once);
  EXPECT_EQ(people.agent_label("7", "7"), "7") << "no name is known";
}

TEST(privacy, has_a_rule_for_the_ledger_where_something_may_not_be_kept) {
  EXPECT_FALSE(privacy(agent_names::show, key{1}).rule());
  const auto hidden = privacy(agent_names::hide, key{1}).rule();
  ASSERT_TRUE(hidden);
  EXPECT_EQ(hidden->name("Ana Ruiz"), "");
  EXPECT_EQ(hidden->id("7"), "7");
  EXPECT_TRUE(hidden->agents);
  const privacy people{agent_names::hash, key{1}};
  EXPECT_EQ(people.rule()->name("Ana Ruiz"), people.agent_label("7", "ANA  RUIZ"));
  EXPECT_FALSE(privacy(agent_names::show, key{1}, config::people::team).rule()->agents);
}

}  // namespace
}  // namespace wolkvox::collectors
