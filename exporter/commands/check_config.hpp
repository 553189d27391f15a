// `check-config FILE` and `check-config --web FILE`: says everything that is wrong with a
// configuration before it is used.
#pragma once

#include <filesystem>

namespace wolkvox::commands {

// Of the configuration, of the web configuration or of both; an empty path is left out. Problems
// and warnings on standard error. 0: good; 2: bad.
int check_config(const std::filesystem::path& file, const std::filesystem::path& web_file);

}  // namespace wolkvox::commands
