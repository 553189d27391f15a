// What `run` writes for the peers: an exposition taken apart, one line a series, so that a peer
// needs no parser of the text format. Fields are separated by tabs:
//   F type name help label,label      a family; its series follow
//   S value label-value…              a counter's or gauge's series
//   H sum bound:cumulative,… value…   a histogram's series
#pragma once

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace wolkvox::bench {

inline std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  while (true) {
    const auto end = text.find(separator, begin);
    parts.push_back(text.substr(begin, end - begin));
    if (end == std::string::npos) {
      return parts;
    }
    begin = end + 1;
  }
}

inline std::string read_whole(const char* path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    throw std::runtime_error(std::string("cannot read ") + path);
  }
  return std::move(std::ostringstream() << file.rdbuf()).str();
}

}  // namespace wolkvox::bench
