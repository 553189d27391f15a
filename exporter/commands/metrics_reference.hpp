// `metrics`: the reference of all families, made from the table that the encoders use.
#pragma once

#include <string>

namespace wolkvox::commands {

// Markdown.
std::string metrics_reference();

}  // namespace wolkvox::commands
