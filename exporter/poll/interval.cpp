#include "exporter/poll/interval.hpp"

#include <algorithm>

namespace wolkvox::poll {

std::vector<interval> unite(std::vector<interval> set, interval added) {
  if (added.begin >= added.end) {
    return set;
  }
  std::vector<interval> result;
  for (const interval& each : set) {
    if (each.end < added.begin || added.end < each.begin) {
      result.push_back(each);
    } else {
      added.begin = std::min(added.begin, each.begin);
      added.end = std::max(added.end, each.end);
    }
  }
  result.push_back(added);
  std::ranges::sort(result, {}, &interval::begin);
  return result;
}

bool covers(const std::vector<interval>& set, const interval& part) {
  return std::ranges::any_of(set, [&part](const interval& known) {
    return known.begin <= part.begin && part.end <= known.end;
  });
}

std::vector<interval> cut_after(std::vector<interval> set, sys_seconds end) {
  std::erase_if(set, [end](const interval& each) { return each.begin >= end; });
  for (interval& each : set) {
    each.end = std::min(each.end, end);
  }
  return set;
}

}  // namespace wolkvox::poll
