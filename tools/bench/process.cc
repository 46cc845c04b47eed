#include "tools/bench/process.h"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>
#include <fstream>

#include "tools/context.h"

extern char** environ;

namespace ritrovo::bench {
namespace {

tools::Failure failed(const std::string& what) { return {{ErrorCode::kUnavailable, what + ": " + std::strerror(errno)}}; }

}  // namespace

namespace {

double seconds_on(clockid_t clock) {
  timespec used{};
  ::clock_gettime(clock, &used);
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) * 1e-9;
}

}  // namespace

double thread_cpu_seconds() { return seconds_on(CLOCK_THREAD_CPUTIME_ID); }
double process_cpu_seconds() { return seconds_on(CLOCK_PROCESS_CPUTIME_ID); }

Memory memory_of_this_process() {
  Memory memory;
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    std::uint64_t kibibytes = 0;
    if (word == "VmRSS:" && status >> kibibytes) memory.resident = kibibytes * 1024;
    if (word == "VmHWM:" && status >> kibibytes) memory.resident_max = kibibytes * 1024;
  }
  return memory;
}

bool forget_highest_memory() {
  std::ofstream refs("/proc/self/clear_refs");
  refs << "5" << std::flush;
  return refs.good();
}

Child::Child(const std::vector<std::string>& arguments) {
  int ends[2];
  if (::pipe(ends) != 0) throw failed("a pipe can't be made");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_addclose(&actions, ends[0]);
  posix_spawn_file_actions_addclose(&actions, ends[1]);
  std::vector<std::string> words{"ritrovo-bench"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  errno = ::posix_spawn(&process_, "/proc/self/exe", &actions, nullptr, pointers.data(), environ);
  const bool started = errno == 0;
  posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  out_ = ends[0];
  if (!started) throw failed("the benchmark can't start itself again");
}

Child::~Child() {
  kill();
  if (out_ >= 0) ::close(out_);
}

std::optional<std::string> Child::read_line() {
  for (;;) {
    if (const std::size_t end = buffer_.find('\n'); end != std::string::npos) {
      std::string line = buffer_.substr(0, end);
      buffer_.erase(0, end + 1);
      return line;
    }
    char bytes[4096];
    const ssize_t got = ::read(out_, bytes, sizeof bytes);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return std::nullopt;
    buffer_.append(bytes, static_cast<std::size_t>(got));
  }
}

void Child::kill() {
  if (process_ < 0) return;
  ::kill(process_, SIGKILL);
  while (::waitpid(process_, nullptr, 0) < 0 && errno == EINTR) continue;
  process_ = -1;
}

}  // namespace ritrovo::bench
