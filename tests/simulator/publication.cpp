// Rebuilds happen on a fixed grid; what is ready by then shows.
#include "tests/simulator/publication.hpp"

#include <algorithm>

#include "tests/simulator/random.hpp"

namespace wolkvox::simulator {

namespace {

using std::chrono::seconds;

seconds scaled(seconds length, double scale) {
  return seconds{static_cast<std::int64_t>(static_cast<double>(length.count()) * scale)};
}

sys_seconds next_rebuild(sys_seconds at, seconds step) {
  if (step <= seconds{1}) {
    return at;
  }
  const auto since_epoch = at.time_since_epoch();
  return sys_seconds{(since_epoch + step - seconds{1}) / step * step};
}

}  // namespace

sys_seconds visible_at(sys_seconds ended, std::uint64_t draw,
                       const publication_settings& settings) {
  constexpr seconds lag = std::chrono::minutes{10};
  constexpr seconds step = std::chrono::minutes{5};
  auto ready = ended + scaled(lag, settings.scale);
  if (settings.late_share > 0.0 && scrambled_share(draw) < settings.late_share) {
    ready += scaled(settings.late_max, scrambled_share(draw + 1));
  }
  return next_rebuild(ready, scaled(step, settings.scale));
}

sys_seconds visible_in_sums_at(sys_seconds visible, const publication_settings& settings) {
  return next_rebuild(visible, scaled(std::chrono::minutes{10}, settings.scale));
}

}  // namespace wolkvox::simulator
