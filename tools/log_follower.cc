#include "tools/log_follower.h"

#include <chrono>
#include <utility>

#include <spdlog/spdlog.h>

#include "tools/context.h"

namespace ritrovo::tools {
namespace {

/// Commits within this time are followed together.
constexpr std::chrono::milliseconds kTogether{50};
/// How long until what is in trouble is tried again, if nothing is committed meanwhile.
constexpr std::chrono::seconds kAgain{2};

}  // namespace

LogFollower::LogFollower(Follows one) : one_(std::move(one)), thread_([this] { run(); }) {}

LogFollower::~LogFollower() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  told_.notify_all();
  thread_.join();
}

void LogFollower::committed() {
  {
    const std::lock_guard lock(mutex_);
    more_ = true;
  }
  told_.notify_all();
}

bool LogFollower::ends() {
  const std::lock_guard lock(mutex_);
  return ending_;
}

void LogFollower::run() {
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      const auto wanted = [this] { return more_ || ending_; };
      if (trouble_.empty()) told_.wait(lock, wanted);
      else told_.wait_for(lock, kAgain, wanted);
      if (ending_) return;
      more_ = false;
    }
    follow();
    std::unique_lock lock(mutex_);
    told_.wait_for(lock, kTogether, [this] { return ending_; });
  }
}

void LogFollower::follow() {
  try {
    for (;;) {
      const Result<bool> more = one_.step();
      if (!more) return tell(more.error().message);
      if (!*more) return tell("");
      if (ends()) return;
    }
  } catch (const Failure& failed) {
    tell(failed.error.message);
  } catch (const std::exception& unexpected) {
    tell(unexpected.what());
  }
}

void LogFollower::tell(const std::string& trouble) {
  if (trouble == trouble_) return;
  if (trouble.empty()) spdlog::info("{} follows the log again", one_.name);
  else spdlog::error("{} doesn't follow the log: {}", one_.name, trouble);
  trouble_ = trouble;
}

}  // namespace ritrovo::tools
