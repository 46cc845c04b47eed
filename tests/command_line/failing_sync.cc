// Preloaded into the program under test: the n-th sync of a file whose name matches fails with an input/output error, once.
// $FAILING_SYNC says "n PART", where the file's path holds PART. Beside it, $FULL_DISK says "PART": whatever is written to such files finds the
// disk full.
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

struct Wish {
  int number = 0;
  std::string part;
};

const Wish& wish() {
  static const Wish kWish = [] {
    Wish read;
    const char* text = std::getenv("FAILING_SYNC");
    const std::string said = text == nullptr ? "" : text;
    const std::size_t space = said.find(' ');
    if (space != std::string::npos) read = {std::atoi(said.c_str()), said.substr(space + 1)};
    return read;
  }();
  return kWish;
}

bool holds(int file, const std::string& part) {
  std::array<char, 1024> path{};
  const std::string link = "/proc/self/fd/" + std::to_string(file);
  if (::readlink(link.c_str(), path.data(), path.size() - 1) < 0) return false;
  return std::string(path.data()).find(part) != std::string::npos;
}

bool fails(int file) {
  static std::atomic<int> count = 0;
  return wish().number != 0 && holds(file, wish().part) && ++count == wish().number;
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
  if (fails(file)) {
    errno = EIO;
    return -1;
  }
  return static_cast<int>(::syscall(SYS_fdatasync, file));
}
