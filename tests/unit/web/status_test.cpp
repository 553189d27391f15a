#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "exporter/web/collector_health.hpp"
#include "exporter/web/html.hpp"
#include "exporter/web/status_json.hpp"
#include "exporter/web/status_page.hpp"
#include "exporter/web/time_text.hpp"
#include "tests/unit/web/site_builder.hpp"

namespace wolkvox::web {
namespace {

using namespace std::chrono_literals;

std::string page_of(std::vector<collector_status> collectors, bool ready = true) {
  return status_page(status_of(std::move(collectors)), ready, "/metrics");
}

TEST(collector_health, follows_the_clock) {
  auto collector = healthy_collector("agents");
  EXPECT_EQ(assess(collector, test_now), health::ok);

  collector.catching_up = "3 of 12 windows";
  EXPECT_EQ(assess(collector, test_now), health::catching_up);

  collector.last_success = test_now - 2min - 1s;  // two intervals and the poll's own 812 ms
  EXPECT_EQ(assess(collector, test_now), health::catching_up);
  collector.last_success = test_now - 2min - 2s;
  EXPECT_EQ(assess(collector, test_now), health::late);

  collector.up = false;
  EXPECT_EQ(assess(collector, test_now), health::failing);
  collector.tried = false;
  EXPECT_EQ(assess(collector, test_now), health::waiting);
  collector.enabled = false;
  EXPECT_EQ(assess(collector, test_now), health::off);
}

TEST(collector_health, delay_counts_from_the_window_end_or_the_last_success) {
  auto collector = healthy_collector("calls");
  EXPECT_EQ(delay_of(collector, test_now), 12s);
  collector.window_end = test_now - 5min;
  EXPECT_EQ(delay_of(collector, test_now), 300s);
  collector.window_end = test_now + 1s;  // the platform's clock runs ahead
  EXPECT_EQ(delay_of(collector, test_now), 0s);
  EXPECT_EQ(delay_of(collector_status{}, test_now), std::nullopt);
}

TEST(time_text, durations_have_two_units_at_most) {
  EXPECT_EQ(duration_text(0ms), "0 ms");
  EXPECT_EQ(duration_text(999ms), "999 ms");
  EXPECT_EQ(duration_text(1000ms), "1 s");
  EXPECT_EQ(duration_text(1850ms), "1.8 s");
  EXPECT_EQ(duration_text(59'999ms), "59 s");
  EXPECT_EQ(duration_text(60s), "1 min");
  EXPECT_EQ(duration_text(200s), "3 min 20 s");
  EXPECT_EQ(duration_text(2h + 5min + 9s), "2 h 5 min");
  EXPECT_EQ(duration_text(76h), "3 d 4 h");
}

// Beyond what the system clock can count: a platform whose clock is wrong must not break the page.
TEST(time_text, reaches_the_year_9999) {
  using std::chrono::sys_days;
  using std::chrono::year;
  EXPECT_EQ(utc_text(sys_days{year{3988} / 11 / 6}), "3988-11-06T00:00:00Z");
  EXPECT_EQ(utc_text(sys_days{year{9999} / 12 / 31}), "9999-12-31T00:00:00Z");
}

TEST(time_text, clock_times_are_in_the_zone_and_name_another_day) {
  const local_clock bogota("America/Bogota");
  EXPECT_EQ(bogota.text(test_now, test_now), "09:00:00");
  EXPECT_EQ(bogota.text(test_now - 9h - 1s, test_now), "20 Nov 23:59");
  const local_clock unknown("Nowhere/Else");
  EXPECT_EQ(unknown.zone(), "UTC");
  EXPECT_EQ(unknown.text(test_now, test_now), "14:00:00");
  EXPECT_EQ(relative_text(test_now, test_now), "now");
  EXPECT_EQ(relative_text(test_now + 61s, test_now), "in 1 min 1 s");
}

TEST(status_page, says_all_is_well) {
  const auto html = page_of({healthy_collector("agents"), healthy_collector("skills")});
  EXPECT_TRUE(html.contains("<strong>✓ All 2 collectors are healthy</strong>"));
  EXPECT_TRUE(html.contains("<title>✓ All 2 collectors are healthy"));
  EXPECT_TRUE(html.contains("12 s ago"));
  EXPECT_TRUE(html.contains("in 48 s"));
  EXPECT_TRUE(html.contains("<b>21,300 requests left</b>"));
  EXPECT_TRUE(html.contains("quota used: 1,200 of 25,000"));
  EXPECT_FALSE(html.contains("not ready"));
}

TEST(status_page, says_what_fails_why_and_when_it_is_tried_again) {
  const auto html =
      page_of({healthy_collector("agents"), failing_collector("calls", "timed out after 60 s")});
  EXPECT_TRUE(html.contains("<strong>✕ 1 failing, 1 healthy of 2 collectors</strong>"));
  EXPECT_TRUE(
      html.contains("<b>acme / calls</b> failing: timed out after 60 s. Last success 12 min "
                    "ago. <b>Next try in 42 s.</b>"));
  EXPECT_TRUE(html.contains("✕ failing</span>"));
  EXPECT_TRUE(html.contains("<b>Last error:</b> timed out after 60 s"));
}

TEST(status_page, a_past_error_stays_in_sight_but_is_no_problem) {
  auto recovered = healthy_collector("agents");
  recovered.last_error = "connection refused";
  const auto html = page_of({recovered});
  EXPECT_TRUE(html.contains("All 1 collector is healthy<"));
  EXPECT_TRUE(html.contains("<div class=\"off\"><b>Last error:</b> connection refused"));
}

TEST(status_page, the_summary_tells_who_catches_up) {
  auto behind = healthy_collector("cdr");
  behind.catching_up = "57h of history left to read";
  EXPECT_TRUE(page_of({healthy_collector("agents"), behind})
                  .contains("<strong>✓ All 2 collectors are healthy, 1 of them catching up<"));
  EXPECT_TRUE(page_of({failing_collector("agents", "refused"), behind})
                  .contains("<strong>✕ 1 failing, 1 healthy of 2 collectors, 1 of them catching"));
}

TEST(status_page, shows_late_waiting_catching_up_and_off) {
  auto late = healthy_collector("quota");
  late.last_success = test_now - 1h;
  late.next_poll = test_now - 1s;
  auto waiting = collector_status{};
  waiting.name = "names";
  auto busy = healthy_collector("cdr");
  busy.catching_up = "3 of 12 windows, back to 2026-11-20 14:00";
  auto off = healthy_collector("hold_mute");
  off.enabled = false;
  const auto html = page_of({late, waiting, busy, off}, false);
  EXPECT_TRUE(html.contains("! 1 late, 1 not asked yet, 1 healthy of 3 collectors"));
  EXPECT_TRUE(html.contains("starting, not ready yet"));
  EXPECT_TRUE(html.contains("! late</span>"));
  EXPECT_TRUE(html.contains("Next try due now."));
  EXPECT_TRUE(html.contains("… waiting</span>"));
  EXPECT_TRUE(html.contains("data-label=\"Next poll\">–<"));
  EXPECT_TRUE(html.contains("↻ catching up</span>"));
  EXPECT_TRUE(html.contains("<b>Catching up:</b> 3 of 12 windows"));
  EXPECT_TRUE(html.contains("– off</span></td><td role=\"cell\" colspan=\"7\""));
}

TEST(status_page, a_long_list_of_problems_is_cut) {
  std::vector<collector_status> many(11, failing_collector("calls", "no route"));
  const auto html = page_of(many);
  EXPECT_TRUE(html.contains("and 3 more below"));
}

TEST(status_page, without_collectors_or_facts_it_still_stands) {
  auto status = status_of({});
  status.operations[0].budget_remaining.reset();
  status.operations[0].quota_used.reset();
  EXPECT_TRUE(status_page(status, false, "/metrics").contains("No collector is enabled"));
  EXPECT_TRUE(status_page(status, false, "/metrics").contains("Request budget: not known yet"));
  status.operations.clear();
  EXPECT_TRUE(status_page(status, false, "/metrics").contains("</html>"));
}

TEST(status_page, the_documentation_is_linked_where_there_is_one) {
  auto status = status_of({});
  EXPECT_FALSE(status_page(status, true, "/metrics").contains("Documentation"));
  status.documentation = "https://example.org/docs";
  EXPECT_TRUE(status_page(status, true, "/metrics")
                  .contains("<a href=\"https://example.org/docs\">Documentation</a>"));
}

TEST(status_page, every_text_is_escaped) {
  constexpr std::string_view hostile = "<script>alert('x')</script>\"&";
  auto collector = failing_collector(std::string(hostile), std::string(hostile));
  collector.catching_up = hostile;
  auto status = status_of({collector});
  status.version = hostile;
  status.documentation = hostile;
  status.operations[0].name = hostile;
  status.operations[0].server = hostile;
  status.operations[0].timezone = hostile;
  const auto html = status_page(status, true, hostile);
  EXPECT_FALSE(html.contains("<script"));
  EXPECT_FALSE(html.contains("\"&\""));
  EXPECT_TRUE(html.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&quot;&amp;"));
  EXPECT_EQ(escape_html("a\nb\x01\x7f"), "a b  ");
  EXPECT_EQ(escape_html("Peña"), "Peña");
}

TEST(status_json, holds_the_pages_facts) {
  auto report = failing_collector("calls", "said \"no\"");
  report.window_end = test_now - 5min;
  report.interval = 1500ms;
  const auto parsed =
      boost::json::parse(status_json(status_of({report, collector_status{}}), true));
  EXPECT_EQ(parsed.at("version"), "0.1.0");
  EXPECT_EQ(parsed.at("now"), "2026-11-21T14:00:00Z");
  EXPECT_EQ(parsed.at("ready"), true);
  EXPECT_EQ(parsed.at("series"), 12'345);
  const auto& operation = parsed.at("operations").at(0);
  EXPECT_EQ(operation.at("budget").at("remaining_requests"), 21'300);
  const auto& calls = operation.at("collectors").at(0);
  EXPECT_EQ(calls.at("state"), "failing");
  EXPECT_EQ(calls.at("last_error"), "said \"no\"");
  EXPECT_EQ(calls.at("next_poll"), "2026-11-21T14:00:42Z");
  EXPECT_EQ(calls.at("delay_seconds"), 300);
  EXPECT_EQ(calls.at("interval_seconds").as_double(), 1.5);
  const auto& untried = operation.at("collectors").at(1);
  EXPECT_EQ(untried.at("state"), "waiting");
  EXPECT_TRUE(untried.at("last_success").is_null());
  EXPECT_TRUE(untried.at("delay_seconds").is_null());
}

}  // namespace
}  // namespace wolkvox::web
