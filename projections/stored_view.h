#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "engine/base/result.h"
#include "projections/case_fold.h"

namespace ritrovo::projections {

/// What a cell of a table holds: nothing, a number, a text or a day.
using Cell = std::variant<std::monostate, std::int64_t, std::string, Day>;
enum class CellKind : std::uint8_t { kInteger, kText, kDay };

/// A table that a view fills, for people and for SQL. Its first column is always the case.
struct Table {
  struct Column {
    std::string name;
    CellKind kind = CellKind::kText;
  };
  std::string name;
  std::vector<Column> columns;
};

/// Takes a row of one of a view's tables, by the table's place in `StoredView::tables`.
using TableSink = std::function<void(std::size_t table, std::vector<Cell> cells)>;

/// A view that can be kept: all that it knows of a case is one row of bytes, which holds no sealed value in clear. What it answers is the
/// same whether it met the events or was given the rows that they led to.
class StoredView : public View {
 public:
  /// The row of a case; empty where the view knows nothing of it. Equal knowledge gives equal bytes.
  [[nodiscard]] virtual std::string row(CaseId case_id) const = 0;
  /// Takes a row that `row` gave, of this version of the view. kCorrupt for other bytes.
  [[nodiscard]] virtual Result<void> put_row(const CaseFrame& frame, std::string_view bytes) = 0;
  /// The tables that it fills, always the same.
  [[nodiscard]] virtual const std::vector<Table>& tables() const = 0;
  /// The rows of these tables that come from one case; what is personal in the case isn't among them.
  virtual void tabulate(CaseId case_id, const TableSink& sink) const = 0;
};

/// A kind of stored view. Its version changes whenever what it keeps of the same events does: what was kept is then made anew.
struct ViewKind {
  std::string name;
  std::uint32_t version = 1;
  std::string title;  ///< what it says, in a few words
  std::function<std::unique_ptr<StoredView>()> make;
};

/// A stored view that keeps a `Row` for each case. A Row has `pathway`, `encode()` and a static `decode(bytes)`.
template <class Row>
class CaseRows : public StoredView {
 public:
  [[nodiscard]] std::string row(CaseId case_id) const override {
    const auto found = rows_.find(case_id);
    return found == rows_.end() ? std::string() : found->second.encode();
  }
  [[nodiscard]] Result<void> put_row(const CaseFrame& frame, std::string_view bytes) override {
    if (bytes.empty()) return {};
    Result<Row> row = Row::decode(bytes);
    if (!row) return failure(ErrorCode::kCorrupt, "the row of " + frame.case_id.printed() + ": " + row.error().message);
    row->pathway = frame.pathway;
    rows_[frame.case_id] = std::move(*row);
    return {};
  }

  /// Every row there is, in no order.
  [[nodiscard]] const std::unordered_map<CaseId, Row>& all() const { return rows_; }

 protected:
  std::unordered_map<CaseId, Row> rows_;
};

}  // namespace ritrovo::projections
