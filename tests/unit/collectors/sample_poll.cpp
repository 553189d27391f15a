// Polls for tests; see sample_poll.hpp.
#include "tests/unit/collectors/sample_poll.hpp"

#include <date/tz.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>

#include "exporter/api/answer_decoder.hpp"
#include "metrics/families.hpp"

namespace wolkvox::collectors {
namespace {

class row_feed final : public api::row_consumer {
 public:
  row_feed(reading& target, std::size_t query) : target_(target), query_(query) {}
  void row(const api::row_view& row) override { target_.row(query_, row); }

 private:
  reading& target_;
  std::size_t query_;
};

std::string sample_line(metrics::family_id family, const std::vector<metrics::owned_label>& labels,
                        double value) {
  std::string line{metrics::describe(family).name};
  for (std::size_t i = 0; i < labels.size(); ++i) {
    line += fmt::format("{}{}=\"{}\"", i == 0 ? "{" : ",", labels[i].name, labels[i].value);
  }
  return line + fmt::format("{} {:.10g}", labels.empty() ? "" : "}", value);
}

std::vector<metrics::owned_label> cell_labels(const metrics::live_table& table,
                                              const metrics::live_column& column,
                                              std::size_t entity) {
  std::vector<metrics::owned_label> labels;
  for (std::size_t i = 0; i < table.entity_labels.size(); ++i) {
    labels.push_back(
        {table.entity_labels[i], table.entity_values[entity * table.entity_labels.size() + i]});
  }
  labels.insert(labels.end(), column.fixed.begin(), column.fixed.end());
  if (!column.varying_name.empty()) {
    labels.push_back({column.varying_name, column.varying[entity]});
  }
  return labels;
}

}  // namespace

sys_seconds noon() {
  return sys_seconds{date::sys_days{date::year{2026} / 11 / 21} + std::chrono::hours{17}};
}

sample_poll::sample_poll() {
  operation.name = "acme";
  operation.currency = "COP";
  context.settings.lookback = std::chrono::hours{2};
  context.now = noon();
  context.window = metrics::interval{noon() - std::chrono::hours{2}, noon()};
  context.settings.codes_settle = std::chrono::minutes{30};
  context.settings.service_level_threshold = std::chrono::seconds{20};
}

std::shared_ptr<const poll_context> sample_poll::made() const {
  auto copy = std::make_shared<poll_context>(context);
  copy->operation = std::make_shared<const config::operation>(operation);
  copy->names = std::make_shared<const metrics::name_directory>(names);
  copy->people =
      std::make_shared<const privacy>(agents_shown, std::array<std::uint8_t, 32>{1, 2, 3}, who);
  copy->zone = date::locate_zone(zone);
  return copy;
}

outcome sample_poll::read(std::string_view collector,
                          const std::vector<std::string>& answers) const {
  const auto& found = *find_collector(collector);
  const auto shared = made();
  const auto asked = found.queries(*shared);
  EXPECT_EQ(asked.size(), answers.size());
  const auto reading = found.begin(shared);
  for (std::size_t i = 0; i < asked.size(); ++i) {
    row_feed feed{*reading, i};
    api::answer_decoder decoder{*asked[i].schema, feed};
    EXPECT_TRUE(decoder.write(answers[i]).has_value());
    EXPECT_TRUE(decoder.finish().has_value());
  }
  return reading->finish();
}

outcome sample_poll::read_rows(std::string_view collector, std::string_view rows) const {
  return read(collector, {envelope(rows)});
}

std::vector<api::report_query> sample_poll::queries(std::string_view collector) const {
  return find_collector(collector)->queries(*made());
}

std::string envelope(std::string_view rows) {
  return fmt::format(R"({{"code":"200","error":null,"msg":"records were found","data":[{}]}})",
                     rows);
}

std::vector<std::string> live_lines(const outcome& result) {
  std::vector<std::string> lines;
  const auto& table = result.live.value();
  for (const auto& column : table.columns) {
    EXPECT_EQ(column.values.size(), table.entities());
    for (std::size_t entity = 0; entity < column.values.size(); ++entity) {
      if (!std::isnan(column.values[entity])) {
        lines.push_back(
            sample_line(column.family, cell_labels(table, column, entity), column.values[entity]));
      }
    }
  }
  for (const auto& sample : table.samples) {
    lines.push_back(sample_line(sample.family, sample.labels, sample.value));
  }
  return lines;
}

std::vector<std::string> contribution_lines(const outcome& result) {
  std::vector<std::string> lines;
  for (std::size_t row = 0; row < result.counted.size(); ++row) {
    const auto of_row = row_lines(result, row);
    lines.insert(lines.end(), of_row.begin(), of_row.end());
  }
  EXPECT_EQ(lines.size(), result.contributions.size()) << "every contribution belongs to one row";
  return lines;
}

std::string key_line(const metrics::settled_series& series) {
  return sample_line(series.key.family, series.key.labels, 0);
}

std::vector<std::string> row_lines(const outcome& result, std::size_t row) {
  std::vector<std::string> lines;
  const auto& counted = result.counted.at(row);
  for (auto i = counted.first; i < counted.first + counted.count; ++i) {
    const auto& part = result.contributions.at(i);
    const auto& key = result.series.at(part.series).key;
    lines.push_back(sample_line(key.family, key.labels, part.amount.value()));
  }
  return lines;
}

}  // namespace wolkvox::collectors
