// Status texts and the figures that are derived from what is kept.
#include "tests/simulator/live_state.hpp"

#include <algorithm>
#include <numeric>

namespace wolkvox::simulator {

std::string_view status_text(activity doing, pause_kind pause) {
  switch (doing) {
    case activity::logout:
      return "Logout";
    case activity::ready:
      return "Ready";
    case activity::ring:
      return "Ring";
    case activity::inbound:
    case activity::outbound:
    case activity::internal:
      return "Talk";
    case activity::acw:
      return "ACW";
    case activity::pause:
      break;
  }
  switch (pause) {
    case pause_kind::bathroom:
      return "Baño";
    case pause_kind::active_break:
      return "Pausa activa";
    case pause_kind::training:
      return "Capacitación";
    case pause_kind::lunch:
      return "Almuerzo";
  }
  return "";
}

agent_day agent_state::day_until(sys_seconds now) const {
  auto until = day;
  until.seconds.at(static_cast<std::size_t>(doing)) += (now - counted_from).count();
  return until;
}

std::uint32_t skill_day::answered_within(std::int64_t seconds) const {
  const auto last = std::clamp<std::int64_t>(seconds + 1, 0, std::ssize(answered_after));
  return std::accumulate(answered_after.begin(), answered_after.begin() + last, std::uint32_t{0});
}

}  // namespace wolkvox::simulator
