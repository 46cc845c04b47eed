#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/base/result.h"

/// A database as the store of views needs it: statements with values, answered by rows of bytes.
namespace ritrovo::sql {

/// Bytes, as opposed to text.
struct Bytes {
  std::string bytes;
};
/// A value of a statement, for its place "$1", "$2", …, which stand in the statement in this order.
using SqlValue = std::variant<std::monostate, std::int64_t, std::string, Bytes>;
/// Takes a row of an answer, whose columns are bytes; false ends it.
using VisitRow = std::function<bool(const std::vector<std::string>& columns)>;

/// What two databases call differently.
struct Dialect {
  std::string_view bytes;    ///< "BLOB", "BYTEA"
  std::string_view integer;
  std::string_view day;
  std::string_view begin;    ///< a transaction that writes
};

/// One connection. A statement that fails ends its transaction by `rollback`. No call throws. Runs on: one thread.
class SqlConnection {
 public:
  virtual ~SqlConnection() = default;
  /// Runs one statement. kUnavailable has the database's own words.
  [[nodiscard]] virtual Result<void> run(const std::string& statement, const std::vector<SqlValue>& values = {}, const VisitRow& visit = {}) = 0;
  [[nodiscard]] virtual const Dialect& dialect() const = 0;
};

/// A file of SQLite, made where there is none. A reader may have it open meanwhile. kUnavailable: it can't be opened, or is no database.
[[nodiscard]] Result<std::unique_ptr<SqlConnection>> open_sqlite(const std::string& path);
/// A PostgreSQL server, by a connection string or URI of libpq; tables stand in the schema `ritrovo`, which is made. kUnavailable: as it says.
[[nodiscard]] Result<std::unique_ptr<SqlConnection>> open_postgres(const std::string& connection);

}  // namespace ritrovo::sql
