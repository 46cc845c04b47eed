#pragma once

#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

#include "engine/base/limits.h"

namespace ritrovo {

/// What waits for one partition, in the order in which it came. Bounded: a slow disk turns into "busy, retry after", never into memory.
/// Runs on: any thread.
template <class Item>
class Inbox {
 public:
  /// Takes `item`, or returns false and leaves it untouched when `kInboxCommandsMax` wait already.
  [[nodiscard]] bool offer(Item&& item) {
    const std::lock_guard lock(mutex_);
    if (items_.size() >= limits::kInboxCommandsMax) return false;
    items_.push_back(std::move(item));
    return true;
  }
  /// Takes `item` behind the others, however many wait: for the runtime's own few (ticks, publications, releases).
  void push(Item&& item) {
    const std::lock_guard lock(mutex_);
    items_.push_back(std::move(item));
  }
  /// Puts back what `pop` gave, to be the next again.
  void push_front(Item&& item) {
    const std::lock_guard lock(mutex_);
    items_.push_front(std::move(item));
  }
  [[nodiscard]] std::optional<Item> pop() {
    const std::lock_guard lock(mutex_);
    if (items_.empty()) return std::nullopt;
    std::optional<Item> item(std::move(items_.front()));
    items_.pop_front();
    return item;
  }
  [[nodiscard]] std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return items_.size();
  }
  [[nodiscard]] bool empty() const { return size() == 0; }

 private:
  mutable std::mutex mutex_;
  std::deque<Item> items_;
};

}  // namespace ritrovo
