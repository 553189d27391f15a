#include "exporter/collectors/day_totals.hpp"

#include <algorithm>

namespace wolkvox::collectors {

bool is_totals_name(std::string_view folded_name) {
  constexpr std::array<std::string_view, 9> names{
      "total",      "totals",      "totales",     "total general", "totales generales",
      "gran total", "grand total", "consolidado", "consolidated"};
  return std::ranges::find(names, folded_name) != names.end();
}

}  // namespace wolkvox::collectors
