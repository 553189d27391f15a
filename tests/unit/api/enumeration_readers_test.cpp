// Yes and no, agent ids, enumerated words (wolkvox-api.md section 4).
#include <gtest/gtest.h>

#include <string_view>
#include <utility>
#include <vector>

#include "exporter/api/readers.hpp"

namespace wolkvox::api {
namespace {

TEST(yes_no, is_read_in_two_languages_and_any_case) {
  for (const std::string_view text : {"yes", "YES", "Yes", "si", "SI", "s\u00ed", "S\u00ed",
                                      "S\u00cd", "1", "true", "TRUE", " yes "}) {
    const auto got = read_yes_no(text);
    ASSERT_TRUE(got.has_value()) << text;
    EXPECT_TRUE(*got) << text;
  }
  for (const std::string_view text : {"no", "NO", "No", "0", "false", "False", " no\t"}) {
    const auto got = read_yes_no(text);
    ASSERT_TRUE(got.has_value()) << text;
    EXPECT_FALSE(*got) << text;
  }
}

TEST(yes_no, refuses_other_words) {
  for (const std::string_view text : {"", "-", "y", "n", "2", "10", "yes no", "on", "off", "n/a"}) {
    EXPECT_FALSE(read_yes_no(text).has_value()) << text;
  }
}

TEST(agent_ids, lose_a_name_behind_them) {
  const std::vector<std::pair<std::string_view, std::string_view>> cases = {
      {"12345", "12345"},       {"12345-Ana Ruiz", "12345"}, {"12345 - Ana Ruiz", "12345"},
      {" 12345-Ana ", "12345"}, {"12345-", "12345"},         {"00012-x", "00012"},
      {"12345-67-8", "12345"},  {"12345Ana", "12345Ana"},    {"ana-12345", "ana-12345"},
      {" IVR ", "IVR"},         {"-12345", "-12345"},        {"", ""}};
  for (const auto& [text, id] : cases) {
    EXPECT_EQ(read_agent_id(text), id) << text;
  }
}

struct word_case {
  std::string_view text;
  std::string_view label;
  std::string_view folded;
};

TEST(enumerations, are_folded_for_labels_and_for_comparison) {
  const std::vector<word_case> cases = {
      {"inbound", "inbound", "inbound"},
      {"internal call_inb", "internal call_inb", "internalcallinb"},
      {"ANSWER-MACHINE", "answer-machine", "answermachine"},
      {"answer machine", "answer machine", "answermachine"},
      {"Do  not\tcall", "do not call", "donotcall"},
      {" ivr-out ", "ivr-out", "ivrout"},
      {"out_pre", "out_pre", "outpre"},
      {"NO-ANSWER", "no-answer", "noanswer"},
      {"Customer", "customer", "customer"},
      {"BA\u00d1O", "ba\u00d1o", "ba\u00d1o"},
      {"", "", ""},
      {" ", "", ""}};
  for (const auto& [text, label, folded] : cases) {
    EXPECT_EQ(read_enumeration(text), label) << text;
    EXPECT_EQ(fold_enumeration(text), folded) << text;
  }
}

}  // namespace
}  // namespace wolkvox::api
