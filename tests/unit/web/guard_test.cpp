// What a request meets before it is routed, and what a changed file does.
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include "exporter/web/token_bucket.hpp"
#include "tests/unit/web/running_server.hpp"
#include "tests/unit/web/web_file.hpp"

namespace wolkvox::web {
namespace {

using namespace std::chrono_literals;

TEST(token_bucket, lets_a_burst_through_and_then_one_each_interval) {
  token_bucket bucket({.interval = 100ms, .burst = 3});
  const token_bucket::time_point start{1h};
  EXPECT_TRUE(bucket.take(start));
  EXPECT_TRUE(bucket.take(start));
  EXPECT_TRUE(bucket.take(start));
  EXPECT_FALSE(bucket.take(start));
  EXPECT_FALSE(bucket.take(start + 99ms));
  EXPECT_TRUE(bucket.take(start + 101ms));
  EXPECT_FALSE(bucket.take(start + 102ms));
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(bucket.take(start + 1h)) << "never more than the burst";
  }
  EXPECT_FALSE(bucket.take(start + 1h));
}

TEST(token_bucket, without_an_interval_lets_all_through_and_without_a_burst_none) {
  token_bucket open({.interval = 0ns, .burst = 0});
  token_bucket shut({.interval = 1ns, .burst = 0});
  for (auto now = token_bucket::time_point{1s}; now < token_bucket::time_point{1s} + 10us;
       now += 1us) {
    EXPECT_TRUE(open.take(now));
    EXPECT_FALSE(shut.take(now));
  }
}

class guard_of_a_file : public testing::Test {
 protected:
  unsigned ask(guard& door, std::string authorization = {}) {
    auto answer = boost::asio::co_spawn(context_, door.admit(secret{std::move(authorization)}),
                                        boost::asio::use_future);
    context_.restart();
    context_.run();
    last_ = answer.get();
    return last_.refusal ? last_.refusal->status : 200;
  }

  boost::asio::io_context context_{1};
  admission last_;
};

TEST_F(guard_of_a_file, lets_everyone_in_where_the_file_asks_for_nothing) {
  const web_file file("");
  const auto door = file.open();
  EXPECT_EQ(ask(*door), 200U);
  EXPECT_FALSE(door->serves_tls());
  EXPECT_TRUE(last_.fields->empty());
}

TEST_F(guard_of_a_file, asks_for_name_and_password) {
  const web_file file("basic_auth_users: {alice: " + hash_of_wonderland + "}");
  const auto door = file.open();
  EXPECT_EQ(ask(*door), 401U);
  EXPECT_EQ(last_.refusal->fields.at(0).first, "WWW-Authenticate");
  EXPECT_EQ(ask(*door, "Basic YTpi"), 401U);
  EXPECT_EQ(ask(*door, "Bearer x"), 401U);
  EXPECT_EQ(ask(*door, alice), 200U);
}

TEST_F(guard_of_a_file, limits_the_rate_before_it_asks_for_a_password) {
  const web_file file("rate_limit: {interval: 1h, burst: 1}\nbasic_auth_users: {alice: " +
                      hash_of_wonderland + "}");
  const auto door = file.open();
  EXPECT_EQ(ask(*door), 401U);
  EXPECT_EQ(ask(*door, alice), 429U);
}

TEST_F(guard_of_a_file, gives_its_header_fields_to_answers_and_refusals) {
  const web_file file(
      "http_server_config: {headers: {X-Frame-Options: deny}}\n"
      "basic_auth_users: {alice: " +
      hash_of_wonderland + "}");
  const auto door = file.open();
  const header_fields expected{{"X-Frame-Options", "deny"}};
  EXPECT_EQ(ask(*door), 401U);
  EXPECT_EQ(*last_.fields, expected);
  EXPECT_EQ(ask(*door, alice), 200U);
  EXPECT_EQ(*last_.fields, expected);
}

TEST_F(guard_of_a_file, a_change_counts_at_the_next_request_however_small) {
  const auto with = [](const std::string& hash) {
    return "basic_auth_users: {alice: " + hash + "}";
  };
  const web_file file(with(hash_of_builder));
  const auto door = file.open();
  // Of the same length, in place, and within one tick of the file system's clock.
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(ask(*door, alice), 401U) << i;
    file.write(with(hash_of_wonderland));
    EXPECT_EQ(ask(*door, alice), 200U) << i;
    file.write(with(hash_of_builder));
  }
}

TEST_F(guard_of_a_file, a_bad_file_shuts_the_door_and_is_told_once) {
  const web_file file("rate_limit: {}");
  const auto door = file.open();
  std::vector<std::string> told;
  door->set_told([&](const std::string& trouble) { told.push_back(trouble); });
  file.write("rate_limits: {}");
  EXPECT_EQ(ask(*door), 500U);
  EXPECT_EQ(ask(*door), 500U);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_TRUE(told[0].contains("rate_limits: unknown key; did you mean 'rate_limit'?")) << told[0];
  std::filesystem::remove(file.path());
  EXPECT_EQ(ask(*door), 500U);
  EXPECT_EQ(told.size(), 2U);
  file.write("rate_limit: {}");
  EXPECT_EQ(ask(*door), 200U);
  ASSERT_EQ(told.size(), 3U);
  EXPECT_TRUE(told[2].contains("can be read again")) << told[2];
}

TEST_F(guard_of_a_file, an_emptied_file_opens_no_door) {
  const web_file file("basic_auth_users: {alice: " + hash_of_wonderland + "}");
  const auto door = file.open();
  file.write("");
  EXPECT_EQ(ask(*door), 500U);
  file.write("# nobody is asked\n");
  EXPECT_EQ(ask(*door), 200U);
}

TEST_F(guard_of_a_file, where_nobody_was_asked_an_empty_file_is_as_good) {
  const web_file file("");
  const auto door = file.open();
  file.write("rate_limit: {}");
  EXPECT_EQ(ask(*door), 200U);
  file.write("");
  EXPECT_EQ(ask(*door), 200U);
}

TEST_F(guard_of_a_file, tls_cannot_be_turned_on_later) {
  const web_file file("");
  const auto door = file.open();
  file.write("tls_server_config: {cert_file: none, key_file: none}");
  EXPECT_EQ(ask(*door), 200U) << "its files are not looked at either";
}

TEST(guard, others_are_answered_while_a_password_is_computed) {
  auto dear = hash_of_wonderland;
  dear.replace(4, 2, "13");  // about half a second
  const web_file file("basic_auth_users: {alice: " + dear + "}");
  server_settings settings;
  settings.guard = file.open();
  running_server server(small_site(), settings);
  auto waiting = server.client();
  waiting.send("GET / HTTP/1.1\r\nHost: x\r\nAuthorization: " + alice + "\r\n\r\n");
  auto other = server.client();
  EXPECT_EQ(other.get("/metrics").status, 401U);
  EXPECT_FALSE(waiting.has_received()) << "bcrypt is still at it";
  EXPECT_EQ(waiting.receive().status, 401U);
}

TEST(guard, a_bad_file_is_refused_with_the_key_that_is_to_blame) {
  const web_file file("tls_server_config:\n  cert_file: none.crt\n  key_file: none.key\n");
  const auto opened = guard::open(file.path());
  ASSERT_FALSE(opened);
  ASSERT_EQ(opened.error().size(), 1U);
  const auto& told = opened.error().front();
  EXPECT_EQ(told.line, 2U);
  EXPECT_EQ(told.key, "tls_server_config.cert_file");
  EXPECT_TRUE(told.message.ends_with("none.crt cannot be read: No such file or directory"))
      << told.message;
}

}  // namespace
}  // namespace wolkvox::web
