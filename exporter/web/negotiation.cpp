// Reads weighted lists and chooses. Our names need no escaping, so every escaping scheme gives the
// same bytes and the one that was asked for is the one that is named.
#include "exporter/web/negotiation.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

namespace wolkvox::web {
namespace {

using metrics::encoding;
using metrics::format;

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) {
    return {};
  }
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

// Names of HTTP are compared without regard to case.
bool same(std::string_view a, std::string_view b) {
  const auto lower = [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  };
  return std::ranges::equal(a, b, {}, lower, lower);
}

// What stands before the next `separator` that is in no quotes; `text` keeps what follows it.
std::string_view take_until(std::string_view& text, char separator) {
  bool quoted = false;
  std::size_t at = 0;
  for (; at < text.size() && (quoted || text[at] != separator); ++at) {
    quoted = quoted != (text[at] == '"');
  }
  const auto taken = trimmed(text.substr(0, at));
  text.remove_prefix(std::min(at + 1, text.size()));
  return taken;
}

std::string_view unquoted(std::string_view value) {
  const bool is_quoted = value.size() >= 2 && value.front() == '"' && value.back() == '"';
  return is_quoted ? value.substr(1, value.size() - 2) : value;
}

// 0 to 1000; nothing where it is no weight.
std::optional<int> parse_weight(std::string_view text) {
  double weight = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), weight, std::chars_format::fixed);
  const bool is_whole = error == std::errc{} && end == text.data() + text.size();
  const bool is_weight = is_whole && weight >= 0 && weight <= 1;
  if (!is_weight) {
    return std::nullopt;
  }
  return static_cast<int>(std::lround(weight * 1000));
}

// One element of a weighted list: a media range or a content coding.
struct wish {
  std::string_view value;
  std::vector<std::pair<std::string_view, std::string_view>> parameters;
  int weight = 1000;

  std::optional<std::string_view> parameter(std::string_view name) const {
    const auto found =
        std::ranges::find_if(parameters, [&](const auto& each) { return same(each.first, name); });
    return found == parameters.end() ? std::nullopt : std::optional{found->second};
  }
};

std::optional<wish> parse_wish(std::string_view element) {
  wish read;
  read.value = take_until(element, ';');
  while (!element.empty()) {
    auto parameter = take_until(element, ';');
    const auto name = take_until(parameter, '=');
    const auto value = unquoted(trimmed(parameter));
    if (!same(name, "q")) {
      read.parameters.emplace_back(name, value);
      continue;
    }
    const auto weight = parse_weight(value);
    if (!weight) {
      return std::nullopt;
    }
    read.weight = *weight;
  }
  return read.value.empty() ? std::nullopt : std::optional{std::move(read)};
}

std::vector<wish> parse_wishes(std::string_view list) {
  std::vector<wish> wishes;
  while (!list.empty()) {
    if (auto read = parse_wish(take_until(list, ','))) {
      wishes.push_back(std::move(*read));
    }
  }
  return wishes;
}

// How closely a media range names a format; `none` where it does not.
enum class closeness : std::uint8_t { none, anything, main_type, type, exact };

bool names_one_of(const wish& range, std::string_view parameter,
                  std::initializer_list<std::string_view> values) {
  const auto given = range.parameter(parameter);
  return given && std::ranges::any_of(values, [&](auto each) { return same(*given, each); });
}

closeness closeness_with_version(const wish& range, std::initializer_list<std::string_view> known) {
  if (!range.parameter("version")) {
    return closeness::type;
  }
  return names_one_of(range, "version", known) ? closeness::exact : closeness::none;
}

closeness closeness_of(const wish& range, format offered) {
  if (range.value == "*/*") {
    return closeness::anything;
  }
  switch (offered) {
    case format::text:
      if (same(range.value, "text/*")) {
        return closeness::main_type;
      }
      return same(range.value, "text/plain") ? closeness_with_version(range, {"0.0.4"})
                                             : closeness::none;
    case format::openmetrics:
      if (same(range.value, "application/*")) {
        return closeness::main_type;
      }
      return same(range.value, "application/openmetrics-text")
                 ? closeness_with_version(range, {"1.0.0", "0.0.1"})
                 : closeness::none;
    case format::protobuf:
      return same(range.value, "application/vnd.google.protobuf") &&
                     names_one_of(range, "proto", {"io.prometheus.client.MetricFamily"}) &&
                     names_one_of(range, "encoding", {"delimited"})
                 ? closeness::exact
                 : closeness::none;
  }
  std::unreachable();
}

// The range that decides on a format: the closest, of several the heaviest.
struct verdict {
  const wish* range = nullptr;
  closeness how_close = closeness::none;

  int weight() const { return range == nullptr ? 0 : range->weight; }
  // A format that was named is wanted rather than one that anything would match.
  auto rank() const { return std::pair{weight(), how_close >= closeness::type}; }
};

verdict judge(const std::vector<wish>& wishes, format offered) {
  verdict best;
  for (const auto& range : wishes) {
    const auto how_close = closeness_of(range, offered);
    const auto mine = std::pair{how_close, range.weight};
    if (how_close != closeness::none && mine > std::pair{best.how_close, best.weight()}) {
      best = {.range = &range, .how_close = how_close};
    }
  }
  return best;
}

std::string_view escaping_of(const wish* range) {
  for (const std::string_view scheme : {"allow-utf-8", "dots", "values"}) {
    if (range != nullptr && names_one_of(*range, "escaping", {scheme})) {
      return scheme;
    }
  }
  return "underscores";
}

std::string content_type_of(format chosen, const wish* range) {
  std::string type;
  switch (chosen) {
    case format::text:
      type = "text/plain; version=0.0.4; charset=utf-8";
      break;
    case format::openmetrics:
      // What older versions of Prometheus ask for; for us it is the same text.
      type = range != nullptr && names_one_of(*range, "version", {"0.0.1"})
                 ? "application/openmetrics-text; version=0.0.1; charset=utf-8"
                 : "application/openmetrics-text; version=1.0.0; charset=utf-8";
      break;
    case format::protobuf:
      type =
          "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; "
          "encoding=delimited";
      break;
  }
  type += "; escaping=";
  type += escaping_of(range);
  return type;
}

// Of equal wishes the one that comes first in the field.
std::pair<format, const wish*> choose_format(const std::vector<wish>& wishes) {
  format chosen = format::text;
  auto best = judge(wishes, chosen);
  for (const auto offered : {format::openmetrics, format::protobuf}) {
    const auto mine = judge(wishes, offered);
    const bool is_sooner =
        mine.rank() == best.rank() && mine.rank().second && mine.range < best.range;
    if ((mine.rank() > best.rank() || is_sooner) && mine.weight() > 0) {
      chosen = offered;
      best = mine;
    }
  }
  return {chosen, best.range};
}

// Of equal wishes gzip: it is what scrapers ask for, so it is the form that is ready.
encoding choose_encoding(const std::vector<wish>& wishes) {
  const auto weight_of = [&](std::string_view coding, int unnamed) {
    const auto named =
        std::ranges::find_if(wishes, [&](const wish& each) { return same(each.value, coding); });
    if (named != wishes.end()) {
      return named->weight;
    }
    const auto any = std::ranges::find(wishes, "*", &wish::value);
    return any != wishes.end() ? any->weight : unnamed;
  };
  encoding chosen = encoding::identity;
  // Identity is acceptable unless refused, but whoever names a coding prefers it (RFC 9110,
  // 12.5.3).
  int best =
      std::ranges::any_of(wishes, [](const wish& each) { return same(each.value, "identity"); })
          ? weight_of("identity", 0) - 1
          : 0;
  for (const auto offered : {encoding::gzip, encoding::zstd}) {
    if (const int weight = weight_of(name_of(offered), 0); weight > 0 && weight > best) {
      best = weight;
      chosen = offered;
    }
  }
  return chosen;
}

}  // namespace

negotiated negotiate(std::string_view accept, std::string_view accept_encoding) {
  const auto ranges = parse_wishes(accept);
  const auto [chosen, range] = choose_format(ranges);
  return {.form = {.format = chosen, .encoding = choose_encoding(parse_wishes(accept_encoding))},
          .content_type = content_type_of(chosen, range)};
}

}  // namespace wolkvox::web
