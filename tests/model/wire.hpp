// The way of an answer from the platform to a collector's reading: straight, or as JSON text in
// pieces through the real decoder; sometimes it is lost or breaks off.
#pragma once

#include "exporter/api/row.hpp"
#include "exporter/collectors/collector.hpp"
#include "tests/model/world.hpp"

namespace wolkvox::model {

// False: the answer was an error, whatever rows came before it.
bool deliver(const answer& told, const api::report_schema& schema, collectors::reading& into,
             world& around);

}  // namespace wolkvox::model
