#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "projections/shared_views.h"
#include "projections/store.h"
#include "projections/view_runner.h"
#include "tools/case_folder.h"
#include "tools/view_feed.h"

namespace ritrovo::tools {

/// The views of a data folder, as its `views/` keeps them; those of the process that serves the folder, where there is one. Failures are thrown,
/// with their remedy. Runs on: any thread, one at a time inside a view. Requires: the folder outlives it.
class FolderViews {
 public:
  FolderViews(const CaseFolder& folder, const Context& context);

  /// The view, with all that is committed by now.
  template <class V>
  [[nodiscard]] projections::Loaded<V> read() {
    return must(in_turn(V::kind().name, [](projections::ViewRunner& runner, const CaseLog& log) -> Result<projections::Loaded<V>> {
      const Result<void> caught = runner.catch_up(V::kind().name, log);
      return caught ? runner.load<V>() : tl::unexpected(caught.error());
    }));
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
  /// Without waiting for any of them.
  [[nodiscard]] std::vector<projections::ViewStatus> status() const;
  [[nodiscard]] const std::vector<projections::ViewKind>& kinds() const { return kept_->views.kinds(); }
  /// For whoever watches over them.
  [[nodiscard]] projections::SharedViews& shared() { return kept_->views; }

 private:
  struct Kept {
    Kept(const CaseFolder& folder, const Context& context);
    std::unique_ptr<projections::ViewStore> store;
    projections::SharedViews views;
  };
  /// Does `work` with the view's runner and the log, when it is our turn.
  template <class Work>
  std::invoke_result_t<Work, projections::ViewRunner&, const CaseLog&> in_turn(std::string_view name, const Work& work) const {
    return kept_->views.with(name, [&](projections::ViewRunner& runner) {
      std::optional<std::invoke_result_t<Work, projections::ViewRunner&, const CaseLog&>> done;
      folder_.with_log([&](const CaseLog& log) -> Result<void> {
        done = work(runner, log);
        return {};
      });
      return std::move(*done);
    });
  }

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
