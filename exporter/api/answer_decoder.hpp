// Decodes one answer while it arrives: envelope (its `data` a list, an object keyed by numbers or
// names, or a single object) or the same bare; rows to a consumer, nothing kept. Strings that JSON
// does not allow are repaired (string_repair.hpp); a row that cannot be read all the same is lost
// alone, the next one is read again. Memory: one row; strings are limited to 1 MiB, nesting to 32
// levels. Bytes that are no UTF-8 pass through as they are. Not thread-safe; one answer, one
// decoder, one thread at a time.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>

#include "exporter/api/error.hpp"
#include "exporter/api/row.hpp"

namespace wolkvox::api {

// What an answer was, beside its rows.
struct answer_envelope {
  std::uint64_t rows = 0;
  std::uint64_t not_rows = 0;   // entries of `data` that are no objects: passed over
  std::uint64_t lost_rows = 0;  // rows that could not be parsed: passed over
  std::string code;             // as written: 200, "200", "0", "" …; empty when the answer had none
  std::string message;   // `msg`, at most 200 bytes; only for classification, never logged as it is
  std::string error;     // `error`, likewise; "" where it is null, absent, blank or false
  std::string missing;   // the columns that the report needs and no row had: "skill_id"
  bool is_bare = false;  // a list alone, of a report that is known to come so
  // The first row's keys and value shapes ("agent_id=99999 date=9999-99-99 99:99:99"): no values.
  std::string shape;
};

class answer_decoder {
 public:
  // Both outlive the decoder.
  answer_decoder(const report_schema& schema, row_consumer& rows);
  ~answer_decoder();
  answer_decoder(answer_decoder&&) noexcept;
  answer_decoder& operator=(answer_decoder&&) noexcept;

  std::expected<void, error> write(std::string_view piece);
  // After the last piece, once; an unfinished document is a parse error.
  std::expected<answer_envelope, error> finish();

 private:
  class machine;
  std::unique_ptr<machine> machine_;
};

// What a whole answer means (wolkvox-api.md 2.2): success (404 without data is zero rows) or an
// error of its kind. `parsed` is what the decoder made of the body: an error body is small JSON,
// HTML or nothing. Errors of other kinds than parse (the transport's) stay what they are.
// `retry_after` is the transport's to fill in.
std::expected<answer_envelope, error> classify(int http_status,
                                               std::expected<answer_envelope, error> parsed);

}  // namespace wolkvox::api
