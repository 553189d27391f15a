// The exposition as a scraper gets it: published families, the exporter's own and those that the
// scrape makes stand in one sorted run, in every form and under every filter.
#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <protozero/pbf_message.hpp>
#include <string>
#include <vector>

#include "metrics/exposition/encoders.hpp"
#include "metrics/exposition/page_store.hpp"
#include "metrics/exposition/protobuf_fields.hpp"
#include "metrics/exposition/recording.hpp"
#include "metrics/exposition/scrape_families.hpp"
#include "metrics/exposition/self_metrics.hpp"
#include "tests/unit/metrics/page_text.hpp"

namespace wolkvox::metrics {
namespace {

constexpr page_store::instant start{};

bool is_made_per_scrape(family_id id) {
  const auto all = families_made_per_scrape();
  return std::ranges::find(all, id) != all.end();
}

// A line of `id` for the operation.
void write_one(sink& out, family_id id, std::string_view operation) {
  const label labels[] = {{"operation", operation}};
  out.open(id);
  if (describe(id).type == metric_type::histogram) {
    const double bounds[] = {1};
    const std::uint64_t counts[] = {1, 2};
    out.sample(out.block(labels), no_labels,
               histogram_value{.bounds = bounds, .cumulative = counts, .sum = 3});
  } else {
    out.sample(out.block(labels), no_labels, 1);
  }
}

// Every family there is, from whom it comes in service; a page that is packed by itself among them.
page_store every_family() {
  page_store store;
  recorder published;
  for (const auto& about : all_families()) {
    if (about.kept != lifetime::self) {
      for (int i = 0; i < (about.id == family_id::agent_status_seconds ? 1500 : 1); ++i) {
        write_one(published, about.id, "acme");
      }
    }
  }
  store.publish("acme", "all", make_pages(published.finish()));
  recorder of_acme;
  recorder of_none;
  for (const auto& about : all_families()) {
    if (about.kept == lifetime::self && !is_made_per_scrape(about.id)) {
      const bool is_operations = !about.labels.empty() && about.labels.front() == "operation";
      write_one(is_operations ? of_acme : of_none, about.id, "acme");
    }
  }
  store.publish_own({{.operation = "acme", .pages = make_pages(of_acme.finish())},
                     {.operation = "", .pages = make_pages(of_none.finish())}});
  return store;
}

std::shared_ptr<const recording> made_now(const page_filter& filter) {
  recorder out;
  for (const auto id : families_made_per_scrape()) {
    if (filter.takes_operation("") && filter.takes_name(describe(id).name)) {
      out.open(id);
      out.sample(no_labels, no_labels, 1);
    }
  }
  return out.finish();
}

std::string scrape(page_store& store, form wanted, const page_filter& filter) {
  return join(store.gather(filter, wanted, start)->body(wanted, *made_now(filter)));
}

std::string gunzipped(std::string body) {
  std::string read(1'000'000, '\0');
  z_stream stream{};
  EXPECT_EQ(inflateInit2(&stream, 16 + MAX_WBITS), Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(body.data());
  stream.avail_in = static_cast<uInt>(body.size());
  stream.next_out = reinterpret_cast<Bytef*>(read.data());
  stream.avail_out = static_cast<uInt>(read.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  read.resize(stream.total_out);
  inflateEnd(&stream);
  return read;
}

std::vector<std::string> families_in_lines(const std::string& body) {
  std::vector<std::string> names;
  constexpr std::string_view keyword = "# TYPE ";
  for (auto at = body.find(keyword); at != std::string::npos; at = body.find(keyword, at + 1)) {
    const auto begin = at + keyword.size();
    names.push_back(body.substr(begin, body.find(' ', begin) - begin));
  }
  return names;
}

std::vector<std::string> families_in_messages(std::string_view rest) {
  std::vector<std::string> names;
  while (!rest.empty()) {
    const char* at = rest.data();
    const auto size = protozero::decode_varint(&at, rest.data() + rest.size());
    rest.remove_prefix(static_cast<std::size_t>(at - rest.data()));
    const std::string message{rest.substr(0, size)};
    protozero::pbf_message<protobuf::metric_family> family{message};
    if (family.next(protobuf::metric_family::name)) {
      names.push_back(family.get_string());
    }
    rest.remove_prefix(size);
  }
  return names;
}

std::vector<std::string> families_in(const std::string& body, format as) {
  return as == format::protobuf ? families_in_messages(body) : families_in_lines(body);
}

// OpenMetrics' metadata leaves a counter's _total out; the order is that of whole names.
std::vector<std::string> sorted_names(std::vector<family_id> families, format as) {
  std::ranges::sort(families, {}, [](family_id id) { return describe(id).name; });
  std::vector<std::string> names;
  for (const auto id : families) {
    auto& name = names.emplace_back(describe(id).name);
    if (as == format::openmetrics && describe(id).type == metric_type::counter) {
      name.resize(name.size() - std::string_view{"_total"}.size());
    }
  }
  return names;
}

std::vector<family_id> families_taken(const page_filter& filter) {
  std::vector<family_id> taken;
  for (const auto& about : all_families()) {
    const bool has_operation = !about.labels.empty() && about.labels.front() == "operation";
    if (filter.takes_name(about.name) && filter.takes_operation(has_operation ? "acme" : "")) {
      taken.push_back(about.id);
    }
  }
  return taken;
}

TEST(whole_exposition, all_families_stand_in_one_sorted_run) {
  auto store = every_family();
  const page_filter filters[] = {
      {},
      {.names = {"wolkvox_up", "process_threads", "wolkvox_exporter_scrapes_total",
                 "wolkvox_agents"},
       .operations = {}},
      {.names = {"wolkvox_exporter_scrapes_in_flight"}, .operations = {}},
      {.names = {}, .operations = {"acme"}},
      {.names = {"wolkvox_up", "process_threads"}, .operations = {"acme"}},
  };
  for (std::size_t i = 0; i < std::size(filters); ++i) {
    for (const auto as : {format::text, format::openmetrics, format::protobuf}) {
      SCOPED_TRACE(testing::Message() << name_of(as) << ", filter " << i);
      const auto body = scrape(store, {as, encoding::identity}, filters[i]);
      EXPECT_EQ(families_in(body, as), sorted_names(families_taken(filters[i]), as));
      EXPECT_EQ(gunzipped(scrape(store, {as, encoding::gzip}, filters[i])), body);
      EXPECT_EQ(body.ends_with("# EOF\n"), as == format::openmetrics);
    }
  }
}

TEST(whole_exposition, of_nothing_but_what_the_scrape_makes_is_sorted_too) {
  page_store store;
  for (const auto as : {format::text, format::openmetrics, format::protobuf}) {
    const auto all = families_made_per_scrape();
    EXPECT_EQ(families_in(scrape(store, {as, encoding::identity}, {}), as),
              sorted_names({all.begin(), all.end()}, as));
  }
}

}  // namespace
}  // namespace wolkvox::metrics
