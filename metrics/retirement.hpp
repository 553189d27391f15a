// Which series of the ledger can no longer grow: of who or what has left, or with labels that the
// configuration does not make any more. They leave the page (`retire_after`), and come back where
// they stood before they grow again.
#pragma once

#include <chrono>
#include <memory>
#include <span>

#include "metrics/ledger/ledger.hpp"
#include "metrics/names.hpp"

namespace wolkvox::metrics {

struct retirement_terms {
  std::chrono::milliseconds after{};  // how long a series must have stood still; 0: for ever
  sys_seconds now{};
  std::shared_ptr<const name_directory> roster{};  // who and what is there; null: not known lately
};

// Whether it is told whose it is. What is not might grow with any row.
bool has_id(const series_key& key);
// Whether one that it belongs to is not in the roster.
bool has_left(const series_key& key, const name_directory& roster);
// Whether rows make such a series where these are told apart.
bool is_made(const series_key& key, std::span<const named_thing> told_apart);

}  // namespace wolkvox::metrics
