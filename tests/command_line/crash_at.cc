// Preloaded into the program under test: it is killed just before its n-th call that changes a file, $CRASH_AT saying n. Killed before each in turn, it has
// been killed between any two.
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>

namespace {

void step() {
  static const long kAt = [] {
    const char* text = std::getenv("CRASH_AT");
    return text == nullptr ? 0 : std::atol(text);
  }();
  static std::atomic<long> count = 0;
  if (++count == kAt) ::kill(::getpid(), SIGKILL);
}

bool is_file(int file) {
  struct stat status {};
  return ::fstat(file, &status) == 0 && S_ISREG(status.st_mode);
}

}  // namespace

extern "C" ssize_t write(int file, const void* bytes, size_t count) {
  if (is_file(file)) step();
  return ::syscall(SYS_write, file, bytes, count);
}

extern "C" ssize_t pwrite(int file, const void* bytes, size_t count, off_t at) {
  step();
  return ::syscall(SYS_pwrite64, file, bytes, count, at);
}

extern "C" int ftruncate(int file, off_t length) noexcept {
  step();
  return static_cast<int>(::syscall(SYS_ftruncate, file, length));
}

extern "C" int fsync(int file) {
  step();
  return static_cast<int>(::syscall(SYS_fsync, file));
}

extern "C" int fdatasync(int file) {
  step();
  return static_cast<int>(::syscall(SYS_fdatasync, file));
}

extern "C" int rename(const char* from, const char* to) noexcept {
  step();
  return static_cast<int>(::syscall(SYS_rename, from, to));
}

extern "C" int unlink(const char* path) noexcept {
  step();
  return static_cast<int>(::syscall(SYS_unlink, path));
}
