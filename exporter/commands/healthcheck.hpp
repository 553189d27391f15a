// `healthcheck`: asks a running exporter, for containers and scripts.
#pragma once

#include <string>

namespace wolkvox::commands {

// `listen_address` as --web.listen-address has it; an unspecified host means this machine. 0: it
// answers
// /-/healthy with 200; 1: it does not, and standard error says why.
int healthcheck(const std::string& listen_address);

}  // namespace wolkvox::commands
