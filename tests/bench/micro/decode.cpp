// Decoding of one large answer: 60,000 agents (the platform's row cap, wolkvox-api.md 3.1) as
// `real_time.php?api=agents` writes them, 24 MB. Reports bytes per second; the argument is the size
// of the pieces, 0 the whole. Then the same through the agents' collector: rows to a live table.
#include <benchmark/benchmark.h>
#include <date/tz.h>
#include <fmt/format.h>

#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "exporter/api/answer_decoder.hpp"
#include "exporter/collectors/collector.hpp"

namespace {

using namespace wolkvox::api;

constexpr std::array<std::string_view, 18> names = {
    "agent_id",  "agent_name",     "agent_status", "calls",        "inbound",       "outbound",
    "internal",  "time_state_now", "ready_time",   "inbound_time", "outbound_time", "acw_time",
    "ring_time", "aux_time",       "login_time",   "aht_time",     "ocupation",     "occupancy"};

constexpr auto fields = [] {
  std::array<field, names.size()> all{};
  for (std::size_t i = 0; i < names.size(); ++i) {
    all[i].spellings = {&names[i], 1};
  }
  return all;
}();

std::string sixty_thousand_agents() {
  std::string body = R"({"code":"200","error":null,"msg":"60000 records were found","data":[)";
  for (int i = 0; i < 60'000; ++i) {
    body += fmt::format(
        R"({}{{"agent_id":"{}","agent_name":"Agente numero {}","agent_status":"Ready","calls":"{}",)"
        R"("inbound":"{}","outbound":"3","internal":"0","time_state_now":"215","ready_time":"04:38:08",)"
        R"("inbound_time":"01:12:44","outbound_time":"00:03:12","acw_time":"00:21:09",)"
        R"("ring_time":"00:05:00","aux_time":"00:40:13","login_time":"07:59:58",)"
        R"("aht_time":"00:04:31","ocupation":"34.64 %"}})",
        i == 0 ? "" : ",", 10'000 + i, i, i % 90, i % 70);
  }
  return body + "]}";
}

class first_field final : public row_consumer {
 public:
  void row(const row_view& row) override { benchmark::DoNotOptimize(row[0]); }
};

// Writes the body in pieces; false when it was not decoded whole.
bool decode(answer_decoder& decoder, std::string_view body, std::size_t piece_size) {
  for (std::string_view rest = body; !rest.empty();) {
    const auto piece = rest.substr(0, piece_size);
    if (!decoder.write(piece)) {
      return false;
    }
    rest.remove_prefix(piece.size());
  }
  const auto envelope = decoder.finish();
  return envelope && envelope->rows == 60'000;
}

void decode_agents(benchmark::State& state) {
  const auto body = sixty_thousand_agents();
  const report_schema schema{fields};
  const auto piece_size =
      state.range(0) == 0 ? body.size() : static_cast<std::size_t>(state.range(0));
  for (auto _ : state) {
    first_field rows;
    answer_decoder decoder{schema, rows};
    if (!decode(decoder, body, piece_size)) {
      state.SkipWithError("not decoded");
      return;
    }
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(body.size()));
}

class to_reading final : public row_consumer {
 public:
  explicit to_reading(wolkvox::collectors::reading& reading) : reading_(reading) {}
  void row(const row_view& row) override { reading_.row(0, row); }

 private:
  wolkvox::collectors::reading& reading_;
};

void read_agents(benchmark::State& state) {
  namespace collectors = wolkvox::collectors;
  const auto body = sixty_thousand_agents();
  const auto context = std::make_shared<collectors::poll_context>();
  context->operation = std::make_shared<const wolkvox::config::operation>();
  auto known = std::make_shared<wolkvox::metrics::name_directory>();  // as of the second poll
  for (int i = 0; i < 60'000; ++i) {
    known->learn(wolkvox::metrics::named_thing::agent, fmt::format("{}", 10'000 + i),
                 fmt::format("Agente numero {}", i));
  }
  context->names = known;
  context->people = std::make_shared<const collectors::privacy>(wolkvox::config::agent_names::show,
                                                                std::array<std::uint8_t, 32>{});
  context->zone = date::locate_zone("America/Bogota");
  const auto* const agents = collectors::find_collector("agents");
  const auto queries = agents->queries(*context);
  for (auto _ : state) {
    const auto reading = agents->begin(context);
    to_reading rows{*reading};
    answer_decoder decoder{*queries.front().schema, rows};
    if (!decode(decoder, body, 1 << 16)) {
      state.SkipWithError("not decoded");
      return;
    }
    benchmark::DoNotOptimize(reading->finish());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(body.size()));
}

BENCHMARK(decode_agents)->Arg(0)->Arg(1 << 14)->Arg(1 << 16)->Unit(benchmark::kMillisecond);
BENCHMARK(read_agents)->Unit(benchmark::kMillisecond);

}  // namespace
