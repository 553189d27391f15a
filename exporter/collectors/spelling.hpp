// How a collector writes its schema: spelled<"ocupation", "occupancy"> is a field with its accepted
// spellings, the wire's own first. That first one is also the label `field` of
// wolkvox_field_errors_total.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "exporter/api/row.hpp"

namespace wolkvox::collectors {

// A string literal as a template argument.
template <std::size_t Size>
struct literal {
  char text[Size];
  // Not explicit: spelled<"date"> is the point of it.
  constexpr literal(const char (&from)[Size]) { std::copy_n(from, Size, text); }
  constexpr std::string_view view() const { return {text, Size - 1}; }
};

template <literal... Spellings>
inline constexpr std::string_view spellings[] = {Spellings.view()...};

template <literal... Spellings>
inline constexpr api::field spelled{spellings<Spellings...>};

// A column without which the rows are none of the report's; one of several without which they say
// nothing (api::column_need).
template <literal... Spellings>
inline constexpr api::field needed{spellings<Spellings...>, api::column_need::always};
template <literal... Spellings>
inline constexpr api::field one_of{spellings<Spellings...>, api::column_need::alternative};

}  // namespace wolkvox::collectors
