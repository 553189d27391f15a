// What the API can be told to do wrong, and when. The kinds are the test-server checklist of
// wolkvox-api.md section 8. Pure: decides, given a clock; the platform and the server carry it out.
#pragma once

#include <boost/json/value.hpp>
#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tests/simulator/random.hpp"

namespace wolkvox::simulator {

enum class fault_kind : std::uint8_t {
  // Refusals and errors instead of an answer.
  html_404,
  status_500_html,
  status_503,
  bad_request_400,
  unauthorised_401,
  forbidden_token,
  quota_403,
  concurrency_403,
  backup_403,
  too_many_429,
  no_rows_404,
  redirect,
  // The envelope differs, the rows are right.
  code_number,
  code_zero,
  code_blank,
  bare_array,
  data_object,
  data_null,
  data_missing,
  data_empty_text,
  empty_array,
  bom,
  pretty,
  huge,
  // The rows are written differently, their meaning is the same.
  fillers,
  extra_fields,
  missing_fields,
  numbers,
  odd_durations,
  odd_percentages,
  odd_integers,
  agent_id_suffix,
  blank_in_keys,
  reversed_rows,
  duplicate_rows,
  // The rows' meaning changes.
  unreadable_values,
  beyond_numbers,
  odd_names,
  extreme_values,
  unknown_enumeration,
  totals_row,
  // The body is broken.
  truncated_json,
  invalid_utf8,
  bare_nan,
  long_string,
  deep,
  html_200,
  empty_body,
  // The transport fails.
  slow,
  trickle,
  stall,
  reset,
  cut_body,
  stall_body,
  drip,
  length_short,
  length_long,
  huge_unannounced,
};

struct fault_name {
  fault_kind kind;
  std::string_view name;
};
std::span<const fault_name> fault_names();
std::string_view to_string(fault_kind kind);

struct fault {
  fault_kind kind = fault_kind::html_404;
  std::string report = "*";                   // `api=` name, "*" for all
  double share = 1.0;                         // of the answers
  std::optional<std::uint64_t> count;         // how many answers; nothing: without end
  std::optional<std::chrono::seconds> lasts;  // platform time; nothing: without end
  std::chrono::milliseconds delay{std::chrono::seconds{2}};  // slow, trickle, drip: real time
  std::string location;                                      // redirect: where to
};

// {"report":"cdr_1","kind":"truncated_json","share":0.5,"count":3,"seconds":60,"delay_ms":2000}
std::expected<fault, std::string> read_fault(const boost::json::value& document);

class fault_plan {
 public:
  explicit fault_plan(std::uint64_t seed) : chance_(seed) {}

  void add(fault what, std::chrono::sys_seconds now);
  void clear();
  // A share of all answers fails: an error status, a broken body, a reset or a stall.
  void fail_generally(double share, std::uint64_t seed);

  // The fault of this answer; nothing for a good one.
  std::optional<fault> next(std::string_view report, std::chrono::sys_seconds now);

 private:
  struct planned {
    fault what;
    std::optional<std::chrono::sys_seconds> until;
  };

  random_source chance_;
  std::vector<planned> planned_;
  double general_share_ = 0.0;
  random_source general_chance_{0};
};

}  // namespace wolkvox::simulator
