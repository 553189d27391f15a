// An operation's start and end, its status, and what its polls share.
#include "exporter/app/operation.hpp"
#include "config/duration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "config/token.hpp"
#include "exporter/api/net/lane_registry.hpp"
#include "exporter/app/operation_machine.hpp"
#include "exporter/poll/windows.hpp"
#include "exporter/threads/offload.hpp"

namespace wolkvox::app {

namespace asio = boost::asio;
using std::chrono::steady_clock;
using std::chrono::sys_seconds;

namespace {

std::function<void(const std::string&)> bug_teller(const std::string& operation) {
  return [operation](const std::string& what) {
    log(log_level::error, "internal error", {{"operation", operation}, {"err", what}});
  };
}

// Whose labels the collector's rows make.
std::vector<metrics::named_thing> told_apart(const config::label_choice& labels,
                                             const collectors::privacy& people) {
  std::vector<metrics::named_thing> things;
  using enum metrics::named_thing;
  for (const auto& [is_wanted, thing] :
       {std::pair{labels.agent && people.tells_agents_apart(), agent},
        {labels.skill, skill},
        {labels.campaign, campaign}}) {
    if (is_wanted) {
      things.push_back(thing);
    }
  }
  return things;
}

template <typename List>
auto* find_in(List& collectors, std::string_view name) {
  const auto found = std::ranges::find_if(
      collectors, [&](const collector_state& each) { return each.definition->name == name; });
  return found == collectors.end() ? nullptr : &*found;
}

}  // namespace

operation::machine::machine(surroundings around, std::shared_ptr<const config::operation> settings)
    : around_(std::move(around)),
      settings_(std::move(settings)),
      zone_(date::locate_zone(settings_->timezone)),
      people_(std::make_shared<const collectors::privacy>(people_of(*settings_, around_.hash_key))),
      names_(std::make_shared<const metrics::name_directory>()),
      shown_names_(std::make_shared<shown_names>(people_->rule())),
      chores_(around_.loop, bug_teller(settings_->name)),
      clock_(wall_now(), steady_clock::now()),
      released_(around_.loop, steady_clock::time_point::max()),
      random_(std::random_device{}()),
      names_bell_(around_.loop, steady_clock::time_point::max()) {
  for (const collectors::definition& what : collectors::all_collectors()) {
    const config::collector_settings& how = settings_->collectors.find(what.name)->second;
    if (how.enabled) {
      add(what, how);
    }
  }
}

// Takes its place in order of urgency; due at once.
collector_state& operation::machine::add(const collectors::definition& what,
                                         const config::collector_settings& how) {
  const auto all = collectors::all_collectors();
  const auto rank = [&](const collectors::definition* which) { return which - all.data(); };
  const auto next = std::ranges::find_if(collectors_, [&](const collector_state& each) {
    return rank(each.definition) > rank(&what);
  });
  collector_state& state = *collectors_.emplace(
      next, around_.loop, what, how, collector_metrics(*around_.self, settings_->name, what),
      bug_teller(settings_->name));
  // A hair apart in order of urgency: timers that are due at the same instant fire in no order.
  const auto anchor = steady_clock::now() + std::chrono::microseconds{rank(&what)};
  state.clock = {.anchor = anchor,
                 .interval = how.interval,
                 .failures = 0,
                 .next = anchor,
                 .succeeded = false};
  state.metrics.interval(how.interval);
  if (what.kind != collectors::report_kind::live) {
    state.book = std::make_unique<metrics::accumulated>(
        settings_->name, settings_->series_limit,
        [people = people_](std::string_view id, std::string_view name) {
          return people->agent_label(id, name);
        },
        around_.created, around_.first_showing, told_apart(how.labels, *people_));
  }
  return state;
}

void operation::machine::connect() {
  api::client_settings settings;
  settings.operation = *settings_;
  settings.loop = around_.loop;
  settings.pool = around_.pool;
  token_.emplace(
      around_.loop, "the token file",
      [source = settings_->token] { return config::read_token(source); },
      [name = settings_->name](const std::string& trouble) {
        log(log_level::warn, trouble, {{"operation", name}});
      });
  settings.token = [this] { return read_token(); };
  settings.gate = [this](const api::report_query& query) { return gate(query); };
  settings.told = [this](const api::exchange_report& exchange) { note_exchange(exchange); };
  settings.first_shape = [name = settings_->name](const std::string& report,
                                                  const std::string& shape) {
    log(log_level::debug, "first answer of a report",
        {{"operation", name}, {"report", report}, {"shape", shape}});
  };
  client_ = api::make_client(std::move(settings), around_.lanes->of(*settings_));
}

asio::awaitable<std::expected<secret, api::error>> operation::machine::read_token() {
  auto read = co_await token_->read();
  if (!read) {
    co_return std::unexpected(api::token_unreadable(std::move(read.error())));
  }
  co_return std::move(*read);
}

void operation::machine::start() {
  is_started_ = true;
  connect();
  stretch_intervals();
  for (collector_state& collector : collectors_) {
    collector.polls.spawn(poll_for_ever(collector));
  }
  chores_.spawn(housekeep_for_ever());
}

asio::awaitable<void> operation::machine::run_once() {
  const auto self = shared_from_this();
  connect();
  for (collector_state& collector : collectors_) {
    co_await poll_once(collector);
    if (collector.book) {
      co_await show_all(collector);
    }
  }
  co_await keep_spending();
  co_await keep_asked_zone();
}

void operation::machine::end() {
  chores_.cancel();
  for (collector_state& collector : collectors_) {
    collector.polls.cancel();
    collector.stale.cancel();
  }
  if (client_) {
    client_->close();
  }
  taken_over_ = held_;
  release();
}

asio::awaitable<bool> operation::machine::ended(steady_clock::time_point until) {
  const auto self = shared_from_this();
  bool all = co_await chores_.join(time_left(until));
  for (collector_state& collector : collectors_) {
    all = co_await collector.polls.join(time_left(until)) && all;
  }
  if (all) {
    co_await keep_spending();
  }
  if (all && !taken_over_) {
    co_await keep_names();
  }
  co_return all;
}

// One line when the ledger begins to fail and one when it works again.
void operation::machine::note_ledger(const metrics::ledger_error* failure) {
  around_.self->gauge(metrics::family_id::ledger_writable, {}).set(failure == nullptr ? 1 : 0);
  if (failure != nullptr) {
    around_.self->counter(metrics::family_id::ledger_errors_total, {}).increment();
  }
  if (failure != nullptr && !ledger_failing_) {
    log(log_level::error, "the ledger cannot be written; nothing is counted until it can",
        {{"operation", settings_->name}, {"err", failure->detail}});
  } else if (failure == nullptr && ledger_failing_) {
    log(log_level::info, "the ledger is written again", {{"operation", settings_->name}});
  }
  ledger_failing_ = failure != nullptr;
}

// One line a collector: what does not fit today does not fit tomorrow.
void operation::machine::note_dropped(collector_state& collector, std::uint64_t series) {
  collector.metrics.dropped(series);
  if (series > 0 && !collector.limit_told) {
    collector.limit_told = true;
    log(log_level::warn, "series beyond series_limit are left out; raise it, or drop labels",
        {{"operation", settings_->name},
         {"collector", std::string{collector.definition->name}},
         {"series_limit", std::to_string(settings_->series_limit)}});
  }
}

collector_state* operation::machine::find(std::string_view name) {
  return find_in(collectors_, name);
}

const collector_state* operation::machine::find(std::string_view name) const {
  return find_in(collectors_, name);
}

bool operation::machine::names_tried() const {
  const collector_state* const names = find("names");
  return names == nullptr || names->tried;
}

sys_seconds operation::machine::platform_now() const {
  return clock_.now(steady_clock::now());
}

std::chrono::milliseconds operation::machine::time_left(steady_clock::time_point until) {
  const auto left = until - steady_clock::now();
  return std::max(std::chrono::duration_cast<std::chrono::milliseconds>(left),
                  std::chrono::milliseconds{0});
}

sys_seconds operation::machine::wall_now() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

std::shared_ptr<const collectors::poll_context> operation::machine::make_context(
    const collector_state& collector, std::optional<poll::interval> window) const {
  auto context = std::make_shared<collectors::poll_context>();
  context->operation = settings_;
  context->settings = collector.settings;
  context->names = names_;
  context->roster = roster_;
  if (window) {
    context->strangers = known_strangers();
  }
  context->people = people_;
  context->zone = zone_;
  context->now = platform_now();
  context->window = window;
  context->statuses_seen = statuses_seen_;
  return context;
}

namespace {

// Hands the rows of one query to a poll's reading.
class query_rows final : public api::row_consumer {
 public:
  query_rows(collectors::reading& reading, std::size_t query) : reading_(reading), query_(query) {}
  void row(const api::row_view& row) override { reading_.row(query_, row); }

 private:
  collectors::reading& reading_;
  std::size_t query_;
};

}  // namespace

asio::awaitable<std::expected<operation::machine::reading_result, poll_problem>>
operation::machine::read(collector_state& collector,
                         std::shared_ptr<const collectors::poll_context> context,
                         api::urgency how_urgent) {
  const std::shared_ptr<collectors::reading> reading = collector.definition->begin(context);
  std::vector<api::report_query> queries = collector.definition->queries(*context);
  reading_result result;
  std::uint64_t lost_rows = 0;
  for (std::size_t i = 0; i < queries.size(); ++i) {
    queries[i].collector = collector.definition->name;
    query_rows rows(*reading, i);
    auto answer = co_await client_->ask(std::move(queries[i]), rows, how_urgent);
    if (!answer) {
      co_return std::unexpected(to_problem(answer.error()));
    }
    first_answer_ = first_answer_.value_or(steady_clock::now());
    if (answer->date) {
      clock_.heard(*answer->date, steady_clock::now());
      result.date = answer->date;
    }
    // What could not be read fills an answer up to the platform's cap as well.
    result.most_rows =
        std::max(result.most_rows, answer->envelope.rows + answer->envelope.lost_rows);
    lost_rows += answer->envelope.lost_rows;
  }
  result.outcome = co_await threads::offload(
      around_.pool, [reading] { return std::make_shared<collectors::outcome>(reading->finish()); });
  result.is_whole = lost_rows == 0;
  note_lost(collector, lost_rows);
  if (auto nothing = unusable(*result.outcome, collector)) {
    co_return std::unexpected(std::move(*nothing));
  }
  co_return result;
}

// Rows that name nobody: none of them is counted, and that is no success.
std::optional<poll_problem> operation::machine::unusable(const collectors::outcome& outcome,
                                                         const collector_state& collector) const {
  const auto without_id = outcome.ignored.find("no_id");
  if (without_id == outcome.ignored.end() || without_id->second < outcome.rows) {
    return std::nullopt;
  }
  poll_problem problem;
  problem.reason = api::to_label(api::error_kind::parse);
  problem.text = fmt::format("{}/{}: none of {} rows could be used: every id is blank",
                             settings_->name, collector.definition->name, outcome.rows);
  return problem;
}

// A row that is broken is broken in each answer that holds it: told once, counted each time.
void operation::machine::note_lost(collector_state& collector, std::uint64_t rows) {
  if (rows == 0) {
    return;
  }
  collector.metrics.lost(rows);
  log(std::exchange(collector.loss_told, true) ? log_level::debug : log_level::warn,
      "rows that are no JSON were passed over; the others of their answer count",
      {{"operation", settings_->name},
       {"collector", std::string{collector.definition->name}},
       {"rows", std::to_string(rows)}});
}

bool operation::machine::ready() const {
  return std::ranges::all_of(collectors_, &collector_state::tried);
}

web::operation_status operation::machine::status() const {
  web::operation_status result;
  result.name = settings_->name;
  result.server = settings_->base.host;
  result.timezone = settings_->timezone;
  if (const auto left = budget_left()) {
    result.budget_remaining = left->spendable;
  }
  if (quota_) {
    result.quota_limit = quota_->limit;
    result.quota_used = quota_->used;
  }
  const auto steady = steady_clock::now();
  for (const collector_state& collector : collectors_) {
    web::collector_status& each = result.collectors.emplace_back();
    each.name = collector.definition->name;
    each.up = collector.up;
    each.tried = collector.tried;
    each.last_attempt = collector.last_attempt;
    each.last_success = collector.last_success;
    each.next_poll = wall_now() + std::chrono::round<std::chrono::seconds>(
                                      std::max(collector.clock.next, steady) - steady);
    if (!collector.memory.covered.empty()) {
      each.window_end = collector.memory.covered.back().end;
    }
    each.interval = collector.clock.interval;
    each.duration = collector.last_duration;
    each.last_error = collector.last_error;
    each.newest_row = collector.dates.newest;
    each.suspicion = suspicion_in_words(collector.dates);
    // A day report's yesterday is read on for hours until it stands still: nothing to worry about.
    const std::chrono::hours usual{collector.definition->kind == collectors::report_kind::day ? 24
                                                                                              : 0};
    if (const auto left = poll::gaps_left(collector.memory.covered); left > usual) {
      each.catching_up = config::in_words(left) + " of history left to read";
    }
  }
  return result;
}

operation::operation(surroundings around, std::shared_ptr<const config::operation> settings)
    : machine_(std::make_shared<machine>(std::move(around), std::move(settings))) {}

operation::~operation() {
  machine_->end();
}

asio::awaitable<void> operation::restore(remembered known) {
  return machine_->restore(std::move(known));
}

void operation::start() {
  machine_->start();
}

sys_seconds operation::platform_now() const {
  return machine_->platform_now();
}

void operation::end() {
  machine_->end();
}

asio::awaitable<bool> operation::ended(steady_clock::time_point until) {
  return machine_->ended(until);
}

asio::awaitable<void> operation::run_once() {
  return machine_->run_once();
}

bool operation::ready() const {
  return machine_->ready();
}

web::operation_status operation::status() const {
  return machine_->status();
}

void operation::probe_now() {
  machine_->probe_now();
}

}  // namespace wolkvox::app
