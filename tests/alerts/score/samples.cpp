// Families come out one after another because the map is ordered by family first.
#include "tests/alerts/score/samples.hpp"

#include <fmt/format.h>

#include <iterator>

namespace wolkvox::alerts {

void samples::write(std::ostream& into) const {
  std::string_view family;
  fmt::memory_buffer text;
  for (const auto& [key, values] : series_) {
    const auto& [name, labels] = key;
    if (name != family) {
      family = name;
      const bool counter = family.ends_with("_total");
      fmt::format_to(std::back_inserter(text), "# TYPE {} {}\n",
                     counter ? family.substr(0, family.size() - 6) : family,
                     counter ? "counter" : "unknown");
    }
    for (const auto& [at, value] : values) {
      fmt::format_to(std::back_inserter(text), "{}{{{}}} {} {}\n", name, labels, value, at);
    }
    into.write(text.data(), static_cast<std::streamsize>(text.size()));
    text.clear();
  }
  into << "# EOF\n";
}

std::string label(std::string_view name, std::string_view value) {
  std::string made(name);
  made += "=\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') {
      made += '\\';
    }
    made += c;
  }
  return made + '"';
}

}  // namespace wolkvox::alerts
