#include "exporter/app/program.hpp"

#include <unistd.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <iostream>
#include <optional>
#include <set>
#include <utility>

#include "config/outside.hpp"
#include "exporter/app/chores.hpp"
#include "exporter/app/fleet.hpp"
#include "exporter/app/opening.hpp"
#include "exporter/app/process.hpp"
#include "exporter/app/scrape_metrics.hpp"
#include "exporter/app/service_manager.hpp"
#include "exporter/app/version.hpp"
#include "exporter/app/web_settings.hpp"
#include "exporter/app/web_status.hpp"
#include "exporter/logging/log.hpp"
#include "exporter/threads/lone_thread.hpp"
#include "exporter/threads/offload.hpp"
#include "exporter/threads/task_group.hpp"

namespace wolkvox::app {

using logging::log_level;

namespace asio = boost::asio;
using metrics::family_id;
using std::chrono::steady_clock;

namespace {

// SIGTERM ends within 5 s (contract section 1): what polls and what serves share them.
constexpr std::chrono::seconds polls_stop_within{3};
// What is stuck even then is left as it is.
constexpr std::chrono::milliseconds everything_stops_within{4600};

// Of a configuration that is read again: its file system hangs.
constexpr std::chrono::seconds reading_patience{10};

std::chrono::sys_seconds wall_now() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

std::set<std::string, std::less<>> names_of(const config::config& configuration) {
  std::set<std::string, std::less<>> names;
  for (const config::operation& each : configuration.operations) {
    names.insert(each.name);
  }
  return names;
}

// What a scrape encodes and packs without leaving the event loop: a fraction of a millisecond.
constexpr std::uint64_t lines_made_on_the_loop = 5000;

// What lives as long as the process; the last member is destroyed first.
class program {
 public:
  // Leaves `all` its configuration.
  program(const options& chosen, opened& all)
      : options_(chosen),
        guard_(std::move(all.guard)),
        ledger_(std::move(all.ledger)),
        self_(wall_now, chosen.in_openmetrics()),
        fleet_({.loop = context_.get_executor(),
                .pool = pool_.get_executor(),
                .ledger_thread = ledger_thread_.get_executor(),
                .ledger = ledger_.get(),
                .pages = &pages_,
                .self = &self_,
                .created = chosen.in_openmetrics(),
                .hash_key = all.key,
                .first_showing = all.first_showing}),
        stop_(context_, steady_clock::time_point::max()),
        reload_over_(context_),
        signals_(context_, SIGINT, SIGTERM) {
    if (!chosen.disable_exporter_metrics) {
      made_per_scrape_.emplace(started_, chosen.in_openmetrics());
    }
    asio::post(pool_, give_way_to_scrapes);
    asio::post(ledger_thread_, give_way_to_scrapes);
    self_.counter(family_id::exporter_log_lines_dropped_total, {});
    self_
        .gauge(family_id::exporter_build_info,
               {{"version", version()}, {"revision", revision()}, {"compiler", compiler()}})
        .set(1);
  }

  int serve(config::config configuration) {
    asio::co_spawn(context_, run_until_stopped(std::move(configuration)),
                   [this](std::exception_ptr problem) { end(std::move(problem)); });
    context_.run();
    return status_;
  }

  int once(config::config configuration) {
    signals_.clear();  // nothing is served that could be ended in good order
    asio::co_spawn(context_, poll_once(std::move(configuration)),
                   [this](std::exception_ptr problem) { end(std::move(problem)); });
    context_.run();
    return status_;
  }

 private:
  asio::awaitable<void> run_until_stopped(config::config configuration);
  asio::awaitable<void> run(config::config configuration);
  void stop();
  asio::awaitable<void> poll_once(config::config configuration);
  asio::awaitable<std::expected<void, std::string>> reload();
  asio::awaitable<std::string> take_what_the_file_says();
  asio::awaitable<void> reload_on_signal();
  asio::awaitable<void> reload_ended();
  web::site make_site();
  asio::awaitable<web::body> exposition(metrics::page_filter filter, metrics::form wanted);
  void note_reload(bool successful);
  void end(std::exception_ptr problem);

  options options_;
  std::shared_ptr<web::guard> guard_;  // may be null
  service_manager manager_{::getenv};
  // What work on the threads refers to stands before them: it is there until they are joined.
  std::unique_ptr<metrics::ledger> ledger_;
  metrics::page_store pages_;
  metrics::self_metrics self_;
  asio::io_context context_{1};
  asio::thread_pool pool_{1};
  asio::thread_pool scrape_thread_{1};  // forms that a scrape waits for: not behind a poll's
  asio::thread_pool ledger_thread_{1};
  fleet fleet_;
  std::unique_ptr<web::server> server_;
  threads::lone_thread reader_{context_.get_executor()};  // of the configuration
  std::uint64_t dropped_lines_ = 0;                       // of the log, as counted so far
  asio::steady_timer stop_;                               // never expires: cancelled to stop
  asio::steady_timer reload_over_;                        // rung when a reload has ended
  asio::signal_set signals_;
  std::optional<scrape_metrics> made_per_scrape_;  // --web.disable-exporter-metrics: none
  std::chrono::sys_seconds started_ = wall_now();
  std::set<std::string, std::less<>> configured_;  // operations, by name
  bool reloading_ = false;
  bool stopping_ = false;
  int status_ = done;
};

// SIGTERM counts from the first moment, be it that the ledger's disk hangs.
asio::awaitable<void> program::run_until_stopped(config::config configuration) {
  signals_.async_wait([this](boost::system::error_code ec, int) {
    if (!ec) {
      stop();
    }
  });
  co_await run(std::move(configuration));
  signals_.cancel();
}

void program::stop() {
  if (!std::exchange(stopping_, true)) {
    end_by_force_after(everything_stops_within, failed_while_running);
    reader_.close();
    stop_.cancel();
  }
}

asio::awaitable<void> program::run(config::config configuration) {
  configured_ = names_of(configuration);
  if (const auto taken = co_await fleet_.take(std::move(configuration)); !taken) {
    log(log_level::error, "the ledger cannot be read", {{"err", taken.error()}});
    status_ = failed_while_running;
    co_return;
  }
  note_reload(true);
  auto settings = make_server_settings(options_, guard_, context_.get_executor());
  if (!settings) {
    log(log_level::error, "cannot listen", {{"err", settings.error()}});
    status_ = failed_while_running;
    co_return;
  }
  if (options_.enable_lifecycle) {
    settings->lifecycle =
        web::lifecycle_handlers{.reload = [this] { return reload(); }, .quit = [this] { stop(); }};
  }
  server_ = web::make_server(std::move(*settings), make_site());
  const auto bound = server_->start();
  if (!bound) {
    log(log_level::error, "cannot listen", {{"err", bound.error()}});
    status_ = failed_while_running;
    co_return;
  }
  for (const std::string& address : *bound) {
    log(log_level::info, "listening",
        {{"address", address}, {"tls", guard_ && guard_->serves_tls() ? "true" : "false"}});
  }
  fleet_.start();
  threads::task_group chores(context_.get_executor(), [](const std::string& what) {
    log(log_level::error, "internal error", {{"err", what}});
  });
  chores.spawn(reload_on_signal());
  chores.spawn(watch_ledger_size(ledger_thread_.get_executor(), options_.storage_path, self_));
  chores.spawn(fleet_.forget_for_ever());
  chores.spawn(show_life(manager_));
  manager_.ready();
  if (!stopping_) {
    co_await stop_.async_wait(asio::as_tuple(asio::use_awaitable));
  }
  log(log_level::info, "stopping");
  manager_.stopping();
  co_await reload_ended();
  chores.cancel();
  using namespace asio::experimental::awaitable_operators;
  // Side by side: one after the other might take longer than the 5 s.
  const bool ended = co_await (fleet_.stop(polls_stop_within) && server_->stop());
  co_await chores.join(steady_clock::now() + std::chrono::seconds{1});
  log(log_level::info, ended ? "stopped" : "stopped; a poll did not end in time and was cut");
}

asio::awaitable<void> program::poll_once(config::config configuration) {
  if (const auto taken = co_await fleet_.take(std::move(configuration)); !taken) {
    log(log_level::error, "the ledger cannot be read", {{"err", taken.error()}});
    status_ = failed_while_running;
    co_return;
  }
  note_reload(true);
  const bool all_up = co_await fleet_.run_once();
  const auto page = co_await exposition({}, {});
  for (const auto& piece : page) {
    std::cout << *piece;
  }
  const bool is_written = !std::cout.flush().fail();
  if (!is_written) {
    log(log_level::error, "the metrics cannot be written to standard output");
  }
  co_await fleet_.stop(polls_stop_within);
  status_ = all_up && is_written ? done : failed_while_running;
}

// SIGHUP, as POST /-/reload; its answer goes to the log.
asio::awaitable<void> program::reload_on_signal() {
  asio::signal_set hangup(context_, SIGHUP);
  for (;;) {
    co_await hangup.async_wait(asio::use_awaitable);
    // Not lost: the file may be newer than what the reload under way has read.
    while (reloading_) {
      co_await reload_over_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
    co_await reload();
  }
}

// Half a reload leaves nothing that could be stopped. It waits for polls that it cut; only the
// ledger's disk holds it up, where that hangs.
asio::awaitable<void> program::reload_ended() {
  reload_over_.expires_after(polls_stop_within);
  if (reloading_) {
    co_await reload_over_.async_wait(asio::as_tuple(asio::use_awaitable));
  }
  reloading_ = true;  // and none begins any more
}

// What kept it from being taken; "" where nothing did.
asio::awaitable<std::string> program::take_what_the_file_says() {
  auto read =
      co_await reader_.run([file = options_.config_file] { return config::load_for_use(file); },
                           steady_clock::now() + reading_patience);
  if (!read) {
    co_return stopping_ ? std::string{"the exporter is stopping"}
                        : options_.config_file.string() +
                              " or a file that it names cannot be read: its file system hangs";
  }
  std::string problem;
  if (!*read) {
    for (const config::problem& each : read->error()) {
      problem += config::to_string(each) + '\n';
    }
    co_return problem;
  }
  auto names = names_of((*read)->value);
  const auto taken = co_await fleet_.take(std::move((*read)->value));
  if (!taken) {
    co_return taken.error();
  }
  configured_ = std::move(names);
  log_warnings((*read)->warnings);
  fleet_.start();
  co_return problem;
}

asio::awaitable<std::expected<void, std::string>> program::reload() {
  if (reloading_) {
    co_return std::unexpected(std::string{"another reload is under way"});
  }
  reloading_ = true;
  reload_over_.expires_at(steady_clock::time_point::max());
  manager_.reloading();
  const std::string problem = co_await take_what_the_file_says();
  reloading_ = false;
  reload_over_.cancel();
  manager_.ready();
  note_reload(problem.empty());
  if (!problem.empty()) {
    log(log_level::error, "the configuration was not taken; the old one goes on",
        {{"err", problem}});
    co_return std::unexpected(problem);
  }
  log(log_level::info, "the configuration was taken");
  co_return std::expected<void, std::string>{};
}

void program::note_reload(bool successful) {
  self_.gauge(family_id::exporter_config_last_reload_successful, {}).set(successful ? 1 : 0);
  if (successful) {
    self_.gauge(family_id::exporter_config_last_reload_success_timestamp_seconds, {})
        .set(static_cast<double>(wall_now().time_since_epoch().count()));
  }
}

web::site program::make_site() {
  web::site site;
  site.metrics = [this](metrics::page_filter filter, metrics::form wanted) {
    return exposition(std::move(filter), wanted);
  };
  site.ready = [this] { return fleet_.ready(); };
  site.knows_operation = [this](std::string_view name) { return configured_.contains(name); };
  site.status = [this] {
    web::program_status status;
    status.version = version_line();
    status.started = started_;
    status.now = wall_now();
    status.operations = for_web(fleet_.status());
    status.series = pages_.series();
    return status;
  };
  return site;
}

// Everything is gathered at once; only a form that nobody asked for lately, or that is packed
// whole, is waited for.
asio::awaitable<web::body> program::exposition(metrics::page_filter filter, metrics::form wanted) {
  if (const auto dropped = logging::log_lines_dropped(); dropped > dropped_lines_) {
    self_.counter(family_id::exporter_log_lines_dropped_total, {})
        .increment(static_cast<double>(dropped - std::exchange(dropped_lines_, dropped)));
  }
  pages_.publish_own(self_.take_changed());
  const auto published = pages_.gather(filter, wanted, steady_clock::now());
  const auto made_now =
      made_per_scrape_ ? made_per_scrape_->record(filter, server_ ? &server_->scrapes() : nullptr)
                       : std::make_shared<const metrics::recording>();
  if (published->lines_to_make(wanted) <= lines_made_on_the_loop) {
    co_return published->body(wanted, *made_now);
  }
  co_return co_await threads::offload(scrape_thread_.get_executor(), [published, wanted, made_now] {
    return published->body(wanted, *made_now);
  });
}

void program::end(std::exception_ptr problem) {
  if (!problem) {
    return;
  }
  status_ = failed_while_running;
  try {
    std::rethrow_exception(problem);
  } catch (const std::exception& error) {
    log(log_level::error, "internal error", {{"err", error.what()}});
  }
}

int with_program(const options& chosen, int (program::*command)(config::config)) {
  // A limit on file sizes shall be to the ledger what a full disk is: an error of the write
  // (EFBIG).
  std::signal(SIGXFSZ, SIG_IGN);
  logging::configure_log(chosen.level, chosen.format);
  auto all = open_all(chosen);
  if (!all) {
    return all.error();
  }
  program running(chosen, *all);
  return (running.*command)(std::move(all->configuration));
}

}  // namespace

int serve(const options& chosen) {
  // Asio gives a signal its default back with the last set of it: a late SIGHUP would kill,
  // whatever thread it meets. This set lasts as long as the process.
  static auto* const idle = new asio::io_context;
  static const auto* const held = new asio::signal_set(*idle, SIGHUP);
  static_cast<void>(held);
  return with_program(chosen, &program::serve);
}

int once(const options& chosen) {
  return with_program(chosen, &program::once);
}

}  // namespace wolkvox::app
