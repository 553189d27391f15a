#include "tests/model/world.hpp"

#include <algorithm>
#include <utility>

#include "exporter/poll/windows.hpp"

namespace wolkvox::model {

using namespace std::chrono_literals;

world::world(scenario given, dice& by)
    : settled(std::move(given)),
      chance(by),
      platform(settled, by),
      error_percent(settled.error_percent),
      now_(settled.start),
      next_scrapes_{settled.start, settled.start} {
  if (!settled.is_scraped_steadily) {
    std::ranges::for_each(prometheus, &prometheus_store::forgive_first_values);
  }
}

void world::pass(seconds length) {
  const sys_seconds until = now_ + length;
  while (now_ < until) {
    pass_until_scrape(until - now_);
  }
}

void world::pass_until_scrape(seconds length) {
  if (!is_up_) {
    go(length);
    return;
  }
  const auto next = std::ranges::min_element(next_scrapes_);
  const seconds to_scrape = *next - now_;
  if (to_scrape > length) {
    go(length);
    return;
  }
  go(std::max(to_scrape, 0s));
  scrape(static_cast<std::size_t>(next - next_scrapes_.begin()));
}

void world::go(seconds length) {
  while (length > 0s) {
    const bool jumps = jump_ && jump_->at <= now_ + length;
    const seconds part = jumps ? std::max(jump_->at - now_, 0s) : length;
    if (part > 0s) {
      platform.flow(now_, part);
      now_ += part;
      length -= part;
    }
    if (jumps) {
      jump();
    }
  }
}

// What the exporter cannot know, and so is left out:
// - Not before counting began, nor to before then: counting begins at a midnight of the platform's
//   clock, and under a clock that stands before that it begins anew.
// - After a jump back no call comes in until every collector has settled under the new time. A call
//   may else be dated where windows were asked for already, and when the clock has passed that
//   place again before anyone looks, nothing tells that it was there twice.
void world::jump() {
  const seconds skew = std::exchange(jump_, std::nullopt)->skew;
  const sys_seconds before = platform.clock(now_);
  const bool counts = origins.size() == settled.collectors.size();
  if (!counts ||
      std::ranges::any_of(origins, [&](auto& each) { return now_ + skew < each.second + 1min; })) {
    return;
  }
  platform.jump_to(skew, now_);
  if (platform.clock(now_) < before) {
    unaware_.insert(settled.collectors.begin(), settled.collectors.end());
    platform.let_calls_in(false);
  }
}

void world::has_settled(const std::string& collector, sys_seconds polled) {
  origins.try_emplace(collector, poll::local_midnight(polled, *settled.zone));
  if (polled <= platform.clock(now_)) {
    unaware_.erase(collector);
  }
  platform.let_calls_in(unaware_.empty() && !are_calls_over_);
}

void world::calls_stop() {
  are_calls_over_ = true;
  jump_.reset();
  platform.let_calls_in(false);
}

void world::scrape(std::size_t which) {
  for (const auto& [collector, pages] : published) {
    metrics::page_set& seen = scraped_[which][collector];
    if (seen == pages) {
      continue;
    }
    for (const auto& page : pages) {
      prometheus[which].scrape(*page);
    }
    seen = pages;
  }
  next_scrapes_[which] =
      now_ + (settled.is_scraped_steadily ? chance.between(10s, 55s) : chance.between(10s, 20min));
}

void world::step() {
  if (steps_left_ && --*steps_left_ <= 0) {
    steps_left_.reset();
    throw killed{};
  }
}

void world::publish(const std::string& collector, metrics::page_set pages) {
  published[collector] = std::move(pages);
}

void world::process_is_up() {
  is_up_ = true;
  wait_for_scrapes();
}

void world::process_is_gone() {
  is_up_ = false;
  published.clear();
  scraped_ = {};
  wait_for_scrapes();
}

// Nobody was there to be scraped until now.
void world::wait_for_scrapes() {
  for (sys_seconds& next : next_scrapes_) {
    next = std::max(next, now_);
  }
}

void world::jump_after(seconds wait, seconds skew) {
  jump_ = planned_jump{.at = now_ + wait, .skew = skew};
}

}  // namespace wolkvox::model
