#include "exporter/web/request_target.hpp"

#include <gtest/gtest.h>

namespace wolkvox::web {
namespace {

using parameters = std::vector<std::pair<std::string, std::string>>;

struct sample {
  std::string_view target;
  std::string path;
  parameters expected;
};

class readable_target : public testing::TestWithParam<sample> {};

TEST_P(readable_target, is_split_and_decoded) {
  const auto parsed = parse_target(GetParam().target);
  ASSERT_TRUE(parsed) << GetParam().target;
  EXPECT_EQ(parsed->path, GetParam().path);
  EXPECT_EQ(parsed->parameters, GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    request_target, readable_target,
    testing::Values(
        sample{"/", "/", {}}, sample{"/metrics?", "/metrics", {}},
        sample{"/%6detrics", "/metrics", {}}, sample{"/a+b", "/a+b", {}},
        sample{"/m?name[]=up&name%5B%5D=a%20b", "/m", {{"name[]", "up"}, {"name[]", "a b"}}},
        sample{"/m?operation=a+b%2Bc", "/m", {{"operation", "a b+c"}}},
        sample{"/m?a&&b=&c=1=2", "/m", {{"a", ""}, {"b", ""}, {"c", "1=2"}}},
        sample{"/m?a=b?c", "/m", {{"a", "b?c"}}}, sample{"/m?n=%C3%B1", "/m", {{"n", "ñ"}}},
        sample{"http://host:1/metrics?a=b", "/metrics", {{"a", "b"}}},
        sample{"https://host/metrics?a=b", "/metrics", {{"a", "b"}}},
        sample{"HTTP://host/metrics", "/metrics", {}}, sample{"http://host?a=b", "/", {{"a", "b"}}},
        sample{"http://host", "/", {}}));

class malformed_target : public testing::TestWithParam<std::string_view> {};

TEST_P(malformed_target, is_refused) {
  EXPECT_FALSE(parse_target(GetParam())) << GetParam();
}

INSTANTIATE_TEST_SUITE_P(request_target, malformed_target,
                         testing::Values("", "*", "metrics", "host:80", "ftp://host/", "/%", "/%4",
                                         "/%zz", "/m?a=%", "/m?%1=a", "/m?a=%00", "/%00", "/m#part",
                                         "http://host#part", "://host/", "https:/host"));

}  // namespace
}  // namespace wolkvox::web
