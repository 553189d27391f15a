// Bytes in shared immutable pieces of bounded size: what is appended is never moved again, so a
// large page costs its bytes once.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wolkvox::metrics {

using chunk = std::shared_ptr<const std::string>;
using chunks = std::vector<chunk>;

inline std::size_t total_size(const chunks& of) {
  std::size_t size = 0;
  for (const auto& each : of) {
    size += each->size();
  }
  return size;
}

class chunk_writer {
 public:
  // `expected` bytes, more or less, will be written.
  explicit chunk_writer(std::size_t expected) : expected_(expected) {}

  // Room for at least `size` bytes; what is written is told by advance().
  char* room(std::size_t size) {
    if (static_cast<std::size_t>(end_ - at_) < size) {
      grow(size);
    }
    return at_;
  }
  void advance(char* to) { at_ = to; }
  void append(std::string_view text) {
    auto* const to = room(text.size());
    std::memcpy(to, text.data(), text.size());
    at_ += text.size();
  }

  chunks finish() {
    close();
    return std::exchange(made_, {});
  }

 private:
  static constexpr std::size_t largest = std::size_t{1} << 20U;

  void grow(std::size_t size) {
    close();
    const auto wanted = std::max(size, std::min(expected_, largest));
    expected_ -= std::min(expected_, wanted);
    open_.resize_and_overwrite(wanted, [](char*, std::size_t all) { return all; });
    at_ = open_.data();
    end_ = at_ + open_.size();
  }

  void close() {
    if (at_ == nullptr) {
      return;
    }
    open_.resize(static_cast<std::size_t>(at_ - open_.data()));
    if (open_.capacity() - open_.size() > open_.size() / 8) {
      open_.shrink_to_fit();  // a page may live for minutes
    }
    if (!open_.empty()) {
      made_.push_back(std::make_shared<const std::string>(std::move(open_)));
    }
    open_ = {};
    at_ = end_ = nullptr;
  }

  std::size_t expected_;
  std::string open_;
  char* at_ = nullptr;
  char* end_ = nullptr;
  chunks made_;
};

}  // namespace wolkvox::metrics
