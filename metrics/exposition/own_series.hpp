// Series about the exporter: metrics of prometheus-cpp that note when they are no longer what their
// page shows, so that a scrape after which nothing changed encodes nothing. Event-loop thread only.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>

#include <vector>

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
  explicit own_counter(outdated_mark& page) : page_(&page) {}

  void increment(double by = 1) {
    if (by > 0) {
      metric_.Increment(by);
      page_->set();
    }
  }
  const prometheus::Counter& metric() const { return metric_; }

 private:
  prometheus::Counter metric_;
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
  const prometheus::Gauge& metric() const { return metric_; }

 private:
  prometheus::Gauge metric_;
  outdated_mark* page_;
};

class own_histogram {
 public:
  own_histogram(outdated_mark& page, const std::vector<double>& bounds)
      : metric_(bounds), page_(&page) {}

  void observe(double value) {
    metric_.Observe(value);
    page_->set();
  }
  const prometheus::Histogram& metric() const { return metric_; }

 private:
  prometheus::Histogram metric_;
  outdated_mark* page_;
};

}  // namespace wolkvox::metrics
