// Preloaded into the program under test: the n-th sync of a file whose name matches fails with an input/output error, once.
// $FAILING_SYNC says "n PART", where the file's path holds PART.
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

bool fails(int file) {
  static std::atomic<int> count = 0;
  if (wish().number == 0) return false;
  std::array<char, 1024> path{};
  const std::string link = "/proc/self/fd/" + std::to_string(file);
  if (::readlink(link.c_str(), path.data(), path.size() - 1) < 0) return false;
  return std::string(path.data()).find(wish().part) != std::string::npos && ++count == wish().number;
}

}  // namespace

extern "C" int fdatasync(int file) {
  if (fails(file)) {
    errno = EIO;
    return -1;
  }
  return static_cast<int>(::syscall(SYS_fdatasync, file));
}
