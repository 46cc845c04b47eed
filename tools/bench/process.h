#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ritrovo::bench {

/// Counts seconds from its making.
class Stopwatch {
 public:
  [[nodiscard]] double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count(); }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

/// Seconds of processor time that this thread has used: what a stopwatch would say if nobody else used the machine and no disk was waited for.
[[nodiscard]] double thread_cpu_seconds();

/// The same of all threads of this process.
[[nodiscard]] double process_cpu_seconds();

/// What this process takes of the machine's memory, in bytes: now, and at its highest.
struct Memory {
  std::uint64_t resident = 0;
  std::uint64_t resident_max = 0;
};
[[nodiscard]] Memory memory_of_this_process();
/// From now on the highest is counted anew (Linux, /proc/self/clear_refs); false where the system doesn't let us.
bool forget_highest_memory();

/// This program, run again with other arguments. Its standard output is read by lines.
/// Runs on: one thread. The destructor kills the child, if it still runs, and waits for it.
class Child {
 public:
  /// Throws tools::Failure if the process can't be started.
  explicit Child(const std::vector<std::string>& arguments);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  /// The next line it prints; nothing once it has ended.
  [[nodiscard]] std::optional<std::string> read_line();
  /// Ends it as a loss of the process would: SIGKILL, then waits for its end.
  void kill();

 private:
  pid_t process_ = -1;
  int out_ = -1;
  std::string buffer_;
};

}  // namespace ritrovo::bench
