// What has happened, for the reports: one record per handled call and one per caller who gave up,
// in the order of their ends. Records never change; a late edit of the codes is part of the record,
// with the time it shows.
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace wolkvox::simulator {

using std::chrono::sys_seconds;

constexpr std::uint32_t nobody = std::numeric_limits<std::uint32_t>::max();

// wolkvox-api.md 4: type_interaction, type_call; ivr_out was observed outside the documented list.
enum class call_type : std::uint8_t {
  inbound,
  out_pre,
  outbound_ma,
  internal_call,
  internal_call_inb,
  internal_call_que,
  transfer,
  ivr_out,
};
std::string_view to_string(call_type type);

// A call's id: `serial` is unique; one call keeps it through transfers.
struct call_id {
  std::uint32_t serial = 0;
  bool by_machine = false;  // "ivr.<epoch>.<n>"
  sys_seconds began{};
  friend bool operator==(const call_id&, const call_id&) = default;
};

// Classification codes, indexes into classification().
struct codes {
  std::uint8_t first = 0;
  std::uint8_t second = 0;
  friend bool operator==(const codes&, const codes&) = default;
};

struct code_entry {
  std::string_view code;
  std::string_view description;
  bool hit;
};
const code_entry& classification(std::uint8_t index);
constexpr std::uint8_t no_code = 0;
constexpr std::uint8_t timeout_code = 1;  // TIMEOUTACW
constexpr std::uint8_t first_plain_code = 2;
std::uint8_t classification_size();
// The platform writes "-" for no code at times (wolkvox-api.md 4): the same meaning, another index.
std::uint8_t meaning_of(std::uint8_t index);

// One call leg: a row of agents_detail (unless ivr_out) and of cdr_1.
struct call_record {
  call_id id;
  sys_seconds ended{};    // the rows' date (wolkvox-api.md 3.3)
  sys_seconds visible{};  // in the reports from here on
  sys_seconds edited{};   // the second codes show from here on; max: never edited
  std::int32_t duration = 0;
  std::int32_t hold = 0;
  std::int32_t mute = 0;
  std::uint32_t agent = nobody;  // index
  std::uint32_t skill = nobody;
  std::uint32_t campaign = nobody;
  std::uint16_t hold_mute_uses = 0;
  call_type type = call_type::inbound;
  bool by_agent = false;  // who hung up
  codes as_written;
  codes as_edited;

  codes codes_at(sys_seconds now) const { return now >= edited ? as_edited : as_written; }
};

// A row of skill_2.
struct queue_record {
  call_id id;
  sys_seconds ended{};
  sys_seconds visible{};
  std::int32_t waited = 0;
  std::uint32_t skill = 0;
  call_type type = call_type::inbound;
  bool abandoned = true;
};

struct history {
  std::vector<call_record> calls;
  std::vector<queue_record> queue;
};

}  // namespace wolkvox::simulator
