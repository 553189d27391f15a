// The client: turns in the lane, the token, one retry after a concurrency refusal, and telling what
// every exchange cost. The exchange itself is a thin shell around transport, intake and classify().
#include "exporter/api/net/client.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <random>
#include <set>
#include <utility>
#include <vector>

#include "exporter/api/net/answer_intake.hpp"
#include "exporter/api/net/client_parts.hpp"
#include "exporter/api/net/http_date.hpp"
#include "exporter/api/net/lane.hpp"
#include "exporter/api/net/message.hpp"
#include "exporter/threads/to_the_end.hpp"

namespace wolkvox::api {

namespace {

namespace asio = boost::asio;
using steady = std::chrono::steady_clock;

constexpr std::size_t piece_size = 64 * 1024;
// What is read of an answer that is no success: the platform's refusals have some hundred bytes, a
// proxy's error page may have more, and its status says enough.
constexpr std::uint64_t refusal_limit = 64 * 1024;

// 203 is 200 through a proxy that changed something (RFC 9110, 15.3.4).
bool has_rows(int status) {
  return status == 200 || status == 203;
}

// Refusals have no rows; should one have, they are none of the report's.
class no_rows final : public row_consumer {
 public:
  void row(const row_view&) override {}
};

error make_error(error_kind kind, std::string detail) {
  error failure;
  failure.kind = kind;
  failure.detail = std::move(detail);
  return failure;
}

error as_error(transport_failure failure, int status) {
  error made = make_error(failure.kind, std::move(failure.detail));
  made.advice = std::move(failure.advice);
  made.status = status;
  made.late_answer = failure.late_answer;
  return made;
}

bool is_cancellation(const boost::system::system_error& failure) {
  return failure.code() == asio::error::operation_aborted;
}

std::chrono::sys_seconds system_now() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

// What is known of an exchange however it ends.
struct progress {
  steady::time_point begun = steady::now();
  steady::time_point last = begun;
  std::uint64_t bytes = 0;
  std::optional<steady::time_point> sent;  // the whole request, to whom it was for
  bool over = false;                       // its answer, by itself
  bool cut = false;                        // by us
  std::chrono::nanoseconds duration() const { return last - begun; }
};

class asking_client final : public client {
 public:
  asking_client(client_settings settings, client_parts parts)
      : settings_(std::move(settings)), parts_(std::move(parts)), lane_(std::move(parts_.turns)) {}

  asio::awaitable<std::expected<answer, error>> ask(report_query query, row_consumer& rows,
                                                    urgency how_urgent) override {
    try {
      co_return co_await ask_in_turn(query, rows, how_urgent);
    } catch (const boost::system::system_error& failure) {
      if (!is_cancellation(failure)) {
        throw;
      }
    }
    co_return std::unexpected(signed_by(query, make_error(error_kind::cancelled, "stopped")));
  }

  void close() override {
    is_closed_ = true;
    lane_->send_away(this);
    parts_.network->close();
  }

 private:
  using asked = std::expected<answer, error>;

  asio::awaitable<asked> ask_in_turn(const report_query& query, row_consumer& rows,
                                     urgency how_urgent) {
    std::optional<lane::place> place;
    if (!is_closed_) {
      place = co_await lane_->enter(how_urgent, this);
    }
    if (!place) {
      co_return std::unexpected(signed_by(query, make_error(error_kind::cancelled, "stopped")));
    }
    if (auto closed = settings_.gate ? settings_.gate(query) : std::nullopt) {
      co_return std::unexpected(signed_by(query, std::move(*closed)));
    }
    auto first = co_await ask_once(query, rows, *place);
    // Somebody else uses the token at this moment (wolkvox-api.md 2.2). A server that says how long
    // to stay away means longer than a slot should be held.
    if (first || first.error().kind != error_kind::concurrency || first.error().retry_after) {
      co_return first;
    }
    asio::steady_timer pause(settings_.loop, parts_.refusal_pause());
    co_await pause.async_wait(asio::use_awaitable);
    co_return co_await ask_once(query, rows, *place);
  }

  // Where we give up on a request that was sent, the platform may still be at work on it: its slot
  // stays taken until the platform has given it up, too.
  asio::awaitable<asked> ask_once(const report_query& query, row_consumer& rows,
                                  lane::place& slot) {
    auto token = co_await settings_.token();
    if (!token) {
      const asked none = std::unexpected(signed_by(query, std::move(token.error())));
      tell(query, {}, none);
      co_return none;
    }
    auto message = make_request(settings_.operation, query, *token, settings_.user_agent);
    if (!message) {
      co_return std::unexpected(signed_by(query, std::move(message.error())));
    }
    progress so_far;
    asked result = std::unexpected(make_error(error_kind::cancelled, "stopped"));
    try {
      result = co_await exchange(std::move(*message), query, rows, so_far);
    } catch (const boost::system::system_error& failure) {
      if (!is_cancellation(failure)) {
        throw;
      }
      so_far.last = steady::now();
    }
    if (!result) {
      result = std::unexpected(signed_by(query, std::move(result.error())));
    }
    tell(query, so_far, result);
    if (so_far.sent && !result && (so_far.cut || is_our_end(result.error()))) {
      lane_->give_back_at(std::move(slot), *so_far.sent + parts_.platform_gives_up);
    }
    co_return result;
  }

  static bool is_our_end(const error& failure) {
    return failure.late_answer || failure.kind == error_kind::cancelled;
  }

  asio::awaitable<asked> exchange(request message, const report_query& query, row_consumer& rows,
                                  progress& so_far) {
    const deadline until = so_far.begun + settings_.operation.timeout;
    auto reply = co_await parts_.network->send(std::move(message), until, so_far.sent);
    so_far.last = steady::now();
    if (!reply) {
      co_return std::unexpected(as_error(std::move(reply.error()), 0));
    }
    so_far.begun = (*reply)->sent();
    const auto head = (*reply)->head();
    auto parsed = co_await take_body(**reply, query, rows, until, so_far);
    const bool is_useless = !parsed && (parsed.error().kind == error_kind::parse ||
                                        parsed.error().kind == error_kind::http);
    if (is_useless && !so_far.over) {
      so_far.cut = !co_await hear_out(**reply);
    }
    if (!parsed && !has_rows(head.status) && parsed.error().kind == error_kind::too_large) {
      parsed.error().kind = error_kind::parse;  // too long for a refusal of the platform's
    }
    auto judged = classify(head.status, std::move(parsed));
    const auto date = read_http_date(head.date);
    if (!judged) {
      auto& failure = judged.error();
      failure.retry_after = read_retry_after(head.retry_after, date.value_or(system_now()));
      co_return std::unexpected(std::move(failure));
    }
    answer made;
    made.envelope = std::move(*judged);
    made.bytes = so_far.bytes;
    made.duration = so_far.duration();
    made.date = date;
    co_return made;
  }

  // The rest of an answer that is of no use: who still writes one is still at work. False where it
  // does not end by itself in time, or is far longer than a page that says what is wrong.
  static asio::awaitable<bool> hear_out(response& reply) {
    constexpr std::size_t most = 16;
    std::vector<char> room(piece_size);
    for (std::size_t i = 0; i < most; ++i) {
      const auto filled = co_await reply.read(room);
      if (!filled) {
        co_return filled.error().kind == error_kind::connect;  // ended by the other side
      }
      if (*filled < room.size()) {
        co_return true;
      }
    }
    co_return false;
  }

  asio::awaitable<std::expected<answer_envelope, error>> take_body(response& reply,
                                                                   const report_query& query,
                                                                   row_consumer& rows,
                                                                   deadline until,
                                                                   progress& so_far) {
    const auto& head = reply.head();
    const auto limit = has_rows(head.status) ? settings_.body_limit : refusal_limit;
    if (head.content_length.value_or(0) > limit) {
      co_return std::unexpected(
          make_error(error_kind::too_large, "the answer announces more than the limit"));
    }
    const auto coding = read_content_coding(head.content_encoding);
    if (!coding) {
      co_return std::unexpected(
          make_error(error_kind::http,
                     "the answer comes in a coding that was not asked for: " + coding.error()));
    }
    no_rows nowhere;
    answer_intake intake(*query.schema,
                         has_rows(head.status) ? rows : static_cast<row_consumer&>(nowhere),
                         *coding, limit);
    std::vector<char> room(piece_size);
    for (bool more = true; more;) {
      const auto filled = co_await reply.read(room);
      so_far.last = steady::now();
      if (!filled) {
        so_far.over = true;
        co_return std::unexpected(as_error(filled.error(), head.status));
      }
      more = *filled == room.size();
      so_far.over = !more;
      auto taken = co_await decode(intake, {room.data(), *filled}, until);
      so_far.bytes = intake.bytes();
      if (!taken) {
        co_return std::unexpected(std::move(taken.error()));
      }
    }
    auto finish = [&intake]() -> asio::awaitable<std::expected<answer_envelope, error>> {
      co_return intake.finish();
    };
    co_return co_await asio::co_spawn(settings_.pool, finish, threads::to_the_end());
  }

  // On the pool, a turn at a time: between turns a stop or the deadline gets through.
  asio::awaitable<std::expected<void, error>> decode(answer_intake& intake, std::string_view piece,
                                                     deadline until) const {
    using state = answer_intake::state;
    auto write = [&intake, piece]() -> asio::awaitable<std::expected<state, error>> {
      co_return intake.write(piece);
    };
    auto resume = [&intake]() -> asio::awaitable<std::expected<state, error>> {
      co_return intake.resume();
    };
    auto now = co_await asio::co_spawn(settings_.pool, write, threads::to_the_end());
    while (now && *now == state::wants_turn) {
      if (steady::now() >= until) {
        error late = make_error(error_kind::timeout, "no answer in time (decoding the answer)");
        late.late_answer = true;
        co_return std::unexpected(std::move(late));
      }
      now = co_await asio::co_spawn(settings_.pool, resume, threads::to_the_end());
    }
    if (!now) {
      co_return std::unexpected(std::move(now.error()));
    }
    co_return std::expected<void, error>{};
  }

  error signed_by(const report_query& query, error failure) const {
    failure.operation = settings_.operation.name;
    failure.report = query.api;
    return failure;
  }

  void tell(const report_query& query, const progress& cost, const asked& result) {
    exchange_report report;
    report.collector = query.collector;
    report.report = query.api;
    report.duration = cost.duration();
    report.bytes = cost.bytes;
    if (!result) {
      report.failure = result.error();
    }
    settings_.told(report);
    if (result && !result->envelope.shape.empty() &&
        shapes_told_.insert(query.file + query.api).second) {
      settings_.first_shape(query.api, result->envelope.shape);
    }
  }

  client_settings settings_;
  client_parts parts_;
  std::shared_ptr<lane> lane_;
  bool is_closed_ = false;
  std::set<std::string> shapes_told_;
};

// One to three seconds: long enough for a neighbour's request to end, short enough to keep the slot
// meanwhile.
std::chrono::milliseconds random_pause() {
  static thread_local std::minstd_rand chance{std::random_device{}()};
  return std::chrono::milliseconds{std::uniform_int_distribution<int>{1000, 3000}(chance)};
}

}  // namespace

std::unique_ptr<client> make_client(client_settings settings, client_parts parts) {
  return std::make_unique<asking_client>(std::move(settings), std::move(parts));
}

std::unique_ptr<client> make_client(client_settings settings, std::shared_ptr<lane> turns) {
  const auto& operation = settings.operation;
  client_parts parts;
  transport_settings network;
  network.base = operation.base;
  network.proxy = operation.proxy;
  network.proxy_username = operation.proxy_username;
  network.proxy_password_file = operation.proxy_password_file;
  network.ca_file = operation.ca_file;
  network.kept_connections = operation.max_concurrent_requests;
  network.loop = settings.loop;
  network.resolve = resolve_by_system;
  parts.network = make_beast_transport(std::move(network));
  parts.refusal_pause = random_pause;
  parts.turns = std::move(turns);
  return make_client(std::move(settings), std::move(parts));
}

}  // namespace wolkvox::api
