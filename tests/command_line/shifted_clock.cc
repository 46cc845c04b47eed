// Preloaded into the program under test: its wall clock runs ahead by the milliseconds that stand in the file $SHIFTED_CLOCK (eight bytes, of
// this machine's order), which a test may change while the program runs. The steady clock stays as it is.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>

namespace {

const volatile std::int64_t* shift_ms() {
  static const volatile std::int64_t* const kShift = [] {
    const char* name = std::getenv("SHIFTED_CLOCK");
    const int file = name == nullptr ? -1 : ::open(name, O_RDONLY | O_CLOEXEC);
    void* memory = file < 0 ? MAP_FAILED : ::mmap(nullptr, sizeof(std::int64_t), PROT_READ, MAP_SHARED, file, 0);
    if (file >= 0) ::close(file);
    return memory == MAP_FAILED ? nullptr : static_cast<const volatile std::int64_t*>(memory);
  }();
  return kShift;
}

}  // namespace

extern "C" int clock_gettime(clockid_t clock, timespec* now) noexcept {
  const long failed = ::syscall(SYS_clock_gettime, clock, now);
  if (failed == 0 && clock == CLOCK_REALTIME && shift_ms() != nullptr) {
    const std::int64_t ms = *shift_ms();
    now->tv_sec += static_cast<time_t>(ms / 1000);
  }
  return static_cast<int>(failed);
}
