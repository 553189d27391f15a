// When a finished call shows in the reports: they are rebuilt in steps and lag behind
// (wolkvox-api.md 3.4). A call shows 10 to 15 minutes after its end; hold_mute follows in steps of
// 10 minutes; some rows come later still.
#pragma once

#include <chrono>
#include <cstdint>

#include "tests/simulator/settings.hpp"

namespace wolkvox::simulator {

using std::chrono::sys_seconds;

// `draw` decides whether and how much the row is late: the same draw, the same answer.
sys_seconds visible_at(sys_seconds ended, std::uint64_t draw, const publication_settings& settings);
// agent_9 is rebuilt on its own.
sys_seconds visible_in_sums_at(sys_seconds visible, const publication_settings& settings);

}  // namespace wolkvox::simulator
