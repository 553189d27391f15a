// Who may ask, and how: what --web.config.file says, as it stands at the moment of each connection
// and request; read on a thread, and where its file system hangs, what it said last. While the
// file, or one that it names, cannot be read, nobody is served: the toolkit's own rule, since what
// was allowed before may be what was to be forbidden. Whether TLS is served, and the rate limit,
// are taken at the start alone, as there.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/web_config.hpp"
#include "exporter/threads/watch.hpp"
#include "exporter/web/answer.hpp"
#include "exporter/web/file_watch.hpp"
#include "exporter/web/password_check.hpp"
#include "exporter/web/tls_context.hpp"
#include "exporter/web/token_bucket.hpp"

namespace wolkvox::web {

// What a request meets before it is routed.
struct admission {
  std::optional<answer> refusal;                // nothing: go on
  std::shared_ptr<const header_fields> fields;  // for the answer, whichever; never null
};

class guard {
 public:
  // Reads the file and all that it names. The warnings are for whoever starts the program.
  struct opened {
    std::shared_ptr<guard> ready;
    std::vector<config::problem> warnings;
  };
  static std::expected<opened, std::vector<config::problem>> open(std::filesystem::path file);

  bool serves_tls() const { return serves_tls_; }
  std::size_t user_count() const { return policy_ ? policy_->users->size() : 0; }
  // For a new connection; null where none can be served.
  boost::asio::awaitable<std::shared_ptr<tls_context>> tls();
  // For a request with this Authorization field, or "".
  boost::asio::awaitable<admission> admit(secret authorization);

  // The program ends: waiting passwords are no longer computed, and no file is read any more.
  void close();

  // Told once per change, fit for the log.
  void set_told(std::function<void(const std::string&)> told) { told_ = std::move(told); }

 private:
  struct policy {
    std::shared_ptr<tls_context> tls;
    std::shared_ptr<const header_fields> fields;
    std::shared_ptr<const user_table> users;
  };
  struct reading {
    file_watch stamps;
    bool is_empty;  // the file
    std::expected<policy, std::vector<config::problem>> found;
    config::rate_limit limit;
    std::vector<config::problem> warnings;
  };
  enum class transport : std::uint8_t { as_the_file_says, plain, tls };

  guard(std::filesystem::path file, const reading& first);
  static reading read(const std::filesystem::path& file, transport served);
  static std::expected<policy, std::vector<config::problem>> make_policy(config::web_config from,
                                                                         const std::string& file,
                                                                         transport served);
  // Before policy_ is looked at.
  boost::asio::awaitable<void> look_again();
  void take(reading again);

  std::filesystem::path file_;
  file_watch stamps_;             // of what was read first
  std::optional<policy> policy_;  // none while the files are bad
  std::string problem_;           // why there is none
  bool serves_tls_;
  bool asks_for_passwords_;
  token_bucket bucket_;
  password_check passwords_;
  bool is_closed_ = false;
  std::function<void(const std::string&)> told_;
  std::optional<threads::watch> watch_;  // of the loop that asks
};

}  // namespace wolkvox::web
