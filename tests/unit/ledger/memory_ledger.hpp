// A ledger that forgets at exit: for tests, and as the plain form that the SQLite ledger must
// equal.
#pragma once

#include <memory>

#include "metrics/ledger/ledger.hpp"

namespace wolkvox::metrics {

std::unique_ptr<ledger> make_memory_ledger();

}  // namespace wolkvox::metrics
