// What the configuration names outside its file: tokens and authorities. As Prometheus does it,
// authorities must be there for a configuration to be taken, while a token may come later.
#pragma once

#include <expected>
#include <filesystem>
#include <vector>

#include "config/load.hpp"

namespace wolkvox::config {

// As load_file(); authorities that cannot be read are mistakes. Operations that share a token are
// warned of, and secrets that every user can read.
std::expected<loaded, std::vector<problem>> load_for_use(const std::filesystem::path& file);

// Tokens and proxy passwords that cannot be read now.
std::vector<problem> missing_secrets(const loaded& of);

}  // namespace wolkvox::config
