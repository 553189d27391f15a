#include "exporter/api/net/http_date.hpp"

#include <date/date.h>

#include <algorithm>
#include <charconv>
#include <locale>
#include <sstream>
#include <string>
#include <system_error>

namespace wolkvox::api {

namespace {

constexpr std::chrono::seconds longest_wait = std::chrono::minutes{15};
// Years of four digits behind the epoch: the date library reads "-94" as a year too.
constexpr std::chrono::sys_seconds earliest{};
constexpr std::chrono::sys_seconds latest =
    std::chrono::sys_days{std::chrono::year{10'000} / 1 / 1} - std::chrono::seconds{1};

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::optional<std::chrono::sys_seconds> read_form(const std::string& text, const char* form) {
  std::istringstream in(text);
  in.imbue(std::locale::classic());
  std::chrono::sys_seconds value;
  in >> date::parse(form, value);
  if (in.fail() || in.peek() != std::istringstream::traits_type::eof() || value < earliest ||
      value > latest) {
    return std::nullopt;
  }
  return value;
}

}  // namespace

std::optional<std::chrono::sys_seconds> read_http_date(std::string_view text) {
  // IMF-fixdate, RFC 850, asctime.
  constexpr const char* forms[] = {"%a, %d %b %Y %T GMT", "%A, %d-%b-%y %T GMT", "%a %b %e %T %Y"};
  const std::string copy{trimmed(text)};
  for (const char* form : forms) {
    if (auto value = read_form(copy, form)) {
      return value;
    }
  }
  return std::nullopt;
}

std::optional<std::chrono::seconds> read_retry_after(std::string_view text,
                                                     std::chrono::sys_seconds now) {
  const auto value = trimmed(text);
  if (value.empty()) {
    return std::nullopt;
  }
  if (value.find_first_not_of("0123456789") == std::string_view::npos) {
    std::int64_t seconds = 0;
    const auto [end, failure] = std::from_chars(value.data(), value.data() + value.size(), seconds);
    if (failure == std::errc::result_out_of_range) {
      return longest_wait;
    }
    return std::min(std::chrono::seconds{seconds}, longest_wait);
  }
  const auto moment = read_http_date(value);
  if (!moment) {
    return std::nullopt;
  }
  return std::clamp<std::chrono::seconds>(*moment - now, std::chrono::seconds{0}, longest_wait);
}

}  // namespace wolkvox::api
