// The parser around answer_handler: pieces in, byte order mark off, strings repaired, taken up
// again behind a row that cannot be read; what went wrong in words that carry no body text.
#include "exporter/api/answer_decoder.hpp"

#include <fmt/format.h>

#include <boost/json/basic_parser_impl.hpp>
#include <optional>
#include <utility>

#include "exporter/api/answer_events.hpp"
#include "exporter/api/row_search.hpp"
#include "exporter/api/string_repair.hpp"

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
  machine(const report_schema& schema, row_consumer& rows) {
    parser_.emplace(tolerant(), schema, rows);
  }

  std::expected<void, error> write(std::string_view piece);
  std::expected<answer_envelope, error> finish();

 private:
  std::string_view without_mark(std::string_view piece);
  void note_ends(std::string_view piece);
  std::size_t go_on(std::string_view piece);
  std::size_t read_on(std::string_view piece);
  std::size_t feed(std::string_view text);
  void end_document();
  void take_up_again();
  void fail(error why);
  error explain(const boost::json::error_code& failure, std::uint64_t at) const;

  std::optional<boost::json::basic_parser<answer_handler>> parser_;
  string_repair repair_;
  row_search search_;
  std::optional<error> failure_;  // of the whole answer
  std::optional<error> lost_;     // why the first lost row was
  bool searching_ = false;        // for the next row
  bool is_cut_ = false;
  std::uint64_t bytes_ = 0;  // dealt with, without the mark
  std::size_t mark_ = 0;     // bytes of the byte order mark that have come
  char first_ = '\0';        // the first byte that is no blank of JSON
  char last_ = '\0';         // and the last
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

void answer_decoder::machine::note_ends(std::string_view piece) {
  if (const auto last = piece.find_last_not_of(blanks); last != std::string_view::npos) {
    last_ = piece[last];
    first_ = first_ == '\0' ? piece[piece.find_first_not_of(blanks)] : first_;
  }
}

std::expected<void, error> answer_decoder::machine::write(std::string_view piece) {
  if (!failure_) {
    piece = without_mark(piece);
  }
  note_ends(piece);
  while (!failure_ && !piece.empty()) {
    const auto taken = go_on(piece);
    bytes_ += taken;
    piece.remove_prefix(taken);
  }
  // What may have come whole all the same is heard to its end: that decides what is done about it.
  const bool is_json = first_ == '{' || first_ == '[';
  if (failure_ && !is_json) {
    return std::unexpected(*failure_);
  }
  return {};
}

// Parses, or looks for the next row; says how much of the piece is dealt with.
std::size_t answer_decoder::machine::go_on(std::string_view piece) {
  if (!searching_) {
    return read_on(piece);
  }
  const auto next = search_.find(piece, parser_->handler().form());
  if (next) {
    take_up_again();
  }
  return next.value_or(piece.size());
}

std::size_t answer_decoder::machine::read_on(std::string_view piece) {
  const auto step = repair_.next(piece);
  if (step.text.empty()) {
    return step.taken;
  }
  const auto taken = feed(step.text);
  return step.as_written && taken < step.text.size() ? taken : step.taken;
}

// A row that cannot be parsed ends alone, where rows can be found behind it.
void answer_decoder::machine::fail(error why) {
  auto& handler = parser_->handler();
  if (!handler.is_among_rows() && !lost_) {
    failure_ = std::move(why);
    return;
  }
  lost_ = lost_.value_or(std::move(why));
  searching_ = true;
}

void answer_decoder::machine::take_up_again() {
  auto handler = std::move(parser_->handler());
  const auto prefix = handler.lose_row(search_.take_headless());
  parser_.emplace(tolerant(), std::move(handler));
  repair_.begin_again();
  searching_ = false;
  boost::json::error_code never;
  parser_->write_some(true, prefix.data(), prefix.size(), never);
}

std::size_t answer_decoder::machine::feed(std::string_view text) {
  auto& handler = parser_->handler();
  handler.begin_piece(text);
  boost::json::error_code failure;
  const auto taken = parser_->write_some(true, text.data(), text.size(), failure);
  handler.end_piece();
  if (failure) {
    fail(explain(failure, bytes_ + taken));
    if (handler.is_between_rows()) {
      search_.begin_between_rows();
    } else {
      search_.begin_again();
    }
  } else if (taken < text.size()) {
    const auto at = bytes_ + taken;
    fail(not_readable(fmt::format("text behind the end of the JSON, at byte {}", at)));
    search_.begin_behind_row();  // what ended the JSON may have been a row's brace
  }
  return taken;
}

error answer_decoder::machine::explain(const boost::json::error_code& failure,
                                       std::uint64_t at) const {
  using enum boost::json::error;
  if (first_ == '<') {
    return not_readable("HTML instead of JSON");
  }
  if (parser_->handler().is_scalar()) {
    return not_readable("a single value instead of rows");
  }
  if (failure == incomplete) {
    return not_readable(fmt::format("cut off after {} bytes", at));
  }
  if (failure == string_too_large || failure == key_too_large) {
    return not_readable(fmt::format("string too long, at byte {}", at));
  }
  if (failure == too_deep) {
    return not_readable(fmt::format("nested deeper than {} levels, at byte {}", deepest, at));
  }
  return not_readable(fmt::format("not JSON, at byte {}", at));
}

// A document that does not end was cut, wherever that was: no row of it is lost alone.
void answer_decoder::machine::end_document() {
  feed(repair_.rest());
  if (failure_ || searching_) {
    return;
  }
  boost::json::error_code failure;
  parser_->write_some(false, "", 0, failure);
  if (failure) {
    is_cut_ = failure == boost::json::error::incomplete;
    failure_ = explain(failure, bytes_);
  }
}

std::expected<answer_envelope, error> answer_decoder::machine::finish() {
  if (!failure_ && first_ == '\0') {
    failure_ = not_readable("an empty answer");
  }
  if (!failure_ && !searching_) {
    end_document();
  }
  auto& handler = parser_->handler();
  if (!failure_ && handler.is_strange_object()) {
    failure_ = not_readable("an object without code, msg and data");
  }
  auto envelope = handler.take_envelope();
  // A row that was lost and nothing found behind it: no row of the answer is sure to be its last.
  if (!failure_ && lost_ && (searching_ || envelope.rows == 0)) {
    failure_ = *lost_;
  }
  if (failure_) {
    failure_->unreadable = (last_ == '}' || last_ == ']') && !is_cut_;
    return std::unexpected(*failure_);
  }
  return envelope;
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
