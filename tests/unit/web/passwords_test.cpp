// Names and passwords: the field that carries them, bcrypt, what is remembered and what is not.
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <future>
#include <vector>

#include "exporter/web/password_check.hpp"
#include "tests/unit/web/web_file.hpp"

namespace wolkvox::web {
namespace {

TEST(basic_credentials, are_read_from_the_field) {
  struct sample {
    std::string_view field, name, password;
  };
  for (const auto& [field, name, password] :
       {sample{"Basic YWxpY2U6d29uZGVybGFuZA==", "alice", "wonderland"},
        sample{"bAsIc YWxpY2U6d29uZGVybGFuZA==", "alice", "wonderland"},
        sample{"Basic Og==", "", ""}, sample{"Basic YTpiOmM=", "a", "b:c"},
        sample{"Basic YTo/Pz8+", "a", "?\?\?>"}}) {
    const auto read = parse_basic(field);
    ASSERT_TRUE(read) << field;
    EXPECT_EQ(read->name, name);
    EXPECT_EQ(read->password.reveal(), password);
  }
}

TEST(basic_credentials, anything_else_is_none) {
  for (const std::string_view field :
       {"", "Basic", "Basic ", "Bearer YTpi", "Basic YWxpY2U=", "Basic YTpi\n", "Basic YT pi",
        "Basic YTp", "Basic ====", "Basic Y===", "Basic =Tpi", "Basic YTo-"}) {
    EXPECT_FALSE(parse_basic(field)) << field;
  }
}

TEST(bcrypt, matches_hashes_of_every_variant) {
  for (const char variant : {'a', 'b', 'x', 'y'}) {
    auto hash = hash_of_wonderland;
    hash[2] = variant;
    EXPECT_TRUE(matches(secret{"wonderland"}, secret{hash})) << hash;
    EXPECT_FALSE(matches(secret{"wonderlan"}, secret{hash}));
  }
  EXPECT_TRUE(matches(secret{"builder"}, secret{hash_of_builder}));
  EXPECT_FALSE(matches(secret{""}, secret{hash_of_builder}));
  EXPECT_FALSE(matches(secret{"builder"}, secret{""}));
}

TEST(bcrypt, a_zero_byte_does_not_end_the_password) {
  EXPECT_FALSE(matches(secret{std::string("wonderland\0more", 15)}, secret{hash_of_wonderland}));
}

class passwords : public testing::Test {
 protected:
  using verdict = password_check::verdict;

  verdict ask(std::string name, std::string password) {
    auto answer = boost::asio::co_spawn(
        context_,
        check.check(users, {.name = std::move(name), .password = secret{std::move(password)}}),
        boost::asio::use_future);
    context_.restart();
    context_.run();
    return answer.get();
  }

  boost::asio::io_context context_{1};
  std::shared_ptr<const user_table> users = std::make_shared<const user_table>(
      user_table{{"alice", secret{hash_of_wonderland}}, {"bob", secret{hash_of_builder}}});
  password_check check;
};

TEST_F(passwords, belong_to_their_names) {
  EXPECT_EQ(ask("alice", "wonderland"), verdict::right);
  EXPECT_EQ(ask("bob", "builder"), verdict::right);
  EXPECT_EQ(ask("bob", "wonderland"), verdict::wrong);
  EXPECT_EQ(ask("alice", ""), verdict::wrong);
  EXPECT_EQ(ask("carol", "wonderland"), verdict::wrong);
}

TEST_F(passwords, that_wait_are_not_computed_once_it_is_closed) {
  constexpr int many = 20;
  // A cost of 12: a quarter of a second each.
  users = std::make_shared<const user_table>(
      user_table{{"alice", secret{"$2b$12$" + std::string(53, '.')}}});
  std::vector<std::future<verdict>> answers;
  for (int i = 0; i < many; ++i) {
    answers.push_back(boost::asio::co_spawn(
        context_, check.check(users, {.name = "alice", .password = secret{"wrong"}}),
        boost::asio::use_future));
  }
  context_.poll();
  check.close();
  context_.restart();
  context_.run();
  EXPECT_EQ(answers.back().get(), verdict::too_many_waiting);
  EXPECT_LT(check.computed(), many);
  EXPECT_EQ(ask("alice", "wonderland"), verdict::too_many_waiting);
}

TEST_F(passwords, that_were_right_are_not_computed_again) {
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(ask("alice", "wonderland"), verdict::right);
  }
  EXPECT_EQ(check.computed(), 1U);
  EXPECT_EQ(ask("alice", "wonderlandx"), verdict::wrong);
  EXPECT_EQ(ask("alicew", "onderland"), verdict::wrong) << "the parts are kept apart";
  EXPECT_EQ(check.computed(), 3U);
}

TEST_F(passwords, a_name_that_is_not_known_costs_what_a_wrong_password_does) {
  EXPECT_EQ(ask("alice", "wrong"), verdict::wrong);
  EXPECT_EQ(check.computed(), 1U);
  EXPECT_EQ(ask("carol", "wrong"), verdict::wrong);
  EXPECT_EQ(check.computed(), 2U);
}

TEST_F(passwords, a_changed_hash_counts_at_once) {
  EXPECT_EQ(ask("alice", "wonderland"), verdict::right);
  users = std::make_shared<const user_table>(user_table{{"alice", secret{hash_of_builder}}});
  EXPECT_EQ(ask("alice", "wonderland"), verdict::wrong);
  EXPECT_EQ(ask("alice", "builder"), verdict::right);
}

TEST_F(passwords, a_crowd_is_turned_away) {
  std::vector<std::future<verdict>> answers;
  for (int i = 0; i < 40; ++i) {
    answers.push_back(boost::asio::co_spawn(
        context_, check.check(users, {.name = "alice", .password = secret{"wrong"}}),
        boost::asio::use_future));
  }
  context_.run();
  int turned_away = 0;
  for (auto& each : answers) {
    turned_away += each.get() == verdict::too_many_waiting ? 1 : 0;
  }
  EXPECT_EQ(turned_away, 8);
  EXPECT_EQ(ask("alice", "wonderland"), verdict::right) << "the places come back";
}

}  // namespace
}  // namespace wolkvox::web
