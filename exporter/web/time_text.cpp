// Writes times for people.
#include "exporter/web/time_text.hpp"

#include <date/tz.h>
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <ctime>
#include <stdexcept>

namespace wolkvox::web {
namespace {

using std::chrono::floor;

// The system clock's own conversion counts nanoseconds, which end in 2262; a platform may say more.
std::tm broken_down(sys_seconds when) {
  return fmt::gmtime(std::time_t{when.time_since_epoch().count()});
}

std::string two_units(std::chrono::seconds::rep large, std::string_view large_unit,
                      std::chrono::seconds::rep small, std::string_view small_unit) {
  return small == 0 ? fmt::format("{} {}", large, large_unit)
                    : fmt::format("{} {} {} {}", large, large_unit, small, small_unit);
}

const date::time_zone* find_zone(const std::string& name) {
  try {
    return date::locate_zone(name);
  } catch (const std::runtime_error&) {  // unknown here, or no zone files on this machine
    return nullptr;
  }
}

}  // namespace

std::string duration_text(std::chrono::milliseconds duration) {
  using namespace std::chrono_literals;
  if (duration < 1s) {
    return fmt::format("{} ms", duration.count());
  }
  const auto seconds = floor<std::chrono::seconds>(duration).count();
  if (duration < 10s && duration % 1s >= 100ms) {
    return fmt::format("{}.{} s", seconds, duration % 1s / 100ms);
  }
  if (duration < 1min) {
    return fmt::format("{} s", seconds);
  }
  if (duration < 1h) {
    return two_units(seconds / 60, "min", seconds % 60, "s");
  }
  if (duration < 24h) {
    return two_units(seconds / 3600, "h", seconds / 60 % 60, "min");
  }
  return two_units(seconds / 86400, "d", seconds / 3600 % 24, "h");
}

std::string relative_text(sys_seconds when, sys_seconds now) {
  if (when == now) {
    return "now";
  }
  return when < now ? fmt::format("{} ago", duration_text(now - when))
                    : fmt::format("in {}", duration_text(when - now));
}

std::string utc_text(sys_seconds when) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}Z", broken_down(when));
}

local_clock::local_clock(std::string_view zone) : zone_(zone) {
  if (find_zone(zone_) == nullptr) {
    zone_ = "UTC";
  }
}

std::chrono::seconds local_clock::offset_at(sys_seconds when) const {
  const auto* const zone = find_zone(zone_);
  return zone == nullptr ? std::chrono::seconds{0} : zone->get_info(when).offset;
}

std::string local_clock::text(sys_seconds when, sys_seconds now) const {
  const auto local = when + offset_at(when);
  const auto local_now = now + offset_at(now);
  if (floor<std::chrono::days>(local) == floor<std::chrono::days>(local_now)) {
    return fmt::format("{:%H:%M:%S}", broken_down(local));
  }
  return fmt::format("{:%d %b %H:%M}", broken_down(local));
}

}  // namespace wolkvox::web
