// A small stand-in for the platform: it holds calls and hold-and-mute events as they are published,
// late, revised and repeated, and answers windows the way the API does (wolkvox-api.md 1 to 5):
// inclusive at both ends, by the local text of the date, cut at the row cap. It also notes what
// each settled answer showed: the reference counts from that.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "exporter/api/query.hpp"
#include "metrics/names.hpp"
#include "tests/model/scenario.hpp"

namespace wolkvox::model {

// What a row says from a moment on; people and the platform edit rows.
struct facts {
  sys_seconds visible{};  // on the platform's clock
  sys_seconds date{};
  std::string text;         // of the date: "20261121093000"
  std::int64_t length = 0;  // seconds
  std::string hung_up;
  std::string campaign;
  std::string code;
  std::string code_2;
};

// One row of skill_2, agents_detail or cdr_1.
struct record {
  std::string_view collector;
  std::string conn_id;  // "" for some
  std::size_t agent = 0;
  std::string skill;
  std::string interaction;
  bool is_abandoned = true;  // skill_2
  std::int64_t copies = 1;   // in every answer
  std::vector<facts> versions;
  // As the first settled answer showed it, and the first that was old enough for its codes.
  std::optional<facts> counted;
  std::optional<facts> coded;
};

using hold_amounts = std::array<std::int64_t, 3>;  // uses, seconds on hold, seconds mute

struct hold_event {
  std::size_t agent = 0;
  sys_seconds visible{};
  std::string text;  // of its date
  hold_amounts amounts{};
};

using row_cells = std::vector<std::pair<std::string_view, std::string>>;

struct answer {
  std::vector<row_cells> rows;
  sys_seconds date{};  // of the Date header
  // For the reference.
  std::vector<std::pair<std::size_t, std::size_t>> shown;  // record and version
  std::string day;                                         // agent_9
  std::map<std::string, hold_amounts> totals;              // agent_9, by folded name
};

struct agent_facts {
  std::string_view id;
  std::string_view name;
};
// Two of one name: that name has no id.
inline constexpr std::array<agent_facts, 4> agents{
    {{"101", "Ana Ruiz"}, {"102", "José Peña"}, {"103", "Luz Mar"}, {"104", "Luz Mar"}}};
// The only price: a call costs this many hundredths a second.
inline constexpr std::int64_t cents_a_second = 3;

class platform {
 public:
  platform(const scenario& settled, dice& chance)
      : scenario_(settled), chance_(chance), skew_(settled.platform_skew) {}

  sys_seconds clock(sys_seconds now) const { return now + skew_; }
  void jump_to(seconds skew, sys_seconds now);
  // Calls come in while true time goes from `from` to `from + length`.
  void flow(sys_seconds from, seconds length);
  void let_calls_in(bool yes) { is_flowing_ = yes; }

  answer ask(const api::report_query& query, sys_seconds now);
  // The ledger holds what this answer said; its codes count where older than `codes_before`.
  void took(const answer& told, sys_seconds codes_before);

  metrics::name_directory roster(sys_seconds now) const;
  // Nothing changes after this, on the platform's clock.
  sys_seconds all_published() const { return last_; }

  const std::vector<record>& records() const { return records_; }
  const std::vector<hold_event>& holds() const { return holds_; }
  // Of one folded name and local day: the highest totals that a settled answer showed.
  const std::map<std::pair<std::string, std::string>, hold_amounts>& highest() const {
    return highest_;
  }
  std::string local_text(sys_seconds at) const;  // "20261121093000"

 private:
  void add_burst(std::string_view collector, sys_seconds at);
  record make_call(std::string_view collector, sys_seconds at);
  void add_leg(record first);
  void revise(record& row);
  void add_hold(sys_seconds at);
  bool take_room(const record& row, const facts& now);
  sys_seconds published(sys_seconds date);
  std::optional<std::size_t> version_of(const record& row) const;
  answer ask_rows(std::string_view collector, const std::string& from, const std::string& to);
  answer ask_totals(const std::string& from, const std::string& to);
  std::string spelled(std::string_view name);

  const scenario& scenario_;
  dice& chance_;
  seconds skew_;
  sys_seconds reached_{};  // the highest that the platform's clock has shown
  sys_seconds last_{};
  bool is_flowing_ = true;
  std::int64_t calls_ = 0;
  std::vector<record> records_;
  std::vector<hold_event> holds_;
  std::map<std::pair<std::string, std::string>, std::int64_t> per_second_;
  std::map<std::pair<std::string, std::string>, hold_amounts> highest_;
};

}  // namespace wolkvox::model
