#include "exporter/web/listen_address.hpp"

#include <gtest/gtest.h>

namespace wolkvox::web {
namespace {

struct readable {
  std::string_view text;
  listen_address expected;
};

class readable_address : public testing::TestWithParam<readable> {};

TEST_P(readable_address, is_taken_apart) {
  const auto parsed = parse_listen_address(GetParam().text);
  ASSERT_TRUE(parsed) << parsed.error();
  EXPECT_TRUE(*parsed == GetParam().expected) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    listen_address, readable_address,
    testing::Values(readable{":10042", any_address{10042}}, readable{":0", any_address{0}},
                    readable{"[::]:9100", any_address{9100}},
                    readable{"127.0.0.1:65535", host_address{"127.0.0.1", 65535}},
                    readable{"0.0.0.0:80", host_address{"0.0.0.0", 80}},
                    readable{"localhost:10042", host_address{"localhost", 10042}},
                    readable{"[::1]:10042", host_address{"::1", 10042}},
                    readable{"[fe80::1%eth0]:1", host_address{"fe80::1%eth0", 1}},
                    readable{"unix:/run/w.sock", socket_path{"/run/w.sock"}},
                    readable{"unix:relative:1", socket_path{"relative:1"}}));

struct unreadable {
  std::string text;
  std::string_view reason;
};

class unreadable_address : public testing::TestWithParam<unreadable> {};

TEST_P(unreadable_address, is_refused_with_its_text_and_the_reason) {
  const auto parsed = parse_listen_address(GetParam().text);
  ASSERT_FALSE(parsed) << GetParam().text;
  EXPECT_TRUE(parsed.error().contains("'" + GetParam().text + "'")) << parsed.error();
  EXPECT_TRUE(parsed.error().contains(GetParam().reason)) << parsed.error();
}

INSTANTIATE_TEST_SUITE_P(
    listen_address, unreadable_address,
    testing::Values(unreadable{"", "no port"}, unreadable{"10042", "no port"},
                    unreadable{"[::1]", "no port"}, unreadable{":", "not a number"},
                    unreadable{":65536", "not a number"}, unreadable{":-1", "not a number"},
                    unreadable{":80x", "not a number"}, unreadable{"host: 80", "not a number"},
                    unreadable{":http", "not a number"}, unreadable{"::1:80", "in brackets"},
                    unreadable{"[::1:80", "unbalanced"}, unreadable{"[]:80", "empty brackets"},
                    unreadable{"[localhost]:80", "for IPv6"},
                    unreadable{"http://host:80", "in brackets"},
                    unreadable{"a/b:80", "not a host name"},
                    unreadable{"a b:80", "not a host name"}, unreadable{"unix:", "no path"},
                    unreadable{"unix:/" + std::string(107, 'x'), "longer than 107"},
                    unreadable{std::string("unix:/a\0b", 9), "zero byte"}));

}  // namespace
}  // namespace wolkvox::web
