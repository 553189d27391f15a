// What happens to an answer's body on the pool: content decoding, the size limit, then the row
// decoder. One answer, one intake, one thread at a time; no sockets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/api/answer_decoder.hpp"
#include "exporter/api/error.hpp"
#include "exporter/api/net/inflater.hpp"
#include "exporter/api/row.hpp"

namespace wolkvox::api {

enum class content_coding : std::uint8_t { identity, gzip };

// Of a Content-Encoding field. Servers write "none" or a charset where there is no coding. The
// failure is the name of a coding that we did not offer.
std::expected<content_coding, std::string> read_content_coding(std::string_view field);

class answer_intake {
 public:
  enum class state : std::uint8_t {
    wants_input,  // the piece is used up
    wants_turn,   // a piece that grew a lot: call resume(), after a chance to stop
  };

  // `schema` and `rows` outlive the intake. `limit`: bytes, as received and as decoded.
  answer_intake(const report_schema& schema, row_consumer& rows, content_coding coding,
                std::uint64_t limit);

  // `piece` lives until wants_input comes back.
  std::expected<state, error> write(std::string_view piece);
  std::expected<state, error> resume();
  // After the last piece.
  std::expected<answer_envelope, error> finish();

  // Decoded so far.
  std::uint64_t bytes() const { return decoded_; }

 private:
  std::expected<void, error> decode(std::string_view text);
  error too_large() const;

  answer_decoder decoder_;
  std::optional<inflater> inflater_;
  std::vector<char> room_;  // what inflates at once
  std::string_view pending_;
  std::uint64_t limit_;
  std::uint64_t received_ = 0;
  std::uint64_t decoded_ = 0;
};

}  // namespace wolkvox::api
