#include "exporter/api/net/answer_intake.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace wolkvox::api {

namespace {

constexpr std::size_t room_size = 64 * 1024;
// What one turn on the pool may inflate: some milliseconds of decoding, so that a gzip bomb cannot
// hold up a stop.
constexpr std::size_t turn_size = 16 * room_size;

error parse_error(std::string detail) {
  error failure;
  failure.kind = error_kind::parse;
  failure.detail = std::move(detail);
  return failure;
}

bool equal_ignoring_case(std::string_view text, std::string_view lower) {
  return std::ranges::equal(text, lower, [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
  });
}

}  // namespace

std::optional<content_coding> read_content_coding(std::string_view field) {
  if (field.empty() || equal_ignoring_case(field, "identity")) {
    return content_coding::identity;
  }
  if (equal_ignoring_case(field, "gzip") || equal_ignoring_case(field, "x-gzip")) {
    return content_coding::gzip;
  }
  return std::nullopt;
}

answer_intake::answer_intake(const report_schema& schema, row_consumer& rows, content_coding coding,
                             std::uint64_t limit)
    : decoder_(schema, rows), limit_(limit) {
  if (coding == content_coding::gzip) {
    inflater_.emplace();
    room_.resize(room_size);
  }
}

std::expected<answer_intake::state, error> answer_intake::write(std::string_view piece) {
  received_ += piece.size();
  if (received_ > limit_) {
    return std::unexpected(too_large());
  }
  if (!inflater_) {
    if (auto decoded = decode(piece); !decoded) {
      return std::unexpected(std::move(decoded.error()));
    }
    return state::wants_input;
  }
  pending_ = piece;
  return resume();
}

std::expected<answer_intake::state, error> answer_intake::resume() {
  for (std::size_t turn = 0; turn < turn_size;) {
    const auto written = inflater_->inflate(pending_, room_);
    if (!written) {
      return std::unexpected(parse_error("gzip body: " + written.error()));
    }
    if (auto decoded = decode({room_.data(), *written}); !decoded) {
      return std::unexpected(std::move(decoded.error()));
    }
    if (*written < room_.size()) {
      return state::wants_input;
    }
    turn += *written;
  }
  return state::wants_turn;
}

std::expected<answer_envelope, error> answer_intake::finish() {
  if (inflater_ && !inflater_->complete()) {
    return std::unexpected(parse_error("gzip body: cut short"));
  }
  return decoder_.finish();
}

std::expected<void, error> answer_intake::decode(std::string_view text) {
  decoded_ += text.size();
  if (decoded_ > limit_) {
    return std::unexpected(too_large());
  }
  if (text.empty()) {
    return {};
  }
  return decoder_.write(text);
}

error answer_intake::too_large() const {
  error failure;
  failure.kind = error_kind::too_large;
  failure.detail = fmt::format("answer is over the limit of {} bytes", limit_);
  return failure;
}

}  // namespace wolkvox::api
