// Series keys as text and in order. The text is what the ledger's file holds, so it must read the
// same in every version: family name, then for each label a unit separator, its name, a record
// separator and its value. The separators and the escape byte itself are escaped inside labels, so
// that every value survives.
#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "metrics/ledger/ledger.hpp"

namespace wolkvox::metrics {
namespace {

constexpr char escape = '\x1b';
constexpr char before_value = '\x1e';
constexpr char before_label = '\x1f';
constexpr char escape_bit = 0x40;  // keeps an escaped byte clear of the three above

void append_escaped(std::string& out, std::string_view part) {
  for (const char c : part) {
    if (c == escape || c == before_value || c == before_label) {
      out += escape;
      out += static_cast<char>(c ^ escape_bit);
    } else {
      out += c;
    }
  }
}

std::expected<std::string, std::string> unescaped(std::string_view part) {
  std::string out;
  out.reserve(part.size());
  for (std::size_t i = 0; i < part.size(); ++i) {
    if (part[i] != escape) {
      out += part[i];
      continue;
    }
    if (++i == part.size()) {
      return std::unexpected("series key ends inside an escape");
    }
    const char c = static_cast<char>(part[i] ^ escape_bit);
    if (c != escape && c != before_value && c != before_label) {
      return std::unexpected("series key holds an unknown escape");
    }
    out += c;
  }
  return out;
}

std::expected<owned_label, std::string> label_from_text(std::string_view text) {
  const auto split = text.find(before_value);
  if (split == std::string_view::npos) {
    return std::unexpected("series key holds a label without a value");
  }
  if (text.find(before_value, split + 1) != std::string_view::npos) {
    return std::unexpected("series key holds a label with two values");
  }
  auto name = unescaped(text.substr(0, split));
  if (!name) {
    return std::unexpected(std::move(name.error()));
  }
  auto value = unescaped(text.substr(split + 1));
  if (!value) {
    return std::unexpected(std::move(value.error()));
  }
  return owned_label{.name = std::move(*name), .value = std::move(*value)};
}

auto tied(const owned_label& label) {
  return std::tie(label.name, label.value);
}

}  // namespace

bool operator==(const series_key& a, const series_key& b) {
  return a.family == b.family && std::ranges::equal(a.labels, b.labels, {}, tied, tied);
}

bool operator<(const series_key& a, const series_key& b) {
  if (a.family != b.family) {
    return a.family < b.family;
  }
  return std::ranges::lexicographical_compare(a.labels, b.labels, {}, tied, tied);
}

std::string to_text(const series_key& key) {
  return to_text(describe(key.family).name, key.labels);
}

std::string to_text(std::string_view family, const std::vector<owned_label>& labels) {
  std::string out{family};
  for (const owned_label& label : labels) {
    out += before_label;
    append_escaped(out, label.name);
    out += before_value;
    append_escaped(out, label.value);
  }
  return out;
}

std::string_view family_in_text(std::string_view text) {
  return text.substr(0, text.find(before_label));
}

std::expected<std::vector<owned_label>, std::string> labels_in_text(std::string_view text) {
  std::vector<owned_label> labels;
  text.remove_prefix(family_in_text(text).size());
  while (!text.empty()) {
    text.remove_prefix(1);
    const auto part = text.substr(0, text.find(before_label));
    auto label = label_from_text(part);
    if (!label) {
      return std::unexpected(std::move(label.error()));
    }
    labels.push_back(std::move(*label));
    text.remove_prefix(part.size());
  }
  return labels;
}

bool names_known_family(std::string_view text) {
  return find_family(family_in_text(text)).has_value();
}

std::expected<series_key, std::string> series_key_from_text(std::string_view text) {
  const auto name = family_in_text(text);
  const auto family = find_family(name);
  if (!family) {
    return std::unexpected(fmt::format("no family of this version is named '{}'", name));
  }
  auto labels = labels_in_text(text);
  if (!labels) {
    return std::unexpected(std::move(labels.error()));
  }
  return series_key{.family = *family, .labels = std::move(*labels)};
}

}  // namespace wolkvox::metrics
