// gzip content decoding (RFC 9110, 8.4.1.3), piece by piece in fixed memory; bytes behind the last
// member are passed over. One body, one inflater.
#pragma once

#include <cstddef>
#include <expected>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace wolkvox::api {

class inflater {
 public:
  inflater();
  ~inflater();
  inflater(inflater&&) noexcept;
  inflater& operator=(inflater&&) noexcept;

  // Takes from the front of `input` and fills `room`; says how many bytes it wrote. When `room`
  // came back full there may be more to write for the same input. The failure is a text fit for a
  // log.
  std::expected<std::size_t, std::string> inflate(std::string_view& input, std::span<char> room);

  // Whether the stream ended where it says it ends (also: nothing came at all).
  bool complete() const;

 private:
  struct stream;
  std::unique_ptr<stream> stream_;
};

}  // namespace wolkvox::api
