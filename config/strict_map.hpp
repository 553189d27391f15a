// Walks one map of the file against the table of keys and tells what does not belong.
#pragma once

#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/document.hpp"
#include "config/keys.hpp"
#include "config/load.hpp"

namespace wolkvox::config {

// The problems of one file, in the order of the file once taken.
class problem_log {
 public:
  explicit problem_log(std::string_view file) : file_(file) {}

  void add(place at, std::string_view path, std::string message);
  bool empty() const { return problems_.empty(); }
  std::vector<problem> take();

 private:
  std::string file_;
  std::vector<problem> problems_;
};

// A value with the place of its key (or of itself in a list) and its path from the top.
struct located {
  std::shared_ptr<const node> value;
  place at;
  std::string path;
};

// A key of the table that the file names. `usable` is false where its value is missing or of the
// wrong kind, which is already told.
struct found_key {
  key_id id;
  located where;
  bool usable = true;
};

// Tells a value of the wrong kind. An empty map is as good as none.
bool check_kind(const located& found, node_kind expected, problem_log& log);

// The entries of a map, or none of an empty value; a repeated key is told and left out, as is a
// value that is no map.
std::vector<std::pair<std::string, located>> read_entries(const located& map, problem_log& log);

// The known keys of a map in `where`; of those of one collector where `collector` is given.
std::vector<found_key> read_keys(const located& map, section where, const collector_info* collector,
                                 problem_log& log);

// The items of a list, all of `kind`; others are told and left out.
std::vector<located> read_items(const located& list, node_kind kind, problem_log& log);

// Puts what was read into `field`, or tells why not.
template <typename Field, typename Value>
void store(Field& field, std::expected<Value, std::string> value, const located& where,
           problem_log& log) {
  if (value) {
    field = static_cast<Field>(std::move(*value));
  } else {
    log.add(where.value->at, where.path, std::move(value.error()));
  }
}

}  // namespace wolkvox::config
