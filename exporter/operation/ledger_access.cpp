#include "exporter/operation/ledger_access.hpp"

namespace wolkvox::operation {

using logging::log_level;
using metrics::family_id;

ledger_access::ledger_access(const basis& on)
    : on_(on), released_(on.around.loop, steady_time::max()) {}

void ledger_access::release() {
  is_held_ = false;
  released_.cancel();
}

void ledger_access::note(const metrics::ledger_error* failure) {
  on_.around.self->gauge(family_id::ledger_writable, {}).set(failure == nullptr ? 1 : 0);
  if (failure != nullptr) {
    on_.around.self->counter(family_id::ledger_errors_total, {}).increment();
  }
  if (failure != nullptr && !is_failing_) {
    on_.log(log_level::error, "the ledger cannot be written; nothing is counted until it can",
            {{"err", failure->detail}});
  } else if (failure == nullptr && is_failing_) {
    on_.log(log_level::info, "the ledger is written again");
  }
  is_failing_ = failure != nullptr;
}

}  // namespace wolkvox::operation
