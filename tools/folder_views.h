#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

#include "projections/store.h"
#include "projections/view_runner.h"
#include "tools/case_folder.h"

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

/// The history that a folder holds.
[[nodiscard]] projections::LogIdentity identity_of(const CaseFolder& folder);

}  // namespace ritrovo::tools
