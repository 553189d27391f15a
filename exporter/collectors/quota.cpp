// The day's quota: information.php?api=token_info, which costs one request itself
// (wolkvox-api.md 6.2; contract 4.8). The budget's own two families are made from these facts by
// the exporter's budget.
//
// Fields, as read here: `token_limit` is the operation's daily quota, `all_token_today` what all
// its tokens have used (the quota is shared: wolkvox-api.md 3.1), `available_consumption_options`
// what is left. `token_use_today` is one token's own share and `description` the token's name:
// neither is needed.
#include <array>
#include <utility>

#include "exporter/collectors/cells.hpp"
#include "exporter/collectors/definitions.hpp"
#include "exporter/collectors/spelling.hpp"

namespace wolkvox::collectors {
namespace {

using metrics::family_id;

enum field : std::size_t { token_limit, all_token_today, available, field_count };

constexpr std::array fields{spelled<"token_limit">, spelled<"all_token_today">,
                            spelled<"available_consumption_options">};
static_assert(fields.size() == field_count);
constexpr api::report_schema schema{fields};

class quota_reading final : public reading {
 public:
  // One row is expected. Were there one per token, each would tell the same of the operation: the
  // first that says something counts.
  void row(std::size_t, const api::row_view& view) override {
    ++result_.rows;
    cells cell{schema, view, result_};
    take(facts_.limit, cell.count(token_limit));
    take(facts_.used, cell.count(all_token_today));
    take(facts_.remaining, cell.count(available));
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

constexpr family_id families[] = {family_id::quota_limit_requests, family_id::quota_used_requests,
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
