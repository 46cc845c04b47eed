#include "engine/runtime/committer.h"

#include <utility>

#include "engine/runtime/remembered.h"

namespace ritrovo {

void Committer::hand_over(StagedRun run) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(run));
  }
  handed_over_.notify_one();
}

void Committer::give_up(const Error& why) {
  {
    const std::lock_guard lock(mutex_);
    if (poison_) return;
    poison_ = why;
    gave_up_ = true;
  }
  handed_over_.notify_one();
}

bool Committer::step() {
  std::vector<StagedRun> runs;
  std::optional<Error> poison;
  {
    const std::lock_guard lock(mutex_);
    std::size_t bytes = 0;
    while (!waiting_.empty() && (runs.empty() || bytes + waiting_.front().batch.bytes() <= kCommitBytesMax)) {
      bytes += waiting_.front().batch.bytes();
      runs.push_back(std::move(waiting_.front()));
      waiting_.pop_front();
    }
    poison = poison_;
  }
  if (runs.empty()) return false;
  Result<void> outcome = poison ? Result<void>(tl::unexpected(*poison)) : commit(runs);
  if (!outcome && !poison) {
    const std::lock_guard lock(mutex_);
    poison_ = outcome.error();
  }
  for (StagedRun& run : runs) run.done(outcome);
  return true;
}

Result<void> Committer::commit(std::vector<StagedRun>& runs) {
  Batch batch;
  if (runs.size() == 1) {
    batch = std::move(runs.front().batch);
  } else {
    std::size_t bytes = 0;
    for (const StagedRun& run : runs) bytes += run.batch.bytes();
    batch.reserve(bytes);
    for (const StagedRun& run : runs) batch.append(run.batch);
  }
  if (batch.empty()) return {};
  // A record whose key isn't durable couldn't be read after a crash; a durable key that no record uses does no harm.
  if (Result<void> synced = vault_.sync(); !synced) return synced;
  const VaultMark mark = vault_.mark();
  if (mark != noted_) remember_vault(mark, batch);
  Result<void> written = log_.write(batch);
  if (written) noted_ = mark;
  return written;
}

bool Committer::wait() {
  std::unique_lock lock(mutex_);
  handed_over_.wait(lock, [this] { return stopping_ || gave_up_ || !waiting_.empty(); });
  return std::exchange(gave_up_, false) || !waiting_.empty();
}

void Committer::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  handed_over_.notify_one();
}

std::optional<Error> Committer::poison() const {
  const std::lock_guard lock(mutex_);
  return poison_;
}

}  // namespace ritrovo
