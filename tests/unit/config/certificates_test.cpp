// Bundles of certificates: every block counts, or is told.
#include "config/certificates.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "certificate_text.hpp"

namespace wolkvox::config {
namespace {

std::size_t count(const std::string& pem) {
  const auto read = read_certificates(pem);
  EXPECT_TRUE(read) << read.error();
  return read ? read->size() : 0;
}

std::string trouble(const std::string& pem) {
  const auto read = read_certificates(pem);
  return read ? "read" : read.error();
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  text.replace(text.find(what), what.size(), by);
  return text;
}

TEST(certificates, of_a_bundle_are_all_read) {
  EXPECT_EQ(count(certificate_text), 1U);
  EXPECT_EQ(count(certificate_text + "\n# the next\n" + certificate_text + certificate_text), 3U);
}

TEST(certificates, are_read_as_editors_and_tools_leave_them) {
  std::string carriage_returns;
  std::string one_line;
  for (const char c : certificate_text) {
    carriage_returns += c == '\n' ? "\r\n" : std::string(1, c);
  }
  const auto begin = certificate_text.find('\n') + 1;
  const auto end = certificate_text.find("-----END");
  for (const char c : certificate_text.substr(begin, end - begin)) {
    one_line += c == '\n' ? "" : std::string(1, c);
  }
  EXPECT_EQ(count(carriage_returns), 1U);
  EXPECT_EQ(count("\xef\xbb\xbf" + certificate_text), 1U) << "a byte order mark";
  EXPECT_EQ(
      count(certificate_text.substr(0, begin) + one_line + "\n" + certificate_text.substr(end)),
      1U);
  EXPECT_EQ(count(certificate_text.substr(0, certificate_text.size() - 1)), 1U);
}

TEST(certificates, may_have_a_key_beside_them) {
  EXPECT_EQ(
      count("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n" + certificate_text),
      1U);
}

TEST(certificates, among_which_a_block_cannot_be_read_are_refused_with_its_number) {
  const std::string prefix = "has a block that cannot be read (number 2, at line 12): ";
  const struct {
    std::string second;
    std::string why;
  } cases[] = {
      {replaced(certificate_text, "MII", "XII"), "it is no certificate"},
      {replaced(certificate_text, "MII", "M*I"), "it is no certificate"},
      {"-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n", "it is no certificate"},
      {replaced(certificate_text, "-----END CERTIFICATE-----\n", ""), "it has no END line"},
      {replaced(certificate_text, "-----END CERTIFICATE-----", "-----END CERTIFICATE----"),
       "its END line does not fit"},
      {replaced(certificate_text, "-----END CERTIFICATE", "-----END PRIVATE KEY"),
       "its END line does not fit"},
      {replaced(certificate_text, "-----BEGIN CERTIFICATE-----", "-----BEGIN CERTIFICATE----"),
       "its BEGIN line is damaged"},
      {replaced(certificate_text, "-----BEGIN", "----BEGIN"), "its BEGIN line is damaged"},
  };
  const auto lines = std::count(certificate_text.begin(), certificate_text.end(), '\n');
  ASSERT_EQ(lines, 11);
  for (const auto& [second, why] : cases) {
    EXPECT_EQ(trouble(certificate_text + second + certificate_text), prefix + why) << second;
  }
}

TEST(certificates, that_end_too_soon_are_refused) {
  EXPECT_EQ(trouble(certificate_text + certificate_text.substr(0, 200)),
            "has a block that cannot be read (number 2, at line 12): it has no END line");
}

TEST(certificates, are_missed_where_there_is_none) {
  for (const std::string text :
       {"", "no certificate", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"}) {
    EXPECT_EQ(trouble(text), "holds no certificate in PEM form");
  }
}

}  // namespace
}  // namespace wolkvox::config
