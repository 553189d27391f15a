#include "tests/model/platform.hpp"

#include <date/tz.h>
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <set>

#include "exporter/poll/windows.hpp"

namespace wolkvox::model {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

constexpr std::string_view skills[] = {"21", "22"};
constexpr std::string_view campaigns[] = {"0", "7"};
constexpr std::string_view interactions[] = {"inbound", "outbound"};
constexpr std::string_view enders[] = {"agent", "customer"};
constexpr std::string_view codes[] = {"", "sale", "none"};
// What is published later is not promised (exporter/poll/day_reports.hpp).
constexpr std::chrono::hours day_is_whole{6};
// A long absence brings no more calls than a busy hour: the windows in it are what matters.
constexpr std::int64_t most_calls_at_once = 40;

std::string wire_date(const std::string& compact) {
  return fmt::format("{}-{}-{} {}:{}:{}", compact.substr(0, 4), compact.substr(4, 2),
                     compact.substr(6, 2), compact.substr(8, 2), compact.substr(10, 2),
                     compact.substr(12, 2));
}

std::string clock_text(std::int64_t length) {
  return fmt::format("{:02}:{:02}:{:02}", length / 3600, length / 60 % 60, length % 60);
}

std::string parameter(const api::report_query& query, std::string_view name) {
  const auto found =
      std::ranges::find(query.parameters, name, [](auto& each) { return each.first; });
  return found->second;
}

std::string skill_name(const std::string& skill) {
  return "Queue " + skill;
}

std::string skill_of(const record& row, const facts& now) {
  return now.is_blank ? "" : row.skill;
}

std::string agent_of(const record& row, const facts& now) {
  return now.is_blank ? "" : std::string{agents[row.agent].id};
}

row_cells abandoned_cells(const record& row, const facts& now, std::string date) {
  return {{"skill_id", skill_of(row, now)},
          {"skill_name", now.is_blank ? "" : skill_name(row.skill)},
          {"conn_id", row.conn_id},
          {"date", std::move(date)},
          {"result", row.counts ? "ABANDON" : "ANSWER"},
          {"abandon_time", std::to_string(now.length)},
          {"type_interaction", row.interaction}};
}

row_cells call_cells(const record& row, const facts& now, std::string date) {
  return {{"conn_id", row.conn_id},
          {"type_call", row.interaction},
          {"date", std::move(date)},
          {"agent_id", agent_of(row, now)},
          {"agent_name", now.is_blank ? "" : std::string{agents[row.agent].name}},
          {"skill", skill_of(row, now)},
          {"duration", std::to_string(now.length)},
          {"hung_up", now.hung_up},
          {"cod_act", now.code},
          {"cod_act_2", now.code_2},
          {"campaign_id", now.campaign}};
}

row_cells cdr_cells(const record& row, const facts& now, std::string date) {
  const std::int64_t cents = now.length * cents_a_second;
  return {{"agent_id", agent_of(row, now)},
          {"agent_name", now.is_blank ? "" : std::string{agents[row.agent].name}},
          {"date", std::move(date)},
          {"time_seg", std::to_string(now.length)},
          {"time_min", std::to_string((now.length + 59) / 60)},
          {"cost", fmt::format("{}.{:02}", cents / 100, cents % 100)},
          {"type_interaction", row.interaction},
          {"hang_up", now.hung_up},
          {"campaign_id", now.campaign},
          {"skill_id", skill_of(row, now)},
          {"skill_name", now.is_blank ? "" : skill_name(row.skill)},
          {"conn_id", row.conn_id}};
}

row_cells cells_of(const record& row, const facts& now, std::string date) {
  if (row.collector == "abandoned_calls") {
    return abandoned_cells(row, now, std::move(date));
  }
  return row.collector == "calls" ? call_cells(row, now, std::move(date))
                                  : cdr_cells(row, now, std::move(date));
}

}  // namespace

std::string platform::local_text(sys_seconds at) const {
  return date::format("%Y%m%d%H%M%S", scenario_.zone->to_local(at));
}

void platform::jump_to(seconds skew, sys_seconds now) {
  skew_ = skew;
  reached_ = std::max(reached_, clock(now));
}

void platform::flow(sys_seconds from, seconds length) {
  const double expected = static_cast<double>(scenario_.calls_per_hour * length.count()) / 3600;
  const auto calls = is_flowing_ ? static_cast<std::int64_t>(expected + chance_.fraction()) : 0;
  for (std::int64_t i = 0; i < std::min(calls, most_calls_at_once); ++i) {
    sys_seconds at = clock(from + chance_.between(0s, length - 1s));
    const sys_seconds midnight =
        poll::next_local_midnight(at, *scenario_.zone) + chance_.between(-90s, 90s);
    if (chance_.one_in(8) && midnight < clock(from + length)) {
      at = midnight;
    }
    const std::string_view collector = scenario_.collectors[static_cast<std::size_t>(
        chance_.between(0, static_cast<std::int64_t>(scenario_.collectors.size()) - 1))];
    collector == "hold_mute" ? add_hold(at) : add_burst(collector, at);
  }
  reached_ = std::max(reached_, clock(from + length));
}

// Sometimes a crowd in the same few seconds, to make answers reach the cap.
void platform::add_burst(std::string_view collector, sys_seconds at) {
  const std::int64_t calls = chance_.one_in(6) ? chance_.between(4, 12) : 1;
  for (std::int64_t i = 0; i < calls; ++i) {
    record row = make_call(collector, at - chance_.between(0s, seconds{calls / 3}));
    if (!take_room(row, row.versions.front())) {
      continue;
    }
    if (row.has_id() && chance_.one_in(12)) {
      begin_unfinished(row);
    } else if (row.has_id() && chance_.one_in(6)) {
      add_leg(row);
    } else if (chance_.one_in(3)) {
      revise(row);
    }
    last_ = std::max(last_, row.versions.back().visible);
    records_.push_back(std::move(row));
  }
  if (scenario_.shows_old_rows && chance_.one_in(20)) {
    record old = make_call(collector, at - chance_.between(days{3}, days{9}));
    old.is_in_every_answer = true;
    old.copies = 1;
    facts& now = old.versions.front();
    now.visible = at;
    now.length += 1;
    old.conn_id = fmt::format("old.{}", calls_);
    records_.push_back(std::move(old));
  }
}

record platform::make_call(std::string_view collector, sys_seconds at) {
  record row;
  row.collector = collector;
  ++calls_;
  constexpr std::string_view no_ids[] = {"", "0", "null", "-"};
  row.conn_id = chance_.one_in(12) ? std::string{chance_.pick(no_ids)}
                                   : fmt::format("{}.{}", at.time_since_epoch().count(), calls_);
  row.agent = static_cast<std::size_t>(chance_.between(0, agents.size() - 1));
  row.skill = chance_.pick(skills);
  row.interaction = chance_.pick(interactions);
  row.counts = collector != "abandoned_calls" || !chance_.one_in(5);
  row.copies = chance_.one_in(8) ? 2 : 1;
  facts now;
  now.visible = published(at);
  now.date = at;
  now.text = local_text(at);
  // Without a conn_id calls of one second are told apart by their rows: no two last equally long.
  now.length = row.has_id() ? chance_.between(0, 400) : 1000 + calls_;
  if (row.has_id() && chance_.one_in(8)) {
    now.length = 0;
  }
  now.hung_up = chance_.pick(enders);
  now.campaign = chance_.pick(campaigns);
  now.code = chance_.pick(codes);
  row.versions.push_back(std::move(now));
  return row;
}

// Another row of the same call, in every answer beside the first: of another agent, or, where the
// report does not tell agents apart, of another length. Legs are not revised: which leg a revision
// belongs to cannot be told (metrics/ledger/counting.hpp, limits).
void platform::add_leg(record first) {
  if (chance_.one_in(2)) {
    first.agent = (first.agent + 1) % agents.size();
  }
  first.versions.front().length += 1000;
  if (take_room(first, first.versions.front())) {
    records_.push_back(std::move(first));
  }
}

// Who it was and how long it took comes a while after the row; of some never.
void platform::begin_unfinished(record& row) {
  facts& blank = row.versions.front();
  const facts whole = blank;
  blank.is_blank = true;
  blank.length = 0;
  blank.campaign = "0";
  blank.code = blank.code_2 = "";
  if (chance_.one_in(4)) {
    return;
  }
  facts next = whole;
  next.visible += chance_.between(1s, scenario_.lookback);
  if (take_room(row, next)) {
    row.versions.push_back(std::move(next));
  }
}

void platform::revise(record& row) {
  for (std::int64_t times = chance_.between(1, 3); times > 0; --times) {
    facts next = row.versions.back();
    next.visible += chance_.between(1s, scenario_.lookback * 2);
    // Codes are corrected, not taken back: whether an erased one counted is a matter of when.
    const std::string_view code = chance_.pick(codes);
    next.code = code.empty() ? next.code : code;
    next.code_2 = next.code.empty() ? "" : chance_.pick(codes);
    if (row.has_id() && chance_.one_in(2)) {
      next.length = chance_.between(0, 400);
      next.hung_up = chance_.pick(enders);
      next.campaign = chance_.pick(campaigns);
    }
    // Dates move too, but not into another day, where counting may have begun in between, nor to
    // where nobody looks any more.
    const sys_seconds moved = next.date + chance_.between(0s, 300s);
    if (row.has_id() && chance_.one_in(6) &&
        local_text(moved).substr(0, 8) == next.text.substr(0, 8) && moved <= next.visible &&
        next.visible <= moved + scenario_.lookback) {
      next.date = moved;
      next.text = local_text(moved);
    }
    if (take_room(row, next)) {
      row.versions.push_back(std::move(next));
    }
  }
}

void platform::add_hold(sys_seconds at) {
  // No row of one agent looks like a sum of others: seven uses of one are needed for another's.
  constexpr std::int64_t apart[] = {1000, 7000, 49'000, 343'000};
  const auto agent = static_cast<std::size_t>(chance_.between(0, agents.size() - 1));
  const std::int64_t held = chance_.between(0, 200);
  hold_event event{.agent = agent,
                   .visible = {},
                   .text = local_text(at),
                   .amounts = {chance_.between(1, 3), apart[agent] + held, chance_.between(0, 60)}};
  const seconds delay = chance_.one_in(5) ? chance_.between(0s, 8h) : chance_.between(0s, 20min);
  const sys_seconds whole = poll::next_local_midnight(at, *scenario_.zone) + day_is_whole;
  event.visible = std::min(at + delay, whole);
  last_ = std::max(last_, event.visible);
  holds_.push_back(event);
  if (chance_.one_in(6)) {  // corrected downwards later
    event.visible = std::min(event.visible + chance_.between(0s, 40min), whole);
    event.amounts = {0, -chance_.between(0, held), -chance_.between(0, event.amounts[2])};
    last_ = std::max(last_, event.visible);
    holds_.push_back(event);
  }
}

// A second with as many rows as an answer holds cannot be told from a cut one: it is reported, not
// counted right.
bool platform::take_room(const record& row, const facts& now) {
  std::int64_t& taken = per_second_[{std::string{row.collector}, now.text}];
  if (taken + row.copies >= scenario_.row_cap) {
    return false;
  }
  taken += row.copies;
  return true;
}

// By its own clock, and inside the lookback: what comes later is not promised.
sys_seconds platform::published(sys_seconds date) {
  switch (chance_.between(0, 5)) {
    case 0:
      return date;
    case 1:
      return date + chance_.between(0s, scenario_.lookback);
    default:
      return date + chance_.between(0s, std::min<seconds>(15min, scenario_.lookback));
  }
}

std::optional<std::size_t> platform::version_of(const record& row) const {
  std::optional<std::size_t> found;
  for (std::size_t i = 0; i < row.versions.size() && row.versions[i].visible <= reached_; ++i) {
    found = i;
  }
  return found;
}

answer platform::ask(const api::report_query& query, sys_seconds now) {
  reached_ = std::max(reached_, clock(now));
  const std::string from = parameter(query, "date_ini");
  const std::string to = parameter(query, "date_end");
  constexpr std::pair<std::string_view, std::string_view> reports[] = {
      {"skill_2", "abandoned_calls"}, {"agents_detail", "calls"}, {"cdr_1", "cdr"}};
  const auto* const rows =
      std::ranges::find(reports, query.api, [](auto& each) { return each.first; });
  answer told = rows == std::end(reports) ? ask_totals(from, to) : ask_rows(rows->second, from, to);
  told.date = clock(now);
  return told;
}

answer platform::ask_rows(std::string_view collector, const std::string& from,
                          const std::string& to) {
  std::vector<std::pair<std::size_t, std::size_t>> matching;
  for (std::size_t i = 0; i < records_.size(); ++i) {
    const auto version = version_of(records_[i]);
    if (records_[i].collector != collector || !version) {
      continue;
    }
    const facts& now = records_[i].versions[*version];
    if (records_[i].is_in_every_answer || (from <= now.text && now.text <= to)) {
      matching.insert(matching.end(), static_cast<std::size_t>(records_[i].copies), {i, *version});
    }
  }
  if (chance_.one_in(2)) {
    std::ranges::shuffle(matching, chance_.engine());
  }
  const auto cap = static_cast<std::size_t>(scenario_.row_cap);
  matching.resize(std::min(matching.size(), cap));
  answer told;
  for (const auto& [index, version] : matching) {
    const record& row = records_[index];
    const facts& now = row.versions[version];
    told.rows.push_back(cells_of(row, now, wire_date(now.text)));
  }
  told.shown = std::move(matching);
  return told;
}

answer platform::ask_totals(const std::string& from, const std::string& to) {
  answer told;
  std::array<hold_amounts, agents.size()> sums{};
  std::array<bool, agents.size()> present{};
  for (const hold_event& event : holds_) {
    if (event.visible <= reached_ && from <= event.text && event.text <= to) {
      present[event.agent] = true;
      for (std::size_t i = 0; i < event.amounts.size(); ++i) {
        sums[event.agent][i] += event.amounts[i];
      }
    }
  }
  for (std::size_t agent = 0; agent < agents.size(); ++agent) {
    if (!present[agent]) {
      continue;
    }
    const auto& [uses, hold, mute] = sums[agent];
    told.rows.push_back({{"agent_name", spelled(agents[agent].name)},
                         {"count", std::to_string(uses)},
                         {"hold_time", clock_text(hold)},
                         {"mute_time", clock_text(mute)}});
    told.people.push_back(
        {.folded = metrics::fold_name(agents[agent].name), .amounts = sums[agent]});
  }
  if (told.rows.size() > 1 && scenario_.has_totals_row) {
    hold_amounts all{};
    for (const day_row_shown& each : told.people) {
      std::ranges::transform(all, each.amounts, all.begin(), std::plus{});
    }
    told.rows.push_back({{"agent_name", "Todos"},
                         {"count", std::to_string(all[0])},
                         {"hold_time", clock_text(all[1])},
                         {"mute_time", clock_text(all[2])}});
  }
  told.day = from.substr(0, 8);
  return told;
}

// wolkvox-api.md 4, agent names: the same person is written differently.
std::string platform::spelled(std::string_view name) {
  std::string written{name};
  if (chance_.one_in(4)) {
    written.insert(written.find(' '), " ");
  }
  if (chance_.one_in(4)) {
    written += ' ';
  }
  return written;
}

metrics::name_directory platform::roster(sys_seconds now) const {
  using metrics::named_thing;
  metrics::name_directory names;
  const bool is_early = now < scenario_.roster_from;
  const bool has_left = now >= scenario_.leaves_at;
  const bool is_other = scenario_.alternates_names && now.time_since_epoch() / 40min % 2 == 1;
  for (std::size_t i = has_left ? 1 : 0; i < (is_early ? 1 : agents.size()); ++i) {
    // The name that two bear stays: of nobody else's it is known how many bear it.
    const bool is_renamed = is_other && i < 2;
    names.learn(named_thing::agent, agents[i].id,
                fmt::format("{}{}", agents[i].name, is_renamed ? other_name : ""));
  }
  for (const std::string_view skill : skills) {
    if (!is_early && !(has_left && skill == skills[0])) {
      // Not as rows call it: what rows told first is renamed.
      names.learn(named_thing::skill, skill,
                  fmt::format("{} {}", is_other ? "Group" : "Team", skill));
    }
  }
  return names;
}

}  // namespace wolkvox::model
