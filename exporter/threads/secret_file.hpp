// A file that holds a secret, read anew each time on a thread of its own; what it said last serves
// while its file system hangs. On the event loop.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <expected>
#include <functional>
#include <memory>
#include <string>

#include "config/secret.hpp"
#include "exporter/threads/watch.hpp"

namespace wolkvox::threads {

class secret_file {
 public:
  using verdict = std::expected<secret, std::string>;

  // `read` runs on the thread. `told` hears a sentence when reading has hung for long and when that
  // is over.
  secret_file(boost::asio::any_io_executor loop, std::string name, std::function<verdict()> read,
              std::function<void(const std::string&)> told);

  boost::asio::awaitable<verdict> read();
  // Whether it says something else than it said last.
  boost::asio::awaitable<bool> changed();

 private:
  std::shared_ptr<verdict> last_;  // the watch takes what is new into it
  watch watch_;
};

}  // namespace wolkvox::threads
