// Packed bodies are read back whole by the readers that exist, however they were joined, and are
// about as small as one stream.
#include "metrics/exposition/packing.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include <random>
#include <string>
#include <vector>

#include "metrics/exposition/page_store.hpp"
#include "metrics/exposition/recording.hpp"
#include "tests/unit/metrics/page_text.hpp"
#include "tests/unit/metrics/scratch_directory.hpp"

namespace wolkvox::metrics {
namespace {

std::string random_lines(std::mt19937_64& random, std::size_t size) {
  std::string text;
  while (text.size() < size) {
    text += "wolkvox_agents{operation=\"acme\",status=\"" + std::to_string(random() % 100) +
            "\"} " + std::to_string(random() % 1000) + "\n";
  }
  text.resize(size);
  return text;
}

std::string body_of(encoding how, const std::vector<std::string>& parts,
                    pack_effort effort = pack_effort::usual) {
  packed_sum sum;
  std::string body{packed_head(how)};
  for (const auto& each : parts) {
    // In two pieces, as pages come in chunks.
    const std::string_view pieces[] = {std::string_view{each}.substr(0, each.size() / 3),
                                       std::string_view{each}.substr(each.size() / 3)};
    const auto part = pack(how, pieces, effort);
    sum.append(part.sum);
    body += part.bytes;
  }
  return body + packed_tail(how, sum);
}

// Sizes around the packers' own buffers, and nothing at all.
const std::vector<std::vector<std::size_t>> part_sizes{
    {}, {0}, {1}, {100, 0, 5}, {16'384, 1'000'000, 3}, {65'535, 65'536, 65'537, 262'145}};

std::vector<std::string> parts_of(const std::vector<std::size_t>& sizes) {
  std::mt19937_64 random{sizes.size()};
  std::vector<std::string> parts;
  for (const auto size : sizes) {
    parts.push_back(random_lines(random, size));
  }
  return parts;
}

std::string join(const std::vector<std::string>& parts) {
  std::string text;
  for (const auto& each : parts) {
    text += each;
  }
  return text;
}

TEST(gzip, joined_parts_are_one_member) {
  for (std::size_t i = 0; i < 2 * part_sizes.size(); ++i) {
    const auto parts = parts_of(part_sizes[i / 2]);
    auto body = body_of(encoding::gzip, parts,
                        i % 2 == 0 ? pack_effort::usual : pack_effort::small_and_soon);
    std::string read(join(parts).size() + 1, '\0');
    z_stream stream{};
    ASSERT_EQ(inflateInit2(&stream, 16 + MAX_WBITS), Z_OK);
    stream.next_in = reinterpret_cast<Bytef*>(body.data());
    stream.avail_in = static_cast<uInt>(body.size());
    stream.next_out = reinterpret_cast<Bytef*>(read.data());
    stream.avail_out = static_cast<uInt>(read.size());
    EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END) << "checksum and size are right";
    EXPECT_EQ(stream.avail_in, 0U) << "nothing follows the member";
    read.resize(stream.total_out);
    inflateEnd(&stream);
    EXPECT_EQ(read, join(parts));
  }
}

TEST(zstd, joined_frames_are_read_by_its_own_program) {
  const scratch_directory files;
  for (const auto& sizes : part_sizes) {
    if (sizes.empty()) {
      continue;  // no frame at all: the body is empty
    }
    const auto parts = parts_of(sizes);
    const auto read = files.run("zstd -dc <" + files.write("body", body_of(encoding::zstd, parts)));
    EXPECT_EQ(read.status, 0) << read.errors;
    EXPECT_EQ(read.out, join(parts));
  }
}

TEST(zstd, an_empty_exposition_is_an_empty_body) {
  EXPECT_EQ(body_of(encoding::zstd, {}), "");
}

page_store pages_of(int operations, int agents_of_each) {
  std::mt19937_64 random{5};
  page_store store;
  for (int operation = 0; operation < operations; ++operation) {
    const auto name = "operation" + std::to_string(operation);
    recorder out;
    std::vector<label_block> agents;
    for (int agent = 0; agent < agents_of_each; ++agent) {
      const auto id = std::to_string((random() % 9000) + 1000);
      const auto person = "Agent " + std::to_string(random() % 100'000);
      const label labels[] = {{"operation", name}, {"agent_id", id}, {"agent", person}};
      agents.push_back(out.block(labels));
    }
    for (const auto& about : all_families()) {
      if (about.labels.size() == 3 && about.labels[1] == "agent_id") {
        out.open(about.id);
        for (const auto agent : agents) {
          out.sample(agent, no_labels, static_cast<double>(random() % 20'000));
        }
      }
    }
    store.publish(name, "agents", make_pages(out.finish()));
  }
  return store;
}

TEST(packing, pages_pack_nearly_as_well_as_one_stream) {
  struct operations_case {
    int operations;
    int agents_of_each;
  };
  // Hundreds of pages of a few kilobytes; pages just large enough to be packed by themselves.
  for (const auto& [operations, agents] : {operations_case{20, 40}, operations_case{50, 40},
                                           operations_case{5, 900}, operations_case{3, 1000}}) {
    auto store = pages_of(operations, agents);
    const form identity{};
    const auto text = metrics::join(store.gather({}, identity, {})->body(identity, {}));
    for (const auto how : {encoding::gzip, encoding::zstd}) {
      const form wanted{format::text, how};
      const auto body = metrics::join(store.gather({}, wanted, {})->body(wanted, {}));
      const auto one_stream = body_of(how, {text});
      EXPECT_LT(static_cast<double>(body.size()), 1.05 * static_cast<double>(one_stream.size()))
          << name_of(how) << " of " << text.size() << " from " << agents << " agents";
    }
  }
}

}  // namespace
}  // namespace wolkvox::metrics
