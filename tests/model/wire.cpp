#include "tests/model/wire.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "exporter/api/answer_decoder.hpp"

namespace wolkvox::model {
namespace {

class rows_of_query final : public api::row_consumer {
 public:
  explicit rows_of_query(collectors::reading& into) : into_(into) {}
  void row(const api::row_view& row) override { into_.row(0, row); }

 private:
  collectors::reading& into_;
};

std::string to_json(const answer& told) {
  if (told.rows.empty()) {  // wolkvox-api.md 0.1
    return R"({"code":"404","error":"Not Found","msg":"Validate dates entered"})";
  }
  std::string body = R"({"code":"200","error":null,"msg":"records were found","data":[)";
  for (std::size_t i = 0; i < told.rows.size(); ++i) {
    body += i == 0 ? "{" : ",{";
    for (std::size_t j = 0; j < told.rows[i].size(); ++j) {
      const auto& [name, text] = told.rows[i][j];
      body += fmt::format(R"({}"{}":"{}")", j == 0 ? "" : ",", name, text);
    }
    body += '}';
  }
  return body + "]}";
}

bool deliver_json(const answer& told, const api::report_schema& schema, collectors::reading& into,
                  world& around, bool breaks_off) {
  std::string body = to_json(told);
  if (breaks_off) {
    body.resize(static_cast<std::size_t>(
        around.chance.between(0, static_cast<std::int64_t>(body.size()) - 1)));
  }
  rows_of_query rows{into};
  api::answer_decoder decoder{schema, rows};
  const auto half =
      static_cast<std::size_t>(around.chance.between(0, static_cast<std::int64_t>(body.size())));
  for (const std::string_view piece :
       {std::string_view{body}.substr(0, half), std::string_view{body}.substr(half)}) {
    if (!decoder.write(piece)) {
      return false;
    }
  }
  return api::classify(told.rows.empty() ? 404 : 200, decoder.finish()).has_value();
}

std::optional<std::string_view> field_of(const row_cells& row, const api::field& wanted) {
  for (const auto& [name, text] : row) {
    if (std::ranges::find(wanted.spellings, name) != wanted.spellings.end()) {
      const std::size_t end = text.find_last_not_of(' ') + 1;
      return end == 0 ? std::nullopt : std::optional{std::string_view{text}.substr(0, end)};
    }
  }
  return std::nullopt;
}

std::vector<std::string> text_of(const row_cells& row) {
  std::vector<std::string> all;
  for (const auto& [name, text] : row) {
    all.push_back(text);
  }
  return all;
}

}  // namespace

bool deliver(const answer& told, const api::report_schema& schema, collectors::reading& into,
             world& around) {
  const bool fails = around.chance.percent(around.error_percent);
  if (around.settled.is_decoded) {
    return deliver_json(told, schema, into, around, fails);
  }
  std::vector<std::optional<std::string_view>> values;
  for (const row_cells& row : told.rows) {
    if (fails && around.chance.one_in(3)) {
      break;
    }
    values.clear();
    for (const api::field& wanted : schema.fields) {
      values.push_back(field_of(row, wanted));
    }
    into.row(0, api::row_view{values, std::hash<std::string>{}(
                                          fmt::format("{}", fmt::join(text_of(row), "\n")))});
  }
  return !fails;
}

}  // namespace wolkvox::model
