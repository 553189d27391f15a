// Answers that refuse: the platform's own texts (wolkvox-api.md 2.2), and the ones a broken server
// gives.
#pragma once

#include <optional>
#include <string_view>

#include "tests/simulator/faults.hpp"
#include "tests/simulator/platform.hpp"

namespace wolkvox::simulator {

api_answer no_rows();
api_answer unknown_report();
api_answer parameters_missing();
api_answer window_too_long();
api_answer token_missing();
api_answer token_wrong();
api_answer quota_spent();
api_answer too_many_at_once();
api_answer page_not_found();
api_answer method_not_allowed();

// The answer that a fault puts in the place of the right one; nothing for faults of another kind.
std::optional<api_answer> replacement(fault_kind kind);

}  // namespace wolkvox::simulator
