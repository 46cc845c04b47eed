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

LogFollower::LogFollower(std::vector<Follows> all) : all_(std::move(all)), thread_([this] { run(); }) {}

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
      if (troubles_.empty()) told_.wait(lock, wanted);
      else told_.wait_for(lock, kAgain, wanted);
      if (ending_) return;
      more_ = false;
    }
    for (const Follows& one : all_) follow(one);
    std::unique_lock lock(mutex_);
    told_.wait_for(lock, kTogether, [this] { return ending_; });
  }
}

void LogFollower::follow(const Follows& one) {
  try {
    for (;;) {
      const Result<bool> more = one.step();
      if (!more) return tell(one.name, more.error().message);
      if (!*more) return tell(one.name, "");
      if (ends()) return;
    }
  } catch (const Failure& failed) {
    tell(one.name, failed.error.message);
  } catch (const std::exception& unexpected) {
    tell(one.name, unexpected.what());
  }
}

void LogFollower::tell(const std::string& name, const std::string& trouble) {
  const auto told = troubles_.find(name);
  if (trouble.empty()) {
    if (told == troubles_.end()) return;
    spdlog::info("{} follows the log again", name);
    troubles_.erase(told);
    return;
  }
  if (told != troubles_.end() && told->second == trouble) return;
  spdlog::error("{} doesn't follow the log: {}", name, trouble);
  troubles_[name] = trouble;
}

}  // namespace ritrovo::tools
