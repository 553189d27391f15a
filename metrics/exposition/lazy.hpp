// A value that is made by the first thread that asks for it and kept.
#pragma once

#include <atomic>
#include <mutex>
#include <utility>

namespace wolkvox::metrics {

template <class Value>
class lazy {
 public:
  // A maker that throws leaves it unmade.
  template <class Maker>
  const Value& get(Maker&& make) {
    std::call_once(once_, [&] {
      value_ = std::forward<Maker>(make)();
      made_.store(true, std::memory_order_release);
    });
    return value_;
  }
  // True when get() returns at once.
  bool is_made() const { return made_.load(std::memory_order_acquire); }

 private:
  std::once_flag once_;
  std::atomic<bool> made_ = false;
  Value value_{};
};

}  // namespace wolkvox::metrics
