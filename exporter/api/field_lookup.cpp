// The slow way to a field: keys seen before by text, new keys by the schema. Taken for the first
// rows and wherever rows differ.
#include "exporter/api/field_lookup.hpp"

#include <algorithm>

#include "exporter/api/ascii.hpp"

namespace wolkvox::api {
namespace {

// Rows with ever new keys must not make us remember them all. No report has a third of this.
constexpr std::size_t most_known = 128;
constexpr std::size_t longest_known = 128;

}  // namespace

field_place field_lookup::find_unpredicted(std::string_view key) {
  for (std::size_t i = 1; i < known_.size(); ++i) {
    if (known_[i].key == key) {
      known_[last_].next = i;
      last_ = i;
      ++known_[i].rows;
      return known_[i].place;
    }
  }
  const auto place = find_in_schema(key);
  if (known_.size() < most_known && key.size() <= longest_known) {
    known_[last_].next = known_.size();
    last_ = known_.size();
    known_.push_back({.key = std::string{key}, .place = place});
  }
  return place;
}

std::uint64_t field_lookup::rows_with(std::string_view key) const {
  const auto known = std::ranges::find(known_.begin() + 1, known_.end(), key, &known_key::key);
  return known == known_.end() ? 0 : known->rows;
}

// wolkvox-api.md 7: by a list of accepted names, after trimming, case-insensitively.
field_place field_lookup::find_in_schema(std::string_view key) const {
  key = trim(key);
  for (std::size_t field = 0; field < schema_.fields.size(); ++field) {
    const auto& spellings = schema_.fields[field].spellings;
    for (std::size_t i = 0; i < spellings.size(); ++i) {
      if (same_text(key, spellings[i])) {
        return {.field = field, .preference = i};
      }
    }
  }
  return {};
}

}  // namespace wolkvox::api
