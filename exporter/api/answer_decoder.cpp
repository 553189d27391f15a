// The parser around answer_handler: pieces in, byte order mark off, what went wrong in words that
// carry no body text.
#include "exporter/api/answer_decoder.hpp"

#include <fmt/format.h>

#include <boost/json/basic_parser_impl.hpp>
#include <optional>
#include <utility>

#include "exporter/api/answer_handler.hpp"

namespace wolkvox::api {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::string_view blanks = " \t\r\n";  // RFC 8259, 2
constexpr std::size_t deepest = 32;

boost::json::parse_options tolerant() {
  boost::json::parse_options options;
  options.max_depth = deepest;
  // One bad name must not lose the report; labels are repaired where they are made.
  options.allow_invalid_utf8 = true;
  return options;
}

error not_readable(std::string detail) {
  error e;
  e.kind = error_kind::parse;
  e.detail = std::move(detail);
  return e;
}

}  // namespace

class answer_decoder::machine {
 public:
  machine(const report_schema& schema, row_consumer& rows) : parser_(tolerant(), schema, rows) {}

  std::expected<void, error> write(std::string_view piece);
  std::expected<answer_envelope, error> finish();

 private:
  std::string_view without_mark(std::string_view piece);
  void feed(bool more, std::string_view piece);
  error explain(const boost::json::error_code& failure) const;

  boost::json::basic_parser<answer_handler> parser_;
  std::optional<error> failure_;
  std::uint64_t bytes_ = 0;  // parsed, without the mark
  std::size_t mark_ = 0;     // bytes of the byte order mark that have come
  char first_ = '\0';        // the first byte that is no blank of JSON
};

// The mark may itself be cut by a piece's end.
std::string_view answer_decoder::machine::without_mark(std::string_view piece) {
  while (bytes_ == 0 && mark_ < byte_order_mark.size() && !piece.empty() &&
         piece.front() == byte_order_mark[mark_]) {
    ++mark_;
    piece.remove_prefix(1);
  }
  if (bytes_ == 0 && mark_ > 0 && mark_ < byte_order_mark.size() && !piece.empty()) {
    failure_ = not_readable("not JSON: it begins with half a byte order mark");
  }
  return piece;
}

std::expected<void, error> answer_decoder::machine::write(std::string_view piece) {
  if (!failure_) {
    piece = without_mark(piece);
  }
  if (!failure_ && !piece.empty()) {
    feed(true, piece);
  }
  if (failure_) {
    return std::unexpected(*failure_);
  }
  return {};
}

void answer_decoder::machine::feed(bool more, std::string_view piece) {
  if (first_ == '\0') {
    const auto first = piece.find_first_not_of(blanks);
    first_ = first == std::string_view::npos ? '\0' : piece[first];
  }
  auto& handler = parser_.handler();
  handler.begin_piece(piece);
  boost::json::error_code failure;
  const auto taken = parser_.write_some(more, piece.data(), piece.size(), failure);
  handler.end_piece();
  bytes_ += taken;
  if (failure) {
    failure_ = explain(failure);
  } else if (taken < piece.size()) {
    failure_ = not_readable(fmt::format("text behind the end of the JSON, at byte {}", bytes_));
  }
}

error answer_decoder::machine::explain(const boost::json::error_code& failure) const {
  using enum boost::json::error;
  if (first_ == '<') {
    return not_readable("HTML instead of JSON");
  }
  if (parser_.handler().is_scalar()) {
    return not_readable("a single value instead of rows");
  }
  if (failure == incomplete) {
    return not_readable(fmt::format("cut off after {} bytes", bytes_));
  }
  if (failure == string_too_large || failure == key_too_large) {
    return not_readable(fmt::format("string too long, at byte {}", bytes_));
  }
  if (failure == too_deep) {
    return not_readable(fmt::format("nested deeper than {} levels, at byte {}", deepest, bytes_));
  }
  return not_readable(fmt::format("not JSON, at byte {}", bytes_));
}

std::expected<answer_envelope, error> answer_decoder::machine::finish() {
  if (!failure_ && first_ == '\0') {
    failure_ = not_readable("an empty answer");
  }
  if (!failure_) {
    feed(false, "");
  }
  if (!failure_ && parser_.handler().is_strange_object()) {
    failure_ = not_readable("an object without code, msg and data");
  }
  if (failure_) {
    return std::unexpected(*failure_);
  }
  return parser_.handler().take_envelope();
}

answer_decoder::answer_decoder(const report_schema& schema, row_consumer& rows)
    : machine_(std::make_unique<machine>(schema, rows)) {}

answer_decoder::~answer_decoder() = default;
answer_decoder::answer_decoder(answer_decoder&&) noexcept = default;
answer_decoder& answer_decoder::operator=(answer_decoder&&) noexcept = default;

std::expected<void, error> answer_decoder::write(std::string_view piece) {
  return machine_->write(piece);
}

std::expected<answer_envelope, error> answer_decoder::finish() {
  return machine_->finish();
}

}  // namespace wolkvox::api
