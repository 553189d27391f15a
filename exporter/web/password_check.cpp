// bcrypt by libcrypt, HMAC-SHA-256 by OpenSSL.
#include "exporter/web/password_check.hpp"

#include <crypt.h>
#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <algorithm>
#include <boost/asio/this_coro.hpp>
#include <new>
#include <optional>
#include <stdexcept>

#include "config/web_config.hpp"

namespace wolkvox::web {
namespace {

namespace asio = boost::asio;

// More are turned away: each would wait for those before it.
constexpr std::size_t most_waiting = 32;
// One entry for each user is usual. Passwords alike in their first 72 bytes could make more.
constexpr std::size_t most_proven = 100;

// A hash that costs as much as the dearest of the table; what it is of does not matter.
secret stand_in(const user_table& users) {
  unsigned cost = 4;
  for (const auto& [name, hash] : users) {
    cost = std::max(cost, config::bcrypt_cost(hash.reveal()).value_or(cost));
  }
  return secret{fmt::format("$2b${:02}${:.<22}{:.<31}", cost, "", "")};
}

// Counts for as long as it lives. Of the check, which outlives it.
class waiting_place {
 public:
  explicit waiting_place(std::size_t& count) : count_(&count) { ++*count_; }
  ~waiting_place() { --*count_; }
  waiting_place(const waiting_place&) = delete;
  waiting_place& operator=(const waiting_place&) = delete;

 private:
  std::size_t* count_;
};

}  // namespace

bool matches(const secret& password, const secret& hash) {
  constexpr std::size_t whole = 60;
  if (hash.reveal().size() != whole) {
    return false;
  }
  std::string setting(hash.reveal());
  setting[2] = 'b';
  const std::string text(password.reveal());
  const auto scratch = std::make_unique<crypt_data>();
  const char* const computed = ::crypt_r(text.c_str(), setting.c_str(), scratch.get());
  const bool same = computed != nullptr && std::string_view(computed).size() == whole &&
                    CRYPTO_memcmp(computed, setting.data(), whole) == 0;
  OPENSSL_cleanse(scratch.get(), sizeof(crypt_data));
  // C reads up to a zero byte only; bcrypt as the toolkit has it does not.
  return same && !text.contains('\0');
}

password_check::password_check() {
  if (RAND_bytes(key_.data(), static_cast<int>(key_.size())) != 1) {
    throw std::runtime_error("OpenSSL has no random bytes");
  }
}

password_check::digest password_check::digest_of(const credentials& given,
                                                 const secret& hash) const {
  // The lengths keep the parts apart.
  auto text = fmt::format("{}:{}:{}{}{}", given.name.size(), hash.reveal().size(), given.name,
                          hash.reveal(), given.password.reveal());
  digest made{};
  unsigned int length = made.size();
  const auto* const done =
      HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()),
           reinterpret_cast<const unsigned char*>(text.data()), text.size(), made.data(), &length);
  OPENSSL_cleanse(text.data(), text.size());
  if (done == nullptr) {
    throw std::bad_alloc();
  }
  return made;
}

void password_check::close() {
  is_closed_ = true;
  if (thread_) {
    thread_->close();
  }
}

asio::awaitable<password_check::verdict> password_check::check(
    std::shared_ptr<const user_table> users, credentials given) {
  const auto found = users->find(given.name);
  const bool known = found != users->end();
  const auto hash = known ? found->second : stand_in(*users);
  const auto proof = digest_of(given, hash);
  if (proven_.contains(proof)) {
    co_return verdict::right;
  }
  if (waiting_ >= most_waiting) {
    co_return verdict::too_many_waiting;
  }
  const waiting_place place(waiting_);
  if (!thread_ && !is_closed_) {
    thread_.emplace(co_await asio::this_coro::executor);
  }
  std::optional<bool> same;
  if (!is_closed_) {
    same = co_await thread_->run(
        [password = std::move(given.password), hash] { return matches(password, hash); });
  }
  if (!same) {
    co_return verdict::too_many_waiting;
  }
  ++computed_;
  if (!*same || !known) {
    co_return verdict::wrong;
  }
  if (proven_.size() >= most_proven) {
    proven_.clear();
  }
  proven_.insert(proof);
  co_return verdict::right;
}

}  // namespace wolkvox::web
