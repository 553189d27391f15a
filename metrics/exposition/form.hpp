// The forms an exposition can take: a format, and how its bytes are packed for the wire.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

namespace wolkvox::metrics {

enum class format : std::uint8_t { text, openmetrics, protobuf };
enum class encoding : std::uint8_t { identity, gzip, zstd };

struct form {
  metrics::format format = format::text;
  metrics::encoding encoding = encoding::identity;

  friend bool operator==(const form&, const form&) = default;
};

// Every form there is; form_index() is a form's place in it.
inline constexpr auto all_forms = [] {
  std::array<form, 9> forms;
  std::size_t at = 0;
  for (const auto as : {format::text, format::openmetrics, format::protobuf}) {
    for (const auto how : {encoding::identity, encoding::gzip, encoding::zstd}) {
      forms.at(at++) = {.format = as, .encoding = how};
    }
  }
  return forms;
}();
constexpr std::size_t form_index(form of) {
  return (std::size_t{std::to_underlying(of.format)} * 3) + std::to_underlying(of.encoding);
}

// Label values of wolkvox_exporter_scrapes_total.
constexpr std::string_view name_of(format which) {
  constexpr std::array<std::string_view, 3> names{"text", "openmetrics", "protobuf"};
  return names.at(std::to_underlying(which));
}
// Also the content codings of HTTP.
constexpr std::string_view name_of(encoding which) {
  constexpr std::array<std::string_view, 3> names{"identity", "gzip", "zstd"};
  return names.at(std::to_underlying(which));
}

}  // namespace wolkvox::metrics
