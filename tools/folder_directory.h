#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "projections/directory/directory.h"
#include "tools/case_folder.h"

namespace ritrovo::tools {

/// The directory of a data folder: in memory alone, made from the log at the first use and following it from then on. Failures are thrown.
/// Runs on: any thread, one at a time inside. Requires: the folder outlives it.
class FolderDirectory {
 public:
  explicit FolderDirectory(const CaseFolder& folder);
  /// Takes what was committed since the last time; both questions do so first.
  void catch_up();
  [[nodiscard]] std::vector<projections::FoundPerson> search(const projections::Search& search, const projections::Roles& roles);
  [[nodiscard]] std::vector<projections::Candidate> candidates(const std::vector<projections::Identity>& family, const std::vector<std::string>& receipts,
                                                               const projections::Roles& roles);

 private:
  void follow();

  const CaseFolder& folder_;
  std::mutex mutex_;
  projections::Directory directory_;
  std::vector<Position> next_;  ///< of each partition
};

}  // namespace ritrovo::tools
