#pragma once

#include <cstddef>
#include <functional>
#include <memory>

#include "adapters/sql/sql_store.h"
#include "projections/view_runner.h"
#include "tools/case_folder.h"

namespace ritrovo::tools {

/// The views of a folder in a database that may go away and come back: opened when there is something to write, and anew after a failure.
/// Runs on: one thread. Requires: the folder outlives it.
class DatabaseViews {
 public:
  using Connect = std::function<Result<std::unique_ptr<sql::SqlConnection>>()>;
  DatabaseViews(const CaseFolder& folder, Connect connect) : folder_(folder), connect_(std::move(connect)) {}
  /// Takes some of what the database doesn't hold: true where there is more. kUnavailable: it can't be reached. kWrongFolder: it was filled from another
  /// history. kCorrupt: a view is stuck; the others were followed.
  [[nodiscard]] Result<bool> follow_some();

 private:
  [[nodiscard]] Result<bool> follow_each();

  const CaseFolder& folder_;
  Connect connect_;
  std::unique_ptr<sql::SqlStore> store_;
  std::unique_ptr<projections::ViewRunner> runner_;
};

}  // namespace ritrovo::tools
