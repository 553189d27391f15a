// A directory for one test's files, and programs that read them.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace wolkvox::metrics {

class scratch_directory {
 public:
  scratch_directory() {
    std::string pattern = (std::filesystem::temp_directory_path() / "metrics-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  scratch_directory(const scratch_directory&) = delete;
  scratch_directory& operator=(const scratch_directory&) = delete;
  ~scratch_directory() { std::filesystem::remove_all(path_); }

  std::string write(const std::string& name, const std::string& content) const {
    std::ofstream{path_ / name, std::ios::binary} << content;
    return (path_ / name).string();
  }

  struct outcome {
    int status = 0;
    std::string out;
    std::string errors;
  };
  // Through the shell.
  outcome run(const std::string& command) const {
    const auto out = (path_ / "out").string();
    const auto errors = (path_ / "errors").string();
    outcome result;
    result.status = std::system(("{ " + command + "; } >" + out + " 2>" + errors).c_str());
    result.out = read(out);
    result.errors = read(errors);
    return result;
  }

 private:
  static std::string read(const std::string& path) {
    std::ostringstream content;
    content << std::ifstream{path, std::ios::binary}.rdbuf();
    return content.str();
  }

  std::filesystem::path path_;
};

}  // namespace wolkvox::metrics
