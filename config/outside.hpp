// What the configuration names outside its file: tokens and authorities. As Prometheus does it,
// authorities must be there for a configuration to be taken, while a token may come later.
#pragma once

#include <expected>
#include <filesystem>
#include <vector>

#include "config/load.hpp"

namespace wolkvox::config {

// As load_file(); authorities that cannot be read are mistakes, and operations that share a token
// are warned of.
std::expected<loaded, std::vector<problem>> load_for_use(const std::filesystem::path& file);

// Tokens that cannot be read now.
std::vector<problem> missing_tokens(const loaded& of);

}  // namespace wolkvox::config
