// Bytes of a connection into the real server, over a local socket and without waiting: every answer
// is well formed, none gives back what was asked, and the answers depend on the bytes, never on the
// pieces they came in.
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <cstring>
#include <functional>
#include <numeric>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "exporter/web/answer.hpp"
#include "exporter/web/negotiation.hpp"
#include "exporter/web/request_target.hpp"
#include "exporter/web/server.hpp"
#include "exporter/web/status_json.hpp"
#include "exporter/web/status_page.hpp"
#include "tests/fuzz/answer_stream.hpp"
#include "tests/fuzz/requirement.hpp"
#include "tests/unit/web/site_builder.hpp"

namespace wolkvox::web {
namespace {

using fuzz::http_answer;
using fuzz::require;

std::string metrics_in(metrics::form form) {
  return fmt::format("{} as {}\n", name_of(form.format), name_of(form.encoding));
}

boost::asio::awaitable<body> answer_metrics(metrics::page_filter /*filter*/, metrics::form form) {
  co_return pieces_of({metrics_in(form)});
}

boost::asio::awaitable<std::expected<void, std::string>> reload() {
  co_return std::expected<void, std::string>{};
}

// A server that outlives the inputs, and what it told its owner during one.
class fuzzed_server {
 public:
  fuzzed_server() : path_(fmt::format("/tmp/wolkvox_fuzz_requests.{}", ::getpid())) {
    auto content = small_site();
    content.metrics = answer_metrics;
    server_settings settings;
    settings.listen_addresses = {"unix:" + path_};
    settings.loop = loop_.get_executor();
    settings.lifecycle = {.reload = reload, .quit = [this] { ++quits; }};
    settings.told = [](const std::string& trouble) { require(false, "no trouble: " + trouble); };
    settings.limits.header_bytes = 1024;
    server_ = make_server(std::move(settings), std::move(content));
    require(server_->start().has_value(), "the server starts");
  }

  // All that it answers when `pieces` were sent and nothing more comes.
  std::string answer(const std::vector<std::string_view>& pieces) {
    quits = 0;
    const auto before = served();
    const int peer = connect();
    std::string answers;
    for (const auto piece : pieces) {
      if (!piece.empty() && ::send(peer, piece.data(), piece.size(), MSG_NOSIGNAL) < 0) {
        break;  // it has had enough
      }
      loop_.poll();
    }
    ::shutdown(peer, SHUT_WR);
    while (receive(peer, answers)) {
      require(loop_.poll() > 0, "a connection whose peer has left ends at once");
    }
    ::close(peer);
    loop_.poll();
    require(server_->scrapes().in_flight == 0, "no scrape stays in flight");
    served_now = served() - before;
    return answers;
  }

  std::uint64_t served_now = 0;
  int quits = 0;

 private:
  std::uint64_t served() const {
    const auto& by_form = server_->scrapes().served;
    return std::accumulate(by_form.begin(), by_form.end(), std::uint64_t{0});
  }
  int connect() const {
    const int peer = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path_.copy(static_cast<char*>(address.sun_path), sizeof(address.sun_path) - 1);
    const auto* const generic = reinterpret_cast<const sockaddr*>(&address);
    require(::connect(peer, generic, sizeof(address)) == 0, "the server is listening");
    return peer;
  }

  // What has come so far; false at the end.
  static bool receive(int peer, std::string& answers) {
    char piece[65536];
    while (true) {
      const auto got = ::recv(peer, static_cast<char*>(piece), sizeof(piece), MSG_DONTWAIT);
      if (got <= 0) {
        return got < 0 && errno == EAGAIN;
      }
      answers.append(static_cast<const char*>(piece), static_cast<std::size_t>(got));
    }
  }

  boost::asio::io_context loop_{1};
  std::string path_;
  std::unique_ptr<server> server_;
};

metrics::format format_of(std::string_view type) {
  if (type.starts_with("text/plain; version=0.0.4;")) {
    return metrics::format::text;
  }
  return type.starts_with("application/openmetrics-text;") ? metrics::format::openmetrics
                                                           : metrics::format::protobuf;
}

metrics::encoding encoding_of(std::string_view coding) {
  if (coding.empty()) {
    return metrics::encoding::identity;
  }
  return coding == "gzip" ? metrics::encoding::gzip : metrics::encoding::zstd;
}

metrics::form form_said_by(const http_answer& answer) {
  return {.format = format_of(answer.field("Content-Type")),
          .encoding = encoding_of(answer.field("Content-Encoding"))};
}

void check_content(const http_answer& answer) {
  const auto type = answer.field("Content-Type");
  const auto facts = status_of({healthy_collector("agents")});
  if (answer.head_only) {
    return;
  }
  if (type == html_type) {
    require(answer.body == status_page(facts, true, "/metrics"), "the status page, nothing else");
  } else if (type == json_type) {
    require(answer.body == status_json(facts, true), "the status, nothing else");
  } else if (type == text_type) {
    require(answer.body.size() < 100 && answer.body.find('\n') == answer.body.size() - 1,
            "a message is one line");
  } else {
    require(answer.body == metrics_in(form_said_by(answer)), "metrics as the fields say");
  }
}

void check_answer(const http_answer& answer) {
  static constexpr unsigned usual[] = {200, 400, 404, 405, 411, 413, 417, 431, 505};
  require(std::ranges::find(usual, answer.status) != std::end(usual),
          "a status that the server gives");
  require((answer.status == 405) == !answer.field("Allow").empty(), "405 and Allow");
  check_content(answer);
}

// Of the answers of one connection.
void check_answers(const std::vector<http_answer>& answers, const fuzzed_server& server,
                   std::string_view sent) {
  std::uint64_t scrapes = 0;
  int farewells = 0;
  for (const auto& answer : answers) {
    check_answer(answer);
    const bool is_last = &answer == &answers.back();
    require(answer.field("Connection") == "keep-alive" || is_last, "close is the last word");
    scrapes += answer.body == metrics_in(form_said_by(answer)) ? 1 : 0;
    farewells += answer.body.contains("is stopping") ? 1 : 0;
  }
  require(scrapes == server.served_now, "every scrape is counted");
  require(farewells == server.quits, "who is told of the end has asked for it");
  std::size_t heads = 1;  // the last one may be cut off and refused
  for (auto at = sent.find("\r\n\r\n"); at != std::string_view::npos;
       at = sent.find("\r\n\r\n", at + 1)) {
    ++heads;
  }
  require(answers.size() <= heads, "no more answers than requests");
}

// Answers before a head that cannot be read. Which reason to refuse it is found first, and whether
// that is before the peer has gone in its midst, may depend on where it was cut.
std::span<const http_answer> before_refusal(const std::vector<http_answer>& answers) {
  const std::span<const http_answer> rest(answers);
  if (rest.empty()) {
    return rest;
  }
  const auto status = rest.back().status;
  const bool is_refused = (status == 400 || status == 431 || status == 505) &&
                          rest.back().field("Connection") == "close";
  return is_refused ? rest.first(rest.size() - 1) : rest;
}

// A head within a few bytes of the limit passes or not, as it is cut: what follows is answered or
// not.
bool are_same(const std::vector<http_answer>& a, const std::vector<http_answer>& b) {
  auto mine = before_refusal(a);
  auto theirs = before_refusal(b);
  const auto ends_too_large = [](const std::vector<http_answer>& answers) {
    return !answers.empty() && answers.back().status == 431;
  };
  if (ends_too_large(a) || ends_too_large(b)) {
    const auto both = std::min(mine.size(), theirs.size());
    mine = mine.first(both);
    theirs = theirs.first(both);
  }
  return std::ranges::equal(mine, theirs);
}

std::vector<std::string_view> split(std::string_view sent, std::mt19937& random) {
  std::vector<std::string_view> pieces;
  while (!sent.empty()) {
    const auto size = std::min<std::size_t>(random() % 40, sent.size());
    pieces.push_back(sent.substr(0, size));
    sent.remove_prefix(size);
  }
  return pieces;
}

std::string escaped(std::string_view text) {
  std::string all;
  for (const char c : text) {
    all += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return all;
}

// What was taken apart means the same when it is put together again.
void check_target(std::string_view text) {
  const auto target = parse_target(text);
  if (!target) {
    return;
  }
  std::string again = escaped(target->path).replace(0, 3, "/");
  char separator = '?';
  for (const auto& [name, value] : target->parameters) {
    again += std::exchange(separator, '&') + escaped(name) + '=' + escaped(value);
  }
  const auto same = parse_target(again);
  require(same && same->path == target->path && same->parameters == target->parameters,
          "a target reads back");
}

void check_negotiation(std::string_view text) {
  for (const auto& [accept, coding] : {std::pair{text, text}, {text, ""}, {"", text}}) {
    const auto chosen = negotiate(accept, coding);
    require(chosen.content_type.contains("; escaping="), "the escaping is named");
  }
}

}  // namespace
}  // namespace wolkvox::web

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace wolkvox;
  static auto& server = *new web::fuzzed_server;  // never ended: libFuzzer ends the process
  const auto sent = fuzz::as_text(data, size);
  const auto in_one = server.answer({sent});
  const auto answers = fuzz::read_answers(in_one);
  web::check_answers(answers, server, sent);
  std::mt19937 random{static_cast<std::uint32_t>(std::hash<std::string_view>{}(sent))};
  const auto in_pieces = server.answer(web::split(sent, random));
  const auto again = fuzz::read_answers(in_pieces);
  fuzz::require(web::are_same(answers, again),
                "same answers in pieces:\n" + in_one + "\n---\n" + in_pieces);
  const auto line = sent.substr(0, sent.find('\r'));
  web::check_target(line);
  web::check_negotiation(line);
  return 0;
}
