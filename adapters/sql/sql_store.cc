#include "adapters/sql/sql_store.h"

#include <utility>

#include <fmt/format.h>

#include "engine/log/keys.h"

namespace ritrovo::sql {
namespace {

using projections::Cell;
using projections::CellKind;
using projections::Table;

SqlValue bytes(std::string_view text) { return Bytes{std::string(text)}; }

SqlValue value_of(const Cell& cell) {
  struct Visitor {
    SqlValue operator()(std::monostate nothing) const { return nothing; }
    SqlValue operator()(std::int64_t number) const { return number; }
    SqlValue operator()(const std::string& text) const { return text; }
    SqlValue operator()(Day day) const { return to_string(day); }
  };
  return std::visit(Visitor{}, cell);
}

/// The columns as the database declares them: also what is remembered of a table, to see whether it changed.
std::string columns_of(const Table& table, const Dialect& dialect) {
  std::string columns;
  for (const Table::Column& column : table.columns) {
    const std::string_view type = column.kind == CellKind::kInteger ? dialect.integer : column.kind == CellKind::kDay ? dialect.day : "TEXT";
    columns += fmt::format("{}\"{}\" {}", columns.empty() ? "" : ", ", column.name, type);
  }
  return columns;
}

std::string insertion(const Table& table) {
  std::string places;
  for (std::size_t i = 0; i < table.columns.size(); ++i) places += fmt::format("{}${}", i == 0 ? "" : ", ", i + 1);
  return fmt::format("INSERT INTO \"{}\" VALUES ({})", table.name, places);
}

}  // namespace

Result<std::unique_ptr<SqlStore>> SqlStore::open(std::unique_ptr<SqlConnection> connection) {
  std::unique_ptr<SqlStore> store(new SqlStore(std::move(connection)));
  const Dialect& dialect = store->connection_->dialect();
  for (const std::string& statement :
       {fmt::format("CREATE TABLE IF NOT EXISTS ritrovo_rows (key {} PRIMARY KEY, value {} NOT NULL)", dialect.bytes, dialect.bytes),
        fmt::format("CREATE TABLE IF NOT EXISTS ritrovo_tables (name TEXT PRIMARY KEY, columns TEXT NOT NULL)"),
        fmt::format("CREATE TABLE IF NOT EXISTS ritrovo_cursors (view TEXT NOT NULL, log TEXT NOT NULL, incarnation {0} NOT NULL, partition_number {0} NOT NULL, position {0} NOT NULL, "
                    "ledger_root TEXT NOT NULL, PRIMARY KEY (view, partition_number))",
                    dialect.integer)})
    if (const Result<void> made = store->connection_->run(statement); !made) return tl::unexpected(made.error());
  return store;
}

Result<std::optional<std::string>> SqlStore::get(std::string_view key) const {
  std::optional<std::string> value;
  const Result<void> read = connection_->run("SELECT value FROM ritrovo_rows WHERE key = $1", {bytes(key)}, [&value](const std::vector<std::string>& columns) {
    value = columns.at(0);
    return false;
  });
  if (!read) return tl::unexpected(read.error());
  return value;
}

Result<void> SqlStore::scan(std::string_view prefix, const Visit& visit) const {
  return connection_->run("SELECT key, value FROM ritrovo_rows WHERE key >= $1 AND key < $2 ORDER BY key", {bytes(prefix), bytes(end_of_prefix(prefix))},
                          [&visit](const std::vector<std::string>& columns) { return visit(columns.at(0), columns.at(1)); });
}

std::string SqlStore::remedy(std::string_view /*view*/) const { return "name another database, or drop what stands in this one: it is then filled anew"; }

Result<void> SqlStore::drop(std::string_view prefix) {
  return connection_->run("DELETE FROM ritrovo_rows WHERE key >= $1 AND key < $2", {bytes(prefix), bytes(end_of_prefix(prefix))});
}

Result<void> SqlStore::write(const projections::RowBatch& batch) {
  Result<void> done = connection_->run(std::string(connection_->dialect().begin));
  if (done) done = write_rows(batch);
  if (done && batch.tables != nullptr) done = write_tables(batch);
  if (done) done = write_cursors(batch);
  if (done) done = connection_->run("COMMIT");
  if (done) return done;
  // Where this fails too, the connection is gone, and the transaction with it.
  (void)connection_->run("ROLLBACK");
  prepared_.clear();
  return done;
}

Result<void> SqlStore::write_rows(const projections::RowBatch& batch) {
  for (const projections::RowBatch::Write& row : batch.rows) {
    Result<void> done = row.value ? connection_->run("INSERT INTO ritrovo_rows (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                                                     {bytes(row.key), bytes(*row.value)})
                                  : connection_->run("DELETE FROM ritrovo_rows WHERE key = $1", {bytes(row.key)});
    if (!done) return done;
  }
  return {};
}

Result<void> SqlStore::write_tables(const projections::RowBatch& batch) {
  for (const Table& table : *batch.tables) {
    if (Result<void> prepared = prepare_table(table); !prepared) return prepared;
    if (!batch.tables_anew) continue;
    if (Result<void> emptied = connection_->run(fmt::format("DELETE FROM \"{}\"", table.name)); !emptied) return emptied;
  }
  for (const projections::CaseTables& one : batch.cases)
    if (Result<void> written = write_case(*batch.tables, one); !written) return written;
  return {};
}

/// Makes the table, or makes it again where its columns changed: then the view's version did, too, and all of its rows come anew.
Result<void> SqlStore::prepare_table(const Table& table) {
  if (prepared_.contains(table.name)) return {};
  const std::string columns = columns_of(table, connection_->dialect());
  std::string known;
  Result<void> done = connection_->run("SELECT columns FROM ritrovo_tables WHERE name = $1", {table.name}, [&known](const std::vector<std::string>& row) {
    known = row.at(0);
    return false;
  });
  if (done && known != columns) {
    for (const std::string& statement : {fmt::format("DROP TABLE IF EXISTS \"{}\"", table.name), fmt::format("CREATE TABLE \"{}\" ({})", table.name, columns),
                                         fmt::format("CREATE INDEX \"{}_by_case\" ON \"{}\" (case_id)", table.name, table.name)})
      if (done) done = connection_->run(statement);
    if (done) done = connection_->run("INSERT INTO ritrovo_tables (name, columns) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET columns = excluded.columns", {table.name, columns});
  }
  if (done) prepared_.insert(table.name);
  return done;
}

Result<void> SqlStore::write_case(const std::vector<Table>& tables, const projections::CaseTables& one) {
  for (const Table& table : tables)
    if (Result<void> gone = connection_->run(fmt::format("DELETE FROM \"{}\" WHERE case_id = $1", table.name), {one.case_id.printed()}); !gone) return gone;
  for (const projections::CaseTables::Line& line : one.lines) {
    std::vector<SqlValue> values;
    for (const Cell& cell : line.cells) values.push_back(value_of(cell));
    if (Result<void> added = connection_->run(insertion(tables[line.table]), values); !added) return added;
  }
  return {};
}

Result<void> SqlStore::write_cursors(const projections::RowBatch& batch) {
  for (const projections::RowBatch::Standing& standing : batch.standing) {
    Result<void> done = connection_->run(
        "INSERT INTO ritrovo_cursors (view, log, incarnation, partition_number, position, ledger_root) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (view, partition_number) DO UPDATE SET "
        "log = excluded.log, incarnation = excluded.incarnation, position = excluded.position, ledger_root = excluded.ledger_root",
        {batch.view, standing.log, static_cast<std::int64_t>(standing.incarnation), static_cast<std::int64_t>(standing.partition.value()),
         static_cast<std::int64_t>(standing.position.value()), standing.ledger_root});
    if (!done) return done;
  }
  return {};
}

}  // namespace ritrovo::sql
