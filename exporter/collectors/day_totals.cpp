#include "exporter/collectors/day_totals.hpp"

#include <algorithm>

namespace wolkvox::collectors {

bool is_totals_name(std::string_view folded_name) {
  constexpr std::array<std::string_view, 10> words{
      "total", "totals", "totales",     "subtotal",    "todos",
      "todas", "suma",   "consolidado", "consolidada", "consolidated"};
  constexpr std::array<std::string_view, 5> names{"gran total", "grand total", "sum", "all",
                                                  "all agents"};
  const auto first = folded_name.substr(0, folded_name.find_first_of(" :-_"));
  return std::ranges::find(words, first) != words.end() ||
         std::ranges::find(names, folded_name) != names.end();
}

}  // namespace wolkvox::collectors
