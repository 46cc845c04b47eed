#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "projections/shared_views.h"

namespace ritrovo::tools {

/// Looks after the views of a server: one that hangs on an event is told in the program's log, once, and again when it goes on.
/// Runs on: a thread of its own.
class HangWatch {
 public:
  /// Requires: the views outlive this.
  explicit HangWatch(projections::SharedViews& views);
  ~HangWatch();
  HangWatch(const HangWatch&) = delete;
  HangWatch& operator=(const HangWatch&) = delete;

 private:
  void run();
  void look();

  projections::SharedViews& views_;
  std::map<std::string, std::string> told_;  ///< by view
  std::mutex mutex_;
  std::condition_variable ended_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace ritrovo::tools
