// Routes, required parameters, and the order of refusals: token, concurrency, quota, parameters.
#include "tests/simulator/platform.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <charconv>
#include <utility>

#include "tests/simulator/query.hpp"
#include "tests/simulator/refusals.hpp"
#include "tests/simulator/reports.hpp"

namespace wolkvox::simulator {

namespace {

constexpr std::size_t requests_kept = 200;
constexpr std::chrono::days longest_window{31};  // wolkvox-api.md 3.1

enum class needs : std::uint8_t { nothing, skill, dates, skill_and_dates };

struct route {
  std::string_view path;
  std::string_view api;
  needs required;
  report made_by;
  bool usually_bare;
};

constexpr auto routes = std::to_array<route>({
    {"/api/v2/real_time.php", "agents", needs::nothing, live_agents, false},
    {"/api/v2/real_time.php", "skills", needs::skill, live_skills, false},
    // The official example is a bare array (wolkvox-api.md 2.1).
    {"/api/v2/real_time.php", "campaigns", needs::nothing, live_campaigns, true},
    {"/api/v2/reports_manager.php", "skill_2", needs::skill_and_dates, abandoned_calls, false},
    {"/api/v2/reports_manager.php", "agent_9", needs::dates, hold_mute, false},
    {"/api/v2/reports_manager.php", "cdr_1", needs::dates, call_details, false},
    {"/api/v2/customer.php", "agents_detail", needs::dates, agents_detail, false},
    {"/api/v2/information.php", "agents", needs::nothing, agent_list, false},
    {"/api/v2/information.php", "skills", needs::nothing, skill_list, false},
    {"/api/v2/information.php", "campaigns", needs::nothing, campaign_list, false},
    {"/api/v2/information.php", "token_info", needs::nothing, token_info, false},
});

std::optional<std::int64_t> read_number(std::string_view text) {
  std::int64_t value = 0;
  const auto* const end = text.data() + text.size();
  const auto [stop, failure] = std::from_chars(text.data(), end, value);
  if (failure != std::errc{} || stop != end) {
    return std::nullopt;
  }
  return value;
}

// The refusal when something required is missing or out of bounds.
std::optional<api_answer> read_skill(const query& asked, report_request& into) {
  const auto skill = asked.find("skill_id");
  if (!skill) {
    return parameters_missing();
  }
  if (*skill != "all") {
    const auto number = read_number(*skill);
    if (!number || *number < 0) {
      return no_rows();
    }
    into.skill_id = static_cast<std::uint32_t>(*number);
  }
  return std::nullopt;
}

std::optional<api_answer> read_dates(const query& asked, const local_time& time,
                                     report_request& into) {
  const auto from = asked.find("date_ini");
  const auto to = asked.find("date_end");
  if (!from || !to) {
    return parameters_missing();
  }
  const auto begin = time.read_compact(*from, false);
  const auto end = time.read_compact(*to, true);
  if (!begin || !end || *begin > *end) {
    return no_rows();  // assumed: wolkvox-api.md 2.2
  }
  if (*end - *begin > longest_window) {
    return window_too_long();
  }
  into.from = *begin;
  into.to = *end;
  return std::nullopt;
}

std::optional<api_answer> read_parameters(const route& wanted, const query& asked,
                                          const local_time& time, report_request& into) {
  if (wanted.required == needs::skill || wanted.required == needs::skill_and_dates) {
    if (auto refused = read_skill(asked, into)) {
      return refused;
    }
  }
  if (wanted.required == needs::dates || wanted.required == needs::skill_and_dates) {
    if (auto refused = read_dates(asked, time, into)) {
      return refused;
    }
  }
  if (const auto threshold = asked.find("services_time")) {
    into.services_time = read_number(*threshold).value_or(0);
  }
  return std::nullopt;
}

const route* find_route(const query& asked) {
  const auto* const found = std::ranges::find_if(routes, [&](const route& one) {
    return one.path == asked.path && one.api == asked.find("api").value_or("");
  });
  return found == routes.end() ? nullptr : found;
}

// The `api=` name; the lists of information.php have a prefix, for two of them share a name with
// live reports. Never a text of the request: anything may stand there.
std::string report_name(const query& asked) {
  const auto* const found = find_route(asked);
  if (found == nullptr) {
    return "unknown";
  }
  const bool list = found->path.ends_with("information.php") && found->api != "token_info";
  return fmt::format("{}{}", list ? "information_" : "", found->api);
}

std::string digits_only(std::string_view text) {
  std::string kept(text.substr(0, 20));
  std::erase_if(kept, [](char c) { return c < '0' || c > '9'; });
  return kept;
}

bool in_transport(fault_kind kind) {
  return kind >= fault_kind::slow;
}

// More than any reader nests on purpose, and more than a stack carries.
constexpr std::size_t levels_deep = 1'000'000;
constexpr std::size_t long_string_bytes = 10'000'000;

void break_body(std::string& body, std::optional<fault_kind> kind) {
  // Where the text of the last value begins.
  const auto key = body.rfind("\":\"");
  const auto value = key == std::string::npos ? body.size() / 2 : key + 3;
  if (kind == fault_kind::truncated_json) {
    body.resize(body.size() * 2 / 3);
  } else if (kind == fault_kind::invalid_utf8) {
    body.insert(value, "\xC3\x28");
  } else if (kind == fault_kind::long_string) {
    body.insert(value, long_string_bytes, 'x');
  } else if (kind == fault_kind::bare_nan) {
    body.replace(value - 1, body.find('"', value) + 2 - value, "NaN");
  } else if (kind == fault_kind::deep) {
    body.insert(value - 1, std::string(levels_deep, '['));
  }
}

}  // namespace

platform::platform(centre_settings centre, platform_settings settings)
    : settings_(std::move(settings)),
      centre_(std::move(centre)),
      faults_(settings_.fault_seed),
      quota_(settings_.licences * 1000),
      scenario_chance_(settings_.fault_seed + 1) {
  if (settings_.error_rate > 0.0) {
    faults_.fail_generally(settings_.error_rate, settings_.fault_seed);
  }
}

void platform::advance(sys_seconds now) {
  centre_.advance(now);
}

std::optional<api_answer> platform::refusal(const api_request& request) {
  if (request.method != "GET") {
    return method_not_allowed();
  }
  if (!request.token) {
    return token_missing();
  }
  if (*request.token != settings_.token) {
    return token_wrong();
  }
  if (in_flight_ > settings_.max_concurrent) {
    return too_many_at_once();
  }
  if (!quota_.spend(centre_.time().day(centre_.now()))) {
    return quota_spent();
  }
  return std::nullopt;
}

api_answer platform::begin(const api_request& request, sys_seconds now) {
  advance(now);
  ++in_flight_;
  most_in_flight_ = std::max(most_in_flight_, in_flight_);
  const auto asked = read_query(request.target).value_or(query{});
  entry noted{.at = centre_.now(),
              .report = report_name(asked),
              .window = {},
              .status = 0,
              .fault = {},
              .rows = 0};
  if (asked.find("date_ini") && asked.find("date_end")) {
    noted.window =
        digits_only(*asked.find("date_ini")) + "-" + digits_only(*asked.find("date_end"));
  }
  auto made = refusal(request);
  const bool refused = made.has_value();
  if (!made) {
    made = answer(asked, noted);
  }
  noted.status = made->status;
  auto& count = counts_[noted.report];
  ++count.requests;
  ++(refused ? count.refused : !noted.fault.empty() ? count.faulty : count.good);
  last_.push_back(std::move(noted));
  if (last_.size() > requests_kept) {
    last_.pop_front();
  }
  return *std::move(made);
}

std::optional<fault> platform::fault_for(std::string_view asked) {
  if (auto planned = faults_.next(asked, centre_.now())) {
    return planned;
  }
  const auto since_start = centre_.now() - centre_.settings().start;
  for (const auto& phase : centre_.settings().play.phases) {
    if (phase.subject != phase_subject::fault || !phase.active(since_start)) {
      continue;
    }
    const auto& what = phase.what;
    if ((what.report == "*" || what.report == asked) && scenario_chance_.chance(what.share)) {
      return what;
    }
  }
  return std::nullopt;
}

api_answer platform::answer(const query& asked, entry& noted) {
  const auto wrong = fault_for(noted.report);
  std::optional<fault_kind> odd;
  if (wrong) {
    noted.fault = to_string(wrong->kind);
    if (auto replaced = replacement(wrong->kind)) {
      replaced->location = wrong->location;
      return *std::move(replaced);
    }
    odd = wrong->kind;
  } else if (settings_.code_as_number) {
    odd = fault_kind::code_number;
  }
  const auto* const made_by = find_route(asked);
  if (made_by == nullptr) {
    return asked.path.ends_with(".php") ? unknown_report() : page_not_found();
  }
  report_request wanted{.skill_id = std::nullopt,
                        .odd = odd,
                        .totals_row = settings_.totals_row,
                        .row_cap = settings_.row_cap,
                        .spent = &quota_};
  if (auto refused = read_parameters(*made_by, asked, centre_.time(), wanted)) {
    return *std::move(refused);
  }
  auto rows = made_by->made_by(centre_, wanted);
  noted.rows = rows.count;
  if (rows.count == 0 && odd != fault_kind::empty_array) {
    return no_rows();
  }
  api_answer made;
  made.body = envelope(std::move(rows), odd, made_by->usually_bare);
  break_body(made.body, odd);
  if (wrong && in_transport(wrong->kind)) {
    made.transport = wrong;
  }
  return made;
}

boost::json::object platform::protocol() const {
  boost::json::object reports;
  for (const auto& [name, count] : counts_) {
    reports[name] = {{"requests", count.requests},
                     {"good", count.good},
                     {"refused", count.refused},
                     {"faulty", count.faulty}};
  }
  boost::json::array last;
  for (const auto& one : last_) {
    last.push_back({{"at", centre_.time().text(one.at)},
                    {"report", one.report},
                    {"window", one.window},
                    {"status", one.status},
                    {"fault", one.fault},
                    {"rows", one.rows}});
  }
  return {{"reports", std::move(reports)},
          {"max_concurrent", most_in_flight_},
          {"quota", {{"limit", quota_.limit()}, {"used", quota_.used()}}},
          {"last", std::move(last)}};
}

void platform::forget_protocol() {
  counts_.clear();
  last_.clear();
  most_in_flight_ = in_flight_;
}

}  // namespace wolkvox::simulator
