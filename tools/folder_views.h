#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "projections/store.h"
#include "projections/view_runner.h"
#include "tools/case_folder.h"
#include "tools/view_feed.h"

namespace ritrovo::tools {

/// The views of a data folder, as its `views/` keeps them; those of the process that serves the folder, where there is one. Failures are thrown,
/// with their remedy. Runs on: any thread, one at a time inside. Requires: the folder outlives it.
class FolderViews {
 public:
  FolderViews(const CaseFolder& folder, const Context& context);

  /// The view, with all that is committed by now.
  template <class V>
  [[nodiscard]] projections::Loaded<V> read() {
    const std::lock_guard lock(kept_->mutex);
    catch_up_locked(V::kind().name);
    return must(kept_->runner.load<V>());
  }
  /// The same of a view by its name, and its rows.
  struct Named {
    projections::Loaded<projections::StoredView> view;
    std::map<CaseId, std::string> rows;
  };
  [[nodiscard]] Named read(std::string_view name);
  void catch_up(std::string_view name);
  void rebuild(std::string_view name);
  /// Every view in its turn: each one's own trouble.
  [[nodiscard]] std::map<std::string, Error> poll();
  /// A part of that, so that whoever reads needn't wait for all of it: true where there is more for that view.
  [[nodiscard]] Result<bool> follow_some(std::string_view name);
  [[nodiscard]] std::vector<projections::ViewStatus> status() const;
  [[nodiscard]] const std::vector<projections::ViewKind>& kinds() const { return kept_->runner.kinds(); }

 private:
  struct Kept {
    Kept(const CaseFolder& folder, const Context& context);
    std::mutex mutex;
    std::unique_ptr<projections::ViewStore> store;
    projections::ViewRunner runner;
  };
  void catch_up_locked(std::string_view name);

  const CaseFolder& folder_;
  std::shared_ptr<Kept> kept_;
};

/// Says that the views can't be kept, and why.
void warn_of_folding(const Context& context, const Error& why);

/// A view with all that is committed by now, folded from the log's beginning. It has no cursors.
template <class V>
[[nodiscard]] projections::Loaded<V> folded(const CaseFolder& folder) {
  projections::Loaded<V> loaded;
  loaded.view = std::make_unique<V>();
  loaded.fold = feed_all(folder, {loaded.view.get()});
  return loaded;
}

/// Views with all that is committed by now: as they are kept, or, where `views/` can't be opened or written (a full disk, something in the way),
/// folded, with a warning. A view that is stuck, damaged or forked is a Failure.
template <class... Views>
[[nodiscard]] std::tuple<projections::Loaded<Views>...> kept_or_folded(const CaseFolder& folder, const Context& context) {
  try {
    FolderViews views(folder, context);
    return {views.read<Views>()...};
  } catch (const Failure& failure) {
    if (failure.error.code != ErrorCode::kUnavailable) throw;
    warn_of_folding(context, failure.error);
  }
  return {folded<Views>(folder)...};
}

/// The history that a folder holds.
[[nodiscard]] projections::LogIdentity identity_of(const CaseFolder& folder);

}  // namespace ritrovo::tools
