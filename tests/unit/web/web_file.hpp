// A web configuration in a file of its own, in a folder that goes with the test.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "exporter/web/guard.hpp"

namespace wolkvox::web {

// bcrypt at the least cost: "wonderland" and "builder".
inline const std::string hash_of_wonderland =
    "$2b$04$abcdefghijklmnopqrstuujZkTwHUiJ9XdZPwKfcfDo7dMp5DjlTu";
inline const std::string hash_of_builder =
    "$2y$04$zyxwvutsrqponmlkjihgfeoacJubJILbhLOCguTt.Ecskr9rAp262";
// "Authorization: Basic" of alice:wonderland.
inline const std::string alice = "Basic YWxpY2U6d29uZGVybGFuZA==";

class web_file {
 public:
  explicit web_file(std::string_view text) {
    static std::atomic<int> made{0};
    folder_ = std::filesystem::temp_directory_path() /
              ("wolkvox_web_" + std::to_string(::getpid()) + "_" + std::to_string(++made));
    std::filesystem::create_directories(folder_);
    write(text);
  }
  ~web_file() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  web_file(const web_file&) = delete;
  web_file& operator=(const web_file&) = delete;

  std::filesystem::path path() const { return folder_ / "web.yml"; }
  void write(std::string_view text) const { write("web.yml", text); }
  void write(std::string_view name, std::string_view text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }
  std::shared_ptr<guard> open() const {
    auto opened = guard::open(path());
    if (!opened) {
      ADD_FAILURE() << config::to_string(opened.error().at(0));
      return nullptr;
    }
    return opened->ready;
  }

 private:
  std::filesystem::path folder_;
};

}  // namespace wolkvox::web
