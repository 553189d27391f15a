// Writes the status page.
#include "exporter/web/status_page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <ranges>
#include <vector>

#include "exporter/web/collector_health.hpp"
#include "exporter/web/html.hpp"
#include "exporter/web/status_style.hpp"
#include "exporter/web/time_text.hpp"

namespace wolkvox::web {
namespace {

// The banner lists this many; the tables below it show all.
constexpr std::size_t longest_problem_list = 8;

struct counted_health {
  std::size_t enabled = 0;
  std::size_t ok = 0;  // catching up works too
  std::size_t catching_up = 0;
  std::size_t waiting = 0;
  std::size_t late = 0;
  std::size_t failing = 0;
};

struct problem {
  const operation_status* operation;
  const collector_status* collector;
  health state;
};

// The style class; states that look alike differ by symbol and word.
std::string_view style_of(health state) {
  switch (state) {
    case health::ok:
      return "ok";
    case health::failing:
      return "failing";
    case health::late:
    case health::suspect:
      return "late";
    case health::catching_up:
    case health::waiting:
      return "busy";
    case health::off:
      break;
  }
  return "off";
}

std::string_view symbol_of(health state) {
  switch (state) {
    case health::ok:
      return "✓";
    case health::failing:
      return "✕";
    case health::late:
    case health::suspect:
      return "!";
    case health::catching_up:
      return "↻";
    case health::waiting:
      return "…";
    case health::off:
      break;
  }
  return "–";
}

std::string plural(std::size_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

// "21,300"
std::string grouped(std::int64_t number) {
  auto digits = fmt::format("{}", number);
  const std::ptrdiff_t first = number < 0 ? 1 : 0;
  for (auto at = std::ssize(digits) - 3; at > first; at -= 3) {
    digits.insert(static_cast<std::size_t>(at), ",");
  }
  return digits;
}

// A poll whose time has come is under way or waits for its turn in the lane.
std::string next_try(const collector_status& collector, sys_seconds now) {
  if (!collector.next_poll) {
    return "not scheduled";
  }
  return *collector.next_poll <= now ? "due now" : relative_text(*collector.next_poll, now);
}

counted_health count(const program_status& status) {
  counted_health sum;
  for (const auto& operation : status.operations) {
    for (const auto& collector : operation.collectors) {
      const auto state = assess(collector, status.now);
      sum.enabled += state == health::off ? 0 : 1;
      sum.ok += state == health::ok || state == health::catching_up ? 1 : 0;
      sum.catching_up += state == health::catching_up ? 1 : 0;
      sum.waiting += state == health::waiting ? 1 : 0;
      sum.late += state == health::late ? 1 : 0;
      sum.failing += state == health::failing ? 1 : 0;
    }
  }
  return sum;
}

// The failing ones first.
std::vector<problem> problems_of(const program_status& status) {
  std::vector<problem> found;
  for (const auto wanted : {health::failing, health::late}) {
    for (const auto& operation : status.operations) {
      for (const auto& collector : operation.collectors) {
        if (assess(collector, status.now) == wanted) {
          found.push_back({&operation, &collector, wanted});
        }
      }
    }
  }
  return found;
}

health worst_of(const counted_health& sum) {
  if (sum.failing > 0) {
    return health::failing;
  }
  if (sum.late > 0) {
    return health::late;
  }
  if (sum.waiting > 0) {
    return health::waiting;
  }
  return sum.enabled == 0 ? health::off : health::ok;
}

// "2 failing, 7 healthy of 9 collectors, 3 of them catching up"
std::string headline(const counted_health& sum) {
  if (sum.enabled == 0) {
    return "No collector is enabled";
  }
  const auto behind =
      sum.catching_up == 0 ? "" : fmt::format(", {} of them catching up", sum.catching_up);
  if (sum.ok == sum.enabled) {
    return fmt::format("All {} healthy{}", plural(sum.enabled, "collector is", "collectors are"),
                       behind);
  }
  std::string parts;
  const auto add = [&](std::size_t number, std::string_view what) {
    if (number > 0) {
      fmt::format_to(std::back_inserter(parts), "{}{} {}", parts.empty() ? "" : ", ", number, what);
    }
  };
  add(sum.failing, "failing");
  add(sum.late, "late");
  add(sum.waiting, "not asked yet");
  add(sum.ok, "healthy");
  return fmt::format("{} of {}{}", parts, plural(sum.enabled, "collector", "collectors"), behind);
}

// "acme / calls failing: timed out after 60 s. Last success 12 min ago. Next try in 42 s."
void write_problem(std::string& html, const problem& p, sys_seconds now) {
  const auto& collector = *p.collector;
  const auto since =
      collector.last_success
          ? fmt::format("Last success {}", relative_text(*collector.last_success, now))
          : std::string("No success yet");
  const auto cause = collector.last_error.empty() ? std::string() : ": " + collector.last_error;
  fmt::format_to(std::back_inserter(html),
                 "<li><b>{} / {}</b> {}{}. {}. <b>Next try {}.</b></li>\n",
                 escape_html(p.operation->name), escape_html(collector.name), name_of(p.state),
                 escape_html(cause), since, next_try(collector, now));
}

void write_summary(std::string& html, const program_status& status, bool ready) {
  auto out = std::back_inserter(html);
  const auto sum = count(status);
  const auto worst = worst_of(sum);
  const auto problems = problems_of(status);
  fmt::format_to(
      out, "<section class=\"summary {}\" aria-label=\"Summary\"><strong>{} {}</strong>{}\n",
      style_of(worst), symbol_of(worst), headline(sum), ready ? "" : " · starting, not ready yet");
  if (!problems.empty()) {
    html += "<ul>\n";
    for (const auto& p : problems | std::views::take(longest_problem_list)) {
      write_problem(html, p, status.now);
    }
    if (problems.size() > longest_problem_list) {
      fmt::format_to(out, "<li>and {} more below</li>\n", problems.size() - longest_problem_list);
    }
    html += "</ul>\n";
  }
  html += "</section>\n";
}

// A fact that is not there: a card leaves it out.
void write_nothing(std::string& html, std::string_view label) {
  fmt::format_to(std::back_inserter(html),
                 "<td role=\"cell\" class=\"none\" data-label=\"{}\">–</td>", label);
}

void write_text(std::string& html, std::string_view label, std::string_view text) {
  fmt::format_to(std::back_inserter(html), "<td role=\"cell\" data-label=\"{}\">{}</td>", label,
                 text);
}

// How long ago or ahead, and the clock time under it.
void write_time(std::string& html, std::string_view label, const std::optional<sys_seconds>& when,
                std::string_view relative, sys_seconds now, const local_clock& clock) {
  if (!when) {
    write_nothing(html, label);
    return;
  }
  write_text(html, label,
             fmt::format("{} <small><time datetime=\"{}\">{}</time></small>", relative,
                         utc_text(*when), clock.text(*when, now)));
}

void write_past(std::string& html, std::string_view label, const std::optional<sys_seconds>& when,
                sys_seconds now, const local_clock& clock) {
  write_time(html, label, when, when ? relative_text(*when, now) : std::string(), now, clock);
}

void write_window_end(std::string& html, const std::optional<sys_seconds>& when, sys_seconds now,
                      const local_clock& clock) {
  constexpr std::string_view label = "Window end";
  if (!when) {
    write_nothing(html, label);
    return;
  }
  write_text(
      html, label,
      fmt::format("<time datetime=\"{}\">{}</time>", utc_text(*when), clock.text(*when, now)));
}

void write_duration(std::string& html, std::string_view label,
                    const std::optional<std::chrono::milliseconds>& duration) {
  if (duration) {
    write_text(html, label, duration_text(*duration));
  } else {
    write_nothing(html, label);
  }
}

void write_note(std::string& html, health state, std::string_view label, std::string_view text) {
  if (text.empty()) {
    return;
  }
  fmt::format_to(
      std::back_inserter(html),
      "<tr class=\"note\" role=\"row\"><td role=\"cell\" colspan=\"9\"><div class=\"{}\">"
      "<b>{}:</b> {}</div></td></tr>\n",
      style_of(state), label, escape_html(text));
}

void write_collector(std::string& html, const collector_status& collector, sys_seconds now,
                     const local_clock& clock) {
  const auto state = assess(collector, now);
  const auto delay = delay_of(collector, now);
  fmt::format_to(
      std::back_inserter(html),
      "<tbody role=\"rowgroup\"><tr role=\"row\"><th scope=\"row\" role=\"rowheader\">{}</th>"
      "<td role=\"cell\" class=\"badge\"><span class=\"state {}\">{} {}</span></td>",
      escape_html(collector.name), style_of(state), symbol_of(state), name_of(state));
  if (state == health::off) {
    html += "<td role=\"cell\" colspan=\"7\" class=\"quiet\">not enabled</td></tr></tbody>\n";
    return;
  }
  write_past(html, "Last success", collector.last_success, now, clock);
  write_past(html, "Last attempt", collector.last_attempt, now, clock);
  write_time(html, "Next poll", collector.next_poll, next_try(collector, now), now, clock);
  write_window_end(html, collector.window_end, now, clock);
  write_duration(html, "Delay", delay);
  write_duration(html, "Interval", collector.interval);
  write_duration(html, "Took", collector.tried ? std::optional(collector.duration) : std::nullopt);
  html += "</tr>\n";
  // An error of the past is kept in sight, in quiet colours.
  write_note(html, state == health::failing ? health::failing : health::off, "Last error",
             collector.last_error);
  write_note(html, health::suspect, "Contradiction", collector.suspicion);
  write_note(html, health::catching_up, "Catching up", collector.catching_up);
  html += "</tbody>\n";
}

void write_budget(std::string& html, const operation_status& operation) {
  auto out = std::back_inserter(html);
  if (!operation.budget_remaining && !operation.quota_used) {
    html += "<p class=\"quiet\">Request budget: not known yet</p>\n";
    return;
  }
  html += "<div class=\"budget\">";
  if (operation.budget_remaining) {
    fmt::format_to(out, "<b{}>{} requests left</b> in today&#39;s budget",
                   *operation.budget_remaining > 0 ? "" : " class=\"mark late\"",
                   grouped(*operation.budget_remaining));
  }
  if (operation.quota_used) {
    fmt::format_to(out, "{}quota used: {}", operation.budget_remaining ? " · " : "",
                   grouped(*operation.quota_used));
    if (operation.quota_limit && *operation.quota_limit > 0) {
      const auto percent = std::clamp(100.0 * static_cast<double>(*operation.quota_used) /
                                          static_cast<double>(*operation.quota_limit),
                                      0.0, 100.0);
      fmt::format_to(out,
                     " of {} ({:.0f}&nbsp;%)<div class=\"bar\" aria-hidden=\"true\">"
                     "<div style=\"width:{:.1f}%\"></div></div>",
                     grouped(*operation.quota_limit), percent, percent);
    }
  }
  html += "</div>\n";
}

void write_operation(std::string& html, const operation_status& operation, sys_seconds now) {
  const local_clock clock(operation.timezone);
  auto out = std::back_inserter(html);
  fmt::format_to(
      out,
      "<section class=\"operation\"><div class=\"title\"><h2>{}</h2><span class=\"quiet\">{} · "
      "clock times in {}: it is {}</span></div>\n",
      escape_html(operation.name), escape_html(operation.server), escape_html(clock.zone()),
      clock.text(now, now));
  write_budget(html, operation);
  html += "<table role=\"table\"><thead role=\"rowgroup\"><tr role=\"row\">";
  for (const std::string_view column : {"Collector", "State", "Last success", "Last attempt",
                                        "Next poll", "Window end", "Delay", "Interval", "Took"}) {
    fmt::format_to(out, "<th scope=\"col\" role=\"columnheader\">{}</th>", column);
  }
  html += "</tr></thead>\n";
  for (const auto& collector : operation.collectors) {
    write_collector(html, collector, now, clock);
  }
  html += "</table></section>\n";
}

void write_head(std::string& html, const program_status& status, std::string_view telemetry_path) {
  auto out = std::back_inserter(html);
  const auto sum = count(status);
  const auto worst = worst_of(sum);
  fmt::format_to(out,
                 "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
                 "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                 "<meta http-equiv=\"refresh\" content=\"10\">\n"
                 "<title>{} {} – wolkvox_exporter</title>\n<style>{}</style></head>\n<body>\n",
                 symbol_of(worst), headline(sum), status_style);
  fmt::format_to(
      out,
      "<header><div><h1>wolkvox_exporter</h1><span class=\"quiet\">{} · up {} · {} series"
      "</span></div>\n<nav aria-label=\"Pages\"><ul><li><a href=\".{}\">Metrics</a></li>"
      "<li><a href=\"./-/healthy\">Healthy</a></li><li><a href=\"./-/ready\">Ready</a></li>"
      "<li><a href=\"./status.json\">status.json</a></li>",
      escape_html(status.version), duration_text(status.now - status.started),
      grouped(static_cast<std::int64_t>(status.series)), escape_html(telemetry_path));
  if (!status.documentation.empty()) {
    fmt::format_to(out, "<li><a href=\"{}\">Documentation</a></li>",
                   escape_html(status.documentation));
  }
  html += "</ul></nav></header>\n<main>\n";
}

}  // namespace

std::string status_page(const program_status& status, bool ready, std::string_view telemetry_path) {
  std::string html;
  write_head(html, status, telemetry_path);
  write_summary(html, status, ready);
  for (const auto& operation : status.operations) {
    write_operation(html, operation, status.now);
  }
  fmt::format_to(
      std::back_inserter(html),
      "</main>\n<footer class=\"quiet\">As of <time>{}</time>; the page renews itself every "
      "10 seconds.</footer>\n</body></html>\n",
      utc_text(status.now));
  return html;
}

}  // namespace wolkvox::web
