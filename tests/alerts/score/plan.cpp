// The plan's reader. score.py is its only writer: a file that does not fit is a bug of ours, told
// with the place Boost.JSON names.
#include "tests/alerts/score/plan.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value_to.hpp>
#include <fstream>
#include <sstream>

namespace wolkvox::alerts {

namespace {

absence read_absence(const boost::json::value& entry) {
  return {.from = std::chrono::seconds{entry.at("from").to_number<std::int64_t>()},
          .length = std::chrono::seconds{entry.at("for").to_number<std::int64_t>()}};
}

// Throws what Boost.JSON throws.
plan read_document(const boost::json::value& document) {
  plan read{
      .operation = boost::json::value_to<std::string>(document.at("operation")),
      .seed = document.at("seed").to_number<std::uint64_t>(),
      .timezone = boost::json::value_to<std::string>(document.at("timezone")),
      .start = boost::json::value_to<std::string>(document.at("start")),
      .days = document.at("days").to_number<std::uint32_t>(),
      .agents = document.at("agents").to_number<std::uint32_t>(),
      .calls_per_day = boost::json::value_to<std::vector<double>>(document.at("calls_per_day")),
      .play = {},
      .restarts = {}};
  for (const auto& entry : document.at("restarts").as_array()) {
    read.restarts.push_back(read_absence(entry));
  }
  return read;
}

}  // namespace

std::expected<plan, std::string> read_plan(const std::filesystem::path& file) {
  const std::ifstream stream(file);
  if (!stream) {
    return std::unexpected("cannot read " + file.string());
  }
  std::ostringstream text;
  text << stream.rdbuf();
  try {
    const auto document = boost::json::parse(text.view());
    auto read = read_document(document);
    auto play = simulator::read_scenario(document.at("play"));
    if (!play) {
      return std::unexpected(file.string() + ": " + play.error());
    }
    read.play = *std::move(play);
    return read;
  } catch (const std::exception& failure) {
    return std::unexpected(file.string() + ": " + failure.what());
  }
}

}  // namespace wolkvox::alerts
