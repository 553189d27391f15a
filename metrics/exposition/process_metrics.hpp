// The process_* families of the official client libraries, read from /proc when a scrape asks.
#pragma once

#include <filesystem>

#include "metrics/exposition/page.hpp"
#include "metrics/exposition/sink.hpp"

namespace wolkvox::metrics {

// What cannot be read is left out. `proc` is another directory in tests only.
void write_process(sink& out, const std::filesystem::path& proc = "/proc");

// The same as pages, filtered: for page_store::gather's `own`. They belong to no operation.
page_set process_pages(const page_filter& filter, const std::filesystem::path& proc = "/proc");

}  // namespace wolkvox::metrics
