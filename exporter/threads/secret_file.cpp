#include "exporter/threads/secret_file.hpp"

#include <fmt/format.h>

#include <utility>

namespace wolkvox::threads {

namespace asio = boost::asio;

secret_file::secret_file(asio::any_io_executor loop, std::string name,
                         std::function<verdict()> read,
                         std::function<void(const std::string&)> told)
    : last_(std::make_shared<verdict>(
          std::unexpected(fmt::format("{} has not been read yet: its file system hangs", name)))),
      watch_(
          std::move(loop),
          [last = last_, read = std::move(read)]() -> homecoming {
            return [last, found = read()]() mutable { *last = std::move(found); };
          },
          [name, told = std::move(told)](answering how) {
            told(how == answering::again
                     ? fmt::format("{} is read again", name)
                     : fmt::format("{} cannot be read: its file system hangs; what it said last "
                                   "serves meanwhile",
                                   name));
          }) {}

asio::awaitable<secret_file::verdict> secret_file::read() {
  const auto last = last_;
  co_await watch_.refresh();
  co_return *last;
}

asio::awaitable<bool> secret_file::changed() {
  const auto last = last_;
  const auto before = *last;
  co_await watch_.refresh();
  co_return *last != before;
}

}  // namespace wolkvox::threads
