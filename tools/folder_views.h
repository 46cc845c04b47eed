#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

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

/// The view with all that is committed by now: as it is kept, or, where `views/` can't be written (a full disk, a folder that is only read),
/// folded from the log's beginning, with a warning. Such a view has no cursors.
template <class V>
[[nodiscard]] projections::Loaded<V> kept_or_folded(const CaseFolder& folder, const Context& context) {
  try {
    return FolderViews(folder, context).read<V>();
  } catch (const Failure& failure) {
    if (failure.error.code != ErrorCode::kUnavailable) throw;
    warn_of_folding(context, failure.error);
  }
  projections::Loaded<V> folded;
  folded.view = std::make_unique<V>();
  folded.fold = feed_all(folder, {folded.view.get()});
  return folded;
}

/// The history that a folder holds.
[[nodiscard]] projections::LogIdentity identity_of(const CaseFolder& folder);

}  // namespace ritrovo::tools
