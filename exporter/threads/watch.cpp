// One look at a time, and who waits for it.
#include "exporter/threads/watch.hpp"

#include <boost/asio/steady_timer.hpp>
#include <list>
#include <utility>

namespace wolkvox::threads {
namespace {

namespace asio = boost::asio;
using std::chrono::steady_clock;

// A healthy file system answers in far less, a scraper hardly notices it.
constexpr std::chrono::milliseconds patience{250};
// A slow one is not worth a word.
constexpr std::chrono::seconds worth_telling{10};

}  // namespace

struct watch::state : std::enable_shared_from_this<state> {
  state(asio::any_io_executor executor, look what, std::function<void(answering)> teller)
      : loop(std::move(executor)),
        again(std::make_shared<look>(std::move(what))),
        told(std::move(teller)),
        thread(loop) {}

  void begin() {
    since = steady_clock::now();
    covers = asked;
    // The look is the thread's while it runs, though the watch may go.
    is_looking = thread.start([who = weak_from_this(), look_again = again]() -> homecoming {
      return [who, found = (*look_again)()]() mutable {
        if (const auto mine = who.lock()) {
          mine->end(std::move(found));
        }
      };
    });
  }
  void end(homecoming found) {
    is_looking = false;
    looked = covers;
    if (found) {
      found();
    }
    if (std::exchange(was_told, false)) {
      told(answering::again);
    }
    ring();
  }
  void ring() {
    for (auto* const each : bells) {
      each->cancel();
    }
  }
  void tell_of_long_looks() {
    if (is_looking && !was_told && steady_clock::now() - since > worth_telling) {
      was_told = true;
      told(answering::not_for_long);
    }
  }

  asio::any_io_executor loop;
  std::shared_ptr<look> again;
  std::function<void(answering)> told;
  lone_thread thread;
  bool is_looking = false;
  bool is_closed = false;
  bool was_told = false;
  steady_clock::time_point since;
  // How often it was asked for, of these which the look under way and the last one answer.
  std::uint64_t asked = 0, covers = 0, looked = 0;
  std::list<asio::steady_timer*> bells;
};

namespace {

// One who waits; rung by state::ring().
class waiting {
 public:
  waiting(std::list<asio::steady_timer*>& all, const asio::any_io_executor& loop,
          steady_clock::time_point until)
      : bell_(std::make_unique<asio::steady_timer>(loop, until)),
        all_(all),
        place_(all.insert(all.end(), bell_.get())) {}
  ~waiting() { all_.erase(place_); }
  waiting(const waiting&) = delete;
  waiting& operator=(const waiting&) = delete;

  asio::awaitable<void> rung() const {
    co_await bell_->async_wait(asio::as_tuple(asio::use_awaitable));
  }

 private:
  std::unique_ptr<asio::steady_timer> bell_;
  std::list<asio::steady_timer*>& all_;
  std::list<asio::steady_timer*>::iterator place_;
};

}  // namespace

watch::watch(asio::any_io_executor loop, look again, std::function<void(answering)> told)
    : state_(std::make_shared<state>(std::move(loop), std::move(again), std::move(told))) {}

watch::~watch() {
  close();
}

asio::awaitable<bool> watch::refresh() {
  return refresh(state_);
}

asio::awaitable<bool> watch::refresh(std::shared_ptr<state> mine) {
  mine->tell_of_long_looks();
  const auto number = ++mine->asked;
  while (mine->looked < number && !mine->is_closed) {
    if (!mine->is_looking) {
      mine->begin();
    }
    const auto until = mine->since + patience;
    if (!mine->is_looking || steady_clock::now() >= until) {
      break;
    }
    const waiting bell(mine->bells, mine->loop, until);
    co_await bell.rung();
  }
  co_return mine->looked >= number;
}

void watch::close() {
  state_->is_closed = true;
  state_->thread.close();
  state_->ring();
}

}  // namespace wolkvox::threads
