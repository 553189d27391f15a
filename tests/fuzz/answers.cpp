// Bytes of an answer: rows, envelope and errors depend on the bytes, never on the pieces they came
// in; what goes into a log is fit for it. Input that begins as gzip goes through the inflater.
#include <algorithm>
#include <cstdlib>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "exporter/api/answer_decoder.hpp"
#include "exporter/api/net/answer_intake.hpp"
#include "tests/fuzz/requirement.hpp"
#include "tests/unit/api/collected_rows.hpp"

namespace wolkvox::api {
namespace {

using fuzz::require;

constexpr std::uint64_t most_bytes = 1U << 20U;

bool is_printable(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

void check_error(const error& e) {
  require(e.kind == error_kind::parse || e.kind == error_kind::too_large,
          "a body that cannot be read is a parse error or too large");
  require(!e.detail.empty() && is_printable(e.detail), "the detail is a line for a log");
}

void check_envelope(const decoded& read) {
  require(read.envelope->rows == read.rows.size(), "every row is counted");
  require(read.envelope->message.size() <= 200 && read.envelope->code.size() <= 32,
          "texts of the envelope are bounded");
  require(read.envelope->shape.size() < 5000, "the shape is bounded");
  require(is_printable(read.envelope->shape), "the shape is a line for a log");
}

void check_values(const row_texts& row) {
  for (const auto& value : row) {
    require(!value || (!value->empty() && *value != "-" && *value != "--"), "a filler is absent");
  }
}

// "not JSON, at byte 90" as "not JSON, at byte" and 90.
std::pair<std::string, std::int64_t> apart(const error& e) {
  const auto digits = std::min(e.detail.find_first_of("0123456789"), e.detail.size());
  return {e.detail.substr(0, digits), std::strtoll(e.detail.substr(digits).c_str(), nullptr, 10)};
}

// The parser tells where it stood: at the byte that is wrong, or, in one piece, at the beginning of
// its escape or word; an escape that a piece's end cuts is held back besides.
bool is_same_error(const error& a, const error& b) {
  constexpr std::int64_t longest_token = 2 * 12;  // two halves of a surrogate pair, held and read
  const auto [text_a, at_a] = apart(a);
  const auto [text_b, at_b] = apart(b);
  return a.kind == b.kind && text_a == text_b && std::abs(at_a - at_b) < longest_token;
}

void require_same(const decoded& whole, const decoded& pieces) {
  require(whole.envelope.has_value() == pieces.envelope.has_value(), "same outcome in pieces");
  require(whole.rows == pieces.rows, "same rows in pieces");
  if (!whole.envelope) {
    require(is_same_error(whole.envelope.error(), pieces.envelope.error()), "same error in pieces");
    return;
  }
  const auto& a = *whole.envelope;
  const auto& b = *pieces.envelope;
  require(a.rows == b.rows && a.not_rows == b.not_rows && a.code == b.code &&
              a.message == b.message && a.shape == b.shape,
          "same envelope in pieces");
}

// Whatever the status: an answer is success or an error, and a success never invents rows.
void check_meaning(const decoded& read) {
  for (const int status : {0, 200, 204, 301, 400, 401, 403, 404, 429, 500, 503}) {
    const auto meaning = classify(status, read.envelope);
    if (meaning) {
      require(status == 200 || status == 404, "only 200 and 404 can be success");
      require(meaning->rows == 0 || read.envelope.has_value(), "no rows of an unreadable body");
      continue;
    }
    require(is_printable(meaning.error().detail) && is_printable(to_string(meaning.error())),
            "an error is a line for a log");
  }
}

void check_plain(std::string_view body, std::mt19937& random) {
  const auto whole = decode(body);
  if (whole.envelope) {
    check_envelope(whole);
  } else {
    check_error(whole.envelope.error());
  }
  std::ranges::for_each(whole.rows, check_values);
  require_same(whole, decode(byte_by_byte(body)));
  require_same(whole, decode(split(body, random, 7)));
  require_same(whole, decode(split(body, random, 100)));
  check_meaning(whole);
}

decoded unpack(const std::vector<std::string_view>& pieces) {
  collected_rows rows;
  answer_intake intake{test_schema, rows, content_coding::gzip, most_bytes};
  for (const auto piece : pieces) {
    const std::vector<char> copy{piece.begin(), piece.end()};
    auto state = intake.write({copy.data(), copy.size()});
    while (state && *state == answer_intake::state::wants_turn) {
      state = intake.resume();
    }
    if (!state) {
      return {.rows = {}, .envelope = std::unexpected(state.error())};
    }
    require(intake.bytes() <= most_bytes, "no more than the limit is decoded");
  }
  auto envelope = intake.finish();
  return {.rows = std::move(rows.rows), .envelope = std::move(envelope)};
}

// Rows before a failure depend on how far the inflater came in one call; nobody uses them.
void check_packed(std::string_view body, std::mt19937& random) {
  const auto whole = unpack({body});
  const auto pieces = unpack(split(body, random, 50));
  require(whole.envelope.has_value() == pieces.envelope.has_value(), "same outcome in pieces");
  if (whole.envelope) {
    check_envelope(whole);
    require_same(whole, pieces);
  } else {
    check_error(whole.envelope.error());
    check_error(pieces.envelope.error());
  }
}

}  // namespace
}  // namespace wolkvox::api

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto body = wolkvox::fuzz::as_text(data, size);
  std::mt19937 random{static_cast<std::uint32_t>(std::hash<std::string_view>{}(body))};
  if (body.starts_with("\x1f\x8b")) {
    wolkvox::api::check_packed(body, random);
  } else {
    wolkvox::api::check_plain(body, random);
  }
  return 0;
}
