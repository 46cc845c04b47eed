// Preloaded into the program under test: the n-th sync of a file whose name matches fails with an input/output error, once.
// $FAILING_SYNC says "n PART", where the file's path holds PART; $KILLING_SYNC says the same of a sync at which the process is killed. Beside them, $FULL_DISK says "PART": whatever is written to such files finds the
// disk full.
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

struct Wish {
  int number = 0;
  std::string part;
};

Wish wish_of(const char* name) {
  const char* text = std::getenv(name);
  const std::string said = text == nullptr ? "" : text;
  const std::size_t space = said.find(' ');
  return space == std::string::npos ? Wish() : Wish{std::atoi(said.c_str()), said.substr(space + 1)};
}

bool holds(int file, const std::string& part) {
  std::array<char, 1024> path{};
  const std::string link = "/proc/self/fd/" + std::to_string(file);
  if (::readlink(link.c_str(), path.data(), path.size() - 1) < 0) return false;
  return std::string(path.data()).find(part) != std::string::npos;
}

bool fails(int file) {
  static const Wish kWish = wish_of("FAILING_SYNC");
  static std::atomic<int> count = 0;
  return kWish.number != 0 && holds(file, kWish.part) && ++count == kWish.number;
}

bool ends_the_process(int file) {
  static const Wish kWish = wish_of("KILLING_SYNC");
  static std::atomic<int> count = 0;
  return kWish.number != 0 && holds(file, kWish.part) && ++count == kWish.number;
}

bool is_full(int file) {
  static const char* const kPart = std::getenv("FULL_DISK");
  return kPart != nullptr && holds(file, kPart);
}

}  // namespace

extern "C" ssize_t pwrite(int file, const void* bytes, size_t count, off_t at) {
  if (is_full(file)) {
    errno = ENOSPC;
    return -1;
  }
  return ::syscall(SYS_pwrite64, file, bytes, count, at);
}

extern "C" int fdatasync(int file) {
  if (ends_the_process(file)) ::kill(::getpid(), SIGKILL);
  if (fails(file)) {
    errno = EIO;
    return -1;
  }
  return static_cast<int>(::syscall(SYS_fdatasync, file));
}
