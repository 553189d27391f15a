// Packed bodies are read back whole by the readers that exist, however they were joined, and are
// about as small as one stream.
#include "metrics/exposition/packing.hpp"

#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

#include <array>
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

// In two pieces, as pages come in chunks.
std::array<std::string_view, 2> halves(std::string_view text) {
  return {text.substr(0, text.size() / 3), text.substr(text.size() / 3)};
}

std::string gzip_body_of(const std::vector<std::string>& parts,
                         pack_effort effort = pack_effort::usual) {
  packed_sum sum;
  std::string body{gzip_head()};
  for (const auto& each : parts) {
    const auto part = pack_gzip_part(halves(each), effort);
    sum.append(part.sum);
    body += part.bytes;
  }
  return body + gzip_tail(sum);
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
    auto body = gzip_body_of(parts, i % 2 == 0 ? pack_effort::usual : pack_effort::small_and_soon);
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

// Readers of one frame stop behind the first.
std::string first_frame_of(const std::string& body) {
  const auto size = ZSTD_findFrameCompressedSize(body.data(), body.size());
  EXPECT_EQ(ZSTD_isError(size), 0U);
  EXPECT_EQ(size, body.size()) << "nothing follows the frame";
  std::string text(ZSTD_getFrameContentSize(body.data(), body.size()), '\0');
  EXPECT_EQ(ZSTD_decompress(text.data(), text.size(), body.data(), body.size()), text.size());
  return text;
}

TEST(zstd, is_one_frame) {
  const scratch_directory files;
  for (const auto& sizes : part_sizes) {
    const auto text = join(parts_of(sizes));
    const auto body = pack_zstd(halves(text));
    EXPECT_EQ(first_frame_of(body), text);
    const auto read = files.run("zstd -dc <" + files.write("body", body));
    EXPECT_EQ(read.status, 0) << read.errors;
    EXPECT_EQ(read.out, text);
  }
  EXPECT_EQ(first_frame_of(pack_zstd({})), "");
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
    const form wanted{format::text, encoding::gzip};
    const auto body = metrics::join(store.gather({}, wanted, {})->body(wanted, {}));
    const auto one_stream = gzip_body_of({text});
    EXPECT_LT(static_cast<double>(body.size()), 1.05 * static_cast<double>(one_stream.size()))
        << text.size() << " from " << agents << " agents";
    const form whole{format::text, encoding::zstd};
    EXPECT_EQ(first_frame_of(metrics::join(store.gather({}, whole, {})->body(whole, {}))), text);
  }
}

}  // namespace
}  // namespace wolkvox::metrics
