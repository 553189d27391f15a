// A secret cannot be printed, formatted or converted into text by accident.
#include "config/secret.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <concepts>
#include <ostream>
#include <type_traits>

namespace wolkvox {
namespace {

template <typename Value>
concept streamable = requires(std::ostream& out, const Value& value) { out << value; };

template <typename Value>
concept convertible_to_text =
    std::convertible_to<Value, std::string> || std::convertible_to<Value, std::string_view> ||
    std::convertible_to<Value, const char*> || std::is_constructible_v<std::string, Value> ||
    std::is_constructible_v<std::string_view, Value>;

// The checks see what they forbid.
static_assert(streamable<std::string> && convertible_to_text<std::string> &&
              fmt::is_formattable<std::string>::value);

static_assert(!streamable<secret>);
static_assert(!convertible_to_text<secret>);
static_assert(!fmt::is_formattable<secret>::value);
static_assert(!std::convertible_to<std::string, secret>, "text becomes a secret on purpose only");
static_assert(!std::three_way_comparable<secret>,
              "an order would give the text away piece by piece");

TEST(secret, gives_its_text_to_reveal_only) {
  const secret token(std::string("hunter2"));
  EXPECT_EQ(token.reveal(), "hunter2");
  EXPECT_FALSE(token.empty());
  EXPECT_TRUE(secret().empty());
  EXPECT_TRUE(token == secret("hunter2"));
  EXPECT_FALSE(token == secret("hunter3"));
}

}  // namespace
}  // namespace wolkvox
