#pragma once

#include <cstddef>
#include <functional>
#include <memory>

namespace ritrovo {

/// Threads that run the partitions: what is posted to one strand runs one after another, in order, on any of the threads.
class Strands {
 public:
  /// Starts `threads` threads for `strands` strands; both at least 1.
  Strands(std::size_t threads, std::size_t strands);
  /// Joins; what was posted before still runs.
  ~Strands();
  Strands(const Strands&) = delete;
  Strands& operator=(const Strands&) = delete;
  /// Runs `task` on a strand, later. Runs on: any thread.
  void post(std::size_t strand, std::function<void()> task);
  /// Waits until each strand has run what was posted to it before the call. Not from a strand.
  void drain();
  /// Runs what is posted, then ends the threads. Nothing may be posted afterwards.
  void join();

 private:
  struct Pool;
  std::unique_ptr<Pool> pool_;
};

}  // namespace ritrovo
