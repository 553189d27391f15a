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
#include "metrics/ledger/interval.hpp"
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
  bool is_blank = false;  // says neither who nor how long
};

// One row of skill_2, agents_detail or cdr_1.
struct record {
  std::string_view collector;
  std::string conn_id;  // "", "0" and the like for some
  std::size_t agent = 0;
  std::string skill;
  std::string interaction;
  bool counts = true;               // of skill_2 those that say abandoned
  std::int64_t copies = 1;          // in every answer
  bool is_in_every_answer = false;  // whatever is asked for
  std::vector<facts> versions;

  bool has_id() const { return conn_id.contains('.'); }
};

// What settled answers showed of a record, as it counts: nothing where none did.
struct counted_row {
  std::size_t record = 0;
  facts first;                    // that counted
  facts last;                     // that was shown
  std::optional<facts> amounts;   // the first that had any
  std::optional<facts> observed;  // the first with a length, or old enough
  std::optional<facts> coded;     // the first that was old enough for its codes
};

using hold_amounts = std::array<std::int64_t, 3>;  // uses, seconds on hold, seconds mute

struct hold_event {
  std::size_t agent = 0;
  sys_seconds visible{};
  std::string text;  // of its date
  hold_amounts amounts{};
};

// What a row of agent_9 says.
struct day_row_shown {
  std::string folded;
  hold_amounts amounts{};
};

// How the process takes what it was told.
struct taking {
  metrics::local_interval read;  // what the answer was about; empty: it may not be whole
  sys_seconds codes_before{};    // of rows dated before, codes count
  sys_seconds settled_to{};      // of rows dated up to here, nothing is waited for
  const metrics::name_directory* names = nullptr;
};

using row_cells = std::vector<std::pair<std::string_view, std::string>>;

struct answer {
  std::vector<row_cells> rows;
  sys_seconds date{};  // of the Date header
  // For the reference.
  std::vector<std::pair<std::size_t, std::size_t>> shown;  // record and version
  std::string day;                                         // agent_9
  std::vector<day_row_shown> people;                       // agent_9
};

struct agent_facts {
  std::string_view id;
  std::string_view name;
};
// Two of one name: that name has no id.
inline constexpr std::array<agent_facts, 4> agents{
    {{"101", "Ana Ruiz"}, {"102", "José Peña"}, {"103", "Luz Mar"}, {"104", "Luz Mar"}}};
// Behind an agent's name, where the roster's names alternate.
inline constexpr std::string_view other_name = " Other";
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
  // The ledger holds what this answer said.
  void took(const answer& told, const taking& how);

  metrics::name_directory roster(sys_seconds now) const;
  // Nothing changes after this, on the platform's clock.
  sys_seconds all_published() const { return last_; }

  const std::vector<record>& records() const { return records_; }
  const std::vector<counted_row>& counted() const { return counted_; }
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
  void begin_unfinished(record& row);
  void take_rows(const std::string& call,
                 const std::vector<std::pair<std::size_t, std::size_t>>& shown, const taking& how);
  void take_amounts(counted_row& row, const facts& now, const taking& how) const;
  sys_seconds read_as(const facts& now) const;
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
  std::vector<counted_row> counted_;
  // Of one call, by the texts of their dates: which of counted_.
  using call_rows = std::map<std::string, std::vector<std::size_t>>;
  std::map<std::string, call_rows> known_;
  std::vector<hold_event> holds_;
  std::map<std::pair<std::string, std::string>, std::int64_t> per_second_;
  std::map<std::pair<std::string, std::string>, hold_amounts> highest_;
};

}  // namespace wolkvox::model
