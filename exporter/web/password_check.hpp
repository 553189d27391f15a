// Tells whether a name and a password belong together. bcrypt takes tenths of a second by design,
// or minutes where somebody chose them, so it runs on a thread that nobody joins, and what was
// found right is remembered: by a keyed hash, never as the password. A name that is not known costs
// as much as a wrong password.
#pragma once

#include <array>
#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "config/secret.hpp"
#include "exporter/threads/lone_thread.hpp"
#include "exporter/web/credentials.hpp"

namespace wolkvox::web {

using user_table = std::map<std::string, secret>;  // name to bcrypt hash

// Blocks for as long as the hash's cost asks for. A hash of any variant is of the one algorithm, as
// the toolkit has it; the password counts up to 72 bytes.
bool matches(const secret& password, const secret& hash);

class password_check {
 public:
  enum class verdict : std::uint8_t { right, wrong, too_many_waiting };

  password_check();
  // On the event loop; `users` are those of this moment.
  boost::asio::awaitable<verdict> check(std::shared_ptr<const user_table> users, credentials given);
  // The program ends: nothing is computed any more but what is under way. Who waits, or comes
  // later, is told so at once (too_many_waiting). On the event loop.
  void close();
  // How often bcrypt ran.
  std::uint64_t computed() const { return computed_; }

 private:
  using digest = std::array<unsigned char, 32>;
  digest digest_of(const credentials& given, const secret& hash) const;

  digest key_;               // of this process alone
  std::set<digest> proven_;  // of name, hash and password that belong together
  std::size_t waiting_ = 0;
  std::uint64_t computed_ = 0;
  bool is_closed_ = false;
  std::optional<threads::lone_thread> thread_;  // of the loop that asks
};

}  // namespace wolkvox::web
