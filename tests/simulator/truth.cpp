// One pass over the records sums what each family of the contract counts.
#include "tests/simulator/truth.hpp"

#include <fmt/format.h>

#include <array>
#include <boost/json/array.hpp>
#include <map>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "tests/simulator/publication.hpp"
#include "tests/simulator/reports.hpp"
#include "tests/simulator/wire.hpp"

namespace wolkvox::simulator {

namespace {

namespace json = boost::json;

// Contract 4.4 and 4.6.
constexpr auto wait_bounds =
    std::to_array<std::int64_t>({5, 10, 15, 20, 25, 30, 45, 60, 90, 120, 180, 240, 300, 600});
constexpr auto duration_bounds =
    std::to_array<std::int64_t>({5, 15, 30, 60, 120, 180, 300, 600, 900, 1800, 3600});

struct distribution {
  std::uint64_t count = 0;
  std::int64_t sum = 0;
  std::array<std::uint64_t, wait_bounds.size()>
      within{};  // cumulative, as many as there are bounds

  void observe(std::int64_t value, std::span<const std::int64_t> bounds) {
    ++count;
    sum += value;
    for (std::size_t i = 0; i < bounds.size(); ++i) {
      within.at(i) += value <= bounds[i] ? 1 : 0;
    }
  }
  json::object buckets(std::span<const std::int64_t> bounds) const {
    json::object made;
    for (std::size_t i = 0; i < bounds.size(); ++i) {
      made[fmt::format("{}", bounds[i])] = within.at(i);
    }
    return made;
  }
};

struct cdr_sum {
  std::uint64_t count = 0;
  std::int64_t talk = 0;
  std::int64_t billed = 0;
  std::int64_t cost_hundredths = 0;
};

struct hold_mute_sum {
  std::int64_t uses = 0;
  std::int64_t hold = 0;
  std::int64_t mute = 0;
};

struct call_sum {
  std::uint64_t count = 0;
  std::int64_t seconds = 0;
};

std::string id_of(const std::vector<skill>& skills, std::uint32_t index) {
  return index == nobody ? std::string() : fmt::format("{}", skills[index].id);
}

std::string id_of(const std::vector<campaign>& campaigns, std::uint32_t index) {
  return index == nobody ? std::string("0") : fmt::format("{}", campaigns[index].id);
}

// One pass over the records, everything summed.
class account {
 public:
  account(const centre& what, const truth_request& request) : what_(what), request_(request) {
    for (const auto& call : what.records().queue) {
      if (inside(call.ended) && shows(call.visible)) {
        take(call);
      }
    }
    for (const auto& call : what.records().calls) {
      if (inside(call.ended)) {
        take(call);
      }
    }
  }

  json::object told() const {
    json::object made;
    made["abandoned_calls"] = abandoned();
    made["skill_2_other_results"] = other_results_;
    made["calls"] = calls();
    made["call_durations"] = durations();
    made["codes"] = codes_told();
    made["cdr"] = cdr();
    made["hold_mute"] = hold_mute_told();
    made["rows"] = {
        {"skill_2", queue_rows_}, {"agents_detail", detail_rows_}, {"cdr_1", cdr_rows_}};
    return made;
  }

 private:
  // agent (index), skill, campaign, type, by agent
  using call_key = std::tuple<std::uint32_t, std::uint32_t, std::uint32_t, call_type, bool>;

  bool inside(sys_seconds date) const {
    return (!request_.from || date >= *request_.from) && (!request_.to || date <= *request_.to);
  }
  bool shows(sys_seconds visible) const {
    return request_.as_of == truth_as_of::happened || visible <= what_.now();
  }

  void take(const queue_record& call) {
    ++queue_rows_;
    if (!call.abandoned) {
      ++other_results_;
      return;
    }
    abandoned_[{call.skill, call.type}].observe(call.waited, wait_bounds);
  }

  void take(const call_record& call) {
    if (call.hold_mute_uses > 0 &&
        shows(visible_in_sums_at(call.visible, what_.settings().publication))) {
      auto& sum = hold_mute_[{call.agent, what_.time().day(call.ended)}];
      sum.uses += call.hold_mute_uses;
      sum.hold += call.hold;
      sum.mute += call.mute;
    }
    if (!shows(call.visible)) {
      return;
    }
    const call_key key{call.agent, call.skill, call.campaign, call.type, call.by_agent};
    auto& priced = cdr_[key];
    ++cdr_rows_;
    ++priced.count;
    priced.talk += call.duration;
    priced.billed += minutes_begun(call.duration) * 60;
    priced.cost_hundredths += cost_hundredths(call.type, call.duration);
    if (call.agent == nobody) {
      return;
    }
    ++detail_rows_;
    auto& handled = calls_[key];
    ++handled.count;
    handled.seconds += call.duration;
    durations_[{call.skill, call.campaign, call.type}].observe(call.duration, duration_bounds);
    const auto shown = call.codes_at(what_.now());
    ++codes_[{call.skill, call.campaign, meaning_of(shown.first), meaning_of(shown.second)}];
  }

  json::object call_labels(const call_key& key) const {
    const auto [agent, skill, campaign, type, by_agent] = key;
    const auto& people = what_.people();
    const auto id = agent == nobody ? routing_point : people.agents[agent].id;
    return {{"agent_id", fmt::format("{}", id)},
            {"agent", agent == nobody ? std::string() : people.agents[agent].name},
            {"skill_id", id_of(people.skills, skill)},
            {"campaign_id", id_of(people.campaigns, campaign)},
            {"interaction", to_string(type)},
            {"hung_up", by_agent ? "agent" : "customer"}};
  }

  json::array abandoned() const {
    json::array made;
    for (const auto& [key, waits] : abandoned_) {
      const auto& skill = what_.people().skills[key.first];
      made.push_back({{"skill_id", fmt::format("{}", skill.id)},
                      {"skill", skill.name},
                      {"interaction", to_string(key.second)},
                      {"count", waits.count},
                      {"wait_seconds", waits.sum},
                      {"buckets", waits.buckets(wait_bounds)}});
    }
    return made;
  }

  json::array calls() const {
    json::array made;
    for (const auto& [key, sum] : calls_) {
      auto row = call_labels(key);
      row["count"] = sum.count;
      row["duration_seconds"] = sum.seconds;
      made.push_back(std::move(row));
    }
    return made;
  }

  json::array durations() const {
    json::array made;
    for (const auto& [key, lengths] : durations_) {
      const auto [skill, campaign, type] = key;
      made.push_back({{"skill_id", id_of(what_.people().skills, skill)},
                      {"campaign_id", id_of(what_.people().campaigns, campaign)},
                      {"interaction", to_string(type)},
                      {"count", lengths.count},
                      {"duration_seconds", lengths.sum},
                      {"buckets", lengths.buckets(duration_bounds)}});
    }
    return made;
  }

  json::array codes_told() const {
    json::array made;
    for (const auto& [key, count] : codes_) {
      const auto [skill, campaign, first, second] = key;
      made.push_back({{"skill_id", id_of(what_.people().skills, skill)},
                      {"campaign_id", id_of(what_.people().campaigns, campaign)},
                      {"code", classification(first).code},
                      {"code_2", classification(second).code},
                      {"count", count}});
    }
    return made;
  }

  json::array cdr() const {
    json::array made;
    for (const auto& [key, sum] : cdr_) {
      auto row = call_labels(key);
      row["count"] = sum.count;
      row["talk_seconds"] = sum.talk;
      row["billed_seconds"] = sum.billed;
      row["cost_micros"] = sum.cost_hundredths * 10'000;
      made.push_back(std::move(row));
    }
    return made;
  }

  json::array hold_mute_told() const {
    json::array made;
    for (const auto& [key, sum] : hold_mute_) {
      const auto& who = what_.people().agents[key.first];
      made.push_back({{"agent_id", fmt::format("{}", who.id)},
                      {"agent", who.name},
                      {"day", what_.time().day_text(key.second)},
                      {"count", sum.uses},
                      {"hold_seconds", sum.hold},
                      {"mute_seconds", sum.mute}});
    }
    return made;
  }

  const centre& what_;
  const truth_request& request_;
  std::uint64_t queue_rows_ = 0;
  std::uint64_t other_results_ = 0;
  std::uint64_t detail_rows_ = 0;
  std::uint64_t cdr_rows_ = 0;
  std::map<std::pair<std::uint32_t, call_type>, distribution> abandoned_;
  std::map<call_key, call_sum> calls_;
  std::map<call_key, cdr_sum> cdr_;
  std::map<std::tuple<std::uint32_t, std::uint32_t, call_type>, distribution> durations_;
  std::map<std::tuple<std::uint32_t, std::uint32_t, std::uint8_t, std::uint8_t>, std::uint64_t>
      codes_;
  std::map<std::pair<std::uint32_t, std::int64_t>, hold_mute_sum> hold_mute_;
};

json::object live(const centre& what) {
  std::map<std::string_view, std::uint64_t> by_status;
  for (const auto& who : what.agents()) {
    ++by_status[status_text(who.doing, who.pause)];
  }
  json::object agents;
  for (const auto& [status, count] : by_status) {
    agents[status] = count;
  }
  json::array skills;
  for (std::size_t i = 0; i < what.skills().size(); ++i) {
    const auto& state = what.skills()[i];
    skills.push_back({{"skill_id", fmt::format("{}", what.people().skills[i].id)},
                      {"skill", what.people().skills[i].name},
                      {"in_queue", state.in_queue},
                      {"offered", state.day.offered},
                      {"answered", state.day.answered},
                      {"abandoned", state.day.abandoned}});
  }
  json::array campaigns;
  for (std::uint32_t i = 0; i < what.campaigns().size(); ++i) {
    const auto& day = what.campaigns()[i].day;
    campaigns.push_back({{"campaign_id", fmt::format("{}", what.people().campaigns[i].id)},
                         {"running", what.campaign_running(i)},
                         {"dialled", day.dialled},
                         {"answer", day.answered},
                         {"no_answer", day.no_answer},
                         {"busy", day.busy},
                         {"answer_machine", day.machine},
                         {"hits", day.hits}});
  }
  return {{"agents", std::move(agents)},
          {"skills", std::move(skills)},
          {"campaigns", std::move(campaigns)}};
}

}  // namespace

json::object tell_truth(const centre& what, const truth_request& request) {
  auto told = account(what, request).told();
  told["now"] = what.time().text(what.now());
  told["now_unix"] = what.now().time_since_epoch().count();
  told["as_of"] = request.as_of == truth_as_of::happened ? "happened" : "published";
  told["scenario"] = what.settings().play.name;
  told["live"] = live(what);
  return told;
}

}  // namespace wolkvox::simulator
