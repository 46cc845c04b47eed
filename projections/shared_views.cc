#include "projections/shared_views.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace ritrovo::projections {

SharedViews::SharedViews(RowStore& store, LogIdentity log, LibrarySource library, std::vector<ViewKind> kinds, std::chrono::milliseconds patience)
    : overview_(store, log, library, kinds), patience_(patience) {
  for (ViewKind& kind : kinds) lanes_.push_back(std::make_unique<Lane>(store, log, library, std::move(kind)));
}

Result<SharedViews::Lane*> SharedViews::lane_of(std::string_view name) {
  for (const std::unique_ptr<Lane>& lane : lanes_)
    if (lane->runner.kinds().front().name == name) return lane.get();
  return tl::unexpected(overview_.kind_of(name).error());
}

Error SharedViews::waited_in_vain(const Lane& lane) {
  const FollowedTo at = lane.runner.followed_to();
  return {ErrorCode::kCorrupt, fmt::format("the view {} has been busy for too long, at partition {}, position {}: 'ritrovo view list' says whether it hangs there", lane.runner.kinds().front().name,
                                           at.partition.value(), at.position.value())};
}

Result<std::vector<ViewStatus>> SharedViews::status(const CaseLog& log) const {
  Result<std::vector<ViewStatus>> all = overview_.status(log);
  if (!all) return all;
  const std::lock_guard lock(seen_);
  for (ViewStatus& status : *all) {
    const auto hangs = std::find_if(hanging_.begin(), hanging_.end(), [&status](const Hanging& one) { return one.view == status.name; });
    if (hangs == hanging_.end()) continue;
    status.life = ViewLife::kStuck;
    status.problem = hangs->sentence;
  }
  return all;
}

std::vector<SharedViews::Hanging> SharedViews::hanging(Clock::time_point now) {
  const std::lock_guard lock(seen_);
  hanging_.clear();
  for (const std::unique_ptr<Lane>& lane : lanes_) {
    const FollowedTo at = lane->runner.followed_to();
    if (!lane->busy || !lane->since || at != lane->at) {
      lane->since = lane->busy ? std::optional(now) : std::nullopt;
      lane->at = at;
      continue;
    }
    const auto stays = std::chrono::duration_cast<std::chrono::seconds>(now - *lane->since);
    if (stays < kHangsAfter) continue;
    const std::string& name = lane->runner.kinds().front().name;
    hanging_.push_back({name, fmt::format("the view {} has been at partition {}, position {} for {} seconds: it hangs there. The other views go on; this one does once a mended program runs", name,
                                          at.partition.value(), at.position.value(), stays.count())});
  }
  return hanging_;
}

bool SharedViews::at_rest_within(std::chrono::milliseconds time) {
  const Clock::time_point until = Clock::now() + time;
  return std::all_of(lanes_.begin(), lanes_.end(), [until](const std::unique_ptr<Lane>& lane) {
    const std::unique_lock<std::timed_mutex> lock(lane->mutex, until);
    return lock.owns_lock();
  });
}

}  // namespace ritrovo::projections
