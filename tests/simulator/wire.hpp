// How values look on the wire: everything is a string, in the forms of wolkvox-api.md section 4.
// Personal data is made up and recognisable, so that tests can look for leaks.
#pragma once

#include <cstdint>
#include <string>

#include "tests/simulator/records.hpp"

namespace wolkvox::simulator {

// "HH:MM:SS", hours may pass 24.
std::string hours_minutes_seconds(std::int64_t seconds);
// "34.64 %", "15,233.33 %", "0 %" (also for a part of nothing).
std::string percentage(std::int64_t part, std::int64_t whole);
// "1,234.50": two decimals of hundredths.
std::string decimal(std::int64_t hundredths);
std::string with_thousands(std::int64_t value);

// "10042.17.1769882848.3", "ivr.1769882848.17" (wolkvox-api.md 3.3): the epoch is the call's
// beginning.
std::string conn_id_text(const call_id& id);
// "+57300" and seven digits.
std::string telephone(std::uint32_t serial);
// "CC-" and nine digits.
std::string customer_id(std::uint32_t serial);
// "comentario privado …" for some calls, empty for the others.
std::string private_comment(std::uint32_t serial);

// Price of a call in hundredths of COP, by minute begun.
std::int64_t cost_hundredths(call_type type, std::int64_t seconds);
constexpr std::int64_t minutes_begun(std::int64_t lasted) {
  return (lasted + 59) / 60;
}

}  // namespace wolkvox::simulator
