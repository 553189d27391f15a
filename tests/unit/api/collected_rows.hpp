// What the decoder's tests share: a schema with two spellings of a field, a consumer that keeps
// every row as text, and ways to feed a body.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <expected>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/api/answer_decoder.hpp"

namespace wolkvox::api {

using row_texts = std::vector<std::optional<std::string>>;

inline constexpr std::array<std::string_view, 2> id_spellings = {"agent_id", "agent"};
inline constexpr std::array<std::string_view, 1> name_spellings = {"agent_name"};
inline constexpr std::array<std::string_view, 1> busy_spellings = {"busy/congestion/failed"};
inline constexpr std::array<std::string_view, 2> occupancy_spellings = {"ocupation", "occupancy"};
inline constexpr std::array<field, 4> test_fields = {
    field{id_spellings}, field{name_spellings}, field{busy_spellings}, field{occupancy_spellings}};
inline constexpr report_schema test_schema{test_fields};

class collected_rows final : public row_consumer {
 public:
  void row(const row_view& row) override {
    row_texts texts;
    for (std::size_t i = 0; i < test_fields.size(); ++i) {
      texts.push_back(row[i] ? std::optional<std::string>{*row[i]} : std::nullopt);
    }
    rows.push_back(std::move(texts));
  }

  std::vector<row_texts> rows;
};

struct decoded {
  std::vector<row_texts> rows;
  std::expected<answer_envelope, error> envelope;
};

// Every piece is fed from memory of its own that is gone afterwards, as the transport's buffers
// are.
inline decoded decode(const std::vector<std::string_view>& pieces) {
  collected_rows rows;
  answer_decoder decoder{test_schema, rows};
  for (const auto piece : pieces) {
    const std::vector<char> copy{piece.begin(), piece.end()};
    if (const auto written = decoder.write({copy.data(), copy.size()}); !written) {
      return {.rows = std::move(rows.rows), .envelope = std::unexpected(written.error())};
    }
  }
  auto envelope = decoder.finish();
  return {.rows = std::move(rows.rows), .envelope = std::move(envelope)};
}

inline decoded decode(std::string_view body) {
  return decode(std::vector{body});
}

inline std::vector<std::string_view> split(std::string_view body, std::mt19937& random,
                                           std::size_t longest) {
  std::vector<std::string_view> pieces;
  while (!body.empty()) {
    const auto size = std::uniform_int_distribution<std::size_t>{0, longest}(random);
    pieces.push_back(body.substr(0, size));
    body.remove_prefix(std::min(size, body.size()));
  }
  return pieces;
}

inline std::vector<std::string_view> byte_by_byte(std::string_view body) {
  std::vector<std::string_view> pieces;
  for (std::size_t i = 0; i < body.size(); ++i) {
    pieces.push_back(body.substr(i, 1));
  }
  return pieces;
}

}  // namespace wolkvox::api
