#pragma once

#include <filesystem>
#include <memory>
#include <string_view>
#include <tuple>

#include "projections/store.h"
#include "projections/view_runner.h"
#include "tools/case_folder.h"
#include "tools/view_feed.h"

namespace ritrovo::tools {

/// The views of a data folder, as its `views/` keeps them. Failures are thrown, with their remedy. Requires: the folder outlives it.
class FolderViews {
 public:
  FolderViews(const CaseFolder& folder, const Context& context);

  /// The view, with all that is committed by now.
  template <class V>
  [[nodiscard]] projections::Loaded<V> read() {
    catch_up(V::kind().name);
    return must(runner_.load<V>());
  }
  void catch_up(std::string_view name);
  void rebuild(std::string_view name);
  [[nodiscard]] std::vector<projections::ViewStatus> status() const;
  [[nodiscard]] projections::ViewRunner& runner() { return runner_; }

 private:
  const CaseFolder& folder_;
  std::unique_ptr<projections::ViewStore> store_;
  projections::ViewRunner runner_;
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
