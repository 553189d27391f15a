// What really happened, and what of it is published: the exact sums that an exporter must equal,
// counted from the centre's records, not from the answers. Grouped as contract sections 4.4 to 4.7
// group their families.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>

#include "tests/simulator/centre.hpp"

namespace wolkvox::simulator {

enum class truth_as_of : std::uint8_t { published, happened };

struct truth_request {
  truth_as_of as_of = truth_as_of::published;
  // Rows by their date, both ends included; nothing: everything since the beginning of the history.
  std::optional<sys_seconds> from;
  std::optional<sys_seconds> to;
};

boost::json::object tell_truth(const centre& what, const truth_request& request);

}  // namespace wolkvox::simulator
