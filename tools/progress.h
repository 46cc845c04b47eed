#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace ritrovo::tools {

/// A bar with rate and time left on stderr, for a person who watches: shown only where stderr is a terminal, and only after two seconds.
/// Runs on: one thread.
class Progress {
 public:
  /// `total` is in the unit of `advance`; 0 where it isn't known. `unit` is plural: "commands".
  Progress(std::string label, std::string unit, std::uint64_t total, bool quiet);
  ~Progress() { finish(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// So much is done by now, out of `total`; `counted` is the figure whose rate is shown.
  void at(std::uint64_t done, std::uint64_t counted);
  /// Takes the bar away.
  void finish();

 private:
  using Clock = std::chrono::steady_clock;
  std::string label_;
  std::string unit_;
  std::uint64_t total_;
  bool shown_ = false;
  bool watched_;
  Clock::time_point started_ = Clock::now();
  Clock::time_point painted_ = started_;
};

/// Whether a person watches that stream of this process (1: stdout, 2: stderr).
[[nodiscard]] bool is_watched(int descriptor);

}  // namespace ritrovo::tools
