// Reads the web configuration, key by key.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <span>

#include "config/file_text.hpp"
#include "config/go_duration.hpp"
#include "config/nearest.hpp"
#include "config/strict_map.hpp"
#include "config/values.hpp"
#include "config/web_config.hpp"
#include "config/web_names.hpp"

namespace wolkvox::config {
namespace {

struct reading {
  problem_log* mistakes;
  problem_log* warnings;
  std::filesystem::path directory;
};

template <class Target>
struct web_key {
  std::string_view name;
  node_kind kind;
  void (*read)(const located& where, Target& target, const reading& log);
};

// An empty value is as good as none, as in the toolkit.
template <class Target, std::size_t Count>
void read_section(const located& map, const std::array<web_key<Target>, Count>& keys,
                  Target& target, const reading& log) {
  for (const auto& [name, found] : read_entries(map, *log.mistakes)) {
    const auto known = std::ranges::find(keys, std::string_view(name), &web_key<Target>::name);
    if (known == keys.end()) {
      std::vector<std::string_view> names;
      std::ranges::transform(keys, std::back_inserter(names), &web_key<Target>::name);
      log.mistakes->add(found.at, found.path, "unknown key; " + advice(name, names));
    } else if (found.value->kind != node_kind::null &&
               check_kind(found, known->kind, *log.mistakes)) {
      known->read(found, target, log);
    }
  }
}

bool is_among(std::span<const std::string_view> words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

// YAML 1.1, as the toolkit's own reader has it.
read_result<bool> read_yaml_boolean(const node& scalar) {
  constexpr std::array<std::string_view, 11> yes{"y",    "Y",    "yes", "Yes", "YES", "true",
                                                 "True", "TRUE", "on",  "On",  "ON"};
  constexpr std::array<std::string_view, 11> no{"n",     "N",     "no",  "No",  "NO", "false",
                                                "False", "FALSE", "off", "Off", "OFF"};
  if (!scalar.quoted && is_among(yes, scalar.text)) {
    return true;
  }
  if (!scalar.quoted && is_among(no, scalar.text)) {
    return false;
  }
  return read_boolean(scalar);
}

template <auto Source>
void read_pem_file(const located& where, tls_server& target, const reading& log) {
  if (where.value->text.contains('\0')) {
    log.mistakes->add(where.value->at, where.path, "expected the path of a file");
  } else if (!where.value->text.empty()) {
    auto& source = target.*Source;
    source.file = log.directory / where.value->text;
    source.key = where.path;
    source.at = where.value->at;
  }
}

template <auto Source>
void read_pem_text(const located& where, tls_server& target, const reading& /*log*/) {
  auto& source = target.*Source;
  source.text = secret{where.value->text};
  if (source.file.empty()) {
    source.key = where.path;
    source.at = where.value->at;
  }
}

// What a list or a choice may name.
template <class Value, std::size_t Count>
std::optional<Value> read_name(const located& where,
                               const std::array<web_name<Value>, Count>& names,
                               const reading& log) {
  const auto found = std::ranges::find(names, where.value->text, &web_name<Value>::name);
  if (found != names.end()) {
    return found->value;
  }
  std::vector<std::string_view> known;
  std::ranges::transform(names, std::back_inserter(known), &web_name<Value>::name);
  log.mistakes->add(where.value->at, where.path,
                    fmt::format("{} is not known; {}", show_input(where.value->text),
                                advice(where.value->text, known)));
  return std::nullopt;
}

void read_ciphers(const located& where, tls_server& target, const reading& log) {
  for (const auto& item : read_items(where, node_kind::scalar, *log.mistakes)) {
    target.names_cipher_suites = true;
    // TLS 1.3 has suites that are always on.
    if (const auto name = read_name(item, cipher_names, log); name && !name->empty()) {
      target.cipher_suites.emplace_back(*name);
    }
  }
}

void read_curves(const located& where, tls_server& target, const reading& log) {
  for (const auto& item : read_items(where, node_kind::scalar, *log.mistakes)) {
    if (const auto name = read_name(item, curve_names, log)) {
      target.curve_preferences.emplace_back(*name);
    }
  }
}

template <auto Version>
void read_version(const located& where, tls_server& target, const reading& log) {
  if (const auto version = read_name(where, version_names, log)) {
    target.*Version = *version;
  }
}

// The toolkit takes any of these, and of the others none, as the wish to serve TLS.
struct tls_draft {
  tls_server value;
  std::optional<located> client_auth;
  std::optional<located> allowed_sans;
};

void read_client_auth(const located& where, tls_draft& target, const reading& log) {
  if (where.value->text.empty()) {
    return;
  }
  target.client_auth = where;
  if (const auto chosen = read_name(where, client_auth_names, log)) {
    target.value.client_auth = *chosen;
  }
}

void read_sans(const located& where, tls_draft& target, const reading& log) {
  target.allowed_sans = where;
  if (where.value->items.empty()) {
    log.mistakes->add(where.value->at, where.path, "needs at least one name");
  }
  for (const auto& item : read_items(where, node_kind::scalar, *log.mistakes)) {
    target.value.client_allowed_sans.push_back(item.value->text);
  }
}

void read_preference(const located& where, tls_server& target, const reading& log) {
  store(target.prefer_server_cipher_suites, read_yaml_boolean(*where.value), where, *log.mistakes);
}

template <auto Read>
void in_draft(const located& where, tls_draft& target, const reading& log) {
  Read(where, target.value, log);
}

constexpr std::array<web_key<tls_draft>, 13> tls_keys{{
    {"cert", node_kind::scalar, in_draft<read_pem_text<&tls_server::certificate>>},
    {"key", node_kind::scalar, in_draft<read_pem_text<&tls_server::key>>},
    {"client_ca", node_kind::scalar, in_draft<read_pem_text<&tls_server::client_ca>>},
    {"cert_file", node_kind::scalar, in_draft<read_pem_file<&tls_server::certificate>>},
    {"key_file", node_kind::scalar, in_draft<read_pem_file<&tls_server::key>>},
    {"client_auth_type", node_kind::scalar, read_client_auth},
    {"client_ca_file", node_kind::scalar, in_draft<read_pem_file<&tls_server::client_ca>>},
    {"client_allowed_sans", node_kind::list, read_sans},
    {"cipher_suites", node_kind::list, in_draft<read_ciphers>},
    {"curve_preferences", node_kind::list, in_draft<read_curves>},
    {"min_version", node_kind::scalar, in_draft<read_version<&tls_server::min_version>>},
    {"max_version", node_kind::scalar, in_draft<read_version<&tls_server::max_version>>},
    {"prefer_server_cipher_suites", node_kind::scalar, in_draft<read_preference>},
}};

// All of this is taken, as the toolkit takes it.
void warn_about_clients(const tls_draft& draft, const reading& log) {
  using enum client_certificates;
  const auto& tls = draft.value;
  const bool verifies = tls.client_auth == verified || tls.client_auth == verified_if_given;
  if (tls.client_auth != none && tls.client_auth != verified) {
    log.warnings->add(draft.client_auth->value->at, draft.client_auth->path,
                      "keeps nobody out; RequireAndVerifyClientCert does");
  }
  if (verifies && !tls.client_ca.given()) {
    log.warnings->add(draft.client_auth->value->at, draft.client_auth->path,
                      "without client_ca_file every authority that this machine trusts may let "
                      "clients in");
  }
  if (draft.allowed_sans && !verifies) {
    log.warnings->add(draft.allowed_sans->value->at, draft.allowed_sans->path,
                      tls.client_auth == none
                          ? "is not looked at without client_auth_type"
                          : "proves nothing: this client_auth_type takes certificates that clients "
                            "have written themselves");
  }
}

void check_tls(const located& where, const tls_draft& draft, const reading& log) {
  const auto& tls = draft.value;
  if (!tls.certificate.given()) {
    log.mistakes->add(where.at, where.path, "needs cert_file or cert");
  }
  if (!tls.key.given()) {
    log.mistakes->add(where.at, where.path, "needs key_file or key");
  }
  if (tls.client_ca.given() && tls.client_auth == client_certificates::none) {
    log.mistakes->add(tls.client_ca.at, tls.client_ca.key,
                      "is of no use without client_auth_type, such as RequireAndVerifyClientCert");
  }
  // Of the suites up to TLS 1.2 none is left: TLS 1.3 alone.
  const auto least =
      tls.names_cipher_suites && tls.cipher_suites.empty() ? tls_version::tls_1_3 : tls.min_version;
  if (least > tls.max_version) {
    log.mistakes->add(where.at, where.path,
                      "min_version, max_version and cipher_suites leave none");
  }
  for (const auto* source : {&tls.certificate, &tls.key, &tls.client_ca}) {
    if (!source->file.empty() && !source->text.empty()) {
      log.warnings->add(source->at, source->key, "counts; the same without _file does not");
    }
  }
  warn_about_clients(draft, log);
}

void read_tls(const located& where, web_config& target, const reading& log) {
  tls_draft draft;
  read_section(where, tls_keys, draft, log);
  const auto& tls = draft.value;
  if (tls.certificate.given() || tls.key.given() || tls.client_ca.given() || draft.client_auth) {
    check_tls(where, draft, log);
    target.tls = std::move(draft.value);
  } else {
    log.warnings->add(where.at, where.path, "names no certificate: plain HTTP is served");
  }
}

// A line break in a header would end it.
bool is_control(char c) {
  return static_cast<unsigned char>(c) < ' ' || c == '\x7f';
}

void read_headers(const located& where, web_config& target, const reading& log) {
  for (const auto& [name, found] : read_entries(where, *log.mistakes)) {
    const auto* const known =
        std::ranges::find(header_names, std::string_view(name), &web_header::name);
    if (known == header_names.end()) {
      std::vector<std::string_view> names;
      std::ranges::transform(header_names, std::back_inserter(names), &web_header::name);
      log.mistakes->add(found.at, found.path,
                        "cannot be configured; " + advice(name, std::span(names)));
      continue;
    }
    const auto& text = found.value->text;
    if (found.value->kind == node_kind::null ||
        !check_kind(found, node_kind::scalar, *log.mistakes) || text.empty()) {
      continue;
    }
    if (!known->values.empty() && !is_among(known->values, text)) {
      log.mistakes->add(
          found.value->at, found.path,
          fmt::format("{} is not valid here; {}", show_input(text), advice(text, known->values)));
    } else if (std::ranges::any_of(text, is_control)) {
      log.mistakes->add(found.value->at, found.path, "expected one line");
    } else {
      target.headers.emplace_back(name, text);
    }
  }
}

// HTTP/2 is not spoken here: a client that offers it gets HTTP/1.1 in any case.
void read_http2(const located& where, web_config& /*target*/, const reading& log) {
  bool ignored = true;
  store(ignored, read_yaml_boolean(*where.value), where, *log.mistakes);
}

constexpr std::array<web_key<web_config>, 2> http_keys{{
    {"http2", node_kind::scalar, read_http2},
    {"headers", node_kind::map, read_headers},
}};

void read_http(const located& where, web_config& target, const reading& log) {
  read_section(where, http_keys, target, log);
}

// Above this, one login takes seconds, and stopping waits for it.
constexpr unsigned highest_usual_cost = 14;

void read_users(const located& where, web_config& target, const reading& log) {
  for (const auto& [name, found] : read_entries(where, *log.mistakes)) {
    const auto cost = found.value->kind == node_kind::scalar ? bcrypt_cost(found.value->text)
                                                             : std::optional<unsigned>{};
    if (!cost) {
      log.mistakes->add(found.value->kind == node_kind::null ? found.at : found.value->at,
                        found.path, "expected a bcrypt hash, as htpasswd -nB makes it");
      continue;
    }
    if (*cost > highest_usual_cost) {
      log.warnings->add(
          found.value->at, found.path,
          fmt::format("a cost of {} takes seconds of computing for each login", *cost));
    }
    target.users.emplace(name, secret{found.value->text});
  }
}

void read_interval(const located& where, rate_limit& target, const reading& log) {
  store(target.interval, parse_go_duration(where.value->text), where, *log.mistakes);
}

void read_burst(const located& where, rate_limit& target, const reading& log) {
  constexpr std::uint64_t most = 1'000'000'000;
  store(target.burst, read_number(*where.value, 0, most), where, *log.mistakes);
}

constexpr std::array<web_key<rate_limit>, 2> limit_keys{{
    {"interval", node_kind::scalar, read_interval},
    {"burst", node_kind::scalar, read_burst},
}};

void read_limit(const located& where, web_config& target, const reading& log) {
  read_section(where, limit_keys, target.limit, log);
  if (target.limit.interval.count() > 0 && target.limit.burst == 0) {
    log.warnings->add(where.at, where.path, "a burst of 0 answers every request with 429");
  }
}

constexpr std::array<web_key<web_config>, 4> root_keys{{
    {"tls_server_config", node_kind::map, read_tls},
    {"http_server_config", node_kind::map, read_http},
    {"basic_auth_users", node_kind::map, read_users},
    {"rate_limit", node_kind::map, read_limit},
}};

}  // namespace

std::optional<unsigned> bcrypt_cost(std::string_view hash) {
  // "$2b$10$", 22 characters of salt, 31 of hash.
  constexpr std::size_t whole = 60;
  constexpr std::string_view variants = "abxy";
  constexpr std::string_view alphabet =
      "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  if (hash.size() != whole || !hash.starts_with("$2") || !variants.contains(hash[2]) ||
      hash[3] != '$' || hash[6] != '$' ||
      hash.find_first_not_of(alphabet, 7) != std::string_view::npos) {
    return std::nullopt;
  }
  unsigned cost = 0;
  const auto read = std::from_chars(&hash[4], &hash[6], cost);
  return read.ec == std::errc{} && read.ptr == &hash[6] && cost >= 4 && cost <= 31
             ? std::optional(cost)
             : std::nullopt;
}

std::expected<loaded_web, std::vector<problem>> load_web(std::string_view yaml,
                                                         std::string_view file) {
  problem_log mistakes(file);
  problem_log warnings(file);
  const auto source = parse_document(yaml);
  for (const auto& [at, message] : source.mistakes) {
    mistakes.add(at, "", message);
  }
  loaded_web result;
  // After a syntax error there is nothing to read on.
  if (mistakes.empty() || source.root->kind != node_kind::null) {
    const reading log{.mistakes = &mistakes,
                      .warnings = &warnings,
                      .directory = std::filesystem::path(file).parent_path()};
    read_section({.value = source.root, .at = source.root->at, .path = {}}, root_keys, result.value,
                 log);
  }
  if (!mistakes.empty()) {
    return std::unexpected(mistakes.take());
  }
  result.warnings = warnings.take();
  return result;
}

std::expected<loaded_web, std::vector<problem>> load_web_file(const std::filesystem::path& file) {
  auto text = read_file_text(file);
  if (!text) {
    return std::unexpected(
        std::vector{problem{.file = file.string(), .key = {}, .message = std::move(text.error())}});
  }
  return load_web(*text, file.string());
}

}  // namespace wolkvox::config
