#include "exporter/operation/platform.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "config/token.hpp"
#include "exporter/threads/offload.hpp"

namespace wolkvox::operation {

namespace asio = boost::asio;
using logging::log_level;

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

// Rows that name nobody: none of them is counted, and that is no success.
std::optional<poll_problem> unusable(const collectors::outcome& outcome, std::string_view whose) {
  const auto without_id = outcome.ignored.find("no_id");
  if (without_id == outcome.ignored.end() || without_id->second < outcome.rows) {
    return std::nullopt;
  }
  poll_problem problem;
  problem.reason = api::to_label(api::error_kind::parse);
  problem.text =
      fmt::format("{}: none of {} rows could be used: every id is blank", whose, outcome.rows);
  return problem;
}

}  // namespace

platform::platform(const basis& on) : on_(on), clock_(on.wall(), on.now()) {}

void platform::connect(hooks with) {
  token_.emplace(
      on_.around.loop, "the token file",
      [source = on_.settings->token] { return config::read_token(source); },
      [log = on_.log](const std::string& trouble) { log(log_level::warn, trouble); });
  api::client_settings settings;
  settings.operation = *on_.settings;
  settings.loop = on_.around.loop;
  settings.pool = on_.around.pool;
  settings.token = [this] { return read_token(); };
  settings.gate = std::move(with.gate);
  settings.told = std::move(with.told);
  settings.first_shape = [log = on_.log](const std::string& report, const std::string& shape) {
    log(log_level::debug, "first answer of a report", {{"report", report}, {"shape", shape}});
  };
  client_ = on_.around.connect(std::move(settings));
}

asio::awaitable<std::expected<secret, api::error>> platform::read_token() {
  auto read = co_await token_->read();
  if (!read) {
    co_return std::unexpected(api::token_unreadable(std::move(read.error())));
  }
  co_return std::move(*read);
}

asio::awaitable<bool> platform::has_another_token() {
  return token_->changed();
}

void platform::close() {
  if (client_) {
    client_->close();
  }
}

std::shared_ptr<collectors::poll_context> platform::context(
    const collector_state& of, const roster& names, std::optional<poll::interval> window) const {
  auto context = std::make_shared<collectors::poll_context>();
  context->operation = on_.settings;
  context->settings = of.settings;
  context->names = names.names();
  context->roster = names.as_read();
  context->people = on_.people;
  context->zone = on_.zone;
  context->now = now();
  context->window = window;
  return context;
}

asio::awaitable<std::expected<answered, poll_problem>> platform::ask(
    collector_state& of, std::shared_ptr<const collectors::poll_context> context,
    api::urgency how_urgent) {
  const std::shared_ptr<collectors::reading> reading = of.definition->begin(context);
  std::vector<api::report_query> queries = of.definition->queries(*context);
  answered result;
  std::uint64_t lost_rows = 0;
  for (std::size_t i = 0; i < queries.size(); ++i) {
    queries[i].collector = of.name();
    query_rows rows(*reading, i);
    auto answer = co_await client_->ask(std::move(queries[i]), rows, how_urgent);
    if (!answer) {
      co_return std::unexpected(to_problem(answer.error()));
    }
    first_answer_ = first_answer_.value_or(on_.now());
    if (answer->date) {
      clock_.heard(*answer->date, on_.now());
      result.date = answer->date;
    }
    // What could not be read fills an answer up to the platform's cap as well.
    result.most_rows =
        std::max(result.most_rows, answer->envelope.rows + answer->envelope.lost_rows);
    lost_rows += answer->envelope.lost_rows;
  }
  result.outcome = co_await threads::offload(on_.around.pool, [reading] {
    return std::make_shared<collectors::outcome>(reading->finish());
  });
  result.is_whole = lost_rows == 0;
  of.note_lost(lost_rows);
  if (auto nothing = unusable(*result.outcome, on_.name() + "/" + of.name())) {
    co_return std::unexpected(std::move(*nothing));
  }
  co_return result;
}

}  // namespace wolkvox::operation
