// Builds answers and writes their heads.
#include "exporter/web/answer.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <boost/beast/http/status.hpp>
#include <iterator>
#include <numeric>

namespace wolkvox::web {

answer make_answer(unsigned status, std::string_view content_type, std::string content) {
  answer a{
      .status = status, .content_type = std::string{content_type}, .fields = {}, .content = {}};
  a.content.push_back(std::make_shared<const std::string>(std::move(content)));
  return a;
}

answer plain_answer(unsigned status, std::string_view message) {
  return make_answer(status, text_type, fmt::format("{}\n", message));
}

std::uint64_t content_length(const body& content) {
  return std::accumulate(content.begin(), content.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const auto& piece) { return sum + piece->size(); });
}

std::string head_of(const answer& a, std::uint64_t length, persistence connection, sys_seconds now,
                    const header_fields& configured) {
  const auto reason =
      boost::beast::http::obsolete_reason(boost::beast::http::int_to_status(a.status));
  std::string head;
  auto out = std::back_inserter(head);
  fmt::format_to(out, "HTTP/1.1 {} {}\r\n", a.status,
                 std::string_view(reason.data(), reason.size()));
  fmt::format_to(out, "Date: {:%a, %d %b %Y %H:%M:%S} GMT\r\n",
                 fmt::gmtime(std::chrono::system_clock::to_time_t(now)));
  fmt::format_to(out, "Server: wolkvox_exporter\r\nContent-Type: {}\r\nContent-Length: {}\r\n",
                 a.content_type, length);
  head += "Cache-Control: no-store\r\n";
  const auto ours = [&](std::string_view name, std::string_view value) {
    if (std::ranges::find(configured, name, &header_fields::value_type::first) ==
        configured.end()) {
      fmt::format_to(out, "{}: {}\r\n", name, value);
    }
  };
  ours("X-Content-Type-Options", "nosniff");
  for (const auto& [name, value] : a.fields) {
    ours(name, value);
  }
  for (const auto& [name, value] : configured) {
    fmt::format_to(out, "{}: {}\r\n", name, value);
  }
  head += connection == persistence::close ? "Connection: close\r\n\r\n"
                                           : "Connection: keep-alive\r\n\r\n";
  return head;
}

}  // namespace wolkvox::web
