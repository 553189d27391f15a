// What rows say of time; see collector.hpp.
#include <algorithm>
#include <charconv>

#include "exporter/collectors/collector.hpp"

namespace wolkvox::collectors {
namespace {

// The one part of the id that is Unix seconds of this century; extensions and counters are shorter.
std::optional<sys_seconds> begun_at(std::string_view conn_id) {
  constexpr std::size_t digits = 10;
  constexpr std::int64_t earliest = 1'400'000'000;
  constexpr std::int64_t latest = 4'000'000'000;
  while (!conn_id.empty()) {
    const auto part = conn_id.substr(0, conn_id.find('.'));
    conn_id.remove_prefix(std::min(part.size() + 1, conn_id.size()));
    std::int64_t value = 0;
    const auto [end, failure] = std::from_chars(part.data(), part.data() + part.size(), value);
    if (part.size() == digits && failure == std::errc{} && end == part.data() + part.size() &&
        value >= earliest && value <= latest) {
      return sys_seconds{std::chrono::seconds{value}};
    }
  }
  return std::nullopt;
}

}  // namespace

void dates_told::learn(std::optional<sys_seconds> at, std::string_view conn_id,
                       const std::optional<metrics::quantity>& length, sys_seconds now) {
  // Clocks that are kept differ by seconds.
  constexpr std::chrono::minutes clocks_may_differ{2};
  if (!at) {
    return;
  }
  ++dated;
  if (*at > now + clocks_may_differ) {
    ++dated_ahead;
    ahead = std::max(ahead.value_or(*at), *at);
  } else {
    newest = std::max(newest.value_or(*at), *at);
  }
  learn_moment(*at, conn_id, length);
}

// No zone is further than this from another one: what looks like a moment may be a telephone
// number.
void dates_told::learn_moment(sys_seconds at, std::string_view conn_id,
                              const std::optional<metrics::quantity>& length) {
  constexpr std::chrono::hours widest{26};
  constexpr std::int64_t micros_per_second = 1'000'000;
  const auto begun = begun_at(conn_id);
  if (!begun || std::chrono::abs(at - *begun) > widest) {
    return;
  }
  const std::chrono::seconds call{length ? length->micros() / micros_per_second : 0};
  const auto since = at - *begun;
  const auto after = since - std::clamp(since, std::chrono::seconds{0}, call);
  least_after = stamped == 0 ? after : std::min(least_after, after);
  most_after = stamped == 0 ? after : std::max(most_after, after);
  ++stamped;
}

}  // namespace wolkvox::collectors
