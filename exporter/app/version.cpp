#include "exporter/app/version.hpp"

#include <fmt/format.h>

namespace wolkvox::app {

// The three come from exporter/CMakeLists.txt.
std::string_view version() {
  return WOLKVOX_VERSION;
}

std::string_view revision() {
  return WOLKVOX_REVISION;
}

std::string_view compiler() {
  return WOLKVOX_COMPILER;
}

std::string version_line() {
  return fmt::format("wolkvox_exporter, version {} (revision: {}, compiler: {})", version(),
                     revision(), compiler());
}

}  // namespace wolkvox::app
