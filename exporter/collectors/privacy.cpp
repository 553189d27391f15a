// What leaves the process about people: agent labels as configured, and identities from which
// nothing can be read back. SipHash-2-4 with 128 bits from OpenSSL: about 0.1 us an identity, and
// an answer holds up to 60,000 rows.
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <memory>
#include <stdexcept>

#include <fmt/format.h>

#include "exporter/api/clean_text.hpp"
#include "exporter/collectors/cells.hpp"
#include "exporter/collectors/collector.hpp"

namespace wolkvox::collectors {
namespace {

constexpr std::size_t digest_size = 16;
using siphash_key = std::span<const std::uint8_t, 16>;

struct free_mac {
  void operator()(EVP_MAC* mac) const { EVP_MAC_free(mac); }
  void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
};

EVP_MAC* siphash() {
  static const std::unique_ptr<EVP_MAC, free_mac> mac{EVP_MAC_fetch(nullptr, "SIPHASH", nullptr)};
  return mac.get();
}

void require(bool done) {
  if (!done) {
    throw std::runtime_error("OpenSSL offers no SipHash: is its default provider switched off?");
  }
}

// Every part is preceded by its length, so that no two lists of parts give the same bytes.
metrics::identity keyed_hash(siphash_key key, std::span<const std::string_view> parts) {
  require(siphash() != nullptr);
  const std::unique_ptr<EVP_MAC_CTX, free_mac> context{EVP_MAC_CTX_new(siphash())};
  std::size_t size = digest_size;
  const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_size_t(OSSL_MAC_PARAM_SIZE, &size),
                                   OSSL_PARAM_construct_end()};
  require(context && EVP_MAC_init(context.get(), key.data(), key.size(), parameters) == 1);
  for (const auto part : parts) {
    const std::uint64_t length = part.size();
    const auto prefix = std::bit_cast<std::array<unsigned char, sizeof length>>(length);
    const auto* bytes = reinterpret_cast<const unsigned char*>(part.data());
    require(EVP_MAC_update(context.get(), prefix.data(), prefix.size()) == 1 &&
            (part.empty() || EVP_MAC_update(context.get(), bytes, part.size()) == 1));
  }
  std::array<unsigned char, digest_size> digest{};
  std::size_t written = 0;
  require(EVP_MAC_final(context.get(), digest.data(), &written, digest.size()) == 1 &&
          written == digest_size);
  return std::bit_cast<metrics::identity>(digest);
}

static_assert(sizeof(metrics::identity) == digest_size);
// Hashes are kept on disk: on a big-endian machine they would only differ, not fail; nobody has
// asked for one.
static_assert(std::endian::native == std::endian::little);

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// As hashed() writes it: what is kept is read again, and a hash of a hash would be another.
bool is_hash(std::string_view text) {
  return text.size() == 16 &&
         std::ranges::all_of(text, [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); });
}

}  // namespace

// The key's halves serve one purpose each: an agent's label must not equal an identity.
metrics::identity privacy::identify(std::span<const std::string_view> parts) const {
  return keyed_hash(std::span{key_}.first<16>(), parts);
}

std::string privacy::hashed(std::span<const std::string_view> parts) const {
  return fmt::format("{:016x}", keyed_hash(std::span{key_}.last<16>(), parts).high);
}

std::string privacy::agent_id(std::string_view id) const {
  const bool is_number = std::ranges::all_of(id, is_digit);
  if (choice_ == config::agent_names::show || is_number || is_hash(id)) {
    return std::string{id};
  }
  const std::string_view parts[] = {"agent_id", id};
  return hashed(parts);
}

std::string privacy::kept_name(std::string_view name) const {
  if (choice_ == config::agent_names::hide || name.empty()) {
    return {};
  }
  if (choice_ == config::agent_names::show) {
    return api::clean_text(name);
  }
  if (is_hash(name)) {
    return std::string{name};
  }
  const auto folded = metrics::fold_name(name);
  const std::string_view parts[] = {folded};
  return hashed(parts);
}

std::string privacy::agent_label(std::string_view id, std::string_view name) const {
  auto kept = name == id ? std::string{} : kept_name(name);
  return kept.empty() ? agent_id(id) : kept;
}

std::optional<metrics::people_rule> privacy::rule() const {
  if (choice_ == config::agent_names::show && who_ == config::people::each) {
    return std::nullopt;
  }
  return metrics::people_rule{
      .id = [people = *this](std::string_view id) { return people.agent_id(id); },
      .name = [people = *this](std::string_view name) { return people.kept_name(name); },
      .agents = tells_agents_apart()};
}

}  // namespace wolkvox::collectors
