// What a ledger report says about its rows, made row by row into an outcome: series by their keys,
// each kept once; contributions; rows with identity and fingerprint.
#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "exporter/collectors/collector.hpp"

namespace wolkvox::collectors {

// A label of a series key while a row is read.
struct label_view {
  std::string_view name;
  std::string_view value;
};

// Who or what a row is about: the labels that come in pairs (contract 3), as far as `labels` of the
// collector's settings keeps them. Where an id is "" the name label stands in the key itself,
// unless it is "" too.
class paired_labels {
 public:
  explicit paired_labels(const poll_context& context) : context_(context) {}
  paired_labels(const paired_labels&) = delete;
  paired_labels& operator=(const paired_labels&) = delete;

  void agent(std::string_view id, std::string_view name);
  void skill(std::string_view id, std::string_view name);
  void campaign(std::string_view id, std::string_view name);
  // The labels of a series: the pairs, then its own; valid until the next call.
  std::span<const label_view> with(std::initializer_list<label_view> own);

 private:
  void add(std::string_view id_label, std::string_view id, std::string_view name_label,
           std::string name);

  const poll_context& context_;
  std::vector<label_view> pairs_;
  std::vector<label_view> joined_;
  std::string agent_id_;  // with names_: keeps what the views show
  std::string names_[3];
  std::size_t named_ = 0;
};

// How long a row may wait for what is filled in later.
inline constexpr std::chrono::minutes longest_settling{30};

class settlement_draft {
 public:
  // Fills series, contributions and counted of `result`, which outlives this. `families`: the
  // collector's. The place of a family there says on disk which amounts of a row have counted: the
  // list only grows, at its end.
  settlement_draft(const poll_context& context, outcome& result,
                   std::span<const metrics::family_id> families)
      : context_(context), result_(result), families_(families) {}

  // The place of a series in outcome.series; histograms take the collector's buckets, else the
  // family's own.
  std::uint32_t series(metrics::family_id family, std::span<const label_view> labels);
  // The next row's contributions, one of each family at most.
  void add(std::uint32_t series, metrics::quantity amount);
  // A counter's amount, blank or 0 until it is known.
  void add_amount(metrics::family_id family, std::span<const label_view> labels,
                  std::optional<metrics::quantity> amount);
  // A histogram's, which observes once: 0 may still be filled in, for as long as the row, dated
  // `at`, is no older than half an hour. What cannot be read is left out. A row without a date that
  // can be read is as old as its window may have rows.
  void observe(metrics::family_id family, std::span<const label_view> labels,
               std::optional<metrics::quantity> amount, std::optional<sys_seconds> at);
  // Whether a row of that date may still be filled in.
  bool is_settling(std::optional<sys_seconds> at) const;
  // Closes the row that took the contributions since the last one; `row` needs everything but
  // first, count and its date.
  void row(metrics::ledger_row row, std::optional<sys_seconds> at);

  metrics::identity identify(std::initializer_list<std::string_view> parts) const {
    return context_.people->identify(std::span{parts.begin(), parts.size()});
  }
  // Of the record with this conn_id. Where it is none the date and what else may be kept stand for
  // it: `fields`, which hold nothing of a customer. What is filled in later is none of them.
  metrics::identity identify_record(std::string_view conn_id, std::string_view date_text,
                                    std::initializer_list<std::string_view> fields) const;
  std::uint64_t fingerprint(std::initializer_list<std::string_view> parts) const {
    return identify(parts).low;
  }
  std::uint32_t bearer(std::initializer_list<std::string_view> parts) const {
    return static_cast<std::uint32_t>(identify(parts).low);
  }

 private:
  const poll_context& context_;
  outcome& result_;
  std::span<const metrics::family_id> families_;
  std::unordered_map<std::string, std::uint32_t> places_;
  std::string key_;
};

// An amount as a part of a fingerprint; "" where it is 0, absent or unreadable.
std::string to_part(const std::optional<metrics::quantity>& amount);

}  // namespace wolkvox::collectors
