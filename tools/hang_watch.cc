#include "tools/hang_watch.h"

#include <chrono>
#include <utility>
#include <vector>

#include <spdlog/spdlog.h>

namespace ritrovo::tools {
namespace {
constexpr std::chrono::seconds kEvery{5};
}  // namespace

HangWatch::HangWatch(projections::SharedViews& views) : views_(views), thread_([this] { run(); }) {}

HangWatch::~HangWatch() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  ended_.notify_all();
  thread_.join();
}

void HangWatch::run() {
  std::unique_lock lock(mutex_);
  while (!ended_.wait_for(lock, kEvery, [this] { return ending_; })) look();
}

void HangWatch::look() {
  std::map<std::string, std::string> now;
  for (projections::SharedViews::Hanging& one : views_.hanging()) now.emplace(std::move(one.view), std::move(one.sentence));
  for (const auto& [view, sentence] : now)
    if (!told_.contains(view)) spdlog::error("{}", sentence);
  for (const auto& [view, sentence] : told_)
    if (!now.contains(view)) spdlog::info("the view {} goes on", view);
  told_ = std::move(now);
}

}  // namespace ritrovo::tools
