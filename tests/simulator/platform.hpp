// The API around the centre, without a network: token, concurrency, quota, routing, faults, and the
// protocol of what was asked. One request in, one answer out; the server carries it out.
#pragma once

#include <boost/json/object.hpp>
#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "tests/simulator/centre.hpp"
#include "tests/simulator/faults.hpp"
#include "tests/simulator/query.hpp"
#include "tests/simulator/quota.hpp"

namespace wolkvox::simulator {

struct platform_settings {
  std::string token = "demo-token";
  std::uint64_t licences = 25;
  std::size_t row_cap = 60'000;  // wolkvox-api.md 3.1
  std::size_t max_concurrent = 2;
  bool totals_row = false;
  bool code_as_number = false;
  double error_rate = 0.0;
  std::uint64_t fault_seed = 1;
};

struct api_request {
  std::string_view method;
  std::string_view target;
  std::optional<std::string_view> token;
};

struct api_answer {
  unsigned status = 200;
  std::string body;
  std::string content_type = "application/json; charset=UTF-8";
  std::optional<unsigned> retry_after;  // seconds
  std::string location;                 // of a redirect
  std::optional<fault> transport;       // slow, stall, reset and their like: for the server
};

class platform {
 public:
  platform(centre_settings centre, platform_settings settings);

  // `now` never goes back. Every API request begun is ended, however it ends.
  api_answer begin(const api_request& request, sys_seconds now);
  void end() { --in_flight_; }

  void advance(sys_seconds now);

  const simulator::centre& centre() const { return centre_; }
  fault_plan& faults() { return faults_; }
  quota& spent() { return quota_; }
  platform_settings& settings() { return settings_; }
  // Counters by report, refusals, the last requests. Holds no token.
  boost::json::object protocol() const;
  void forget_protocol();

 private:
  struct entry {
    sys_seconds at{};
    std::string report;
    std::string window;
    unsigned status = 0;
    std::string fault;
    std::size_t rows = 0;
  };
  struct report_count {
    std::uint64_t requests = 0;
    std::uint64_t good = 0;
    std::uint64_t refused = 0;
    std::uint64_t faulty = 0;
  };

  std::optional<api_answer> refusal(const api_request& request);
  std::optional<fault> fault_for(std::string_view asked);
  api_answer answer(const query& asked, entry& noted);

  platform_settings settings_;
  simulator::centre centre_;
  fault_plan faults_;
  quota quota_;
  random_source scenario_chance_;
  std::size_t in_flight_ = 0;
  std::size_t most_in_flight_ = 0;
  std::map<std::string, report_count, std::less<>> counts_;
  std::deque<entry> last_;
};

}  // namespace wolkvox::simulator
