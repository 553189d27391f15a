// Gathering: order, headers, filters, replacement, preparation, and that no bytes are copied.
#include "metrics/exposition/page_store.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <stdexcept>
#include <string>

#include "metrics/exposition/encoders.hpp"
#include "metrics/exposition/recording.hpp"
#include "tests/unit/metrics/page_text.hpp"

namespace wolkvox::metrics {
namespace {

constexpr form text_form{};
const page_store::instant start{};

// A page with `lines` samples of one family.
std::shared_ptr<const page> make_page(family_id family, std::string_view operation,
                                      std::uint64_t lines = 1) {
  recorder out;
  const label labels[] = {{"operation", operation}};
  const auto block = out.block(labels);
  out.open(family);
  for (std::uint64_t i = 0; i < lines; ++i) {
    out.sample(block, no_labels, static_cast<double>(i));
  }
  return make_pages(out.finish()).front();
}

std::string lines_of(family_id family, std::string_view operation, std::uint64_t lines = 1) {
  return text_of({make_page(family, operation, lines)});
}

std::string header_of(family_id family) {
  return lines_header(format::text, family);
}

std::string gathered(page_store& store, const page_filter& filter = {},
                     const recording& made_now = {}) {
  return join(store.gather(filter, text_form, start)->body(text_form, made_now));
}

// Two operations; wolkvox_calls_total comes before wolkvox_up by name and after it by nothing else.
page_store two_operations() {
  page_store store;
  store.publish("beta", "skills",
                {make_page(family_id::skill_queue_calls, "beta"),
                 make_page(family_id::skill_abandonment_ratio, "beta")});
  store.publish("acme", "skills", {make_page(family_id::skill_queue_calls, "acme")});
  store.publish("acme", "calls", {make_page(family_id::calls_total, "acme", 2)});
  return store;
}

const std::string queue = header_of(family_id::skill_queue_calls);
const std::string queue_of_acme = lines_of(family_id::skill_queue_calls, "acme");
const std::string queue_of_beta = lines_of(family_id::skill_queue_calls, "beta");
const std::string abandonment_of_beta = header_of(family_id::skill_abandonment_ratio) +
                                        lines_of(family_id::skill_abandonment_ratio, "beta");

TEST(page_store, gathers_families_by_name_and_pages_by_operation) {
  auto store = two_operations();
  EXPECT_EQ(gathered(store), header_of(family_id::calls_total) +
                                 lines_of(family_id::calls_total, "acme", 2) + abandonment_of_beta +
                                 queue + queue_of_acme + queue_of_beta);
  EXPECT_EQ(store.series(), 5U);
}

TEST(page_store, refuses_a_family_that_is_published_and_made_for_the_scrape) {
  page_store store;
  store.publish("acme", "agents", {make_page(family_id::process_threads, "acme")});
  recorder out;
  out.open(family_id::process_threads);
  out.sample(no_labels, no_labels, 1);
  EXPECT_THROW(gathered(store, {}, *out.finish()), std::logic_error);
}

TEST(page_store, filters_by_name_and_operation) {
  auto store = two_operations();
  struct filter_case {
    page_filter filter;
    std::string expected;
  };
  for (const auto& [filter, expected] : {
           filter_case{{.names = {"wolkvox_skill_queue_calls"}, .operations = {}},
                       queue + queue_of_acme + queue_of_beta},
           filter_case{{.names = {"wolkvox_skill_queue_calls"}, .operations = {"beta"}},
                       queue + queue_of_beta},
           filter_case{{.names = {}, .operations = {"beta"}},
                       abandonment_of_beta + queue + queue_of_beta},
           filter_case{{.names = {"wolkvox_calls_total"}, .operations = {"beta"}}, ""},
           filter_case{{.names = {"no_such"}, .operations = {}}, ""},
           filter_case{{.names = {}, .operations = {"acme", "beta"}}, gathered(store)},
       }) {
    EXPECT_EQ(gathered(store, filter), expected);
  }
}

// A page that is worth a piece of its own: what is small is copied together.
constexpr std::uint64_t large = 900;

TEST(page_store, shares_bodies_and_headers) {
  page_store store;
  const auto published = make_page(family_id::up, "acme", large);
  store.publish("acme", "agents", {published});
  const auto first = store.gather({}, text_form, start)->body(text_form, {});
  const auto filtered = store.gather({.names = {"wolkvox_up"}, .operations = {}}, text_form, start)
                            ->body(text_form, {});
  ASSERT_EQ(first.size(), 2U);
  EXPECT_EQ(first, filtered);
  EXPECT_EQ(first[1], published->body(format::text).front());
}

TEST(page_store, hands_small_pages_out_in_few_pieces) {
  page_store store;
  for (const char* operation : {"a", "b", "c"}) {
    store.publish(
        operation, "skills",
        {make_page(family_id::skill_queue_calls, operation), make_page(family_id::up, operation)});
  }
  EXPECT_EQ(store.gather({}, text_form, start)->body(text_form, {}).size(), 1U);
}

TEST(page_store, keeps_pages_alive_for_slow_readers) {
  page_store store;
  store.publish("acme", "agents", {make_page(family_id::up, "acme")});
  const auto read = store.gather({}, text_form, start)->body(text_form, {});
  store.withdraw("acme", "agents");
  EXPECT_EQ(join(read), header_of(family_id::up) + lines_of(family_id::up, "acme"));
  EXPECT_EQ(gathered(store), "");
}

TEST(page_store, replaces_only_the_publishers_own_pages) {
  auto store = two_operations();
  store.publish("beta", "skills", {make_page(family_id::skill_queue_calls, "beta", 3)});
  EXPECT_EQ(gathered(store, {.names = {}, .operations = {"beta"}}),
            queue + lines_of(family_id::skill_queue_calls, "beta", 3));
  EXPECT_EQ(store.series(), 6U);
  store.publish("beta", "skills", page_set{});
  EXPECT_EQ(gathered(store, {.names = {}, .operations = {"beta"}}), "");
}

// To free a large table takes time that the event loop has not.
TEST(page_store, hands_back_what_it_replaced) {
  page_store store;
  const page_set first{make_page(family_id::up, "acme")};
  EXPECT_TRUE(store.publish(store.prepare("acme", "agents", first, start)).pages.empty());
  const auto whole = store.gather({}, text_form, start);
  const page_set second{make_page(family_id::up, "acme", 2)};
  const auto left = store.publish(store.prepare("acme", "agents", second, start));
  EXPECT_EQ(left.pages, first);
  EXPECT_EQ(left.whole, whole);
}

TEST(page_store, one_family_may_have_several_publishers) {
  page_store store;
  store.publish("acme", "skills", {make_page(family_id::up, "acme", 2)});
  store.publish("acme", "agents", {make_page(family_id::up, "acme", 1)});
  const auto header = header_of(family_id::up);
  EXPECT_EQ(gathered(store),
            header + lines_of(family_id::up, "acme", 1) + lines_of(family_id::up, "acme", 2));
  store.withdraw("acme", "agents");
  EXPECT_EQ(gathered(store), header + lines_of(family_id::up, "acme", 2));
}

TEST(page_store, withdraws_publishers_and_operations) {
  auto store = two_operations();
  store.withdraw("acme", "nobody");
  EXPECT_EQ(store.series(), 5U);
  store.withdraw("acme", "calls");
  EXPECT_EQ(store.series(), 3U);
  store.remove_operation("beta");
  EXPECT_EQ(gathered(store), queue + queue_of_acme);
  store.remove_operation("acme");
  EXPECT_EQ(gathered(store), "");
  EXPECT_EQ(store.series(), 0U);
}

TEST(page_store, refuses_two_pages_of_a_family_from_one_publisher) {
  page_store store;
  const auto same = make_page(family_id::up, "acme");
  EXPECT_THROW(store.publish("acme", "agents", {same, same}), std::logic_error);
}

constexpr form gzip_text{format::text, encoding::gzip};

TEST(page_store, prepares_the_forms_that_were_asked_for_lately) {
  page_store store;
  const page_set pages{make_page(family_id::up, "acme")};
  EXPECT_TRUE(store.prepare("acme", "agents", pages, start).wanted.empty());
  store.gather({}, gzip_text, start);
  store.gather({.names = {"x"}, .operations = {}}, text_form, start);
  EXPECT_EQ(store.prepare("acme", "agents", pages, start + std::chrono::minutes{5}).wanted,
            std::vector{gzip_text});
  EXPECT_TRUE(
      store.prepare("acme", "agents", pages, start + std::chrono::seconds{301}).wanted.empty());
}

TEST(page_store, what_was_prepared_is_ready_when_it_is_published) {
  page_store store;
  auto made = store.prepare("acme", "agents", {make_page(family_id::up, "acme")}, start);
  EXPECT_EQ(made.preview->lines_to_make(gzip_text), 1U);
  made.preview->make(gzip_text);
  EXPECT_EQ(gathered(store), "") << "prepared, not published";
  store.publish(std::move(made));
  EXPECT_EQ(store.gather({}, gzip_text, start)->lines_to_make(gzip_text), 0U);
  EXPECT_EQ(gathered(store), header_of(family_id::up) + lines_of(family_id::up, "acme"));
}

TEST(page_store, what_another_published_meanwhile_is_not_lost) {
  page_store store;
  auto first = store.prepare("acme", "agents", {make_page(family_id::agents, "acme", 5000)}, start);
  auto second =
      store.prepare("beta", "agents", {make_page(family_id::agents, "beta", 5000)}, start);
  first.preview->make(gzip_text);
  second.preview->make(gzip_text);
  store.publish(std::move(first));
  store.publish(std::move(second));
  EXPECT_EQ(gathered(store), header_of(family_id::agents) +
                                 lines_of(family_id::agents, "acme", 5000) +
                                 lines_of(family_id::agents, "beta", 5000));
}

TEST(page_store, what_was_prepared_for_who_was_removed_meanwhile_is_discarded) {
  page_store store;
  const page_set pages{make_page(family_id::agents, "acme")};
  auto of_operation = store.prepare("acme", "agents", pages, start);
  auto of_publisher = store.prepare("beta", "agents", pages, start);
  auto of_neighbour = store.prepare("beta", "calls", {make_page(family_id::up, "beta")}, start);
  store.remove_operation("acme");
  store.remove("beta", "agents");
  store.publish(std::move(of_operation));
  store.publish(std::move(of_publisher));
  EXPECT_EQ(gathered(store), "");
  store.publish(std::move(of_neighbour));
  EXPECT_EQ(gathered(store), header_of(family_id::up) + lines_of(family_id::up, "beta"));
}

TEST(page_store, who_comes_back_after_a_removal_is_shown) {
  page_store store;
  store.remove_operation("acme");
  store.publish(store.prepare("acme", "agents", {make_page(family_id::up, "acme")}, start));
  EXPECT_EQ(gathered(store), header_of(family_id::up) + lines_of(family_id::up, "acme"));
}

// Stale data may give way to an answer that is on its way.
TEST(page_store, what_was_prepared_before_a_withdrawal_is_shown) {
  page_store store;
  auto made = store.prepare("acme", "agents", {make_page(family_id::up, "acme")}, start);
  store.withdraw("acme", "agents");
  store.publish(std::move(made));
  EXPECT_EQ(gathered(store), header_of(family_id::up) + lines_of(family_id::up, "acme"));
}

TEST(page_store, the_exporters_own_pages_leave_with_their_operation_and_are_not_counted) {
  page_store store;
  store.publish("acme", "skills", {make_page(family_id::skill_queue_calls, "acme", 3)});
  store.publish_own({{.operation = "", .pages = {make_page(family_id::ledger_writable, "")}},
                     {.operation = "acme", .pages = {make_page(family_id::up, "acme")}}});
  EXPECT_EQ(store.series(), 3U);
  EXPECT_EQ(gathered(store, {.names = {}, .operations = {"acme"}}),
            queue + lines_of(family_id::skill_queue_calls, "acme", 3) + header_of(family_id::up) +
                lines_of(family_id::up, "acme"));
  store.publish_own({{.operation = "acme", .pages = {make_page(family_id::up, "acme", 2)}}});
  EXPECT_TRUE(gathered(store).ends_with(lines_of(family_id::up, "acme", 2)));
  store.remove_operation("acme");
  EXPECT_EQ(store.series(), 0U);
  EXPECT_EQ(gathered(store),
            header_of(family_id::ledger_writable) + lines_of(family_id::ledger_writable, ""));
}

// Large pages are packed by themselves: only what changed is packed anew.
TEST(page_store, keeps_the_packed_bytes_of_pages_that_did_not_change) {
  page_store store;
  store.publish("acme", "agents", {make_page(family_id::agents, "acme", 5000)});
  store.publish("beta", "agents", {make_page(family_id::agents, "beta", 5000)});
  const auto before = store.gather({}, gzip_text, start)->body(gzip_text, {});
  store.publish("beta", "agents", {make_page(family_id::agents, "beta", 6000)});
  const auto after = store.gather({}, gzip_text, start)->body(gzip_text, {});
  ASSERT_EQ(before.size(), 5U);  // gzip's head, the family's header, acme, beta, gzip's tail
  ASSERT_EQ(after.size(), 5U);
  EXPECT_EQ(after[2], before[2]);
  EXPECT_NE(after[3], before[3]);
}

}  // namespace
}  // namespace wolkvox::metrics
