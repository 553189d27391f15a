// Series about the exporter: metrics of prometheus-cpp that note when they are no longer what their
// page shows, so that a scrape after which nothing changed encodes nothing. Event-loop thread only.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>

#include <chrono>
#include <vector>

#include "metrics/exposition/sink.hpp"
#include "metrics/native_buckets.hpp"

namespace wolkvox::metrics {

// Whether a page has to be made anew; and, for all that share `any`, whether one of theirs has.
class outdated_mark {
 public:
  explicit outdated_mark(bool& any) : any_(&any) {}

  void set() { *any_ = is_set_ = true; }
  void clear() { is_set_ = false; }
  bool is_set() const { return is_set_; }

 private:
  bool is_set_ = false;
  bool* any_;
};

class own_counter {
 public:
  // `started`: now, when it is 0.
  own_counter(outdated_mark& page, std::chrono::sys_seconds started)
      : started_(started), page_(&page) {}

  void increment(double by = 1) {
    if (by > 0) {
      metric_.Increment(by);
      page_->set();
    }
  }
  counter_value value() const { return {.value = metric_.Value(), .started = started_}; }

 private:
  prometheus::Counter metric_;
  std::chrono::sys_seconds started_;
  outdated_mark* page_;
};

class own_gauge {
 public:
  explicit own_gauge(outdated_mark& page) : page_(&page) {}

  void set(double value) {
    if (value != metric_.Value()) {
      metric_.Set(value);
      page_->set();
    }
  }
  double value() const { return metric_.Value(); }

 private:
  prometheus::Gauge metric_;
  outdated_mark* page_;
};

class own_histogram {
 public:
  own_histogram(outdated_mark& page, std::chrono::sys_seconds started,
                const std::vector<double>& bounds)
      : metric_(bounds), started_(started), page_(&page) {}

  // `value` is finite and not negative.
  void observe(double value) {
    metric_.Observe(value);
    native_.observe(value);
    page_->set();
  }
  const prometheus::Histogram& classic() const { return metric_; }
  const native_buckets& native() const { return native_; }
  std::chrono::sys_seconds started() const { return started_; }

 private:
  prometheus::Histogram metric_;
  native_buckets native_;
  std::chrono::sys_seconds started_;
  outdated_mark* page_;
};

}  // namespace wolkvox::metrics
