#include "exporter/api/net/answer_intake.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "exporter/api/ascii.hpp"

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

// No coding at all, as people write it.
bool is_no_coding(std::string_view name) {
  constexpr std::array<std::string_view, 9> words = {
      "", "identity", "none", "utf-8", "utf8", "iso-8859-1", "latin1", "binary", "8bit"};
  return std::ranges::any_of(words, [name](auto word) { return same_text(name, word); });
}

// A coding's name as a log may show it: registered ones. Anything may stand there.
std::string shown(std::string_view name) {
  for (const std::string_view known : {"br", "deflate", "zstd", "compress", "x-compress", "dcb",
                                       "dcz", "aes128gcm", "exi", "pack200-gzip"}) {
    if (same_text(name, known)) {
      return std::string{known};
    }
  }
  return "an unknown one";
}

}  // namespace

std::expected<content_coding, std::string> read_content_coding(std::string_view field) {
  auto coding = content_coding::identity;
  for (bool more = true; more;) {
    const auto comma = field.find(',');
    const auto name = trim(field.substr(0, comma));
    more = comma != std::string_view::npos;
    field.remove_prefix(more ? comma + 1 : field.size());
    if (is_no_coding(name)) {
      continue;
    }
    const bool is_gzip = same_text(name, "gzip") || same_text(name, "x-gzip");
    if (!is_gzip || coding == content_coding::gzip) {
      return std::unexpected(is_gzip ? "gzip twice" : shown(name));
    }
    coding = content_coding::gzip;
  }
  return coding;
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
