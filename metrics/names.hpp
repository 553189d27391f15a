// Names for ids, per operation: what the labels `agent`, `skill` and `campaign` show beside
// agent_id, skill_id and campaign_id. Series are kept by id; the name is put beside it when a page
// is written, so a rename or a roster that arrives late never splits a counter. Immutable once
// shared.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "metrics/text_table.hpp"

namespace wolkvox::metrics {

enum class named_thing : std::uint8_t { agent, skill, campaign };

class name_directory {
 public:
  // The later name wins. An empty id or name is not kept.
  void learn(named_thing kind, std::string_view id, std::string_view name);
  void learn(const name_directory& other);
  // Only names of ids that have none yet.
  void learn_missing(const name_directory& other) { learn(missing_of(other)); }
  // Of the other's names: those of ids that have none here; those that differ or are new.
  name_directory missing_of(const name_directory& other) const;
  name_directory changes_to(const name_directory& other) const;
  // Drops what the roster no longer lists and takes what it lists.
  void replace(named_thing kind, text_map<std::string> names);

  // What is found is valid until the next name is learned.
  std::optional<std::string_view> find(named_thing kind, std::string_view id) const;
  // The id again while no name is known.
  std::string_view name_or_id(named_thing kind, std::string_view id) const;
  // The agent's id by its folded name (case, accents and white space do not count); nothing where
  // the name is unknown or borne by two agents.
  std::optional<std::string_view> agent_by_name(std::string_view name) const;
  // How many agents bear that folded name.
  std::size_t agents_called(std::string_view folded_name) const;
  const text_map<std::string>& all(named_thing kind) const;

  friend bool operator==(const name_directory& a, const name_directory& b) {
    return a.names_ == b.names_;
  }

 private:
  std::array<text_map<std::string>, 3> names_;
  struct bearers {
    std::string id;  // of the first
    std::size_t count = 0;
  };
  static text_map<bearers> bearers_of(const text_map<std::string>& agents);

  text_map<bearers> agents_called_;  // by folded name
};

// Lower case, accents removed (á -> a, ñ -> n), runs of white space as one blank, trimmed: reports
// write the same person differently (wolkvox-api.md 4, agent names).
std::string fold_name(std::string_view name);

}  // namespace wolkvox::metrics
