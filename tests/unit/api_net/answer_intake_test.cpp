#include "exporter/api/net/answer_intake.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "asking.hpp"
#include "gzip.hpp"

namespace wolkvox::api::test {
namespace {

using testing::ElementsAre;
using state = answer_intake::state;

// Writes and resumes until the piece is used up.
std::expected<void, error> feed(answer_intake& intake, std::string_view piece,
                                int* turns = nullptr) {
  auto now = intake.write(piece);
  while (now && *now == state::wants_turn) {
    if (turns != nullptr) {
      ++*turns;
    }
    now = intake.resume();
  }
  if (!now) {
    return std::unexpected(now.error());
  }
  return {};
}

TEST(answer_intake, reads_the_same_wherever_the_body_is_cut) {
  for (const auto coding : {content_coding::identity, content_coding::gzip}) {
    const auto body = coding == content_coding::gzip ? gzip(two_agents) : two_agents;
    for (std::size_t cut = 0; cut <= body.size(); ++cut) {
      recorded_rows rows;
      answer_intake intake(agent_schema, rows, coding, 1 << 20);
      ASSERT_TRUE(feed(intake, std::string_view{body}.substr(0, cut)));
      ASSERT_TRUE(feed(intake, std::string_view{body}.substr(cut)));
      const auto envelope = intake.finish();
      ASSERT_TRUE(envelope) << "cut at " << cut << ": " << to_string(envelope.error());
      EXPECT_THAT(rows.ids, ElementsAre("7", "8"));
      EXPECT_EQ(intake.bytes(), two_agents.size());
    }
  }
}

TEST(answer_intake, passes_over_bytes_behind_the_last_gzip_member) {
  for (const auto& behind : {std::string{"\n"}, std::string(512, '\0'), std::string{"garbage"},
                             std::string{"\x1f"}, std::string{"\x1f\x8bgarbage"}}) {
    for (const bool at_once : {true, false}) {
      const auto body = gzip(R"([{"agent_id":"1"}])") + behind;
      recorded_rows rows;
      answer_intake intake(agent_schema, rows, content_coding::gzip, 1 << 20);
      for (std::size_t i = 0; i < body.size(); i += at_once ? body.size() : 1) {
        ASSERT_TRUE(feed(intake, body.substr(i, at_once ? body.size() : 1)));
      }
      const auto envelope = intake.finish();
      EXPECT_TRUE(envelope) << behind.size() << envelope.error().detail;
      EXPECT_EQ(rows.ids.size(), 1U);
    }
  }
}

TEST(answer_intake, reads_gzip_members_one_after_the_other) {
  const auto half = two_agents.size() / 2;
  const auto body = gzip(two_agents.substr(0, half)) + gzip(two_agents.substr(half));
  recorded_rows rows;
  answer_intake intake(agent_schema, rows, content_coding::gzip, 1 << 20);
  ASSERT_TRUE(feed(intake, body));
  ASSERT_TRUE(intake.finish());
  EXPECT_THAT(rows.ids, ElementsAre("7", "8"));
}

TEST(answer_intake, takes_every_prefix_of_a_gzip_body_for_an_error) {
  const auto body = gzip(two_agents);
  for (std::size_t length = 0; length < body.size(); ++length) {
    recorded_rows rows;
    answer_intake intake(agent_schema, rows, content_coding::gzip, 1 << 20);
    const auto fed = feed(intake, std::string_view{body}.substr(0, length));
    ASSERT_TRUE(fed);
    const auto envelope = intake.finish();
    ASSERT_FALSE(envelope) << length;
    EXPECT_EQ(envelope.error().kind, error_kind::parse);
  }
}

TEST(answer_intake, tells_damaged_gzip) {
  recorded_rows rows;
  answer_intake intake(agent_schema, rows, content_coding::gzip, 1 << 20);
  const auto fed = feed(intake, "no gzip at all, really");
  ASSERT_FALSE(fed);
  EXPECT_EQ(fed.error().kind, error_kind::parse);
  EXPECT_THAT(fed.error().detail, testing::StartsWith("gzip body: "));
}

TEST(answer_intake, tells_gzip_whose_checksum_is_wrong) {
  auto body = gzip(two_agents);
  body[body.size() - 8] = static_cast<char>(body[body.size() - 8] ^ 1);
  recorded_rows rows;
  answer_intake intake(agent_schema, rows, content_coding::gzip, 1 << 20);
  EXPECT_FALSE(feed(intake, body));
}

TEST(answer_intake, allows_exactly_the_limit) {
  for (const auto coding : {content_coding::identity, content_coding::gzip}) {
    const std::string text = "[" + std::string(100'000, ' ') + "]";
    const auto body = coding == content_coding::gzip ? gzip(text) : text;
    recorded_rows rows;
    answer_intake at_limit(agent_schema, rows, coding, text.size());
    ASSERT_TRUE(feed(at_limit, body));
    EXPECT_TRUE(at_limit.finish());
    answer_intake over_limit(agent_schema, rows, coding, text.size() - 1);
    const auto fed = feed(over_limit, body);
    ASSERT_FALSE(fed);
    EXPECT_EQ(fed.error().kind, error_kind::too_large);
  }
}

TEST(answer_intake, limits_a_body_that_grows_only_on_the_wire) {
  const auto empty = gzip("");
  recorded_rows rows;
  answer_intake intake(agent_schema, rows, content_coding::gzip, 10 * empty.size());
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(feed(intake, empty));
  }
  const auto fed = feed(intake, empty);
  ASSERT_FALSE(fed);
  EXPECT_EQ(fed.error().kind, error_kind::too_large);
}

TEST(answer_intake, pauses_while_one_piece_grows_a_lot) {
  const auto bomb = gzip("[" + std::string(8 << 20, ' ') + "]");
  recorded_rows rows;
  answer_intake intake(agent_schema, rows, content_coding::gzip, 64 << 20);
  int turns = 0;
  ASSERT_TRUE(feed(intake, bomb, &turns));
  EXPECT_GE(turns, 8);
  EXPECT_TRUE(intake.finish());
}

TEST(content_coding_field, knows_what_was_offered) {
  EXPECT_EQ(read_content_coding(""), content_coding::identity);
  EXPECT_EQ(read_content_coding("Identity"), content_coding::identity);
  EXPECT_EQ(read_content_coding("gzip"), content_coding::gzip);
  EXPECT_EQ(read_content_coding("GZip"), content_coding::gzip);
  EXPECT_EQ(read_content_coding("x-gzip"), content_coding::gzip);
  EXPECT_EQ(read_content_coding("gzip, identity"), content_coding::gzip);
  for (const auto* none : {"none", "UTF-8", "utf8", "identity, none", " "}) {
    EXPECT_EQ(read_content_coding(none), content_coding::identity) << none;
  }
  for (const auto* other : {"br", "deflate", "zstd"}) {
    EXPECT_EQ(read_content_coding(other).error(), other);
  }
  EXPECT_EQ(read_content_coding("gzip, gzip").error(), "gzip twice");
  EXPECT_EQ(read_content_coding("3005551234").error(), "an unknown one");
}

}  // namespace
}  // namespace wolkvox::api::test
