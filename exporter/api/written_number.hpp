// A number as people, databases and PHP write it (wolkvox-api.md 4): comma between thousands, point
// before decimals (".5" too), where the caller allows it a lone comma before one or two decimals,
// an exponent ("1.0E-5"). The grammar shared by the number readers.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wolkvox::api {

class written_number {
 public:
  enum class lone_comma : std::uint8_t { thousands_only, may_be_decimal };

  // Nothing when the text is no such number: groups that are not of three digits, a leading '+',
  // exponents beyond 30, NaN.
  static std::optional<written_number> parse(std::string_view text, lone_comma comma);

  bool negative() const { return negative_; }
  // Digits without the commas; at least one.
  std::string_view whole() const { return {whole_.data(), whole_size_}; }
  // Digits after the point; may be empty.
  std::string_view fraction() const { return fraction_; }

 private:
  bool read_whole(std::string_view text);
  bool shift_point(int places);

  // More digits than any value that fits 64 bits; longer is unreadable.
  std::array<char, 32> whole_{};
  std::size_t whole_size_ = 0;
  std::string fraction_;
  bool negative_ = false;
};

}  // namespace wolkvox::api
