// Names for ids, per operation: what the labels `agent`, `skill` and `campaign` show beside
// agent_id, skill_id and campaign_id. Series are kept by id; the name is put beside it when a page
// is written, so a rename or a roster that arrives late never splits a counter. To Prometheus each
// name is a series of its own, and one that comes back shows at once what another name has counted
// meanwhile, which counts twice: a name that an id has borne before waits. Immutable once shared.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/text_table.hpp"

namespace wolkvox::metrics {

enum class named_thing : std::uint8_t { agent, skill, campaign };
inline constexpr std::array every_named_thing{named_thing::agent, named_thing::skill,
                                              named_thing::campaign};

// A name that an id bore before the present one.
struct former_name {
  std::string name;
  std::chrono::sys_seconds told{};  // since when the roster tells it again; the epoch: it does not
  friend bool operator==(const former_name&, const former_name&) = default;
};

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
  // What pages and the ledger hold in place of an agent's name (agent_names): "" where none, and
  // the same again for what stands there already. Empty: the name itself.
  using stand_in = std::function<std::string(std::string_view)>;
  // The roster's word: a name that is new to its id is taken at once, one that it bore before when
  // it was told for `former_name_waits` and no other; who did not run meanwhile heard no other.
  // Answers whether anything is to be kept. A roster that lists an id without a name lists it under
  // the id, which is no name. Names that are shown alike are one: a ledger gives back what stood
  // for them.
  static constexpr std::chrono::hours former_name_waits{24};
  bool hear(const name_directory& roster, std::chrono::sys_seconds now, const stand_in& shown = {});
  // Whether hear() may change anything.
  bool is_news(const name_directory& roster) const;
  // The id bears `name` from now on, and no longer what it bore.
  void rename(named_thing kind, std::string_view id, std::string_view name,
              const stand_in& shown = {});
  void learn_former(named_thing kind, std::string_view id, former_name name);
  const text_map<std::vector<former_name>>& former(named_thing kind) const;

  // What is found is valid until the next name is learned.
  std::optional<std::string_view> find(named_thing kind, std::string_view id) const;
  // The id again while no name is known.
  std::string_view name_or_id(named_thing kind, std::string_view id) const;
  // Whether a name is known, and not just that the id exists.
  bool has_name(named_thing kind, std::string_view id) const;
  // The agent's id by its folded name (case, accents and white space do not count), else by one
  // that it bore before; nothing where the name is unknown or borne by two agents.
  std::optional<std::string_view> agent_by_name(std::string_view name) const;
  // How many agents bear that folded name; where none does now, how many did.
  std::size_t agents_called(std::string_view folded_name) const;
  const text_map<std::string>& all(named_thing kind) const;

  // What labels show; former names do not matter.
  friend bool operator==(const name_directory& a, const name_directory& b) {
    return a.names_ == b.names_;
  }
  // Former names matter too.
  bool holds_the_same(const name_directory& other) const {
    return names_ == other.names_ && former_ == other.former_;
  }

 private:
  bool hear(named_thing kind, std::string_view id, std::string_view name,
            std::chrono::sys_seconds now, const stand_in& shown);
  const std::vector<std::string>* bearers(std::string_view folded_name) const;

  std::array<text_map<std::string>, 3> names_;
  std::array<text_map<std::vector<former_name>>, 3> former_;
  // By folded name, each id once.
  text_map<std::vector<std::string>> agent_ids_;
  text_map<std::vector<std::string>> former_agent_ids_;
};

// Lower case, accents removed (á -> a, ñ -> n), runs of white space as one blank, trimmed: reports
// write the same person differently (wolkvox-api.md 4, agent names).
std::string fold_name(std::string_view name);

}  // namespace wolkvox::metrics
