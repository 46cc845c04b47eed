#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "engine/base/result.h"

namespace ritrovo::tools {

/// What follows the log: takes some of what was committed, and says whether there is more. May throw a Failure.
struct Follows {
  std::string name;
  std::function<Result<bool>()> step;
};

/// Keeps a view of a served folder, or a database, near the log's end, so that whoever asks hardly waits. Its trouble is told in the program's
/// log, once, and tried again. Runs on: a thread of its own.
class LogFollower {
 public:
  /// Begins to follow. Requires: what the step refers to outlives this.
  explicit LogFollower(Follows one);
  /// Ends after the step it is at; what is left is followed when somebody asks, or the next time.
  ~LogFollower();
  LogFollower(const LogFollower&) = delete;
  LogFollower& operator=(const LogFollower&) = delete;
  /// Says that something was committed. Runs on: any thread; doesn't block.
  void committed();

 private:
  void run();
  void follow();
  void tell(const std::string& trouble);
  [[nodiscard]] bool ends();

  Follows one_;
  std::string trouble_;  ///< as it was told; empty: none
  std::mutex mutex_;
  std::condition_variable told_;
  bool more_ = true;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace ritrovo::tools
