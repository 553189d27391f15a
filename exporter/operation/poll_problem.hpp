// Why a poll failed, from whichever side: the API, or our own ledger.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "exporter/api/error.hpp"
#include "exporter/poll/lane_pause.hpp"
#include "metrics/ledger/ledger.hpp"

namespace wolkvox::operation {

struct poll_problem {
  std::string reason;                    // one word; a change of it is logged
  std::string text;                      // for people: log and status page
  std::optional<poll::refusal> refused;  // concerns the token: the whole lane waits
  bool no_token = false;                 // ours could not be read: nobody refused it
  bool late_answer = false;              // as error's
  bool unreadable = false;               // as error's
  bool comes_nearer = false;             // to what is wrong: no reason to wait longer each time
  std::chrono::seconds retry_after{};
  bool cancelled = false;  // we are stopping: neither counted nor told
};

inline poll_problem to_problem(const api::error& error) {
  poll_problem problem;
  problem.reason = api::to_label(error.kind);
  problem.text = api::to_string(error);
  if (error.not_sent) {
    return problem;  // tells nothing new about the token
  }
  if (error.kind == api::error_kind::quota) {
    problem.refused = poll::refusal::quota;
  } else if (error.kind == api::error_kind::auth) {
    problem.refused = poll::refusal::auth;
  }
  problem.no_token = error.no_token;
  problem.late_answer = error.late_answer;
  problem.unreadable = error.unreadable;
  problem.retry_after = error.retry_after.value_or(std::chrono::seconds{0});
  problem.cancelled = error.kind == api::error_kind::cancelled;
  return problem;
}

inline poll_problem to_problem(const metrics::ledger_error& error) {
  poll_problem problem;
  problem.reason = "ledger";
  problem.text = error.detail;
  return problem;
}

}  // namespace wolkvox::operation
