// Texts are quoted, numbers are not: the reader refuses quoted ones.
#include "tests/fuzz/written_config.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <vector>

#include "config/duration.hpp"
#include "config/keys.hpp"

namespace wolkvox::fuzz {
namespace {

using config::key_id;

std::string decimal(double value) {
  std::array<char, 1200> digits{};  // a subnormal number has as many
  auto* const begin = digits.data();
  return {begin, std::to_chars(begin, begin + digits.size(), value, std::chars_format::fixed).ptr};
}

std::string address(const config::endpoint& where) {
  const bool is_ipv6 = where.host.contains(':');
  return fmt::format("{}://{}{}{}:{}{}", where.tls ? "https" : "http", is_ipv6 ? "[" : "",
                     where.host, is_ipv6 ? "]" : "", where.port, where.path);
}

std::string list_of_labels(const config::collector_info& about, const config::label_choice& kept) {
  std::vector<std::string_view> names;
  for (const auto name : about.labels) {
    const bool is_kept = (name == "agent" && kept.agent) || (name == "skill" && kept.skill) ||
                         (name == "campaign" && kept.campaign);
    if (is_kept) {
      names.push_back(name);
    }
  }
  return fmt::format("[{}]", fmt::join(names, ", "));
}

std::string list_of_bounds(const std::vector<double>& bounds) {
  std::vector<std::string> texts;
  std::ranges::transform(bounds, std::back_inserter(texts), decimal);
  return fmt::format("[{}]", fmt::join(texts, ", "));
}

std::string collector_text(const config::collector_info& about,
                           const config::collector_settings& settings) {
  auto text = fmt::format("      {}:\n        enabled: {}\n        interval: {}\n", about.name,
                          settings.enabled, config::format_duration(settings.interval));
  const auto add = [&](key_id key, std::string_view name, const std::string& value) {
    if (config::takes(about, key)) {
      text += fmt::format("        {}: {}\n", name, value);
    }
  };
  add(key_id::lookback, "lookback", config::format_duration(settings.lookback));
  add(key_id::codes_settle, "codes_settle", config::format_duration(settings.codes_settle));
  add(key_id::service_level_threshold, "service_level_threshold",
      config::format_duration(settings.service_level_threshold));
  add(key_id::labels, "labels", list_of_labels(about, settings.labels));
  if (!settings.buckets.empty()) {
    add(key_id::buckets, "buckets", list_of_bounds(settings.buckets));
  }
  return text;
}

std::string optional_keys(const config::operation& of) {
  std::string text;
  if (of.licences != 0) {
    text += fmt::format("    licences: {}\n", of.licences);
  }
  if (of.proxy) {
    text += fmt::format("    proxy_url: {}\n", in_quotes(address(*of.proxy)));
  }
  if (of.ca_file) {
    text += fmt::format("    tls: {{ca_file: {}}}\n", in_quotes(of.ca_file->string()));
  }
  if (!of.currency.empty()) {
    text += fmt::format("    currency: {}\n", of.currency);
  }
  return text;
}

std::string operation_text(const config::operation& of) {
  static constexpr std::array<std::string_view, 3> names{"show", "hash", "hide"};
  // A percentage below 100, however the product is rounded.
  const auto percent = std::min(of.reserve_ratio * 100, std::nextafter(100.0, 0.0));
  auto text = fmt::format("  - name: {}\n", in_quotes(of.name));
  text += fmt::format("    {}: {}\n", of.server_number.empty() ? "base_url" : "server",
                      in_quotes(address(of.base)));
  text += of.token.environment.empty()
              ? fmt::format("    token_file: {}\n", in_quotes(of.token.file.string()))
              : fmt::format("    token_env: {}\n", of.token.environment);
  text += optional_keys(of);
  text += fmt::format("    budget: {{reserve: {}%}}\n    timeout: {}\n", decimal(percent),
                      config::format_duration(of.timeout));
  text += fmt::format("    max_concurrent_requests: {}\n    timezone: {}\n    agent_names: {}\n",
                      of.max_concurrent_requests, of.timezone,
                      names.at(static_cast<std::size_t>(of.names)));
  text += fmt::format("    people: {}\n", of.who == config::people::team ? "team" : "each");
  text += fmt::format("    series_limit: {}\n    stale_after: {}\n    collectors:\n",
                      of.series_limit, of.stale_after);
  for (const auto& [name, settings] : of.collectors) {
    text += collector_text(*config::find_collector(name), settings);
  }
  return text;
}

}  // namespace

std::string in_quotes(std::string_view text) {
  std::string yaml = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      yaml += '\\';
    }
    if (c >= '\0' && c < ' ') {
      yaml += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      yaml += c;
    }
  }
  return yaml + '"';
}

std::string written(const config::config& all) {
  std::string text = "operations:\n";
  for (const auto& each : all.operations) {
    text += operation_text(each);
  }
  return text;
}

}  // namespace wolkvox::fuzz
