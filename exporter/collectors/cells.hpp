// Reads the fields of a row into optional values: absent stays absent, unreadable is counted by
// field and left out, never 0 (wolkvox-api.md 4, unreadable).
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "exporter/api/readers.hpp"
#include "exporter/api/row.hpp"
#include "exporter/collectors/collector.hpp"
#include "metrics/quantity.hpp"

namespace wolkvox::collectors {

class cells {
 public:
  // All three outlive this; one row's worth.
  cells(const api::report_schema& schema, const api::row_view& row, outcome& result)
      : schema_(schema), row_(row), result_(result) {}

  std::optional<std::string_view> text(std::size_t field) const { return row_[field]; }
  std::string_view text_or_empty(std::size_t field) const {
    return row_[field].value_or(std::string_view{});
  }
  // The label value of an enumeration; "" where absent.
  std::string enumeration(std::size_t field) const;
  // "" where absent; the leading digits of "12345-Ana Ruiz".
  std::string_view agent_id(std::size_t field) const;
  // The platform's campaign "0" is none (wolkvox-api.md 5.5): "".
  std::string_view campaign_id(std::size_t field) const;
  std::optional<std::chrono::sys_seconds> date(std::size_t field, const date::time_zone& zone);

  // Live samples, in the unit of their family. Counts and times are never negative on the platform:
  // a negative one is unreadable.
  std::optional<double> number(std::size_t field);
  std::optional<double> seconds(std::size_t field);
  std::optional<double> ratio(std::size_t field);
  std::optional<std::int64_t> count(std::size_t field);

  // What counters add up, exact; from 0 to `largest_amount`, anything else is unreadable.
  std::optional<metrics::quantity> count_amount(std::size_t field);
  std::optional<metrics::quantity> duration_amount(std::size_t field);
  // 0 where the platform has not filled it in yet; nothing where it cannot be read.
  std::optional<metrics::quantity> duration_so_far(std::size_t field);
  std::optional<metrics::quantity> decimal_amount(std::size_t field);

  void unreadable(std::size_t field);

 private:
  template <class Read>
  auto read(std::size_t field, Read reader)
      -> std::optional<typename decltype(reader(""))::value_type>;
  std::optional<metrics::quantity> amount(std::size_t field, std::optional<std::int64_t> micros);

  const api::report_schema& schema_;
  const api::row_view& row_;
  outcome& result_;
};

// No call lasts or costs a thousand million; a longer number is noise, and would overflow sums of
// millionths.
inline constexpr std::int64_t largest_amount = 1'000'000'000;

void ignore_row(outcome& result, std::string_view reason);

}  // namespace wolkvox::collectors
