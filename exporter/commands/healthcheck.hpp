// `healthcheck`: asks a running exporter, for containers and scripts.
#pragma once

#include <filesystem>
#include <string>

namespace wolkvox::commands {

// `listen_address` as --web.listen-address has it; an unspecified host means this machine.
// `web_config_file` as --web.config.file has it, or empty: it says whether TLS is spoken. Any
// certificate will do, and a refusal that the file asks for (a password, a client certificate, the
// rate limit) is an answer too: who refuses, works. 0: it answers /-/healthy; 1: it does not, and
// standard error says why; 2: an argument is bad.
int healthcheck(const std::string& listen_address, const std::filesystem::path& web_config_file);

}  // namespace wolkvox::commands
