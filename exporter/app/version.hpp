// What this build is: for --version, wolkvox_exporter_build_info and the status page.
#pragma once

#include <string>
#include <string_view>

namespace wolkvox::app {

std::string_view version();   // "0.1.0"
std::string_view revision();  // "1a2b3c4"; "" when it was not built from a checkout
std::string_view compiler();  // "Clang 19.1.7"

// "wolkvox_exporter, version 0.1.0 (revision: 1a2b3c4, compiler: Clang 19.1.7)"
std::string version_line();

}  // namespace wolkvox::app
