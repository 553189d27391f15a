// The nine collectors, one per file; all.cpp lists them.
#pragma once

#include "exporter/collectors/collector.hpp"

namespace wolkvox::collectors {

extern const definition agents_collector;
extern const definition skills_collector;
extern const definition campaigns_collector;
extern const definition quota_collector;
extern const definition names_collector;
extern const definition abandoned_calls_collector;
extern const definition hold_mute_collector;
extern const definition calls_collector;
extern const definition cdr_collector;

}  // namespace wolkvox::collectors
