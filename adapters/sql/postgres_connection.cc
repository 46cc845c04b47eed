#include <libpq-fe.h>

#include <map>
#include <utility>

#include <fmt/format.h>

#include "adapters/sql/sql_connection.h"

namespace ritrovo::sql {
namespace {

struct Cleared {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Answer = std::unique_ptr<PGresult, Cleared>;

std::string trimmed(const char* message) {
  std::string text = message;
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return text;
}

class PostgresConnection final : public SqlConnection {
 public:
  explicit PostgresConnection(PGconn* connection) : connection_(connection) {}
  ~PostgresConnection() override { PQfinish(connection_); }
  PostgresConnection(const PostgresConnection&) = delete;
  PostgresConnection& operator=(const PostgresConnection&) = delete;

  Result<void> run(const std::string& text, const std::vector<SqlValue>& values, const VisitRow& visit) override {
    const Result<std::string> name = prepared(text, values.size());
    if (!name) return tl::unexpected(name.error());
    std::vector<std::string> words(values.size());
    std::vector<const char*> places(values.size(), nullptr);
    std::vector<int> lengths(values.size(), 0);
    std::vector<int> formats(values.size(), 0);
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (std::holds_alternative<std::monostate>(values[i])) continue;
      if (const auto* number = std::get_if<std::int64_t>(&values[i])) words[i] = std::to_string(*number);
      else if (const auto* word = std::get_if<std::string>(&values[i])) words[i] = *word;
      else words[i] = std::get<Bytes>(values[i]).bytes;
      formats[i] = std::holds_alternative<Bytes>(values[i]) ? 1 : 0;
      places[i] = words[i].data();
      lengths[i] = static_cast<int>(words[i].size());
    }
    const Answer answer(PQexecPrepared(connection_, name->c_str(), static_cast<int>(values.size()), places.data(), lengths.data(), formats.data(), 1));
    const ExecStatusType status = PQresultStatus(answer.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) return failed();
    for (int row = 0; visit && row < PQntuples(answer.get()); ++row) {
      std::vector<std::string> columns;
      for (int i = 0; i < PQnfields(answer.get()); ++i)
        columns.emplace_back(PQgetvalue(answer.get(), row, i), static_cast<std::size_t>(PQgetlength(answer.get(), row, i)));
      if (!visit(columns)) break;
    }
    return {};
  }
  const Dialect& dialect() const override {
    static constexpr Dialect kDialect{"BYTEA", "BIGINT", "DATE", "BEGIN"};
    return kDialect;
  }

 private:
  [[nodiscard]] tl::unexpected<Error> failed() const { return failure(ErrorCode::kUnavailable, fmt::format("PostgreSQL: {}", trimmed(PQerrorMessage(connection_)))); }
  /// Statements without values aren't said again: they aren't kept.
  Result<std::string> prepared(const std::string& text, std::size_t values) {
    const auto known = prepared_.find(text);
    if (known != prepared_.end()) return known->second;
    const std::string name = values == 0 ? "" : fmt::format("s{}", prepared_.size());
    const Answer answer(PQprepare(connection_, name.c_str(), text.c_str(), 0, nullptr));
    if (PQresultStatus(answer.get()) != PGRES_COMMAND_OK) return failed();
    if (values > 0) prepared_.emplace(text, name);
    return name;
  }

  PGconn* connection_;
  std::map<std::string, std::string> prepared_;
};

}  // namespace

Result<std::unique_ptr<SqlConnection>> open_postgres(const std::string& connection) {
  PGconn* raw = PQconnectdb(connection.c_str());
  auto opened = std::make_unique<PostgresConnection>(raw);
  if (PQstatus(raw) != CONNECTION_OK) return failure(ErrorCode::kUnavailable, fmt::format("PostgreSQL: {}", trimmed(PQerrorMessage(raw))));
  PQsetNoticeProcessor(raw, [](void*, const char*) {}, nullptr);
  for (const char* statement : {"CREATE SCHEMA IF NOT EXISTS ritrovo", "SET search_path TO ritrovo"})
    if (const Result<void> run = opened->run(statement, {}, {}); !run) return tl::unexpected(run.error());
  return opened;
}

}  // namespace ritrovo::sql
