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
  /// Takes `item`, which is of about so many bytes, or returns false and leaves it untouched when kInboxCommandsMax wait already, or
  /// kInboxBytesMax with it. An empty inbox takes an item of any size.
  [[nodiscard]] bool offer(Item&& item, std::size_t bytes) {
    const std::lock_guard lock(mutex_);
    if (items_.size() >= limits::kInboxCommandsMax) return false;
    if (bytes_ > 0 && bytes_ + bytes > limits::kInboxBytesMax) return false;
    bytes_ += bytes;
    items_.push_back({std::move(item), bytes});
    return true;
  }
  /// Takes `item` behind the others, however many wait: for the runtime's own few (ticks, publications, releases).
  void push(Item&& item) {
    const std::lock_guard lock(mutex_);
    items_.push_back({std::move(item), 0});
  }
  /// Puts back what `pop` gave, to be the next again.
  void push_front(Item&& item) {
    const std::lock_guard lock(mutex_);
    items_.push_front({std::move(item), 0});
  }
  /// Moves the next one into `item`; false, leaving `item` empty, where none waits.
  [[nodiscard]] bool pop(std::optional<Item>& item) {
    item.reset();
    const std::lock_guard lock(mutex_);
    if (items_.empty()) return false;
    item.emplace(std::move(items_.front().item));
    bytes_ -= items_.front().bytes;
    items_.pop_front();
    return true;
  }
  [[nodiscard]] std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return items_.size();
  }
  [[nodiscard]] bool empty() const { return size() == 0; }

 private:
  struct Waiting {
    Item item;
    std::size_t bytes;
  };
  mutable std::mutex mutex_;
  std::deque<Waiting> items_;
  std::size_t bytes_ = 0;  ///< of those that were offered
};

}  // namespace ritrovo
