// A body as gzip, quickly rather than small.
#pragma once

#include <string>
#include <string_view>

namespace wolkvox::simulator {

std::string gzip(std::string_view text);

}  // namespace wolkvox::simulator
