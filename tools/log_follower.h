#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "engine/base/result.h"

namespace ritrovo::tools {

/// What follows the log: takes some of what was committed, and says whether there is more. May throw a Failure.
struct Follows {
  std::string name;
  std::function<Result<bool>()> step;
};

/// Keeps views of a served folder near the log's end, so that whoever asks hardly waits. The trouble of one is told in the program's log, once,
/// and tried again; the others go on. Runs on: a thread of its own.
class LogFollower {
 public:
  /// Begins to follow. Requires: what the steps refer to outlives this.
  explicit LogFollower(std::vector<Follows> all);
  /// Ends after the step it is at; what is left is followed when somebody asks, or the next time.
  ~LogFollower();
  LogFollower(const LogFollower&) = delete;
  LogFollower& operator=(const LogFollower&) = delete;
  /// Says that something was committed. Runs on: any thread; doesn't block.
  void committed();

 private:
  void run();
  void follow(const Follows& one);
  void tell(const std::string& name, const std::string& trouble);
  [[nodiscard]] bool ends();

  std::vector<Follows> all_;
  std::map<std::string, std::string> troubles_;  ///< as they were told, by name
  std::mutex mutex_;
  std::condition_variable told_;
  bool more_ = true;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace ritrovo::tools
