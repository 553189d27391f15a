// Hash tables with texts as keys, looked up by std::string_view. An insertion invalidates what was
// found before.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>
#include <functional>
#include <string>
#include <string_view>

namespace wolkvox::metrics {

struct text_hash {
  using is_transparent = void;
  using is_avalanching = void;  // every bit of the key moves every bit of the hash
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>{}(text);
  }
};

template <class Value>
using text_map = boost::unordered_flat_map<std::string, Value, text_hash, std::equal_to<>>;
using text_set = boost::unordered_flat_set<std::string, text_hash, std::equal_to<>>;

}  // namespace wolkvox::metrics
