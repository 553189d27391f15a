// Text forms of durations, percentages, money, ids and made-up personal data.
#include "tests/simulator/wire.hpp"

#include <fmt/format.h>

#include "tests/simulator/random.hpp"

namespace wolkvox::simulator {

std::string hours_minutes_seconds(std::int64_t seconds) {
  return fmt::format("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

std::string with_thousands(std::int64_t value) {
  auto digits = fmt::format("{}", value);
  for (auto at = std::ssize(digits) - 3; at > 0; at -= 3) {
    digits.insert(static_cast<std::size_t>(at), 1, ',');
  }
  return digits;
}

std::string decimal(std::int64_t hundredths) {
  return fmt::format("{}.{:02}", with_thousands(hundredths / 100), hundredths % 100);
}

std::string percentage(std::int64_t part, std::int64_t whole) {
  if (part == 0 || whole == 0) {
    return "0 %";
  }
  return decimal((part * 10'000 + whole / 2) / whole) + " %";
}

std::string conn_id_text(const call_id& id) {
  const auto epoch = id.began.time_since_epoch().count();
  if (id.by_machine) {
    return fmt::format("ivr.{}.{}", epoch, id.serial);
  }
  return fmt::format("{}.{}.{}.{}", 20'000 + id.serial % 97, id.serial, epoch, id.serial % 7);
}

std::string telephone(std::uint32_t serial) {
  return fmt::format("+57300{:07}", scramble(serial) % 10'000'000);
}

std::string customer_id(std::uint32_t serial) {
  return fmt::format("CC-{:09}", scramble(serial + 1ULL) % 1'000'000'000);
}

std::string private_comment(std::uint32_t serial) {
  return serial % 3 == 0 ? fmt::format("comentario privado {}", serial) : std::string();
}

std::int64_t cost_hundredths(call_type type, std::int64_t seconds) {
  switch (type) {
    case call_type::internal_call:
    case call_type::internal_call_inb:
    case call_type::internal_call_que:
      return 0;
    case call_type::inbound:
    case call_type::transfer:
      return 8'750 * minutes_begun(seconds);
    case call_type::out_pre:
    case call_type::outbound_ma:
    case call_type::ivr_out:
      break;
  }
  return 11'990 * minutes_begun(seconds);
}

}  // namespace wolkvox::simulator
