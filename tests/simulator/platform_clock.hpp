// The platform's time: real time, moved, sped up or stopped. Everything the simulator shows is told
// in this time.
#pragma once

#include <chrono>
#include <cstdint>

namespace wolkvox::simulator {

class platform_clock {
 public:
  using real = std::chrono::steady_clock;

  platform_clock(std::chrono::sys_seconds start, double speed, real::time_point now)
      : from_(start), speed_(speed), since_(now) {}

  std::chrono::sys_seconds now(real::time_point now) const {
    return std::chrono::floor<std::chrono::seconds>(exact(now));
  }
  // 0 stops the clock.
  void set_speed(double speed, real::time_point now) {
    from_ = exact(now);
    since_ = now;
    speed_ = speed;
  }
  void forward(std::chrono::seconds by) { from_ += by; }
  double speed() const { return speed_; }

 private:
  using instant = std::chrono::sys_time<std::chrono::microseconds>;
  instant exact(real::time_point now) const {
    const std::chrono::duration<double, std::micro> passed = now - since_;
    return from_ + std::chrono::microseconds{static_cast<std::int64_t>(passed.count() * speed_)};
  }

  instant from_;
  double speed_;
  real::time_point since_;
};

}  // namespace wolkvox::simulator
