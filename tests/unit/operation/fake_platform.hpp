// A platform for tests, behind the client's interface: answers what a test says, at once or when it
// is told to. It asks gate and tells exchanges as the client does.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "exporter/api/net/client.hpp"

namespace wolkvox::operation {

class fake_platform {
 public:
  using reply = std::expected<std::string, api::error>;  // rows, or why there are none

  static api::error failure(api::error_kind kind) {
    api::error failed;
    failed.kind = kind;
    return failed;
  }

  // By collector. Without one an answer has no rows.
  std::map<std::string, std::function<reply(const api::report_query&)>, std::less<>> says;
  bool is_silent = false;  // requests wait for speak()
  std::function<std::chrono::sys_seconds()> clock;
  int closings = 0;                // connections, by our end
  std::vector<std::string> asked;  // collectors, in the order of their requests
  std::vector<std::string> taken() { return std::exchange(asked, {}); }

  void speak() {
    is_silent = false;
    for (client* const each : clients_) {
      each->bell.cancel();
    }
  }

  std::unique_ptr<api::client> connect(api::client_settings settings) {
    return std::make_unique<client>(*this, std::move(settings));
  }

 private:
  class client final : public api::client {
   public:
    client(fake_platform& of, api::client_settings settings)
        : bell(settings.loop, std::chrono::steady_clock::time_point::max()),
          of_(of),
          settings_(std::move(settings)) {
      of_.clients_.push_back(this);
    }
    client(const client&) = delete;
    client& operator=(const client&) = delete;
    ~client() override { std::erase(of_.clients_, this); }

    boost::asio::awaitable<std::expected<api::answer, api::error>> ask(api::report_query query,
                                                                       api::row_consumer& rows,
                                                                       api::urgency) override {
      if (auto closed = settings_.gate(query)) {
        co_return std::unexpected(std::move(*closed));
      }
      of_.asked.push_back(query.collector);
      while (of_.is_silent && !is_closed_) {
        co_await bell.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
      }
      if (is_closed_) {
        co_return std::unexpected(failure(api::error_kind::cancelled));
      }
      const auto said = of_.says.find(query.collector);
      auto made = said == of_.says.end() ? reply{} : said->second(query);
      api::exchange_report told;
      told.collector = query.collector;
      told.report = query.api;
      if (!made) {
        told.failure = made.error();
      }
      settings_.told(told);
      if (!made) {
        co_return std::unexpected(std::move(made.error()));
      }
      api::answer_decoder decoder(*query.schema, rows);
      const std::string body = R"({"code":"200","error":null,"msg":"","data":[)" + *made + "]}";
      if (auto written = decoder.write(body); !written) {
        co_return std::unexpected(std::move(written.error()));
      }
      auto read = decoder.finish();
      if (!read) {
        co_return std::unexpected(std::move(read.error()));
      }
      api::answer whole;
      whole.envelope = std::move(*read);
      whole.date = of_.clock();
      co_return whole;
    }
    void close() override {
      is_closed_ = true;
      ++of_.closings;
      bell.cancel();
    }

    boost::asio::steady_timer bell;

   private:
    fake_platform& of_;
    api::client_settings settings_;
    bool is_closed_ = false;
  };

  std::vector<client*> clients_;
};

}  // namespace wolkvox::operation
