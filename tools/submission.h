#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "engine/record/command.h"
#include "engine/record/json_reader.h"
#include "engine/runtime/answer.h"

namespace ritrovo::tools {

/// What became of one line: problems where it couldn't be read, otherwise the answer.
struct LineAnswer {
  std::uint64_t line = 0;
  std::string key;
  std::vector<Problem> problems;
  Answer answer;
  [[nodiscard]] bool malformed() const { return !problems.empty(); }
};

/// Sends many commands at once, and hands over their answers in the order in which the commands came, each as soon as all before it are
/// answered.
///
/// A command that is answered "busy" wasn't taken: it is sent again, at longer and longer intervals up to a second, for `patience` at most;
/// then it is handed over as stopped. What comes after it waits meanwhile, so that a case's commands are taken in the order in which they came,
/// whoever else fills the inbox. After the first answer that is failed or stopped nothing is sent any more, and `failed` says so.
///
/// Runs on: one thread calls it; `send` and `taken` are called from it and from a thread of its own, one after another for one command.
class Submission {
 public:
  /// Gives a command to the engine; the callback is called once, from any thread; with "busy" before this returns.
  using Send = std::function<void(const Command&, const AnswerCallback&)>;
  /// Takes an answer. `more` says whether another one is there already: output need not be flushed yet. After it threw it isn't called again.
  using Taken = std::function<void(const LineAnswer&, bool more)>;

  /// How long one command is sent again while it is answered "busy": longer than a folder takes to open again.
  static constexpr std::chrono::milliseconds kPatience{60'000};

  /// At most `window` commands are under way.
  Submission(std::size_t window, Send send, Taken taken, std::chrono::milliseconds patience = kPatience);
  ~Submission();
  Submission(const Submission&) = delete;
  Submission& operator=(const Submission&) = delete;

  /// Sends a command; waits while the window is full, or one before it is to be sent again.
  void offer(std::uint64_t line, Command command);
  /// Takes the place of a command in the order of answers, for a line that isn't one.
  void offer_malformed(std::uint64_t line, std::vector<Problem> problems);
  /// Waits until everything is answered and handed over; throws what `taken` threw.
  void drain();
  /// Whether a command's outcome is unknown, the folder has stopped, or `taken` threw: nothing more should be sent.
  [[nodiscard]] bool failed() const;

 private:
  struct Slot {
    LineAnswer line;
    Command command;
    bool answered = false;
  };
  using SharedSlot = std::shared_ptr<Slot>;

  void send(const SharedSlot& slot);
  [[nodiscard]] bool enqueue(const SharedSlot& slot);
  void hand_over();
  bool send_again(const SharedSlot& slot, std::unique_lock<std::mutex>& lock);

  const std::size_t window_;
  const Send send_;
  const Taken taken_;
  const std::chrono::milliseconds patience_;
  mutable std::mutex mutex_;
  std::condition_variable answered_;
  std::condition_variable room_;
  std::deque<SharedSlot> slots_;
  bool busy_ = false;  ///< a command waits to be sent again
  bool ended_ = false;
  bool failed_ = false;
  std::exception_ptr thrown_;  ///< by `taken`
  std::chrono::milliseconds waited_{0};  ///< for the first slot to be taken; the thread's own
  std::thread thread_;
};

}  // namespace ritrovo::tools
