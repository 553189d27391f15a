#include "exporter/web/router.hpp"

#include <gtest/gtest.h>

#include "tests/unit/web/site_builder.hpp"

namespace wolkvox::web {
namespace {

const routes lifecycle_off{.telemetry_path = "/metrics", .lifecycle_enabled = false};
const routes lifecycle_on{.telemetry_path = "/metrics", .lifecycle_enabled = true};

std::string field_of(const answer& a, std::string_view name) {
  for (const auto& [key, value] : a.fields) {
    if (key == name) {
      return std::string(value);
    }
  }
  return {};
}

std::string text_of(const answer& a) {
  std::string text;
  for (const auto& piece : a.content) {
    text += *piece;
  }
  return text;
}

struct sample {
  std::string_view method, target;
  unsigned status;
  std::string_view type;
  std::string_view allow = "";
};

class answered : public testing::TestWithParam<sample> {};

TEST_P(answered, with_status_type_and_allowed_methods) {
  const auto& [method, target, status, type, allow] = GetParam();
  const auto planned = route({method, target}, small_site(), lifecycle_off);
  ASSERT_TRUE(std::holds_alternative<answer>(planned)) << target;
  const auto& a = std::get<answer>(planned);
  EXPECT_EQ(a.status, status) << method << " " << target;
  EXPECT_EQ(a.content_type, type) << target;
  EXPECT_EQ(field_of(a, "Allow"), allow) << target;
  EXPECT_FALSE(text_of(a).empty());
}

INSTANTIATE_TEST_SUITE_P(
    router, answered,
    testing::Values(
        sample{"GET", "/", 200, html_type}, sample{"HEAD", "/", 200, html_type},
        sample{"GET", "/?x=1", 200, html_type}, sample{"GET", "/status.json", 200, json_type},
        sample{"GET", "/-/healthy", 200, text_type}, sample{"HEAD", "/-/ready", 200, text_type},
        sample{"GET", "/none", 404, text_type}, sample{"POST", "/none", 404, text_type},
        sample{"GET", "/metrics/", 404, text_type}, sample{"GET", "/Metrics", 404, text_type},
        sample{"GET", "//", 404, text_type},
        sample{"POST", "/metrics", 405, text_type, "GET, HEAD"},
        sample{"DELETE", "/", 405, text_type, "GET, HEAD"},
        sample{"OPTIONS", "/status.json", 405, text_type, "GET, HEAD"},
        sample{"get", "/", 405, text_type, "GET, HEAD"},
        sample{"GET", "/-/reload", 405, text_type, "POST"},
        sample{"HEAD", "/-/quit", 405, text_type, "POST"},
        sample{"POST", "/-/reload", 403, text_type}, sample{"POST", "/-/quit", 403, text_type},
        sample{"GET", "/metrics?name[]=%", 400, text_type}, sample{"GET", "*", 400, text_type},
        sample{"CONNECT", "host:1", 400, text_type}));

TEST(router, a_scrape_carries_its_filter) {
  const auto planned =
      route({"GET", "/metrics?name[]=wolkvox_up&operation=a+b&name[]=x&other=1&operation=c"},
            small_site(), lifecycle_off);
  const auto* const wanted = std::get_if<scrape_plan>(&planned);
  ASSERT_NE(wanted, nullptr);
  EXPECT_EQ(wanted->filter.names, (std::vector<std::string>{"wolkvox_up", "x"}));
  EXPECT_EQ(wanted->filter.operations, (std::vector<std::string>{"a b", "c"}));
}

TEST(router, a_family_is_meant_by_the_names_that_openmetrics_and_its_samples_have) {
  const auto planned =
      route({"GET",
             "/metrics?name[]=wolkvox_calls&name[]=wolkvox_calls_total&name[]=wolkvox_call_"
             "duration_seconds"
             "_bucket&name[]=wolkvox_abandoned_call_wait_seconds_sum&name[]=wolkvox_api_response_"
             "bytes_count"
             "&name[]=wolkvox_calls_created&name[]=wolkvox_call_duration_seconds_created"
             "&name[]=wolkvox_agents&name[]=wolkvox_agents_bucket&name[]=none_bucket"},
            small_site(), lifecycle_off);
  const auto* const wanted = std::get_if<scrape_plan>(&planned);
  ASSERT_NE(wanted, nullptr);
  EXPECT_EQ(wanted->filter.names,
            (std::vector<std::string>{
                "wolkvox_calls_total", "wolkvox_calls_total", "wolkvox_call_duration_seconds",
                "wolkvox_abandoned_call_wait_seconds", "wolkvox_api_response_bytes",
                "wolkvox_calls_total", "wolkvox_call_duration_seconds", "wolkvox_agents",
                "wolkvox_agents_bucket", "none_bucket"}));
}

TEST(router, an_operation_that_is_not_configured_is_not_found) {
  auto content = small_site();
  content.knows_operation = [](std::string_view name) { return name == "acme"; };
  EXPECT_TRUE(std::holds_alternative<scrape_plan>(
      route({"GET", "/metrics?operation=acme&operation=acme"}, content, lifecycle_off)));
  for (const std::string_view target :
       {"/metrics?operation=other", "/metrics?operation=acme&operation=other",
        "/metrics?operation=", "/metrics?operation=ACME"}) {
    const auto planned = route({"GET", target}, content, lifecycle_off);
    ASSERT_TRUE(std::holds_alternative<answer>(planned)) << target;
    EXPECT_EQ(std::get<answer>(planned).status, 404U) << target;
  }
}

TEST(router, a_head_request_is_a_scrape_too) {
  EXPECT_TRUE(std::holds_alternative<scrape_plan>(
      route({"HEAD", "/metrics"}, small_site(), lifecycle_off)));
}

TEST(router, the_telemetry_path_moves) {
  const routes moved{.telemetry_path = "/wolkvox", .lifecycle_enabled = false};
  EXPECT_TRUE(std::holds_alternative<scrape_plan>(route({"GET", "/wolkvox"}, small_site(), moved)));
  EXPECT_EQ(std::get<answer>(route({"GET", "/metrics"}, small_site(), moved)).status, 404U);
  EXPECT_TRUE(text_of(std::get<answer>(route({"GET", "/"}, small_site(), moved)))
                  .contains("href=\"./wolkvox\""));
}

TEST(router, the_telemetry_path_wins_over_the_landing_page) {
  const routes moved{.telemetry_path = "/", .lifecycle_enabled = false};
  EXPECT_TRUE(std::holds_alternative<scrape_plan>(route({"GET", "/"}, small_site(), moved)));
}

TEST(router, lifecycle_is_planned_where_it_is_enabled) {
  EXPECT_EQ(std::get<lifecycle_plan>(route({"POST", "/-/reload"}, small_site(), lifecycle_on)),
            lifecycle_plan::reload);
  EXPECT_EQ(std::get<lifecycle_plan>(route({"POST", "/-/quit"}, small_site(), lifecycle_on)),
            lifecycle_plan::quit);
}

TEST(router, not_ready_is_503) {
  auto content = small_site();
  content.ready = [] { return false; };
  EXPECT_EQ(std::get<answer>(route({"GET", "/-/ready"}, content, lifecycle_off)).status, 503U);
  EXPECT_EQ(std::get<answer>(route({"GET", "/-/healthy"}, content, lifecycle_off)).status, 200U);
}

TEST(router, the_page_may_load_nothing_but_its_style) {
  const auto a = std::get<answer>(route({"GET", "/"}, small_site(), lifecycle_off));
  const auto policy = field_of(a, "Content-Security-Policy");
  EXPECT_TRUE(policy.starts_with("default-src 'none'; style-src 'unsafe-inline'")) << policy;
  EXPECT_EQ(field_of(a, "X-Frame-Options"), "DENY");
}

TEST(answer_head, names_everything_a_client_needs) {
  auto a = plain_answer(405, "no");
  a.fields = {{"Allow", "GET, HEAD"}};
  EXPECT_EQ(head_of(a, content_length(a.content), persistence::close, test_now),
            "HTTP/1.1 405 Method Not Allowed\r\n"
            "Date: Sat, 21 Nov 2026 14:00:00 GMT\r\n"
            "Server: wolkvox_exporter\r\n"
            "Content-Type: text/plain; charset=utf-8\r\n"
            "Content-Length: 3\r\n"
            "Cache-Control: no-store\r\n"
            "X-Content-Type-Options: nosniff\r\n"
            "Allow: GET, HEAD\r\n"
            "Connection: close\r\n\r\n");
}

}  // namespace
}  // namespace wolkvox::web
