// zlib at its quickest level.
#include "tests/simulator/gzip.hpp"

#include <zlib.h>

#include <stdexcept>

namespace wolkvox::simulator {

std::string gzip(std::string_view text) {
  constexpr int gzip_window = 15 + 16;  // the gzip container, not zlib's own
  z_stream stream{};
  if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, gzip_window, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::runtime_error("deflateInit2 failed");
  }
  std::string input(text);  // zlib's interface wants it mutable
  std::string out(deflateBound(&stream, input.size()), '\0');
  // NOLINTBEGIN(*-reinterpret-cast): zlib counts in unsigned bytes.
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  // NOLINTEND(*-reinterpret-cast)
  stream.avail_in = static_cast<uInt>(input.size());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

}  // namespace wolkvox::simulator
