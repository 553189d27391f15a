// What a ledger may hold of people, and how one that holds more is made to hold no more. Pure; both
// ledgers do what it says.
#pragma once

#include <expected>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/ledger/ledger.hpp"

namespace wolkvox::metrics {

// What may stay of a state, and what that changes.
struct erasure {
  struct of_collector {
    std::vector<series_key> gone;
    std::vector<series_state> written;  // in their place; several may have become one
    bool names = false;                 // those that its labels show
  };
  operation_state kept;
  std::map<std::string, of_collector, std::less<>> changed;  // by collector
  bool names = false;

  bool any() const { return names || !changed.empty(); }
};

// The names as they may be kept, former ones too.
name_directory kept_names(const name_directory& names, const people_rule& rule);

// A key's text as it may be kept, of whatever family.
std::expected<std::string, std::string> kept_text(std::string_view key, const people_rule& rule);

// One series of all that have become one, under the key of the first and with its bounds.
series_state joined(std::vector<series_state> parts);

// No count is lost: series that cannot be told apart any more are one, with the sum of what they
// counted. To Prometheus a series whose labels change is a new one: it begins where the old ones
// were last seen, as after a rename.
erasure erase_people(operation_state state, const people_rule& rule);

}  // namespace wolkvox::metrics
