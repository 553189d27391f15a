// Boost.URL reads the target.
#include "tests/simulator/query.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

namespace wolkvox::simulator {

std::optional<std::string_view> query::find(std::string_view name) const {
  const auto found = parameters.find(name);
  if (found == parameters.end() || found->second.empty()) {
    return std::nullopt;
  }
  return found->second;
}

std::optional<query> read_query(std::string_view target) {
  const auto parsed = boost::urls::parse_origin_form(target);
  if (!parsed) {
    return std::nullopt;
  }
  query read{.path = parsed->path(), .parameters = {}};
  for (const auto& parameter : parsed->params()) {
    read.parameters[parameter.key] = parameter.value;
  }
  return read;
}

}  // namespace wolkvox::simulator
