// What the scrapers that exist send, and what RFC 9110 allows beside it.
#include "exporter/web/negotiation.hpp"

#include <gtest/gtest.h>

#include <string>

namespace wolkvox::web {
namespace {

using metrics::encoding;
using metrics::format;

struct accept_case {
  std::string_view name;
  std::string_view accept;
  format chosen;
  std::string_view escaping = "underscores";
};

class accepted : public testing::TestWithParam<accept_case> {};

TEST_P(accepted, chooses_the_format_and_names_version_and_escaping) {
  const auto result = negotiate(GetParam().accept, "");
  EXPECT_EQ(name_of(result.form.format), name_of(GetParam().chosen));
  EXPECT_TRUE(result.content_type.ends_with("; escaping=" + std::string(GetParam().escaping)))
      << result.content_type;
}

constexpr std::string_view protobuf_range =
    "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited";

INSTANTIATE_TEST_SUITE_P(
    scrapers, accepted,
    testing::Values(
        // prometheus/prometheus 2.42 scrape/scrape.go
        accept_case{"prometheus_2_42",
                    "application/openmetrics-text;version=1.0.0,application/"
                    "openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,"
                    "*/*;q=0.1",
                    format::openmetrics},
        // the same with --enable-feature=native-histograms
        accept_case{"prometheus_2_42_native_histograms",
                    "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;"
                    "encoding=delimited,application/openmetrics-text;version=1.0.0;q=0.8,"
                    "application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;"
                    "q=0.5,*/*;q=0.1",
                    format::protobuf},
        // prometheus/prometheus before it asked for 1.0.0
        accept_case{"prometheus_without_1_0_0",
                    "application/openmetrics-text; version=0.0.1,text/plain;version=0.0.4;q=0.5,"
                    "*/*;q=0.1",
                    format::openmetrics},
        // prometheus/prometheus 2.49 scrape/scrape.go acceptHeader; also the OpenTelemetry
        // collector's prometheusreceiver, which is built on that package
        accept_case{"prometheus_2_49",
                    "application/openmetrics-text;version=1.0.0;q=0.5,application/"
                    "openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,"
                    "*/*;q=0.2",
                    format::openmetrics},
        // prometheus/prometheus 3.x, and collectors built on it
        accept_case{"prometheus_3",
                    "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
                    "application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;"
                    "escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
                    format::openmetrics, "allow-utf-8"},
        accept_case{"prometheus_3_native_histograms",
                    "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;"
                    "encoding=delimited;q=0.6,application/openmetrics-text;version=1.0.0;"
                    "escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,"
                    "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;"
                    "version=0.0.4;q=0.2,*/*;q=0.1",
                    format::protobuf},
        // prometheus/prometheus 3.x with scrape_protocols: [PrometheusText1.0.0]: not spoken here
        accept_case{"prometheus_3_text_1_0_0_alone",
                    "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.6,*/*;q=0.5", format::text},
        // VictoriaMetrics lib/promscrape/client.go; netdata's go.d.plugin sends the same
        accept_case{"vmagent", "text/plain;version=0.0.4;q=1,*/*;q=0.1", format::text},
        // curl 7.88
        accept_case{"curl", "*/*", format::text},
        accept_case{"firefox",
                    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,"
                    "*/*;q=0.8",
                    format::text}),
    [](const auto& each) { return std::string(each.param.name); });

INSTANTIATE_TEST_SUITE_P(
    rules, accepted,
    testing::Values(
        accept_case{"none", "", format::text}, accept_case{"unknown", "image/png", format::text},
        accept_case{"nonsense", ";;=,q,\"", format::text},
        accept_case{"bare_openmetrics", "application/openmetrics-text", format::openmetrics},
        accept_case{"any_case", "Application/OpenMetrics-Text; Version=1.0.0", format::openmetrics},
        accept_case{"unknown_version", "application/openmetrics-text;version=2.0.0", format::text},
        accept_case{"quoted", "application/openmetrics-text;version=\"1.0.0\";x=\",\";q=1",
                    format::openmetrics},
        accept_case{"weights", "text/plain;q=0.5, application/openmetrics-text;q=0.501",
                    format::openmetrics},
        accept_case{"equal_weights_first", "application/openmetrics-text,text/plain",
                    format::openmetrics},
        accept_case{"equal_weights_text_first", "text/plain,application/openmetrics-text",
                    format::text},
        accept_case{"named_before_wildcard", "*/*,application/openmetrics-text",
                    format::openmetrics},
        accept_case{"main_type", "application/*", format::openmetrics},
        accept_case{"text_main_type", "text/*, application/openmetrics-text;q=0.9", format::text},
        accept_case{"refused_text", "text/plain;q=0,*/*", format::openmetrics},
        accept_case{"refused_openmetrics", "application/openmetrics-text;q=0", format::text},
        accept_case{"refused_all", "*/*;q=0", format::text},
        accept_case{"bad_weight", "application/openmetrics-text;q=2,text/plain;q=0.1",
                    format::text},
        accept_case{"negative_weight", "application/openmetrics-text;q=-1", format::text},
        accept_case{"protobuf_of_another_message",
                    "application/vnd.google.protobuf;proto=x.Y;encoding=delimited", format::text},
        accept_case{"protobuf_as_text",
                    "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;"
                    "encoding=text",
                    format::text},
        accept_case{"bare_protobuf", "application/vnd.google.protobuf", format::text},
        accept_case{"protobuf_spaced",
                    "application/vnd.google.protobuf ; proto=io.prometheus.client.MetricFamily ; "
                    "encoding=delimited ; escaping=values",
                    format::protobuf, "values"},
        accept_case{"escaping_dots", "text/plain;version=0.0.4;escaping=dots", format::text,
                    "dots"},
        accept_case{"escaping_unknown", "text/plain;escaping=whatever", format::text}),
    [](const auto& each) { return std::string(each.param.name); });

TEST(negotiation, content_types_are_those_of_the_official_clients) {
  EXPECT_EQ(negotiate("", "").content_type,
            "text/plain; version=0.0.4; charset=utf-8; escaping=underscores");
  EXPECT_EQ(negotiate("application/openmetrics-text;version=1.0.0", "").content_type,
            "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores");
  EXPECT_EQ(negotiate("application/openmetrics-text;version=0.0.1", "").content_type,
            "application/openmetrics-text; version=0.0.1; charset=utf-8; escaping=underscores");
  EXPECT_EQ(negotiate(protobuf_range, "").content_type,
            "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; "
            "encoding=delimited; escaping=underscores");
}

struct encoding_case {
  std::string_view accept;
  encoding chosen;
};

class accepted_encoding : public testing::TestWithParam<encoding_case> {};

TEST_P(accepted_encoding, is_chosen) {
  EXPECT_EQ(name_of(negotiate("", GetParam().accept).form.encoding), name_of(GetParam().chosen))
      << GetParam().accept;
}

INSTANTIATE_TEST_SUITE_P(
    negotiation, accepted_encoding,
    testing::Values(
        encoding_case{"", encoding::identity},
        encoding_case{"gzip", encoding::gzip},          // Prometheus, vmagent (net/http)
        encoding_case{"identity", encoding::identity},  // Prometheus, enable_compression: false
        encoding_case{"deflate, gzip, br, zstd", encoding::gzip},  // curl 7.88 --compressed
        encoding_case{"gzip, deflate, br, zstd", encoding::gzip},  // browsers
        encoding_case{"zstd", encoding::zstd},
        encoding_case{"zstd;q=1, gzip;q=0.9", encoding::zstd},
        encoding_case{"GZIP", encoding::gzip}, encoding_case{"gzip;q=0", encoding::identity},
        encoding_case{"gzip;q=0, *", encoding::zstd}, encoding_case{"*", encoding::gzip},
        encoding_case{"*;q=0", encoding::identity},
        encoding_case{"identity;q=0", encoding::identity},
        encoding_case{"identity;q=0, zstd;q=0.1", encoding::zstd},
        encoding_case{"identity, gzip;q=0.5", encoding::identity},
        encoding_case{"identity;q=0.5, gzip", encoding::gzip},
        encoding_case{"identity, gzip", encoding::gzip},
        encoding_case{"gzip;q=0.001", encoding::gzip},
        encoding_case{"gzip;q=x", encoding::identity}, encoding_case{"br", encoding::identity},
        encoding_case{",,;", encoding::identity}));

}  // namespace
}  // namespace wolkvox::web
