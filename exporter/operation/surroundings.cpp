#include "exporter/operation/surroundings.hpp"

#include <date/tz.h>

#include <utility>

#include "exporter/operation/remembered.hpp"

namespace wolkvox::operation {

basis::basis(surroundings all, std::shared_ptr<const config::operation> how)
    : around(std::move(all)),
      settings(std::move(how)),
      zone(date::locate_zone(settings->timezone)),
      people(std::make_shared<const collectors::privacy>(people_of(*settings, around.hash_key))),
      log(around.log.with("operation", settings->name)) {}

}  // namespace wolkvox::operation
