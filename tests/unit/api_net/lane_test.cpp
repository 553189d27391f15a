#include "exporter/api/net/lane.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <random>
#include <vector>

#include "exporter/api/net/lane_registry.hpp"

namespace wolkvox::api {
namespace {

namespace asio = boost::asio;
using testing::ElementsAre;

TEST(lane_queue, lets_the_most_urgent_go_first_and_equals_in_the_order_they_came) {
  lane_queue queue(1);
  const auto catch_up = queue.enter(urgency::catch_up);
  const auto report_1 = queue.enter(urgency::report);
  const auto report_2 = queue.enter(urgency::report);
  const auto live = queue.enter(urgency::live);
  const auto names = queue.enter(urgency::names);
  std::vector<lane_queue::ticket> order;
  while (const auto next = queue.admit()) {
    order.push_back(*next);
    EXPECT_EQ(queue.admit(), std::nullopt) << "the only slot is taken";
    queue.leave(*next);
  }
  EXPECT_THAT(order, ElementsAre(live, names, report_1, report_2, catch_up));
}

TEST(lane_queue, makes_the_live_agents_wait_for_one_request_at_most) {
  lane_queue queue(1);
  const auto slow = queue.enter(urgency::report);
  ASSERT_EQ(queue.admit(), slow);
  queue.enter(urgency::report);
  const auto live = queue.enter(urgency::live);
  queue.leave(slow);
  EXPECT_EQ(queue.admit(), live);
}

TEST(lane_queue, lets_nobody_be_overtaken_for_ever) {
  lane_queue queue(1);
  const auto report = queue.enter(urgency::report);
  const auto catch_up = queue.enter(urgency::catch_up);
  std::vector<lane_queue::ticket> patient;
  for (std::uint64_t i = 0; i < 2 * lane_queue::most_overtaken; ++i) {
    queue.enter(urgency::live);
    const auto next = queue.admit();
    ASSERT_TRUE(next);
    queue.leave(*next);
    if (*next == report || *next == catch_up) {
      EXPECT_EQ(i, lane_queue::most_overtaken + patient.size());
      patient.push_back(*next);
    }
  }
  EXPECT_THAT(patient, ElementsAre(report, catch_up));
}

TEST(lane_queue, forgets_who_leaves_while_waiting) {
  lane_queue queue(1);
  const auto first = queue.enter(urgency::live);
  const auto second = queue.enter(urgency::report);
  queue.leave(first);
  EXPECT_EQ(queue.admit(), second);
  EXPECT_EQ(queue.waiting(), 0U);
}

TEST(lane_queue, never_gives_more_slots_than_it_has) {
  std::minstd_rand chance{7};
  for (std::size_t slots = 1; slots <= 2; ++slots) {
    lane_queue queue(slots);
    std::vector<lane_queue::ticket> inside;
    for (int i = 0; i < 2000; ++i) {
      if (inside.empty() || chance() % 2 == 0) {
        inside.push_back(queue.enter(static_cast<urgency>(chance() % 4)));
      } else {
        const auto leaver = inside.begin() + static_cast<std::ptrdiff_t>(chance() % inside.size());
        queue.leave(*leaver);
        inside.erase(leaver);
      }
      queue.admit();
      ASSERT_LE(queue.holding(), slots);
      ASSERT_EQ(queue.holding() + queue.waiting(), inside.size());
    }
  }
}

// One who enters a lane and holds a slot until told to go.
struct guest {
  std::optional<lane::place> place;
  bool done = false;
  asio::cancellation_signal stop;
};

class in_a_lane : public testing::Test {
 protected:
  static asio::awaitable<void> come(lane* where, urgency how_urgent, guest* who) {
    who->place = co_await where->enter(how_urgent, who);
    who->done = true;
  }
  void enter(guest& who, urgency how_urgent) {
    asio::co_spawn(loop, come(&one_slot, how_urgent, &who),
                   asio::bind_cancellation_slot(who.stop.slot(),
                                                [&who](std::exception_ptr) { who.done = true; }));
    run();
  }
  void run() {
    loop.restart();
    loop.poll();
  }

  asio::io_context loop{1};
  lane one_slot{loop.get_executor(), 1};
  guest first;
  guest second;
  guest third;
};

TEST_F(in_a_lane, who_waits_goes_on_when_the_slot_comes_free) {
  enter(first, urgency::report);
  ASSERT_TRUE(first.place);
  enter(second, urgency::report);
  enter(third, urgency::live);
  EXPECT_FALSE(second.done);
  EXPECT_FALSE(third.done);
  first.place.reset();
  run();
  EXPECT_TRUE(third.place);
  EXPECT_FALSE(second.done);
  third.place.reset();
  run();
  EXPECT_TRUE(second.place);
}

TEST_F(in_a_lane, a_stop_takes_one_out_of_the_queue) {
  enter(first, urgency::report);
  enter(second, urgency::live);
  enter(third, urgency::report);
  second.stop.emit(asio::cancellation_type::terminal);
  run();
  EXPECT_TRUE(second.done);
  EXPECT_FALSE(second.place);
  first.place.reset();
  run();
  EXPECT_TRUE(third.place);
}

TEST_F(in_a_lane, a_slot_given_to_one_who_is_stopped_at_that_moment_goes_to_the_next) {
  enter(first, urgency::report);
  enter(second, urgency::live);
  enter(third, urgency::report);
  second.stop.emit(asio::cancellation_type::terminal);
  first.place.reset();
  run();
  EXPECT_FALSE(second.place);
  EXPECT_TRUE(third.place);
}

TEST_F(in_a_lane, one_who_is_sent_away_leaves_the_others_in_the_queue) {
  enter(first, urgency::report);
  enter(second, urgency::live);
  enter(third, urgency::report);
  one_slot.send_away(&second);
  run();
  EXPECT_TRUE(second.done);
  EXPECT_FALSE(second.place);
  EXPECT_FALSE(third.done);
  first.place.reset();
  run();
  EXPECT_TRUE(third.place);
}

TEST_F(in_a_lane, another_slot_lets_the_next_in) {
  enter(first, urgency::report);
  enter(second, urgency::live);
  one_slot.set_slots(2);
  run();
  EXPECT_TRUE(second.place);
}

TEST_F(in_a_lane, a_slot_that_is_still_taken_waits_for_the_successor_with_the_same_token) {
  lane_registry lanes(loop.get_executor());
  config::operation one;
  one.token.file = "token";
  config::operation another;
  another.token.file = "another";
  auto before = lanes.of(one);
  asio::co_spawn(loop, come(before.get(), urgency::live, &first), asio::detached);
  run();
  before->give_back_at(std::move(*first.place), std::chrono::steady_clock::time_point::max());
  before.reset();
  const auto other = lanes.of(another);
  const auto after = lanes.of(one);
  asio::co_spawn(loop, come(other.get(), urgency::live, &second), asio::detached);
  asio::co_spawn(loop, come(after.get(), urgency::live, &third), asio::detached);
  run();
  EXPECT_TRUE(second.place);
  EXPECT_FALSE(third.done);
  second.place.reset();
  lanes.close();
  run();
  EXPECT_TRUE(third.done);
  EXPECT_TRUE(loop.stopped()) << "a slot that comes back late keeps the loop busy";
}

TEST_F(in_a_lane, closing_sends_everybody_away_but_who_holds_a_slot) {
  enter(first, urgency::report);
  enter(second, urgency::live);
  one_slot.close();
  run();
  EXPECT_TRUE(first.place);
  EXPECT_TRUE(second.done);
  EXPECT_FALSE(second.place);
  enter(third, urgency::live);
  EXPECT_TRUE(third.done);
  EXPECT_FALSE(third.place);
  first.place.reset();
  run();
  EXPECT_TRUE(loop.stopped());
}

}  // namespace
}  // namespace wolkvox::api
