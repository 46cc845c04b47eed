#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "projections/view_runner.h"

namespace ritrovo::projections {

/// The views of one store for several threads that follow and ask: each view has a runner and a turn of its own, so that one which is slow, or
/// hangs on an event, holds up nobody but who asks for it. Runs on: any thread. Requires: the store outlives it, and so does whoever is inside.
class SharedViews {
 public:
  using Clock = std::chrono::steady_clock;
  /// A view that stays at one record for so long hangs there.
  static constexpr std::chrono::seconds kHangsAfter{30};
  /// How long whoever asks waits for their turn.
  static constexpr std::chrono::seconds kPatience{45};

  SharedViews(RowStore& store, LogIdentity log, LibrarySource library, std::vector<ViewKind> kinds, std::chrono::milliseconds patience = kPatience);

  [[nodiscard]] const std::vector<ViewKind>& kinds() const { return overview_.kinds(); }
  /// Does `work` with the view's runner, in its turn. kNotFound: no such view. kCorrupt, with a sentence for the operator: somebody else's turn
  /// didn't end.
  template <class Work>
  [[nodiscard]] std::invoke_result_t<Work, ViewRunner&> with(std::string_view name, const Work& work) {
    Result<Lane*> lane = lane_of(name);
    if (!lane) return tl::unexpected(lane.error());
    const Turn turn(**lane, patience_);
    if (!turn) return tl::unexpected(waited_in_vain(**lane));
    return work((*lane)->runner);
  }
  /// How each view stands, without waiting for any; one that hangs is stuck.
  [[nodiscard]] Result<std::vector<ViewStatus>> status(const CaseLog& log) const;

  struct Hanging {
    std::string view;
    std::string sentence;  ///< for the operator: where, since when, what then
  };
  /// Looks at where each view is: those that haven't moved for kHangsAfter. Call it every few seconds.
  [[nodiscard]] std::vector<Hanging> hanging(Clock::time_point now = Clock::now());
  /// Waits until nobody is inside any view; false where that takes longer.
  [[nodiscard]] bool at_rest_within(std::chrono::milliseconds time);

 private:
  struct Lane {
    Lane(RowStore& store, const LogIdentity& log, const LibrarySource& library, ViewKind kind) : runner(store, log, library, {std::move(kind)}) {}
    std::timed_mutex mutex;
    std::atomic<bool> busy{false};
    ViewRunner runner;
    // Guarded by `seen_`:
    FollowedTo at;                         ///< when it was looked at last
    std::optional<Clock::time_point> since;  ///< it has been there; nothing: it was at rest
  };
  class Turn {
   public:
    Turn(Lane& lane, std::chrono::milliseconds patience) : lane_(lane), lock_(lane.mutex, patience) {
      if (lock_.owns_lock()) lane_.busy = true;
    }
    ~Turn() {
      if (lock_.owns_lock()) lane_.busy = false;
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    explicit operator bool() const { return lock_.owns_lock(); }

   private:
    Lane& lane_;
    std::unique_lock<std::timed_mutex> lock_;
  };

  [[nodiscard]] Result<Lane*> lane_of(std::string_view name);
  [[nodiscard]] static Error waited_in_vain(const Lane& lane);

  ViewRunner overview_;  ///< for status alone
  std::chrono::milliseconds patience_;
  std::vector<std::unique_ptr<Lane>> lanes_;
  mutable std::mutex seen_;
  std::vector<Hanging> hanging_;  ///< when it was looked at last
};

}  // namespace ritrovo::projections
