// `check-config FILE`: says everything that is wrong with a configuration before it is used.
#pragma once

#include <filesystem>

namespace wolkvox::commands {

// Problems and warnings on standard error. 0: good; 2: bad.
int check_config(const std::filesystem::path& file);

}  // namespace wolkvox::commands
