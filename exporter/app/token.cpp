#include "exporter/app/token.hpp"

#include <string>
#include <utility>

#include "config/token.hpp"

namespace wolkvox::app {

std::expected<secret, api::error> read_token(const config::token_source& source) {
  auto token = config::read_token(source);
  if (token) {
    return std::move(*token);
  }
  api::error problem;
  problem.kind = api::error_kind::auth;
  problem.no_token = true;
  problem.detail = std::move(token.error());
  problem.advice = "put the token of wolkvox Manager there, alone on one line";
  return std::unexpected(std::move(problem));
}

}  // namespace wolkvox::app
