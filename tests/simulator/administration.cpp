// The pages of the simulator itself, strict about what it is told.
#include "tests/simulator/administration.hpp"

#include <fmt/format.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <expected>

#include "tests/simulator/refusals.hpp"
#include "tests/simulator/truth.hpp"

namespace wolkvox::simulator {

namespace {

namespace json = boost::json;

api_answer told(const json::object& what) {
  api_answer made;
  made.body = json::serialize(what);
  return made;
}

api_answer not_understood(std::string_view why) {
  api_answer made = told({{"error", why}});
  made.status = 400;
  return made;
}

api_answer truth_page(const query& asked, const centre& what) {
  truth_request request;
  const auto as_of = asked.find("as_of").value_or("published");
  if (as_of != "published" && as_of != "happened") {
    return not_understood("as_of is 'published' or 'happened'");
  }
  request.as_of = as_of == "happened" ? truth_as_of::happened : truth_as_of::published;
  for (const auto& [name, into] :
       {std::pair{"from", &request.from}, std::pair{"to", &request.to}}) {
    if (const auto text = asked.find(name)) {
      *into = what.time().read_text(*text);
      if (!*into) {
        return not_understood(fmt::format("{} is YYYY-MM-DD or YYYY-MM-DDTHH:MM:SS", name));
      }
    }
  }
  return told(tell_truth(what, request));
}

struct controls {
  platform& what;
  platform_clock& clock;
  platform_clock::real::time_point now;
};

using done = std::expected<void, std::string>;

done move_clock(const controls& on, const json::value& value) {
  const auto* const object = value.if_object();
  const auto* const seconds = object != nullptr ? object->if_contains("forward_seconds") : nullptr;
  if (seconds != nullptr && seconds->is_int64() && seconds->as_int64() >= 0) {
    on.clock.forward(std::chrono::seconds{seconds->as_int64()});
    return {};
  }
  const auto* const to = object != nullptr ? object->if_contains("to") : nullptr;
  const auto until = to != nullptr && to->is_string()
                         ? on.what.centre().time().read_text(to->as_string())
                         : std::nullopt;
  const auto current = on.clock.now(on.now);
  if (!until || *until < current) {
    return std::unexpected("clock: 'forward_seconds' >= 0, or 'to' a local time that is not past");
  }
  on.clock.forward(*until - current);
  return {};
}

done set_error_rate(const controls& on, const json::value& value) {
  const auto* const object = value.if_object();
  const auto* const share = object != nullptr ? object->if_contains("share") : nullptr;
  const auto* const seed = object != nullptr ? object->if_contains("seed") : nullptr;
  if (share == nullptr || !share->is_number()) {
    return std::unexpected("error_rate: {\"share\": 0.1, \"seed\": 1}");
  }
  const bool own_seed = seed != nullptr && seed->is_int64();
  on.what.faults().fail_generally(share->to_number<double>(),
                                  own_seed ? static_cast<std::uint64_t>(seed->as_int64()) : 1);
  return {};
}

done control(const controls& on, std::string_view key, const json::value& value) {
  const bool count = value.is_int64() && value.as_int64() >= 0;
  const auto current = on.what.centre().now();
  if (key == "fault") {
    auto read = read_fault(value);
    if (!read) {
      return std::unexpected(read.error());
    }
    on.what.faults().add(*std::move(read), current);
  } else if (key == "clear_faults" && value == true) {
    on.what.faults().clear();
  } else if (key == "error_rate") {
    return set_error_rate(on, value);
  } else if (key == "clock") {
    return move_clock(on, value);
  } else if (key == "speed" && value.is_number() && value.to_number<double>() >= 0.0) {
    on.clock.set_speed(value.to_number<double>(), on.now);
  } else if (key == "quota_used" && count) {
    const auto day = on.what.centre().time().day(current);
    on.what.spent().set_used(static_cast<std::uint64_t>(value.as_int64()), day);
  } else if (key == "row_cap" && count) {
    on.what.settings().row_cap = static_cast<std::size_t>(value.as_int64());
  } else if (key == "totals_row" && value.is_bool()) {
    on.what.settings().totals_row = value.as_bool();
  } else if (key == "token" && value.is_string()) {
    on.what.settings().token = value.as_string();
  } else if (key == "forget_requests" && value == true) {
    on.what.forget_protocol();
  } else {
    return std::unexpected(fmt::format("control '{}' is unknown or its value is bad", key));
  }
  return {};
}

api_answer control_page(std::string_view body, const controls& on) {
  boost::system::error_code failure;
  const auto document = json::parse(body, failure);
  const auto* const object = document.if_object();
  if (failure || object == nullptr) {
    return not_understood("the body is a JSON object");
  }
  for (const auto& [key, value] : *object) {
    if (const auto ok = control(on, key, value); !ok) {
      return not_understood(ok.error());
    }
  }
  on.what.advance(on.clock.now(on.now));
  return told({{"now", on.what.centre().time().text(on.what.centre().now())},
               {"now_unix", on.what.centre().now().time_since_epoch().count()},
               {"speed", on.clock.speed()}});
}

}  // namespace

std::optional<api_answer> administer(const administration_request& request, platform& what,
                                     platform_clock& clock, platform_clock::real::time_point now) {
  const auto asked = read_query(request.target);
  if (!asked || !asked->path.starts_with("/_")) {
    return std::nullopt;
  }
  what.advance(clock.now(now));
  if (asked->path == "/_control") {
    return request.method == "POST" ? control_page(request.body, {what, clock, now})
                                    : method_not_allowed();
  }
  if (request.method != "GET") {
    return method_not_allowed();
  }
  if (asked->path == "/_truth") {
    return truth_page(*asked, what.centre());
  }
  if (asked->path == "/_requests") {
    return told(what.protocol());
  }
  return page_not_found();
}

}  // namespace wolkvox::simulator
