// LD_PRELOAD: another wall clock and another name server for one program, as two files say that the
// environment names. WOLKVOX_TEST_CLOCK: the seconds by which the clock is ahead.
// WOLKVOX_TEST_NAMES: what becomes of every look-up: "ok" (127.0.0.1), "gone" or "silent".
#include <dlfcn.h>
#include <netdb.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <optional>
#include <string>
#include <thread>

namespace {

std::optional<std::string> told_by(const char* variable) {
  const char* const path = std::getenv(variable);  // NOLINT(concurrency-mt-unsafe): nobody sets it
  std::string word;
  if (path == nullptr || !(std::ifstream(path) >> word)) {
    return std::nullopt;
  }
  return word;
}

template <class Function>
Function* next(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

extern "C" {

// NOLINTBEGIN(readability-inconsistent-declaration-parameter-name): libc's names are reserved ones.

int clock_gettime(clockid_t which, timespec* into) noexcept {
  // The kernel's own: AddressSanitizer's allocator asks for the time, and a look-up of libc's
  // function allocates.
  const int result = static_cast<int>(::syscall(SYS_clock_gettime, which, into));
  if (result == 0 && which == CLOCK_REALTIME) {
    into->tv_sec += std::stol(told_by("WOLKVOX_TEST_CLOCK").value_or("0"));
  }
  return result;
}

time_t time(time_t* into) noexcept {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  if (into != nullptr) {
    *into = now.tv_sec;
  }
  return now.tv_sec;
}

int getaddrinfo(const char* name, const char* service, const addrinfo* hints, addrinfo** result) {
  static auto* const real =
      next<int(const char*, const char*, const addrinfo*, addrinfo**)>("getaddrinfo");
  auto told = told_by("WOLKVOX_TEST_NAMES");
  while (told == "silent") {
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
    told = told_by("WOLKVOX_TEST_NAMES");
  }
  if (told == "gone") {
    return EAI_AGAIN;
  }
  return real(told ? "127.0.0.1" : name, service, hints, result);
}

// NOLINTEND(readability-inconsistent-declaration-parameter-name)

}  // extern "C"
