// The exporter as a whole: the one place that knows every part and puts them together (design:
// exporter/app alone wires them). Returns the exit status of contract section 1.
#pragma once

#include "exporter/app/options.hpp"

namespace wolkvox::app {

// Serves until SIGTERM, SIGINT or POST /-/quit.
int serve(const options& chosen);

// One round of every collector; the exposition on standard output. The ledger is read and written
// as when serving.
int once(const options& chosen);

}  // namespace wolkvox::app
