// Peer: prometheus-cpp's own Exposer over a Registry that holds every series as a live metric.
//   peer_prometheus_cpp DUMP
#include <malloc.h>
#include <prometheus/counter.h>
#include <prometheus/exposer.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <unistd.h>

#include <fstream>
#include <iostream>
#include <memory>

#include "tests/bench/peers/dump.hpp"

namespace {

using wolkvox::bench::split;
using line = std::vector<std::string>;

// One family of the dump; only the pointer of its type is set.
struct open_family {
  std::vector<std::string> label_names;
  prometheus::Family<prometheus::Counter>* counters = nullptr;
  prometheus::Family<prometheus::Gauge>* gauges = nullptr;
  prometheus::Family<prometheus::Histogram>* histograms = nullptr;
};

open_family open(prometheus::Registry& registry, const line& fields) {
  const auto& type = fields.at(1);
  const auto& name = fields.at(2);
  const auto& help = fields.at(3);
  open_family family;
  if (!fields.at(4).empty()) {
    family.label_names = split(fields[4], ',');
  }
  if (type == "counter") {
    family.counters = &prometheus::BuildCounter().Name(name).Help(help).Register(registry);
  } else if (type == "gauge") {
    family.gauges = &prometheus::BuildGauge().Name(name).Help(help).Register(registry);
  } else {
    family.histograms = &prometheus::BuildHistogram().Name(name).Help(help).Register(registry);
  }
  return family;
}

prometheus::Labels labels_of(const open_family& family, const line& fields, std::size_t first) {
  prometheus::Labels labels;
  for (std::size_t i = 0; i < family.label_names.size(); ++i) {
    labels.emplace(family.label_names[i], fields.at(first + i));
  }
  return labels;
}

void add_histogram(open_family& family, const line& fields) {
  prometheus::Histogram::BucketBoundaries bounds;
  std::vector<double> observations;
  double before = 0;
  for (const auto& bucket : split(fields.at(2), ',')) {
    const auto colon = bucket.find(':');
    const double cumulative = std::stod(bucket.substr(colon + 1));
    if (!bucket.starts_with("+Inf")) {
      bounds.push_back(std::stod(bucket.substr(0, colon)));
    }
    observations.push_back(cumulative - before);
    before = cumulative;
  }
  family.histograms->Add(labels_of(family, fields, 3), bounds)
      .ObserveMultiple(observations, std::stod(fields.at(1)));
}

void load(prometheus::Registry& registry, const char* path) {
  std::ifstream dump(path);
  open_family family;
  for (std::string text; std::getline(dump, text);) {
    const auto fields = split(text, '\t');
    if (fields[0] == "F") {
      family = open(registry, fields);
    } else if (fields[0] == "H") {
      add_histogram(family, fields);
    } else if (family.counters) {
      family.counters->Add(labels_of(family, fields, 2)).Increment(std::stod(fields.at(1)));
    } else {
      family.gauges->Add(labels_of(family, fields, 2)).Set(std::stod(fields.at(1)));
    }
  }
}

}  // namespace

int main(int, char** argv) {
  const auto registry = std::make_shared<prometheus::Registry>();
  load(*registry, argv[1]);
  ::malloc_trim(0);
  // As many threads as connections are measured; its default of two would queue six of eight.
  prometheus::Exposer exposer("127.0.0.1:0", 8);
  exposer.RegisterCollectable(registry);
  std::cout << "listening on 127.0.0.1:" << exposer.GetListeningPorts().at(0) << std::endl;
  while (true) {
    ::pause();
  }
}
