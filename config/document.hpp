// A YAML document as written: every key in the order of the file, repeated ones too, every scalar
// as its text, each with its place. yaml-cpp's own nodes keep neither, and their conversions are
// lax (cpp-notes.md 3.3).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace wolkvox::config {

// Where something stands in the file; counted from 1, columns in bytes; 0 for nowhere.
struct place {
  std::size_t line = 0;
  std::size_t column = 0;
  friend auto operator<=>(const place&, const place&) = default;
};

enum class node_kind : std::uint8_t { null, scalar, list, map };

struct node;

struct map_entry {
  std::string key;
  place at;
  std::shared_ptr<const node> value;
};

struct node {
  node_kind kind = node_kind::null;
  place at;
  std::string text;  // scalar
  bool quoted = false;
  std::vector<std::shared_ptr<const node>> items;  // list
  std::vector<map_entry> entries;                  // map
};

struct mistake {
  place at;
  std::string message;
};

struct document {
  std::shared_ptr<const node> root;  // never empty; null for an empty file or a syntax error
  std::vector<mistake>
      mistakes;  // syntax, several documents, tags, merge keys, keys that are not scalars
};

// Aliases are followed and share their target, so they cannot blow a document up. Never throws for
// bad input.
document parse_document(std::string_view yaml);

}  // namespace wolkvox::config
