// Gathering: order, headers, filters, replacement, and that no text is copied.
#include "metrics/exposition/page_store.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>
#include <string>

#include "metrics/exposition/text_encoder.hpp"

namespace wolkvox::metrics {
namespace {

std::shared_ptr<const page> make_page(family_id family, std::string operation, std::string text) {
  const auto lines = static_cast<std::uint64_t>(std::ranges::count(text, '\n'));
  return std::make_shared<const page>(page{family, std::move(operation), std::move(text), lines});
}

std::string join(const std::vector<std::shared_ptr<const std::string>>& pieces) {
  std::string text;
  for (const auto& each : pieces) {
    text += *each;
  }
  return text;
}

// Two operations; wolkvox_calls_total comes before wolkvox_up by name and after it by nothing else.
page_store two_operations() {
  page_store store;
  store.publish("beta", "skills",
                {make_page(family_id::skill_queue_calls, "beta", "q beta\n"),
                 make_page(family_id::skill_abandonment_ratio, "beta", "a beta\n")});
  store.publish("acme", "skills", {make_page(family_id::skill_queue_calls, "acme", "q acme\n")});
  store.publish("acme", "calls", {make_page(family_id::calls_total, "acme", "c acme\nc acme 2\n")});
  return store;
}

TEST(page_store, gathers_families_by_name_and_pages_by_operation) {
  const auto store = two_operations();
  EXPECT_EQ(join(store.gather({})), header_text(family_id::calls_total) + "c acme\nc acme 2\n" +
                                        header_text(family_id::skill_abandonment_ratio) +
                                        "a beta\n" + header_text(family_id::skill_queue_calls) +
                                        "q acme\nq beta\n");
  EXPECT_EQ(store.series(), 5U);
}

TEST(page_store, puts_pages_made_for_the_scrape_in_their_place) {
  const auto store = two_operations();
  const page_set own{make_page(family_id::up, "", "up\n"),
                     make_page(family_id::process_threads, "", "threads\n"),
                     make_page(family_id::skill_queue_calls, "", "q own\n")};
  const auto text =
      join(store.gather({.names = {"wolkvox_skill_queue_calls"}, .operations = {}}, own));
  EXPECT_EQ(text, header_text(family_id::process_threads) + "threads\n" +
                      header_text(family_id::skill_queue_calls) + "q acme\nq beta\nq own\n" +
                      header_text(family_id::up) + "up\n");
}

TEST(page_store, filters_by_name_and_operation) {
  const auto store = two_operations();
  struct filter_case {
    page_filter filter;
    std::string expected;
  };
  const auto queue = header_text(family_id::skill_queue_calls);
  for (const auto& [filter, expected] : {
           filter_case{{.names = {"wolkvox_skill_queue_calls"}, .operations = {}},
                       queue + "q acme\nq beta\n"},
           filter_case{{.names = {"wolkvox_skill_queue_calls"}, .operations = {"beta"}},
                       queue + "q beta\n"},
           filter_case{
               {.names = {}, .operations = {"beta"}},
               header_text(family_id::skill_abandonment_ratio) + "a beta\n" + queue + "q beta\n"},
           filter_case{{.names = {"wolkvox_calls_total"}, .operations = {"beta"}}, ""},
           filter_case{{.names = {"no_such"}, .operations = {}}, ""},
           filter_case{{.names = {}, .operations = {"acme", "beta"}}, join(store.gather({}))},
       }) {
    EXPECT_EQ(join(store.gather(filter)), expected);
  }
}

TEST(page_store, shares_texts_and_headers) {
  page_store store;
  const auto published = make_page(family_id::up, "acme", "up\n");
  store.publish("acme", "agents", {published});
  const auto first = store.gather({});
  const auto second = store.gather({});
  ASSERT_EQ(first.size(), 2U);
  EXPECT_EQ(first[0], second[0]);
  EXPECT_EQ(first[1].get(), &published->text);
}

TEST(page_store, keeps_pages_alive_for_slow_readers) {
  page_store store;
  store.publish("acme", "agents", {make_page(family_id::up, "acme", "up\n")});
  const auto gathered = store.gather({});
  store.withdraw("acme", "agents");
  EXPECT_EQ(*gathered.back(), "up\n");
  EXPECT_TRUE(store.gather({}).empty());
}

TEST(page_store, replaces_only_the_publishers_own_pages) {
  auto store = two_operations();
  store.publish("beta", "skills", {make_page(family_id::skill_queue_calls, "beta", "new\n")});
  EXPECT_EQ(join(store.gather({.names = {}, .operations = {"beta"}})),
            header_text(family_id::skill_queue_calls) + "new\n");
  EXPECT_EQ(store.series(), 4U);
  store.publish("beta", "skills", {});
  EXPECT_TRUE(store.gather({.names = {}, .operations = {"beta"}}).empty());
}

TEST(page_store, one_family_may_have_several_publishers) {
  page_store store;
  store.publish("acme", "skills", {make_page(family_id::up, "acme", "2\n")});
  store.publish("acme", "agents", {make_page(family_id::up, "acme", "1\n")});
  EXPECT_EQ(join(store.gather({})), header_text(family_id::up) + "1\n2\n");
  store.withdraw("acme", "agents");
  EXPECT_EQ(join(store.gather({})), header_text(family_id::up) + "2\n");
}

TEST(page_store, withdraws_publishers_and_operations) {
  auto store = two_operations();
  store.withdraw("acme", "nobody");
  EXPECT_EQ(store.series(), 5U);
  store.withdraw("acme", "calls");
  EXPECT_EQ(store.series(), 3U);
  store.withdraw_operation("beta");
  EXPECT_EQ(join(store.gather({})), header_text(family_id::skill_queue_calls) + "q acme\n");
  store.withdraw_operation("acme");
  EXPECT_TRUE(store.gather({}).empty());
  EXPECT_EQ(store.series(), 0U);
}

TEST(page_store, refuses_two_pages_of_a_family_from_one_publisher) {
  page_store store;
  const auto same = make_page(family_id::up, "acme", "up\n");
  EXPECT_THROW(store.publish("acme", "agents", {same, same}), std::logic_error);
}

}  // namespace
}  // namespace wolkvox::metrics
