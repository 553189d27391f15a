// What remains of a call: its record, with hold and mute, codes and their late edit.
#include <algorithm>

#include "tests/simulator/centre.hpp"
#include "tests/simulator/publication.hpp"

namespace wolkvox::simulator {

void centre::write_record(const live_call& call) {
  const auto draw = scramble(settings_.seed ^ (records_.calls.size() * 2 + 1));
  call_record record{.id = call.id,
                     .ended = now_,
                     .visible = visible_at(now_, draw, settings_.publication),
                     .edited = sys_seconds::max(),
                     .duration = static_cast<std::int32_t>((now_ - call.since).count()),
                     .agent = call.agent,
                     .skill = call.skill,
                     .campaign = call.campaign,
                     .type = call.type,
                     .by_agent = chance_.chance(0.3),
                     .as_written = {},
                     .as_edited = {}};
  const bool with_customer = call.type != call_type::ivr_out &&
                             call.type != call_type::internal_call &&
                             call.type != call_type::internal_call_inb;
  if (with_customer) {
    hold_and_mute(record);
    classify(record);
  }
  records_.calls.push_back(record);
}

void centre::hold_and_mute(call_record& record) {
  const auto portion = [&](double often, double median) {
    if (record.duration < 20 || !chance_.chance(often)) {
      return std::int32_t{0};
    }
    const auto times = static_cast<std::uint16_t>(chance_.between(1, 3));
    record.hold_mute_uses = static_cast<std::uint16_t>(record.hold_mute_uses + times);
    return static_cast<std::int32_t>(lasting(median * times, 0.6, 1, record.duration / 2).count());
  };
  record.hold = portion(0.22, 35.0);
  record.mute = portion(0.15, 15.0);
}

void centre::classify(call_record& record) {
  const auto draw = [this] {
    return static_cast<std::uint8_t>(chance_.between(first_plain_code, classification_size() - 1));
  };
  record.as_written = {.first = chance_.chance(0.05) ? timeout_code : draw(),
                       .second = chance_.chance(0.4) ? draw() : no_code};
  if (chance_.chance(settings_.edit_share)) {
    record.as_edited = {.first = draw(), .second = draw()};
    constexpr std::int64_t soonest = 120;
    const std::chrono::seconds after{
        chance_.between(soonest, std::max<std::int64_t>(settings_.edit_max.count(), soonest))};
    // Edits are never late beyond the usual delay.
    const publication_settings usual{.scale = settings_.publication.scale};
    record.edited = std::max(record.visible, visible_at(now_ + after, 0, usual));
  }
  if (record.campaign != nobody && classification(record.as_written.first).hit) {
    ++campaigns_[record.campaign].day.hits;
  }
}

void centre::write_queue_record(const live_call& call, bool abandoned) {
  records_.queue.push_back(
      {.id = call.id,
       .ended = now_,
       .visible = visible_at(now_, scramble(settings_.seed ^ (records_.queue.size() * 2)),
                             settings_.publication),
       .waited = static_cast<std::int32_t>((now_ - call.since).count()),
       .skill = call.skill,
       // The skill reports' own list of types (wolkvox-api.md 4).
       .type = call.type == call_type::transfer ? call_type::internal_call_que : call.type,
       .abandoned = abandoned});
}

}  // namespace wolkvox::simulator
