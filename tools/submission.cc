#include "tools/submission.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace ritrovo::tools {
namespace {

/// A busy inbox empties in milliseconds; the answer says how long it thinks.
constexpr std::uint32_t kRetryMsMin = 2;
constexpr std::uint32_t kRetryMsMax = 1000;

}  // namespace

Submission::Submission(std::size_t window, Send send, Taken taken)
    : window_(window), send_(std::move(send)), taken_(std::move(taken)), thread_([this] { hand_over(); }) {}

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
    {
      const std::lock_guard lock(mutex_);
      slot->line.answer = answer;
      slot->answered = true;
      failed_ = failed_ || answer.kind == AnswerKind::kFailed;
    }
    answered_.notify_one();
  });
}

void Submission::enqueue(SharedSlot slot) {
  std::unique_lock lock(mutex_);
  room_.wait(lock, [this] { return slots_.size() < window_; });
  slots_.push_back(std::move(slot));
}

void Submission::offer(std::uint64_t line, Command command) {
  auto slot = std::make_shared<Slot>();
  slot->line.line = line;
  slot->line.key = command.key;
  slot->command = std::move(command);
  enqueue(slot);
  send(slot);
}

void Submission::offer_malformed(std::uint64_t line, std::vector<Problem> problems) {
  auto slot = std::make_shared<Slot>();
  slot->line.line = line;
  slot->line.problems = std::move(problems);
  slot->answered = true;
  enqueue(std::move(slot));
  answered_.notify_one();
}

void Submission::drain() {
  std::unique_lock lock(mutex_);
  room_.wait(lock, [this] { return slots_.empty(); });
}

bool Submission::failed() const {
  const std::lock_guard lock(mutex_);
  return failed_;
}

/// Takes answers from the front, as they come. A slot stays in the window until its answer was handed over, so that `drain` means that.
void Submission::hand_over() {
  std::uint32_t retry_ms = kRetryMsMin;
  std::unique_lock lock(mutex_);
  for (;;) {
    answered_.wait(lock, [this] { return (!slots_.empty() && slots_.front()->answered) || (ended_ && slots_.empty()); });
    if (slots_.empty()) return;
    const SharedSlot slot = slots_.front();
    if (!slot->line.malformed() && slot->line.answer.kind == AnswerKind::kBusy) {
      slot->answered = false;
      const std::uint32_t wait_ms = std::clamp(std::max(retry_ms, slot->line.answer.retry_after_ms), kRetryMsMin, kRetryMsMax);
      retry_ms = std::min(retry_ms * 2, kRetryMsMax);
      lock.unlock();
      std::this_thread::sleep_for(std::chrono::milliseconds(wait_ms));
      send(slot);
      lock.lock();
      continue;
    }
    retry_ms = kRetryMsMin;
    const bool more = slots_.size() > 1 && slots_[1]->answered;
    lock.unlock();
    taken_(slot->line, more);
    lock.lock();
    slots_.pop_front();
    room_.notify_all();
  }
}

}  // namespace ritrovo::tools
