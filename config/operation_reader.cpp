// One operation, key by key. Values of token_file and token_env never reach a message.
#include "config/operation_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>
#include <utility>
#include <vector>

#include "config/collector_reader.hpp"
#include "config/endpoint.hpp"
#include "config/token.hpp"
#include "config/values.hpp"

namespace wolkvox::config {
namespace {

// In the order of the enum agent_names.
constexpr std::array<std::string_view, 3> agent_name_choices{"show", "hash", "hide"};
// In the order of the enum people.
constexpr std::array<std::string_view, 2> people_choices{"each", "team"};
constexpr std::uint64_t most_at_once = 2;  // per token (wolkvox-api.md 3.1)
constexpr std::uint64_t most_32_bits = std::numeric_limits<std::uint32_t>::max();

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

read_result<std::string> read_name(const node& scalar) {
  constexpr std::size_t longest = 128;  // it stands in every series
  const auto is_control = [](char c) { return (c >= 0 && c < ' ') || c == '\x7f'; };
  // Whoever reads the exposition line by line may take them for a line's end.
  const bool ends_a_line = scalar.text.contains("\u2028") || scalar.text.contains("\u2029") ||
                           scalar.text.contains("\u0085");
  if (scalar.text.find_first_not_of(' ') == std::string::npos || ends_a_line ||
      std::ranges::any_of(scalar.text, is_control)) {
    return std::unexpected("expected a name such as acme, without control characters");
  }
  if (scalar.text.size() > longest) {
    return std::unexpected(
        fmt::format("expected a name of {} bytes at most, not {}", longest, scalar.text.size()));
  }
  return scalar.text;
}

read_result<std::filesystem::path> read_path(const node& scalar,
                                             const std::filesystem::path& directory) {
  if (scalar.text.empty() || scalar.text.contains('\0')) {
    return std::unexpected("expected the path of a file");
  }
  return directory / scalar.text;
}

read_result<std::filesystem::path> read_token_file(const node& scalar,
                                                   const std::filesystem::path& directory) {
  const bool is_word = !scalar.text.contains('/') && !scalar.text.contains('.');
  if (is_word && looks_like_token(scalar.text)) {
    return std::unexpected(
        "this looks like the token itself; put the token into a file and name the file here");
  }
  return read_path(scalar, directory);
}

read_result<std::string> read_token_env(const node& scalar) {
  const auto& text = scalar.text;
  if (looks_like_token(text)) {
    return std::unexpected(
        "this looks like the token itself; put the token into an environment variable and name "
        "that here");
  }
  const auto fits = [](char c) { return is_letter(c) || is_digit(c) || c == '_'; };
  if (text.empty() || is_digit(text.front()) || !std::ranges::all_of(text, fits)) {
    return std::unexpected("expected the name of an environment variable, such as ACME_TOKEN");
  }
  return text;
}

// It goes before a colon and the password (RFC 7617).
read_result<std::string> read_proxy_username(const node& scalar) {
  const auto is_unfit = [](char c) { return (c >= 0 && c < ' ') || c == '\x7f' || c == ':'; };
  if (scalar.text.empty() || std::ranges::any_of(scalar.text, is_unfit)) {
    return std::unexpected("expected a user name, without colons and control characters");
  }
  return scalar.text;
}

read_result<std::string> read_currency(const node& scalar) {
  const auto is_capital = [](char c) { return c >= 'A' && c <= 'Z'; };
  if (scalar.text.size() != 3 || !std::ranges::all_of(scalar.text, is_capital)) {
    return std::unexpected(fmt::format("expected a currency as in ISO 4217, such as COP; {} is not",
                                       show_input(scalar.text)));
  }
  return scalar.text;
}

void read_budget(const located& map, operation& target, problem_log& log) {
  for (const auto& [id, where, usable] : read_keys(map, section::budget, nullptr, log)) {
    if (usable && id == key_id::reserve) {
      store(target.reserve_ratio, read_percentage(*where.value), where, log);
    }
  }
}

void read_tls(const located& map, operation_draft& draft, const std::filesystem::path& directory,
              problem_log& log) {
  for (const auto& [id, where, usable] : read_keys(map, section::tls, nullptr, log)) {
    if (usable && id == key_id::ca_file) {
      draft.ca_file = where;
      store(draft.value.ca_file, read_path(*where.value, directory), where, log);
    }
  }
}

void read_server(const located& where, operation& target, problem_log& log) {
  if (auto address = parse_server(where.value->text)) {
    target.base = std::move(address->base);
    target.server_number = std::move(address->number);
  } else {
    log.add(where.value->at, where.path, std::move(address.error()));
  }
}

// The keys that `defaults` and operations share.
void read_shared_key(const found_key& key, operation_draft& draft, problem_log& log) {
  const auto& where = key.where;
  const auto& value = *where.value;
  auto& target = draft.value;
  switch (key.id) {
    case key_id::timeout:
      store(target.timeout, read_duration(value), where, log);
      break;
    case key_id::max_concurrent_requests:
      store(target.max_concurrent_requests, read_number(value, 1, most_at_once), where, log);
      break;
    case key_id::timezone:
      store(target.timezone, read_timezone(value.text), where, log);
      draft.timezone_at = value.at;
      break;
    case key_id::agent_names:
      store(target.names, read_choice(value, agent_name_choices), where, log);
      break;
    case key_id::people:
      store(target.who, read_choice(value, people_choices), where, log);
      break;
    case key_id::series_limit:
      store(target.series_limit, read_number(value), where, log);
      break;
    case key_id::stale_after:
      store(target.stale_after, read_number(value, 1, most_32_bits), where, log);
      break;
    case key_id::retire_after:
      store(target.retire_after, read_duration(value, std::chrono::milliseconds{0}), where, log);
      break;
    case key_id::collectors:
      read_collectors(where, draft, log);
      break;
    default:
      break;
  }
}

// The keys that say how to reach the operation's server and with which token.
void read_access_key(const found_key& key, operation_draft& draft,
                     const std::filesystem::path& directory, problem_log& log) {
  const auto& where = key.where;
  const auto& value = *where.value;
  auto& target = draft.value;
  switch (key.id) {
    case key_id::server:
      read_server(where, target, log);
      break;
    case key_id::base_url:
      store(target.base, parse_base_url(value.text), where, log);
      break;
    case key_id::token_file:
      draft.token = where;
      store(target.token.file, read_token_file(value, directory), where, log);
      break;
    case key_id::token_env:
      draft.token = where;
      store(target.token.environment, read_token_env(value), where, log);
      break;
    case key_id::proxy_url:
      store(target.proxy, parse_proxy_url(value.text), where, log);
      break;
    case key_id::proxy_username:
      store(target.proxy_username, read_proxy_username(value), where, log);
      break;
    case key_id::proxy_password_file:
      draft.proxy_password = where;
      store(target.proxy_password_file, read_path(value, directory), where, log);
      break;
    case key_id::tls:
      read_tls(where, draft, directory, log);
      break;
    default:
      break;
  }
}

// The keys that say what the operation is.
void read_identity_key(const found_key& key, operation_draft& draft, problem_log& log) {
  const auto& where = key.where;
  const auto& value = *where.value;
  auto& target = draft.value;
  switch (key.id) {
    case key_id::name:
      store(target.name, read_name(value), where, log);
      draft.name_at = value.at;
      break;
    case key_id::licences:
      store(target.licences, read_number(value, 1, most_32_bits), where, log);
      draft.licences_at = value.at;
      break;
    case key_id::budget:
      read_budget(where, target, log);
      break;
    case key_id::currency:
      store(target.currency, read_currency(value), where, log);
      break;
    default:
      break;
  }
}

std::string_view name_of(key_id id) {
  return std::ranges::find(all_keys(), id, &key_info::id)->name;
}

void require(const std::vector<found_key>& keys, key_id id, const located& map, problem_log& log) {
  if (std::ranges::find(keys, id, &found_key::id) == keys.end()) {
    log.add(map.at, map.path, fmt::format("needs the key '{}'", name_of(id)));
  }
}

void require_one(const std::vector<found_key>& keys, key_id a, key_id b, const located& map,
                 problem_log& log) {
  const auto is_either = [&](const found_key& key) { return key.id == a || key.id == b; };
  const auto first = std::ranges::find_if(keys, is_either);
  if (first == keys.end()) {
    log.add(map.at, map.path, fmt::format("needs the key '{}' or '{}'", name_of(a), name_of(b)));
    return;
  }
  const auto second = std::find_if(first + 1, keys.end(), is_either);
  if (second != keys.end()) {
    log.add(second->where.at, second->where.path,
            fmt::format("'{}' and '{}' exclude each other", name_of(a), name_of(b)));
  }
}

// `key` is of use beside `other` only.
void require_beside(const std::vector<found_key>& keys, key_id key, key_id other,
                    problem_log& log) {
  const auto found = std::ranges::find(keys, key, &found_key::id);
  if (found != keys.end() && std::ranges::find(keys, other, &found_key::id) == keys.end()) {
    log.add(found->where.at, found->where.path,
            fmt::format("needs the key '{}' beside it", name_of(other)));
  }
}

}  // namespace

operation_draft built_in_operation() {
  operation_draft draft;
  for (const auto& collector : all_collectors()) {
    draft.value.collectors.emplace(collector.name, built_in_settings(collector));
  }
  return draft;
}

operation_draft read_defaults(const located& map, operation_draft draft, problem_log& log) {
  for (const auto& key : read_keys(map, section::defaults, nullptr, log)) {
    if (key.usable) {
      read_shared_key(key, draft, log);
    }
  }
  return draft;
}

operation_draft read_operation(const located& map, operation_draft draft,
                               const std::filesystem::path& directory, problem_log& log) {
  draft.path = map.path;
  const auto keys = read_keys(map, section::operation, nullptr, log);
  for (const auto& key : keys) {
    if (key.usable) {
      read_identity_key(key, draft, log);
      read_access_key(key, draft, directory, log);
      read_shared_key(key, draft, log);
    }
  }
  require(keys, key_id::name, map, log);
  require_one(keys, key_id::server, key_id::base_url, map, log);
  require_one(keys, key_id::token_file, key_id::token_env, map, log);
  require_beside(keys, key_id::proxy_username, key_id::proxy_url, log);
  require_beside(keys, key_id::proxy_username, key_id::proxy_password_file, log);
  require_beside(keys, key_id::proxy_password_file, key_id::proxy_username, log);
  return draft;
}

}  // namespace wolkvox::config
