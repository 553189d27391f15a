// Reads the web configuration when it changed, and applies it to requests in the toolkit's order:
// a readable file, the rate limit, the header fields, name and password.
#include "exporter/web/guard.hpp"

#include <fmt/format.h>

#include <boost/asio/this_coro.hpp>
#include <chrono>

namespace wolkvox::web {
namespace {

namespace asio = boost::asio;

std::unexpected<std::vector<config::problem>> wrong(const std::string& file, std::string key,
                                                    std::string message) {
  return std::unexpected(std::vector{
      config::problem{.file = file, .key = std::move(key), .message = std::move(message)}});
}

answer unauthorized() {
  auto refusal = plain_answer(401, "Unauthorized");
  refusal.fields = {{"WWW-Authenticate", "Basic realm=\"wolkvox_exporter\""}};
  return refusal;
}

std::shared_ptr<const header_fields> no_fields() {
  static const auto none = std::make_shared<const header_fields>();
  return none;
}

}  // namespace

guard::guard(std::filesystem::path file, const reading& first)
    : file_(std::move(file)),
      stamps_(first.stamps),
      policy_(first.found.value()),
      serves_tls_(policy_->tls != nullptr),
      asks_for_passwords_(!policy_->users->empty()),
      bucket_(first.limit) {}

std::expected<guard::opened, std::vector<config::problem>> guard::open(std::filesystem::path file) {
  auto first = read(file, transport::as_the_file_says);
  if (!first.found) {
    return std::unexpected(std::move(first.found.error()));
  }
  return opened{.ready = std::shared_ptr<guard>(new guard(std::move(file), first)),
                .warnings = std::move(first.warnings)};
}

// The watch begins after the file was read: a change in between is too recent to count as settled.
guard::reading guard::read(const std::filesystem::path& file, transport served) {
  auto loaded = config::load_web_file(file);
  if (!loaded) {
    return {.stamps = file_watch({file}),
            .is_empty = false,
            .found = std::unexpected(std::move(loaded.error())),
            .limit = {},
            .warnings = {}};
  }
  std::vector<std::filesystem::path> files{file};
  if (const auto& tls = loaded->value.tls; tls && served != transport::plain) {
    for (const auto* source : {&tls->certificate, &tls->key, &tls->client_ca}) {
      if (!source->file.empty()) {
        files.push_back(source->file);
      }
    }
  }
  file_watch stamps(std::move(files));
  std::error_code unknown;
  const auto limit = loaded->value.limit;
  return {.stamps = std::move(stamps),
          .is_empty = std::filesystem::file_size(file, unknown) == 0,
          .found = make_policy(std::move(loaded->value), file.string(), served),
          .limit = limit,
          .warnings = std::move(loaded->warnings)};
}

std::expected<guard::policy, std::vector<config::problem>> guard::make_policy(
    config::web_config from, const std::string& file, transport served) {
  policy made{.tls = nullptr,
              .fields = std::make_shared<const header_fields>(std::move(from.headers)),
              .users = std::make_shared<const user_table>(std::move(from.users))};
  if (served == transport::plain) {
    return made;
  }
  if (from.tls) {
    auto context = make_tls_context(*from.tls, file);
    if (!context) {
      return std::unexpected(std::vector{std::move(context.error())});
    }
    made.tls = std::move(*context);
  } else if (served == transport::tls) {
    return wrong(file, "tls_server_config", "is gone; TLS ends with a restart only");
  }
  return made;
}

// The thread's look keeps the stamps of what it read last; what it found is taken while the watch,
// and so this guard, is there.
asio::awaitable<void> guard::look_again() {
  if (!watch_ && !is_closed_) {
    auto look = [this, file = file_, served = serves_tls_ ? transport::tls : transport::plain,
                 stamps = std::make_shared<file_watch>(stamps_)]() -> threads::homecoming {
      if (!stamps->changed()) {
        return {};
      }
      auto again = read(file, served);
      *stamps = again.stamps;
      return [this, again = std::move(again)]() mutable { take(std::move(again)); };
    };
    auto tell = [this](threads::answering how) {
      if (told_) {
        told_(how == threads::answering::again
                  ? fmt::format("{} is read again", file_.string())
                  : fmt::format("{} or a file that it names cannot be read: its file system hangs; "
                                "what it said last serves meanwhile",
                                file_.string()));
      }
    };
    watch_.emplace(co_await asio::this_coro::executor, std::move(look), std::move(tell));
  }
  if (!is_closed_) {
    co_await watch_->refresh();
  }
}

void guard::close() {
  is_closed_ = true;
  passwords_.close();
  if (watch_) {
    watch_->close();
  }
}

void guard::take(reading again) {
  // An editor that empties the file before it writes it must not open the door meanwhile.
  if (again.found && asks_for_passwords_ && again.is_empty) {
    again.found = wrong(file_.string(), {}, "is empty");
  }
  if (again.found) {
    policy_ = std::move(*again.found);
    asks_for_passwords_ = !policy_->users->empty();
    if (!std::exchange(problem_, {}).empty() && told_) {
      told_(fmt::format("{} can be read again", file_.string()));
    }
    return;
  }
  policy_.reset();
  std::string problem;
  for (const auto& each : again.found.error()) {
    problem += (problem.empty() ? "" : "; ") + config::to_string(each);
  }
  if (problem != problem_ && told_) {
    told_(fmt::format("nobody is served until the web configuration is mended: {}", problem));
  }
  problem_ = std::move(problem);
}

asio::awaitable<std::shared_ptr<tls_context>> guard::tls() {
  co_await look_again();
  co_return policy_ ? policy_->tls : nullptr;
}

asio::awaitable<admission> guard::admit(secret authorization) {
  co_await look_again();
  if (!policy_) {
    co_return admission{.refusal = plain_answer(500, "Internal Server Error"),
                        .fields = no_fields()};
  }
  if (!bucket_.take(std::chrono::steady_clock::now())) {
    co_return admission{.refusal = plain_answer(429, "Too Many Requests"), .fields = no_fields()};
  }
  admission verdict{.refusal = std::nullopt, .fields = policy_->fields};
  const auto users = policy_->users;
  if (users->empty()) {
    co_return verdict;
  }
  auto given = parse_basic(authorization.reveal());
  if (!given) {
    verdict.refusal = unauthorized();
    co_return verdict;
  }
  switch (co_await passwords_.check(users, std::move(*given))) {
    case password_check::verdict::right:
      break;
    case password_check::verdict::wrong:
      verdict.refusal = unauthorized();
      break;
    case password_check::verdict::too_many_waiting:
      verdict.refusal = plain_answer(503, "Too many passwords are being checked; try again.");
      break;
  }
  co_return verdict;
}

}  // namespace wolkvox::web
