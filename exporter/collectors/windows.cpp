// Windows into parameters; see windows.hpp.
#include "exporter/collectors/windows.hpp"

#include <date/date.h>
#include <date/tz.h>

#include <algorithm>

namespace wolkvox::collectors {
namespace {

using std::chrono::seconds;

}  // namespace

std::vector<std::pair<std::string, std::string>> window_parameters(const poll_context& context) {
  const auto& zone = *context.zone;
  const auto begin = context.window.value().begin;
  const auto last = std::max(begin, context.window->end - seconds{1});
  auto from = zone.to_local(begin);
  auto to = zone.to_local(last);
  // A clock set back within the window shows its highest time just before and its lowest just
  // after.
  if (const auto change = zone.get_info(begin).end; change <= last) {
    from = std::min(from, zone.to_local(change));
    to = std::max(to, zone.to_local(change - seconds{1}));
  }
  return {{"date_ini", date::format("%Y%m%d%H%M%S", from)},
          {"date_end", date::format("%Y%m%d%H%M%S", to)}};
}

std::string window_day(const poll_context& context) {
  return date::format("%F", context.zone->to_local(context.window.value().begin));
}

}  // namespace wolkvox::collectors
