#include <sqlite3.h>

#include <map>
#include <utility>

#include <fmt/format.h>

#include "adapters/sql/sql_connection.h"

namespace ritrovo::sql {
namespace {

/// How long a writer waits for a reader that holds the file.
constexpr int kBusyMilliseconds = 10'000;

class SqliteConnection final : public SqlConnection {
 public:
  explicit SqliteConnection(sqlite3* db) : db_(db) {}
  ~SqliteConnection() override {
    for (const auto& [text, statement] : prepared_) sqlite3_finalize(statement);
    sqlite3_close(db_);
  }
  SqliteConnection(const SqliteConnection&) = delete;
  SqliteConnection& operator=(const SqliteConnection&) = delete;

  Result<void> run(const std::string& text, const std::vector<SqlValue>& values, const VisitRow& visit) override {
    const Result<sqlite3_stmt*> statement = prepared(text);
    if (!statement) return tl::unexpected(statement.error());
    for (std::size_t i = 0; i < values.size(); ++i) bind(*statement, static_cast<int>(i) + 1, values[i]);
    int code = SQLITE_ROW;
    bool wanted = true;
    while (wanted && (code = sqlite3_step(*statement)) == SQLITE_ROW) wanted = !visit || visit(row(*statement));
    const bool good = code == SQLITE_DONE || code == SQLITE_ROW;
    const std::string why = good ? "" : sqlite3_errmsg(db_);
    sqlite3_reset(*statement);
    sqlite3_clear_bindings(*statement);
    if (!good) return failure(ErrorCode::kUnavailable, fmt::format("the SQLite database: {}", why));
    return {};
  }
  const Dialect& dialect() const override {
    static constexpr Dialect kDialect{"BLOB", "INTEGER", "TEXT", "BEGIN IMMEDIATE"};
    return kDialect;
  }

 private:
  Result<sqlite3_stmt*> prepared(const std::string& text) {
    const auto known = prepared_.find(text);
    if (known != prepared_.end()) return known->second;
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(db_, text.c_str(), static_cast<int>(text.size()) + 1, &statement, nullptr) != SQLITE_OK)
      return failure(ErrorCode::kUnavailable, fmt::format("the SQLite database: {}", sqlite3_errmsg(db_)));
    prepared_.emplace(text, statement);
    return statement;
  }
  static void bind(sqlite3_stmt* statement, int place, const SqlValue& value) {
    if (const auto* number = std::get_if<std::int64_t>(&value)) sqlite3_bind_int64(statement, place, *number);
    else if (const auto* text = std::get_if<std::string>(&value)) sqlite3_bind_text64(statement, place, text->data(), text->size(), SQLITE_TRANSIENT, SQLITE_UTF8);
    else if (const auto* bytes = std::get_if<Bytes>(&value)) sqlite3_bind_blob64(statement, place, bytes->bytes.data(), bytes->bytes.size(), SQLITE_TRANSIENT);
    else sqlite3_bind_null(statement, place);
  }
  static std::vector<std::string> row(sqlite3_stmt* statement) {
    std::vector<std::string> columns;
    for (int i = 0; i < sqlite3_column_count(statement); ++i) {
      const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement, i));
      columns.emplace_back(bytes == nullptr ? "" : bytes, bytes == nullptr ? 0 : static_cast<std::size_t>(sqlite3_column_bytes(statement, i)));
    }
    return columns;
  }

  sqlite3* db_;
  std::map<std::string, sqlite3_stmt*> prepared_;
};

}  // namespace

Result<std::unique_ptr<SqlConnection>> open_sqlite(const std::string& path) {
  sqlite3* db = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
  auto connection = std::make_unique<SqliteConnection>(db);
  if (code != SQLITE_OK) return failure(ErrorCode::kUnavailable, fmt::format("{} can't be opened: {}", path, sqlite3_errmsg(db)));
  sqlite3_busy_timeout(db, kBusyMilliseconds);
  for (const char* setting : {"PRAGMA journal_mode = WAL", "PRAGMA synchronous = NORMAL"})
    if (const Result<void> set = connection->run(setting, {}, {}); !set) return failure(ErrorCode::kUnavailable, fmt::format("{}: {}", path, set.error().message));
  return connection;
}

}  // namespace ritrovo::sql
