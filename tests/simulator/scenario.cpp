// The built-in scenarios and the strict reader of scenario files.
#include "tests/simulator/scenario.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>
#include <charconv>
#include <fstream>
#include <sstream>

namespace wolkvox::simulator {

namespace {

struct built_in {
  std::string_view name;
  std::string_view document;
};

constexpr auto built_ins = std::to_array<built_in>({
    {"normal", R"({"name": "normal", "phases": []})"},
    {"abandonment-spike", R"({"name": "abandonment-spike", "phases": [
        {"what": "arrivals", "from": "2m", "for": "30m", "every": "3h", "place": 0, "factor": 6},
        {"what": "staff", "from": "2m", "for": "30m", "every": "3h", "factor": 0.5},
        {"what": "patience", "from": "2m", "for": "30m", "every": "3h", "factor": 0.6}]})"},
    {"outage", R"({"name": "outage", "phases": [
        {"what": "fault", "from": "2m", "for": "3m", "every": "1h", "fault": {"kind": "status_500_html"}},
        {"what": "fault", "from": "5m", "for": "5m", "every": "1h", "fault": {"kind": "reset"}},
        {"what": "fault", "from": "10m", "for": "3m", "every": "1h", "fault": {"kind": "stall"}},
        {"what": "fault", "from": "13m", "for": "5m", "every": "1h", "fault": {"kind": "403_backup"}}]})"},
    {"busy-campaign", R"({"name": "busy-campaign", "phases": [
        {"what": "dialling", "from": "0", "for": "10h", "every": "10h", "factor": 5},
        {"what": "arrivals", "from": "0", "for": "10h", "every": "10h", "factor": 0.6}]})"},
});

struct subject_name {
  std::string_view name;
  phase_subject subject;
};

constexpr auto subjects = std::to_array<subject_name>({{"arrivals", phase_subject::arrivals},
                                                       {"staff", phase_subject::staff},
                                                       {"patience", phase_subject::patience},
                                                       {"talk", phase_subject::talk},
                                                       {"dialling", phase_subject::dialling},
                                                       {"fault", phase_subject::fault}});

std::expected<void, std::string> take_length(std::chrono::seconds& into,
                                             const boost::json::value& value) {
  const auto length = read_length(value.as_string());
  if (!length) {
    return std::unexpected(length.error());
  }
  into = *length;
  return {};
}

std::expected<void, std::string> take(phase& into, std::string_view key,
                                      const boost::json::value& value) {
  if (key == "what" && value.is_string()) {
    const std::string_view wanted = value.as_string();
    const auto* const found = std::ranges::find(subjects, wanted, &subject_name::name);
    if (found == subjects.end()) {
      return std::unexpected(fmt::format("unknown 'what': '{}'", wanted));
    }
    into.subject = found->subject;
    return {};
  }
  if (key == "from" && value.is_string()) {
    return take_length(into.from, value);
  }
  if (key == "for" && value.is_string()) {
    return take_length(into.length, value);
  }
  if (key == "every" && value.is_string()) {
    return take_length(into.every, value);
  }
  if (key == "factor" && value.is_number() && value.to_number<double>() >= 0.0) {
    into.factor = value.to_number<double>();
    return {};
  }
  if (key == "place" && value.is_int64() && value.as_int64() >= 0) {
    into.place = static_cast<std::uint32_t>(value.as_int64());
    return {};
  }
  if (key == "fault") {
    auto what = read_fault(value);
    if (!what) {
      return std::unexpected(what.error());
    }
    into.what = std::move(*what);
    return {};
  }
  return std::unexpected(fmt::format("key '{}' is unknown or its value is bad", key));
}

std::expected<phase, std::string> read_phase(const boost::json::value& document) {
  const auto* const object = document.if_object();
  if (object == nullptr) {
    return std::unexpected("a phase is an object");
  }
  phase read;
  for (const auto& [key, value] : *object) {
    if (auto taken = take(read, key, value); !taken) {
      return std::unexpected(taken.error());
    }
  }
  if (!object->contains("what") || read.length.count() == 0) {
    return std::unexpected("a phase needs 'what' and 'for'");
  }
  if ((read.subject == phase_subject::fault) != object->contains("fault")) {
    return std::unexpected("'fault' belongs to phases with \"what\": \"fault\", and they need it");
  }
  return read;
}

std::expected<scenario, std::string> parse_scenario(std::string_view text) {
  boost::system::error_code failure;
  const auto document = boost::json::parse(text, failure);
  if (failure) {
    return std::unexpected("not JSON: " + failure.message());
  }
  return read_scenario(document);
}

}  // namespace

bool phase::active(std::chrono::seconds since_start) const {
  if (since_start < from) {
    return false;
  }
  const auto into = every.count() > 0 ? (since_start - from) % every : since_start - from;
  return into < length;
}

double scenario::factor(phase_subject subject, std::uint32_t place,
                        std::chrono::seconds since_start) const {
  double product = 1.0;
  for (const auto& p : phases) {
    if (p.subject == subject && (!p.place || *p.place == place) && p.active(since_start)) {
      product *= p.factor;
    }
  }
  return product;
}

bool scenario::mentions(phase_subject subject) const {
  return std::ranges::find(phases, subject, &phase::subject) != phases.end();
}

std::expected<scenario, std::string> read_scenario(const boost::json::value& document) {
  const auto* const object = document.if_object();
  const auto* const phases = object != nullptr ? object->if_contains("phases") : nullptr;
  if (phases == nullptr || !phases->is_array()) {
    return std::unexpected("a scenario is an object with 'name' and a list 'phases'");
  }
  scenario read;
  for (const auto& [key, value] : *object) {
    if (key == "name" && value.is_string()) {
      read.name = value.as_string();
    } else if (key != "phases") {
      return std::unexpected(
          fmt::format("key '{}' is unknown or its value is bad", std::string_view(key)));
    }
  }
  for (const auto& entry : phases->as_array()) {
    auto one = read_phase(entry);
    if (!one) {
      return std::unexpected(fmt::format("phases[{}]: {}", read.phases.size(), one.error()));
    }
    read.phases.push_back(std::move(*one));
  }
  return read;
}

std::expected<scenario, std::string> load_scenario(const std::string& name_or_path) {
  const auto* const found = std::ranges::find(built_ins, name_or_path, &built_in::name);
  if (found != built_ins.end()) {
    return parse_scenario(found->document);
  }
  const std::ifstream file(name_or_path);
  if (!file) {
    return std::unexpected(
        fmt::format("'{}' is neither a built-in scenario nor a readable file", name_or_path));
  }
  std::ostringstream text;
  text << file.rdbuf();
  auto read = parse_scenario(text.view());
  if (!read) {
    return std::unexpected(fmt::format("{}: {}", name_or_path, read.error()));
  }
  return read;
}

std::vector<std::string_view> built_in_scenarios() {
  std::vector<std::string_view> listed;
  for (const auto& one : built_ins) {
    listed.push_back(one.name);
  }
  return listed;
}

std::expected<std::chrono::seconds, std::string> read_length(std::string_view text) {
  std::int64_t value = 0;
  const auto* const end = text.data() + text.size();
  const auto [unit, failure] = std::from_chars(text.data(), end, value);
  const std::string_view rest(unit, end);
  if (failure == std::errc{} && value >= 0 && value <= 1'000'000'000) {
    if (rest == "s" || (rest.empty() && value == 0)) {
      return std::chrono::seconds{value};
    }
    if (rest == "m") {
      return std::chrono::minutes{value};
    }
    if (rest == "h") {
      return std::chrono::hours{value};
    }
    if (rest == "d") {
      return std::chrono::hours{24 * value};
    }
  }
  return std::unexpected(
      fmt::format("'{}' is not a length of time such as 90s, 5m, 2h or 1d", text));
}

}  // namespace wolkvox::simulator
