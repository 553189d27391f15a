// The YAML tree: texts, places, order, and the ways in which a file can be no document.
#include "config/document.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace wolkvox::config {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

TEST(document, keeps_texts_as_written) {
  const auto read =
      parse_document("{a: 010, b: yes, c: 1e3, d: \"x\\ny\", e: 0042, f: ~, g: 'null'}");
  EXPECT_THAT(read.mistakes, IsEmpty());
  std::vector<std::string> texts;
  for (const auto& entry : read.root->entries) {
    texts.push_back(entry.value->kind == node_kind::null ? "(null)" : entry.value->text);
  }
  EXPECT_THAT(texts, ElementsAre("010", "yes", "1e3", "x\ny", "0042", "(null)", "null"));
  EXPECT_FALSE(read.root->entries[0].value->quoted);
  EXPECT_TRUE(read.root->entries[3].value->quoted);
  EXPECT_TRUE(read.root->entries[6].value->quoted);
}

TEST(document, keeps_repeated_keys_and_their_places) {
  const auto read = parse_document("# first line\nb: 1\na: 2\nb:\n  - 3\n");
  ASSERT_THAT(read.root->entries, SizeIs(3));
  EXPECT_EQ(read.root->entries[0].at, (place{2, 1}));
  EXPECT_EQ(read.root->entries[2].key, "b");
  EXPECT_EQ(read.root->entries[2].at, (place{4, 1}));
  EXPECT_EQ(read.root->entries[2].value->items.at(0)->at, (place{5, 5}));
}

TEST(document, counts_columns_in_bytes) {
  EXPECT_EQ(parse_document("{ñandú: x, y: z}").root->entries.at(1).at, (place{1, 14}));
}

TEST(document, shares_the_target_of_an_alias) {
  const auto read = parse_document("a: &x [1]\nb: *x\n");
  EXPECT_EQ(read.root->entries.at(0).value, read.root->entries.at(1).value);
}

TEST(document, does_not_grow_with_nested_aliases) {
  std::string yaml = "l0: &l0 x\n";
  for (int i = 1; i < 60; ++i) {
    yaml += "l" + std::to_string(i) + ": &l" + std::to_string(i) + " [*l" + std::to_string(i - 1) +
            ", *l" + std::to_string(i - 1) + "]\n";
  }
  EXPECT_THAT(parse_document(yaml).root->entries, SizeIs(60));
}

TEST(document, of_nothing_is_null) {
  for (const std::string text : {"", "\n", "# only a comment", "---\n", "~", "null"}) {
    const auto read = parse_document(text);
    EXPECT_EQ(read.root->kind, node_kind::null) << text;
    EXPECT_THAT(read.mistakes, IsEmpty()) << text;
  }
}

TEST(document, that_ends_inside_something_is_no_yaml) {
  for (const std::string text : {"a: \"x", "a: \"x\n", "a: 'x\n", "a: [x", "a: [x\n", "a: {b: c\n",
                                 "a: b\nc", "a: b\nc\n", "a: &", "a: *"}) {
    const auto read = parse_document(text);
    EXPECT_EQ(read.root->kind, node_kind::null) << text;
    EXPECT_THAT(read.mistakes, ElementsAre(Field(&mistake::message, StartsWith("not YAML: "))))
        << text;
  }
}

TEST(document, that_ends_too_soon_is_told_at_its_end) {
  for (const std::string text : {"a: [b", "a: [b\n"}) {
    EXPECT_THAT(parse_document(text).mistakes, ElementsAre(Field(&mistake::at, place{1, 6})))
        << text;
  }
}

// yaml-cpp would guess an encoding, or put another character in the place of a bad byte.
TEST(document, must_be_utf8) {
  using namespace std::string_literals;
  for (const auto& text : {"a: 1\nb: x\xFF"s, "a: 1\nb: x\xC3"s, "a: 1\nb: x\xED\xA0\x80"s,
                           "a: 1\nb: x\0"s, "a: 1\nb: x\x04"s, "a: 1\nb: x\x7F"s}) {
    const auto read = parse_document(text);
    EXPECT_EQ(read.root->kind, node_kind::null) << text;
    EXPECT_THAT(read.mistakes, ElementsAre(Field(&mistake::at, place{2, 5}))) << text;
  }
  EXPECT_THAT(parse_document("\xFF\xFEo\0p\0"s).mistakes, SizeIs(1)) << "UTF-16";
  EXPECT_THAT(parse_document("\xEF\xBB\xBF"
                             "a: \xC3\xB1\t\r\n")
                  .mistakes,
              IsEmpty());
}

TEST(document, refuses_what_is_nested_without_end) {
  EXPECT_THAT(parse_document(std::string(100'000, '[')).mistakes, SizeIs(1));
  EXPECT_THAT(parse_document(std::string(100'000, '{')).mistakes, SizeIs(1));
}

TEST(document, tells_several_mistakes_and_reads_on) {
  const auto read = parse_document("a: !x 1\n<<: {b: 2}\n[c]: 3\nd: 4\n");
  EXPECT_THAT(read.mistakes, SizeIs(3));
  ASSERT_THAT(read.root->entries, SizeIs(2));
  EXPECT_EQ(read.root->entries[1].key, "d");
}

TEST(document, tells_a_second_document) {
  const auto read = parse_document("a: 1\n---\nb: 2\n---\nc: 3\n");
  EXPECT_THAT(read.mistakes, ElementsAre(Field(&mistake::at, place{3, 1})));
  EXPECT_EQ(read.root->entries.at(0).key, "a");
}

}  // namespace
}  // namespace wolkvox::config
