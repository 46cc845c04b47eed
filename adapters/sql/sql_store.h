#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "adapters/sql/sql_connection.h"
#include "projections/row_store.h"

namespace ritrovo::sql {

/// Views kept in a database, with their tables: rows, tables and cursor change in one transaction, so that whoever reads sees each record counted
/// exactly once, whatever is killed, on either side. What the runner keeps stands in `ritrovo_rows`; `ritrovo_cursors` says, for people, how far
/// each view has come; each table of a view is a table, made and altered here. Runs on: one thread.
class SqlStore final : public projections::RowStore {
 public:
  /// Makes what isn't there. kUnavailable: the database refuses.
  [[nodiscard]] static Result<std::unique_ptr<SqlStore>> open(std::unique_ptr<SqlConnection> connection);

  [[nodiscard]] Result<std::optional<std::string>> get(std::string_view key) const override;
  [[nodiscard]] Result<void> scan(std::string_view prefix, const Visit& visit) const override;
  [[nodiscard]] Result<void> write(const projections::RowBatch& batch) override;
  [[nodiscard]] Result<void> drop(std::string_view prefix) override;
  [[nodiscard]] bool wants_tables() const override { return true; }
  [[nodiscard]] std::string remedy(std::string_view view) const override;

 private:
  explicit SqlStore(std::unique_ptr<SqlConnection> connection) : connection_(std::move(connection)) {}
  [[nodiscard]] Result<void> write_rows(const projections::RowBatch& batch);
  [[nodiscard]] Result<void> write_tables(const projections::RowBatch& batch);
  [[nodiscard]] Result<void> write_cursors(const projections::RowBatch& batch);
  [[nodiscard]] Result<void> prepare_table(const projections::Table& table);
  [[nodiscard]] Result<void> write_case(const std::vector<projections::Table>& tables, const projections::CaseTables& one);

  std::unique_ptr<SqlConnection> connection_;
  std::set<std::string> prepared_;  ///< tables that are as they should be
};

}  // namespace ritrovo::sql
