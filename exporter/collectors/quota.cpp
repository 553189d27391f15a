// The day's quota: information.php?api=token_info, which costs one request itself
// (wolkvox-api.md 6.2; contract 4.8). The budget's own two families are made from these facts by
// the exporter's budget.
//
// Fields, by the official collection: `token_limit` is what this token may use a day,
// `token_use_today` what it has used, `all_token_today` what all tokens of the operation have used,
// `available_consumption_options` what is left of the token. Only the last decides; of several rows
// the smallest. `description` is the token's name and not needed.
#include <algorithm>
#include <array>
#include <utility>

#include "exporter/collectors/cells.hpp"
#include "exporter/collectors/definitions.hpp"
#include "exporter/collectors/spelling.hpp"

namespace wolkvox::collectors {
namespace {

using metrics::family_id;

enum field : std::size_t { token_limit, token_use_today, all_token_today, available, field_count };

constexpr std::array fields{one_of<"token_limit">, spelled<"token_use_today">,
                            spelled<"all_token_today">, one_of<"available_consumption_options">};
static_assert(fields.size() == field_count);
constexpr api::report_schema schema{fields};

class quota_reading final : public reading {
 public:
  // One row is expected; were there one per token, the one with the least left tells what we may
  // do.
  void row(std::size_t, const api::row_view& view) override {
    ++result_.rows;
    cells cell{schema, view, result_};
    quota_facts told{.limit = cell.count(token_limit),
                     .used = cell.count(all_token_today),
                     .remaining = cell.count(available)};
    const auto used_by_token = cell.count(token_use_today);
    if (!told.remaining && told.limit && used_by_token) {
      told.remaining = std::max<std::int64_t>(0, *told.limit - *used_by_token);
    }
    take(facts_.limit, told.limit);
    take(facts_.used, told.used);
    if (told.remaining && (!facts_.remaining || *told.remaining < *facts_.remaining)) {
      facts_.remaining = told.remaining;
      facts_.limit = told.limit ? told.limit : facts_.limit;
    }
  }

  outcome finish() override {
    result_.quota = facts_;
    result_.live.emplace();
    sample(family_id::quota_limit_requests, facts_.limit);
    sample(family_id::quota_used_requests, facts_.used);
    sample(family_id::quota_remaining_requests, facts_.remaining);
    return std::move(result_);
  }

 private:
  using fact = std::optional<std::int64_t>;

  static void take(fact& known, fact read) {
    if (!known) {
      known = read;
    }
  }

  void sample(family_id family, fact value) {
    if (value) {
      result_.live->samples.push_back({family, {}, static_cast<double>(*value)});
    }
  }

  outcome result_;
  quota_facts facts_;
};

constexpr std::array families{family_id::quota_limit_requests, family_id::quota_used_requests,
                              family_id::quota_remaining_requests,
                              family_id::budget_remaining_requests,
                              family_id::quota_reset_timestamp_seconds};

std::vector<api::report_query> queries(const poll_context&) {
  return {{.file = "information.php",
           .api = "token_info",
           .parameters = {},
           .schema = &schema,
           .schema_owner = {}}};
}

std::unique_ptr<reading> begin(std::shared_ptr<const poll_context>) {
  return std::make_unique<quota_reading>();
}

}  // namespace

constinit const definition quota_collector{.name = "quota",
                                           .kind = report_kind::live,
                                           .families = families,
                                           .queries = queries,
                                           .begin = begin};

}  // namespace wolkvox::collectors
