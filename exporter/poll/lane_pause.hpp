// Slows a whole lane down after a refusal that concerns the token, not one report: the daily quota
// is spent, or the token is not accepted (wolkvox-api.md 2.2). While paused nothing is sent; when
// the pause is over the first request is the probe, and its answer decides. Pure.
#pragma once

#include <cstdint>
#include <optional>

#include "exporter/poll/schedule.hpp"

namespace wolkvox::poll {

enum class refusal : std::uint8_t { quota, auth };

struct lane_pause {
  std::optional<refusal> reason;  // nothing: the lane is open
  std::uint32_t refusals = 0;     // in a row
  steady_time until{};
};

// quota: every 15 minutes (wolkvox-api.md 3.1, quota reset moment). auth: 1 minute doubling up to
// 15, so that a repaired token is noticed soon and a wrong one does not hammer. `retry_after` is
// taken when it is later.
lane_pause after_refusal(lane_pause pause, refusal reason, steady_time now,
                         milliseconds retry_after);
lane_pause after_answer();
// The configuration was read again, or the token's file changed: a token that was refused may have
// been corrected and is tried at once. The quota is spent as before.
lane_pause after_reload(lane_pause pause, steady_time now);

bool is_closed(const lane_pause& pause, steady_time now);

}  // namespace wolkvox::poll
