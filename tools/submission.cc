#include "tools/submission.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace ritrovo::tools {
namespace {

/// A busy inbox empties in milliseconds; the answer says how long it thinks.
constexpr std::uint32_t kRetryMsMin = 2;
constexpr std::uint32_t kRetryMsMax = 1000;
constexpr std::string_view kNoMore = "the folder takes no more commands; send the whole file again later";

}  // namespace

Submission::Submission(std::size_t window, Send send, Taken taken, std::chrono::milliseconds patience)
    : window_(window), send_(std::move(send)), taken_(std::move(taken)), patience_(patience), thread_([this] { hand_over(); }) {}

Submission::~Submission() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  answered_.notify_all();
  thread_.join();
}

void Submission::send(const SharedSlot& slot) {
  send_(slot->command, [this, slot](const Answer& answer) {
    // Told under the lock: once the last answer is handed over, this may be gone.
    const std::lock_guard lock(mutex_);
    slot->line.answer = answer;
    slot->answered = true;
    busy_ = busy_ || answer.kind == AnswerKind::kBusy;
    failed_ = failed_ || answer.kind == AnswerKind::kFailed || answer.kind == AnswerKind::kStopped;
    answered_.notify_one();
  });
}

/// False where it isn't to be sent any more, and has its answer.
bool Submission::enqueue(const SharedSlot& slot) {
  std::unique_lock lock(mutex_);
  room_.wait(lock, [this] { return slots_.size() < window_ && !busy_; });
  if (failed_ && !slot->answered) {
    slot->line.answer = stopped(slot->line.key, slot->command.case_id, std::string(kNoMore));
    slot->answered = true;
  }
  slots_.push_back(slot);
  if (slot->answered) answered_.notify_one();
  return !slot->answered;
}

void Submission::offer(std::uint64_t line, Command command) {
  auto slot = std::make_shared<Slot>();
  slot->line.line = line;
  slot->line.key = command.key;
  slot->command = std::move(command);
  if (enqueue(slot)) send(slot);
}

void Submission::offer_malformed(std::uint64_t line, std::vector<Problem> problems) {
  auto slot = std::make_shared<Slot>();
  slot->line.line = line;
  slot->line.problems = std::move(problems);
  slot->answered = true;
  (void)enqueue(slot);
}

void Submission::drain() {
  std::unique_lock lock(mutex_);
  room_.wait(lock, [this] { return slots_.empty(); });
  if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
}

bool Submission::failed() const {
  const std::lock_guard lock(mutex_);
  return failed_;
}

/// Sends a command that was answered "busy" once more, after a while; false where it isn't worth it any more.
bool Submission::send_again(const SharedSlot& slot, std::unique_lock<std::mutex>& lock) {
  Answer& answer = slot->line.answer;
  if (failed_ || waited_ >= patience_) {
    const std::string why = failed_ ? std::string(kNoMore) : "busy for too long: " + answer.message + "; send the whole file again later";
    answer = stopped(answer.key, answer.case_id, why);
    failed_ = true;
    busy_ = false;
    return false;
  }
  // Each wait is as long as all before it together, between the two bounds.
  const auto wait_ms = std::clamp(std::max(static_cast<std::uint32_t>(waited_.count()), answer.retry_after_ms), kRetryMsMin, kRetryMsMax);
  slot->answered = false;
  lock.unlock();
  std::this_thread::sleep_for(std::chrono::milliseconds(wait_ms));
  waited_ += std::chrono::milliseconds(wait_ms);
  send(slot);
  lock.lock();
  busy_ = slot->answered && answer.kind == AnswerKind::kBusy;
  if (!busy_) room_.notify_all();
  return true;
}

/// Takes answers from the front, as they come. A slot stays in the window until its answer was handed over, so that `drain` means that.
void Submission::hand_over() {
  bool gave_up = false;
  std::unique_lock lock(mutex_);
  for (;;) {
    answered_.wait(lock, [this] { return (!slots_.empty() && slots_.front()->answered) || (ended_ && slots_.empty()); });
    if (slots_.empty()) return;
    const SharedSlot slot = slots_.front();
    if (!slot->line.malformed() && slot->line.answer.kind == AnswerKind::kBusy && send_again(slot, lock)) continue;
    waited_ = std::chrono::milliseconds(0);
    const bool more = slots_.size() > 1 && slots_[1]->answered;
    lock.unlock();
    std::exception_ptr thrown;
    try {
      if (!gave_up) taken_(slot->line, more);
    } catch (...) {
      thrown = std::current_exception();
    }
    lock.lock();
    if (thrown) {
      gave_up = failed_ = true;
      thrown_ = thrown;
    }
    slots_.pop_front();
    room_.notify_all();
  }
}

}  // namespace ritrovo::tools
