// What the ledger keeps before pages show it, and what pages show when it cannot.
#include "metrics/next_pages.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "tests/unit/ledger/memory_ledger.hpp"
#include "tests/unit/ledger/windows.hpp"
#include "tests/unit/metrics/page_text.hpp"

namespace wolkvox::metrics {
namespace {

using namespace std::chrono_literals;

class book_and_ledger : public testing::Test {
 protected:
  book_and_ledger() { open(); }

  void open() {
    book = std::make_unique<accumulated>(
        "acme", 1000, [](std::string_view, std::string_view name) { return std::string{name}; });
    const auto state = kept->load("acme").value();
    if (const auto known = state.collectors.find("calls"); known != state.collectors.end()) {
      book->restore(known->second.series, known->second.names);
    }
  }
  // Settles a call more and makes pages, which stay for as long as what is new has to.
  void publish() {
    book->apply(kept->settle(window::of_series({{calls_key(), {}}})
                                 .row(++calls, 1, counting::once, 1000, {{0, 1}}))
                    .value()
                    .changed);
    show();
  }
  void show() {
    text = text_of(next_pages(*book, *kept, owner, names, now).value());
    book->pages_published(now);
    now += accumulated::first_showing;
  }
  void name(std::string skill) {
    auto told = std::make_shared<name_directory>();
    told->learn(named_thing::skill, "7", skill);
    told->learn(named_thing::agent, "1", "Ana");
    names = told;
  }
  collector_state state() { return kept->load("acme").value().collectors["calls"]; }

  std::unique_ptr<ledger> kept = make_memory_ledger();
  std::unique_ptr<accumulated> book;
  std::shared_ptr<const name_directory> names = std::make_shared<const name_directory>();
  book_owner owner{.operation = "acme", .collector = "calls"};
  accumulated::instant now{1h};
  std::uint64_t calls = 0;
  std::string text;
};

TEST_F(book_and_ledger, values_are_marked_before_they_are_shown) {
  publish();
  EXPECT_FALSE(state().series[0].shown);
  show();
  EXPECT_TRUE(state().series[0].shown);
  EXPECT_TRUE(text.ends_with(" 1\n"));
}

TEST_F(book_and_ledger, a_restart_in_the_middle_of_a_rename_begins_where_the_old_name_stood) {
  publish();
  show();
  name("Ventas");
  publish();
  EXPECT_TRUE(text.contains("skill=\"Ventas\"") && text.ends_with(" 1\n")) << text;
  kept->settle(window::of_series({{calls_key(), {}}}).row(9, 1, counting::once, 1000, {{0, 1}}))
      .value();
  names = std::make_shared<const name_directory>();
  open();
  show();
  EXPECT_TRUE(text.contains("skill=\"Ventas\"") && text.ends_with(" 1\n")) << text;
  show();
  EXPECT_TRUE(text.contains("skill=\"Ventas\"") && text.ends_with(" 3\n")) << text;
}

TEST_F(book_and_ledger, no_page_shows_what_the_ledger_could_not_keep) {
  publish();
  show();
  const std::string before = text;
  const auto good = std::exchange(kept, make_memory_ledger());  // knows none of the series
  name("Ventas");
  EXPECT_FALSE(next_pages(*book, *kept, owner, names, now));
  EXPECT_EQ(text_of(book->pages()), before);
}

}  // namespace
}  // namespace wolkvox::metrics
