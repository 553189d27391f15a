// The centre as a whole: determinism, conservation, life at any hour.
#include "tests/simulator/centre.hpp"

#include <algorithm>
#include <set>

#include "build.hpp"

namespace wolkvox::simulator::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

bool same(const call_record& a, const call_record& b) {
  return a.id == b.id && a.ended == b.ended && a.visible == b.visible && a.duration == b.duration &&
         a.agent == b.agent && a.as_written == b.as_written && a.edited == b.edited;
}

std::uint32_t in_queues(const centre& what) {
  std::uint32_t sum = 0;
  for (const auto& one : what.skills()) {
    sum += one.in_queue;
  }
  return sum;
}

TEST(centre, gives_the_same_history_for_the_same_seed_whatever_the_steps) {
  centre one(small_centre());
  centre other(small_centre());
  const auto end = one.now() + hours{3};
  one.advance(end);
  while (other.now() < end) {
    other.advance(std::min(end, other.now() + seconds{37}));
  }
  EXPECT_GT(one.records().calls.size(), 500U);
  EXPECT_TRUE(std::ranges::equal(one.records().calls, other.records().calls, same));
  EXPECT_EQ(one.records().queue.size(), other.records().queue.size());
}

TEST(centre, gives_another_history_for_another_seed) {
  const centre one(small_centre());
  auto settings = small_centre();
  settings.seed = 2;
  const centre other(settings);
  EXPECT_FALSE(std::ranges::equal(one.records().calls, other.records().calls, same));
}

TEST(centre, loses_no_caller) {
  centre what(small_centre());
  // Across midnight, when the day's figures start again.
  for (int hour = 0; hour < 20; ++hour) {
    what.advance(what.now() + minutes{61});
    for (const auto& one : what.skills()) {
      EXPECT_EQ(one.day.offered, one.day.answered + one.day.abandoned + one.in_queue);
    }
  }
}

TEST(centre, agrees_between_live_figures_and_records) {
  auto settings = small_centre();
  settings.answered_share = 1.0;
  const centre what(settings);
  const auto midnight = at("2026-11-20");
  std::uint32_t abandoned = 0;
  for (const auto& one : what.skills()) {
    abandoned += one.day.abandoned;
  }
  EXPECT_GT(abandoned, 0U);
  EXPECT_EQ(abandoned, std::ranges::count_if(what.records().queue, [&](const queue_record& one) {
              return one.abandoned && one.ended >= midnight && one.type != call_type::out_pre;
            }));
}

TEST(centre, accounts_for_every_second_of_every_agent) {
  const centre what(small_centre());
  const auto since_midnight = (what.now() - at("2026-11-20")).count();
  for (const auto& one : what.agents()) {
    std::int64_t sum = 0;
    for (const auto spent : one.day_until(what.now()).seconds) {
      sum += spent;
    }
    EXPECT_EQ(sum, since_midnight);
  }
}

TEST(centre, is_alive_at_any_hour) {
  for (const auto agents : {10U, 40U}) {
    auto settings = small_centre();
    settings.agents = agents;
    settings.start = at("2026-11-22T00:30:00");  // a Sunday night
    centre what(settings);
    for (int hour = 0; hour < 24; ++hour) {
      const auto handled = what.records().calls.size();
      what.advance(what.now() + hours{1});
      const auto present = std::ranges::count_if(
          what.agents(), [](const agent_state& one) { return one.doing != activity::logout; });
      EXPECT_GT(present, 0) << "hour " << hour;
      if (agents == 40U) {
        EXPECT_GT(what.records().calls.size(), handled) << "hour " << hour;
      }
    }
  }
}

TEST(centre, keeps_records_in_the_order_of_their_ends) {
  const centre what(small_centre());
  EXPECT_TRUE(std::ranges::is_sorted(what.records().calls, {}, &call_record::ended));
  EXPECT_TRUE(std::ranges::is_sorted(what.records().queue, {}, &queue_record::ended));
}

TEST(centre, has_every_kind_of_call_and_calls_with_several_rows) {
  centre what(small_centre());
  what.advance(what.now() + hours{8});
  std::set<call_type> seen;
  std::set<std::uint32_t> serials;
  for (const auto& one : what.records().calls) {
    seen.insert(one.type);
    serials.insert(one.id.serial);
  }
  EXPECT_EQ(seen, (std::set{call_type::inbound, call_type::out_pre, call_type::outbound_ma,
                            call_type::internal_call, call_type::internal_call_inb,
                            call_type::transfer, call_type::ivr_out}));
  EXPECT_LT(serials.size(), what.records().calls.size());
}

TEST(centre, abandons_more_in_the_spike) {
  auto settings = small_centre();
  centre calm(settings);
  settings.play = load_scenario("abandonment-spike").value();
  centre spike(settings);
  const auto abandoned_in_40_minutes = [](centre& what) {
    const auto before = what.records().queue.size();
    what.advance(what.now() + minutes{40});
    return what.records().queue.size() - before;
  };
  const auto in_calm = abandoned_in_40_minutes(calm);
  const auto in_spike = abandoned_in_40_minutes(spike);
  EXPECT_GT(in_spike, 5 * in_calm + 20);
}

TEST(centre, dials_more_in_the_busy_campaign) {
  auto settings = small_centre();
  centre calm(settings);
  settings.play = load_scenario("busy-campaign").value();
  centre busy(settings);
  const auto end = calm.now() + hours{2};
  calm.advance(end);
  busy.advance(end);
  EXPECT_GT(busy.campaigns()[0].day.dialled, calm.campaigns()[0].day.dialled + 50);
}

TEST(centre, starts_the_live_figures_again_at_local_midnight) {
  auto settings = small_centre();
  settings.start = at("2026-11-20T23:59:59");
  centre what(settings);
  EXPECT_GT(what.skills()[0].day.offered, 100U);
  what.advance(what.now() + seconds{1});
  EXPECT_EQ(what.skills()[0].day.offered, what.skills()[0].in_queue);
  EXPECT_LT(in_queues(what), 50U);
}

TEST(centre, names_agents_uniquely_but_for_the_homonyms_asked_for) {
  auto settings = small_centre();
  settings.agents = 3000;
  settings.calls_per_day = 100;
  const auto names = [](const centre_settings& made) {
    std::set<std::string> seen;
    for (const auto& one : make_population(made).agents) {
      seen.insert(one.name);
    }
    return seen.size();
  };
  EXPECT_EQ(names(settings), 3000U);
  settings.homonyms = 5;
  EXPECT_EQ(names(settings), 2995U);
}

TEST(centre, refuses_an_unknown_zone) {
  auto settings = small_centre();
  settings.timezone = "America/Nowhere";
  EXPECT_THROW(centre{settings}, std::invalid_argument);
}

}  // namespace
}  // namespace wolkvox::simulator::test
