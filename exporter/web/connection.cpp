// Answers requests.
#include "exporter/web/connection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <utility>

#include "exporter/web/negotiation.hpp"

namespace wolkvox::web {
namespace {

namespace asio = boost::asio;
using std::chrono::steady_clock;

// The kernel takes at most this many pieces in one call (IOV_MAX is larger; Asio's own bound is
// this).
constexpr std::size_t pieces_per_write = 64;
// What a parting peer may still send, and for how long.
constexpr std::size_t parting_bytes = 256 * 1024;
constexpr std::chrono::seconds parting_time{2};

// Counts a scrape in flight for as long as it lives.
class scrape_slot {
 public:
  explicit scrape_slot(std::shared_ptr<serving> shared) : shared_(std::move(shared)) {
    ++shared_->scrapes.in_flight;
  }
  scrape_slot(const scrape_slot&) = delete;
  scrape_slot& operator=(const scrape_slot&) = delete;
  ~scrape_slot() { --shared_->scrapes.in_flight; }

 private:
  std::shared_ptr<serving> shared_;
};

std::string reason_of(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& e) {
    return e.what();
  } catch (...) {
    return "unknown exception";
  }
}

}  // namespace

connection::connection(std::unique_ptr<byte_stream> stream, std::shared_ptr<serving> shared)
    : stream_(std::move(stream)),
      shared_(std::move(shared)),
      requests_(*stream_, shared_->settings.limits.header_bytes) {}

void connection::cut() {
  is_cut_ = true;
  cancellation_.emit(asio::cancellation_type::terminal);
  stream_->close();
}

asio::awaitable<void> connection::run() {
  auto patience = shared_->settings.limits.header_timeout;
  auto after = persistence::keep_open;
  stream_->expires_after(patience);
  if (const auto failed = co_await stream_->begin(); failed) {
    note_handshake(failed);
    co_return;
  }
  while (after == persistence::keep_open && !shared_->stopping) {
    stream_->expires_after(patience);
    if (const auto arrived = co_await requests_.await_bytes(); !arrived) {
      co_return;
    }
    stream_->expires_after(shared_->settings.limits.header_timeout);
    auto asked = co_await requests_.read();
    if (!asked) {
      co_return;
    }
    answering_ = true;
    after = co_await respond(std::move(*asked));
    answering_ = false;
    idle_since_ = steady_clock::now();
    patience = shared_->settings.limits.idle_timeout;
  }
  co_await part();
}

// Only TLS has something to begin with. Who was cut was not refused.
void connection::note_handshake(const boost::system::error_code& failed) {
  if (is_cut_) {
    return;
  }
  const auto fault = fault_of(failed);
  const auto certificate = stream_->certificate_fault();
  shared_->refuse(fault, fault == handshake_fault::client_certificate && !certificate.empty()
                             ? fmt::format("{}: {}", failed.message(), certificate)
                             : failed.message());
}

asio::awaitable<persistence> connection::respond(request asked) {
  if (asked.refused.status != 0) {
    auto refused = plain_answer(asked.refused.status, asked.refused.why);
    co_await write(std::move(refused), asked.method, persistence::close);
    co_return persistence::close;
  }
  if (const auto& guard = shared_->settings.guard) {
    auto verdict = co_await guard->admit(std::move(asked.authorization));
    configured_fields_ = std::move(verdict.fields);
    if (verdict.refusal) {
      const auto told = co_await write(std::move(*verdict.refusal), asked.method, asked.after);
      co_return told ? asked.after : persistence::close;
    }
  }
  const auto after = co_await respond_admitted(std::move(asked));
  co_return after;
}

asio::awaitable<persistence> connection::respond_admitted(request asked) {
  std::optional<plan> planned;
  std::string failure;
  try {
    const routes where{.telemetry_path = shared_->settings.telemetry_path,
                       .lifecycle_enabled = shared_->settings.lifecycle.has_value()};
    planned = route({.method = asked.method, .target = asked.target}, shared_->content, where);
  } catch (const std::exception& e) {
    failure = e.what();
  }
  if (!planned) {
    shared_->tell(fmt::format("answering {}: {}", asked.method, failure));
    planned = plain_answer(500, "Internal error; the log says more.");
  }
  if (auto* const wanted = std::get_if<scrape_plan>(&*planned)) {
    const auto after = co_await respond_scrape(std::move(asked), std::move(*wanted));
    co_return after;
  }
  if (const auto* const wanted = std::get_if<lifecycle_plan>(&*planned)) {
    const auto after = co_await respond_lifecycle(std::move(asked), *wanted);
    co_return after;
  }
  auto& ready = std::get<answer>(*planned);
  const auto written = co_await write(std::move(ready), asked.method, asked.after);
  co_return written ? asked.after : persistence::close;
}

asio::awaitable<persistence> connection::respond_scrape(request asked, scrape_plan wanted) {
  auto& scrapes = shared_->scrapes;
  if (scrapes.in_flight >= shared_->settings.max_requests) {
    ++scrapes.rejected;
    auto busy = plain_answer(503, fmt::format("{} scrapes are being answered already, the most "
                                              "that --web.max-requests allows; try again.",
                                              scrapes.in_flight));
    const auto told = co_await write(std::move(busy), asked.method, asked.after);
    co_return told ? asked.after : persistence::close;
  }
  const scrape_slot slot(shared_);
  auto chosen = negotiate(asked.accept, asked.accept_encoding);
  answer page{.status = 200,
              .content_type = std::move(chosen.content_type),
              .fields = {{"Vary", "Accept, Accept-Encoding"}},
              .content = {}};
  if (chosen.form.encoding != metrics::encoding::identity) {
    page.fields.emplace_back("Content-Encoding", name_of(chosen.form.encoding));
  }
  try {
    page.content = co_await shared_->content.metrics(std::move(wanted.filter), chosen.form);
  } catch (const std::exception& e) {
    shared_->tell(fmt::format("gathering metrics: {}", e.what()));
    page = plain_answer(500, "Internal error; the log says more.");
  }
  const auto shown = page.status == 200 && asked.method != "HEAD";
  const auto written = co_await write(std::move(page), asked.method, asked.after);
  if (written && shown) {
    ++scrapes.served.at(form_index(chosen.form));
  }
  co_return written ? asked.after : persistence::close;
}

asio::awaitable<persistence> connection::respond_lifecycle(request asked, lifecycle_plan wanted) {
  if (wanted == lifecycle_plan::quit) {
    auto farewell = plain_answer(200, "wolkvox_exporter is stopping.");
    co_await write(std::move(farewell), asked.method, persistence::close);
    shared_->settings.lifecycle->quit();
    co_return persistence::close;
  }
  stream_->expires_never();
  std::expected<void, std::string> reloaded;
  std::exception_ptr failure;
  try {
    reloaded = co_await shared_->settings.lifecycle->reload();
  } catch (...) {
    failure = std::current_exception();
  }
  if (failure) {
    reloaded = std::unexpected(reason_of(failure));
  }
  auto outcome =
      reloaded
          ? plain_answer(200, "The configuration was reloaded.")
          : plain_answer(500, fmt::format("The old configuration is kept: {}", reloaded.error()));
  const auto written = co_await write(std::move(outcome), asked.method, asked.after);
  co_return written ? asked.after : persistence::close;
}

asio::awaitable<bool> connection::write(answer what, std::string method, persistence after) {
  const auto connection_after = shared_->stopping ? persistence::close : after;
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  static const header_fields none;
  const auto head = head_of(what, content_length(what.content), connection_after, now,
                            configured_fields_ ? *configured_fields_ : none);
  std::vector<asio::const_buffer> pieces{asio::buffer(head)};
  if (method != "HEAD") {
    for (const auto& piece : what.content) {
      if (!piece->empty()) {
        pieces.emplace_back(asio::buffer(*piece));
      }
    }
  }
  const auto written = co_await write_all(std::move(pieces));
  co_return written;
}

asio::awaitable<bool> connection::write_all(std::vector<asio::const_buffer> pieces) {
  const auto& limits = shared_->settings.limits;
  const auto last_moment = steady_clock::now() + limits.write_total;
  std::span<asio::const_buffer> rest(pieces);
  while (!rest.empty()) {
    stream_->expires_at(std::min(steady_clock::now() + limits.write_stall, last_moment));
    const std::span<const asio::const_buffer> next(
        rest.first(std::min(rest.size(), pieces_per_write)));
    auto [error, taken] = co_await stream_->write_some(next);
    if (error) {
      co_return false;
    }
    while (!rest.empty() && taken >= rest.front().size()) {
      taken -= rest.front().size();
      rest = rest.subspan(1);
    }
    if (taken > 0) {
      rest.front() += taken;
    }
  }
  co_return true;
}

asio::awaitable<void> connection::part() {
  stream_->expires_after(parting_time);
  co_await stream_->part(shared_->stopping ? 0 : parting_bytes);
}

}  // namespace wolkvox::web
