// alert_history PLAN METRICS TRUTH: lives through a plan on a virtual clock and writes what
// Prometheus would have scraped (OpenMetrics) and what happened (one line a lost caller). Used by
// score.py.
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <numeric>

#include "tests/alerts/score/exporter_model.hpp"
#include "tests/alerts/score/samples.hpp"

namespace wolkvox::alerts {

namespace {

using std::chrono::minutes;
using std::chrono::seconds;

// Within each minute: the polls, later the scrape; rules are evaluated at the full minute. What a
// poll brings is judged 23 seconds later: the mean of a scrape every 15 and rules every 30 seconds.
constexpr seconds poll_at{37};
constexpr seconds scrape_at{45};
constexpr auto report_every = minutes{5};

// The simulator weighs skills by a fixed law; a phase that never ends gives each the plan's volume.
void weigh_skills(simulator::centre_settings& settings, const plan& what) {
  const auto made = simulator::make_population(settings);
  const double all = std::accumulate(what.calls_per_day.begin(), what.calls_per_day.end(), 0.0);
  for (std::uint32_t i = 0; i < what.calls_per_day.size(); ++i) {
    settings.play.phases.push_back({.subject = simulator::phase_subject::arrivals,
                                    .from = {},
                                    .length = std::chrono::days{what.days + 1},
                                    .every = {},
                                    .factor = what.calls_per_day[i] / all / made.skills[i].weight,
                                    .place = i,
                                    .what = {}});
  }
}

simulator::centre_settings settings_for(const plan& what) {
  simulator::centre_settings made;
  made.seed = what.seed;
  made.agents = what.agents;
  made.skills = static_cast<std::uint32_t>(what.calls_per_day.size());
  made.campaigns = 1;
  made.calls_per_day = static_cast<std::uint64_t>(
      std::accumulate(what.calls_per_day.begin(), what.calls_per_day.end(), 0.0));
  made.timezone = what.timezone;
  made.operation = what.operation;
  made.play = what.play;
  auto time = simulator::local_time::of(what.timezone);
  made.start = time.value().read_text(what.start).value();
  weigh_skills(made, what);
  return made;
}

bool away(const plan& what, seconds since_start) {
  return std::ranges::any_of(what.restarts, [&](const absence& one) {
    return since_start >= one.from && since_start < one.from + one.length;
  });
}

void scrape(samples& into, const plan& what, const exporter_model& exporter, sys_seconds now) {
  const auto operation = label("job", "wolkvox") + ',' + label("instance", "exporter:10042") + ',' +
                         label("operation", what.operation);
  for (const auto& skill : exporter.live(now)) {
    const auto labels =
        operation + ',' + label("skill_id", skill.id) + ',' + label("skill", skill.name);
    into.add("wolkvox_skill_queue_calls", labels, now, skill.queue);
    into.add("wolkvox_skill_offered_calls_total", labels, now, skill.offered);
    into.add("wolkvox_skill_answered_calls_total", labels, now, skill.answered);
    into.add("wolkvox_skill_abandoned_calls_total", labels, now, skill.abandoned);
  }
  for (const auto& [id, skill] : exporter.reported()) {
    const auto labels = operation + ',' + label("skill_id", id) + ',' + label("skill", skill.name);
    into.add("wolkvox_abandoned_call_wait_seconds_bucket", labels + ",le=\"5.0\"", now,
             skill.within_5_seconds);
    into.add("wolkvox_abandoned_call_wait_seconds_count", labels, now, skill.calls);
  }
}

void write_truth(const simulator::centre& centre, std::ostream& into) {
  for (const auto& call : centre.records().queue) {
    if (call.abandoned && call.type != simulator::call_type::out_pre) {
      into << centre.people().skills[call.skill].id << ' ' << call.ended.time_since_epoch().count()
           << '\n';
    }
  }
}

void live_through(const plan& what, std::ostream& metrics, std::ostream& truth) {
  simulator::platform_settings open;
  open.licences = 1000;
  simulator::platform platform(settings_for(what), open);
  exporter_model exporter(platform);
  samples gathered;
  const auto start = platform.centre().settings().start;
  bool was_away = false;
  for (auto now = start; now < start + std::chrono::days{what.days}; now += minutes{1}) {
    const bool is_away = away(what, now - start);
    if (is_away) {
      was_away = true;
      continue;
    }
    if (was_away) {
      exporter.restart();
      was_away = false;
    }
    exporter.poll_skills(now + poll_at);
    if ((now - start) % report_every == seconds{0}) {
      exporter.poll_report(now + poll_at);
    }
    scrape(gathered, what, exporter, now + scrape_at);
  }
  gathered.write(metrics);
  write_truth(platform.centre(), truth);
}

}  // namespace

}  // namespace wolkvox::alerts

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "usage: alert_history PLAN METRICS TRUTH\n";
    return 2;
  }
  const auto what = wolkvox::alerts::read_plan(argv[1]);
  if (!what) {
    std::cerr << what.error() << '\n';
    return 2;
  }
  std::ofstream metrics(argv[2]);
  std::ofstream truth(argv[3]);
  wolkvox::alerts::live_through(*what, metrics, truth);
  return metrics.flush() && truth.flush() ? 0 : 1;
}
