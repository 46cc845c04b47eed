#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "projections/stored_view.h"

namespace ritrovo::projections {

/// The rows of a view's tables that come from one case: they replace those that came from it before.
struct CaseTables {
  CaseId case_id;
  struct Line {
    std::size_t table = 0;
    std::vector<Cell> cells;
  };
  std::vector<Line> lines;
};

/// What one step of one view writes: all of it or nothing.
struct RowBatch {
  struct Write {
    std::string key;
    std::optional<std::string> value;  ///< nothing: the row goes
  };
  std::vector<Write> rows;
  const std::vector<Table>* tables = nullptr;  ///< of the view, where the store wants them
  bool tables_anew = false;                    ///< what the tables held before goes first
  std::vector<CaseTables> cases;
  /// Where the view stands in a partition after this step: for people; the runner's own cursor is among the rows.
  struct Standing {
    std::string log;
    std::uint64_t incarnation = 0;
    PartitionId partition;
    Position position;  ///< of the first record that isn't in the rows
    std::string ledger_root;
  };
  std::string view;
  std::vector<Standing> standing;
};

/// Where views are kept: an ordered map of bytes, whose writes are atomic. What the keys mean is known to ViewRunner alone. Implemented by
/// ViewStore on disk and by the SQL adapters, which fill tables too. No call throws. Runs on: one thread.
class RowStore {
 public:
  virtual ~RowStore() = default;
  [[nodiscard]] virtual Result<std::optional<std::string>> get(std::string_view key) const = 0;
  /// Visits the rows whose keys begin with `prefix`, in order, until `visit` returns false.
  using Visit = std::function<bool(std::string_view key, std::string_view value)>;
  [[nodiscard]] virtual Result<void> scan(std::string_view prefix, const Visit& visit) const = 0;
  /// Writes the batch whole or not at all. A crash may lose the latest batches, the last ones first.
  [[nodiscard]] virtual Result<void> write(const RowBatch& batch) = 0;
  /// Removes every row whose key begins with `prefix`; after a crash some may be left. Requires: `prefix` isn't empty.
  [[nodiscard]] virtual Result<void> drop(std::string_view prefix) = 0;
  /// Whether batches should bring the views' tables.
  [[nodiscard]] virtual bool wants_tables() const { return false; }
  /// For whoever reads that a view here was made from another history: how it is made anew.
  [[nodiscard]] virtual std::string remedy(std::string_view view) const { return "'ritrovo view rebuild " + std::string(view) + "' makes it anew from this one"; }
};

}  // namespace ritrovo::projections
