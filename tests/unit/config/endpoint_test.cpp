// Addresses: the forms of a server, base addresses and proxies.
#include "config/endpoint.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace wolkvox::config {
namespace {

const endpoint wv0042{.tls = true, .host = "wv0042.wolkvox.com", .port = 443, .path = "/api/v2/"};

TEST(server, is_taken_in_every_form_that_users_write) {
  for (const std::string_view text :
       {"0042", "wv0042", "WV0042", "wv0042.wolkvox.com", "WV0042.Wolkvox.COM",
        "https://wv0042.wolkvox.com", "https://wv0042.wolkvox.com/",
        "https://wv0042.wolkvox.com/api/v2", "https://wv0042.wolkvox.com/api/v2/",
        "HTTPS://WV0042.wolkvox.com:443/api/v2/"}) {
    const auto address = parse_server(text);
    ASSERT_TRUE(address) << text << ": " << address.error();
    EXPECT_EQ(address->base, wv0042) << text;
    EXPECT_EQ(address->number, "0042") << text;
  }
}

TEST(server, may_be_another_https_address_without_a_number) {
  const auto address = parse_server("https://calls.example.com/wolkvox");
  ASSERT_TRUE(address);
  EXPECT_EQ(address->base,
            (endpoint{.tls = true, .host = "calls.example.com", .port = 443, .path = "/wolkvox/"}));
  EXPECT_EQ(address->number, "");
}

TEST(server, of_any_other_form_is_refused) {
  for (const std::string_view text :
       {"", "42", "00042", "0x42", "wv", "wv42", "ww0042", "wv0042.wolkvox.org", "0042.wolkvox.com",
        "wv0042.wolkvox.com.example.com", "wv0042.wolkvox.com/api/v2", " 0042",
        "http://wv0042.wolkvox.com/", "https://me:pw@wv0042.wolkvox.com/", "https://"}) {
    EXPECT_FALSE(parse_server(text)) << text;
  }
}

struct address_case {
  std::string_view text;
  endpoint where;
};

TEST(base_url, is_taken_apart) {
  for (const auto& [text, where] :
       {address_case{"https://example.com", {true, "example.com", 443, "/"}},
        address_case{"https://example.com:/", {true, "example.com", 443, "/"}},
        address_case{"https://Example.COM:8443/api/v2", {true, "example.com", 8443, "/api/v2/"}},
        address_case{"https://192.0.2.7/x/", {true, "192.0.2.7", 443, "/x/"}},
        address_case{"https://[2001:db8::1]:8443/", {true, "2001:db8::1", 8443, "/"}},
        address_case{"https://my_proxy/a%20b", {true, "my_proxy", 443, "/a%20b/"}},
        address_case{"http://localhost", {false, "localhost", 80, "/"}},
        address_case{"http://127.0.0.1:18080/api/v2/", {false, "127.0.0.1", 18080, "/api/v2/"}},
        address_case{"http://127.9.9.9:1/", {false, "127.9.9.9", 1, "/"}},
        address_case{"http://[::1]:65535", {false, "::1", 65535, "/"}}}) {
    const auto address = parse_base_url(text);
    ASSERT_TRUE(address) << text << ": " << address.error();
    EXPECT_EQ(*address, where) << text;
  }
}

TEST(base_url, over_http_is_for_this_machine_only) {
  for (const std::string_view text :
       {"http://example.com/", "http://192.0.2.7/", "http://128.0.0.1/", "http://[2001:db8::1]/",
        "http://localhost.example.com/", "http://0.0.0.0/", "http://[::]/"}) {
    const auto address = parse_base_url(text);
    ASSERT_FALSE(address) << text;
    EXPECT_THAT(address.error(), testing::HasSubstr("in the clear")) << text;
  }
}

TEST(base_url, with_anything_beside_host_port_and_path_is_refused) {
  for (const std::string_view text : {"",
                                      "/",
                                      "example.com",
                                      "//example.com/",
                                      "https:",
                                      "https:/example.com",
                                      "https:///x",
                                      "ftp://example.com/",
                                      "ws://localhost/",
                                      "https://user@example.com/",
                                      "https://user:pw@example.com/",
                                      "https://:pw@example.com/",
                                      "https://example.com/?",
                                      "https://example.com/?a=b",
                                      "https://example.com/#",
                                      "https://example.com:0/",
                                      "https://example.com:65536/",
                                      "https://example.com:99999999999999999999/",
                                      "https://example.com:x/",
                                      "https://exa mple.com/",
                                      "https://ex%0d%0aample.com/",
                                      "https://exämple.com/",
                                      "https://[::1/",
                                      "https://[v1.x]/",
                                      "http://127.0.0.1.example.com/",
                                      "http://127.0.0.1%2eexample.com/",
                                      "http://127.0.0.1x/",
                                      "https://example.com/a b"}) {
    EXPECT_FALSE(parse_base_url(text)) << text;
  }
}

TEST(proxy_url, is_host_and_port) {
  EXPECT_EQ(parse_proxy_url("http://proxy:3128"), (endpoint{false, "proxy", 3128, "/"}));
  EXPECT_EQ(parse_proxy_url("http://proxy.example.com/"),
            (endpoint{false, "proxy.example.com", 80, "/"}));
  for (const std::string_view text : {"proxy:3128", "https://proxy:3128", "socks5://proxy:1080",
                                      "http://proxy:3128/x", "http://me:pw@proxy:3128"}) {
    EXPECT_FALSE(parse_proxy_url(text)) << text;
  }
}

TEST(address, is_never_quoted_by_an_error) {
  for (const auto parse : {+[](std::string_view t) { return parse_base_url(t).error(); },
                           +[](std::string_view t) { return parse_proxy_url(t).error(); },
                           +[](std::string_view t) { return parse_server(t).error(); }}) {
    for (const std::string_view text :
         {"https://u:hunter2@h/", "hunter2", "http://hunter2/x?y", "ftp://hunter2"}) {
      EXPECT_THAT(parse(text), testing::Not(testing::HasSubstr("hunter2"))) << text;
    }
  }
}

}  // namespace
}  // namespace wolkvox::config
