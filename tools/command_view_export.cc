#include "tools/command_view_export.h"

#include <algorithm>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "adapters/sql/sql_store.h"
#include "tools/console.h"
#include "tools/folder_views.h"

namespace ritrovo::tools {
namespace {

constexpr Teaching kViewExport{
    "Brings the views' tables in a database up to date: a file of SQLite, or a PostgreSQL server",
    "  ritrovo view export --sqlite milano.sqlite\n"
    "  ritrovo view export --postgres 'host=db.example dbname=reports user=ritrovo' --view deadlines\n"
    "  sqlite3 milano.sqlite 'select state, count(*) from deadlines group by state'",
    "  Run it again to bring in what was committed since: rows and cursor change together, so that each event counts exactly once.\n"
    "  No personal value goes there. A password for PostgreSQL comes from its own PGPASSFILE, never from the command line."};

struct ViewExportWish {
  std::string sqlite;
  std::string postgres;
  std::vector<std::string> views;
};

std::unique_ptr<sql::SqlStore> store_of(const ViewExportWish& wish) {
  if (wish.sqlite.empty() == wish.postgres.empty()) throw Failure{{ErrorCode::kMalformed, "name a database: --sqlite FILE, or --postgres CONNECTION"}};
  return must(sql::SqlStore::open(must(wish.sqlite.empty() ? sql::open_postgres(wish.postgres) : sql::open_sqlite(wish.sqlite))));
}

std::vector<projections::ViewKind> kinds_of(const ViewExportWish& wish) {
  std::vector<projections::ViewKind> kinds = projections::all_views();
  if (wish.views.empty()) return kinds;
  for (const std::string& name : wish.views) {
    const bool known = std::any_of(kinds.begin(), kinds.end(), [&name](const projections::ViewKind& kind) { return kind.name == name; });
    if (!known) throw Failure{{ErrorCode::kNotFound, fmt::format("there is no view {}; 'ritrovo view list' shows those there are", name)}};
  }
  std::erase_if(kinds, [&wish](const projections::ViewKind& kind) { return std::find(wish.views.begin(), wish.views.end(), kind.name) == wish.views.end(); });
  return kinds;
}

void run_export(Context& context, const ViewExportWish& wish) {
  const std::unique_ptr<sql::SqlStore> store = store_of(wish);
  const std::unique_ptr<CaseFolder> folder = CaseFolder::open(context);
  projections::ViewRunner runner(*store, identity_of(*folder), [&folder] { return folder->library(); }, kinds_of(wish));
  std::map<std::string, std::uint64_t> before;
  std::map<std::string, Error> troubles;
  std::vector<projections::ViewStatus> after;
  folder->with_log([&](const CaseLog& log) -> Result<void> {
    Result<std::vector<projections::ViewStatus>> status = runner.status(log);
    if (!status) return tl::unexpected(status.error());
    for (const projections::ViewStatus& view : *status) before[view.name] = view.records;
    troubles = runner.poll(log);
    status = runner.status(log);
    if (!status) return tl::unexpected(status.error());
    after = std::move(*status);
    return {};
  });
  folder->close();
  for (const auto& [name, trouble] : troubles) {
    print_error(context, trouble);
    context.leave_with(ExitCode::kWorldFailed);
  }
  for (const projections::ViewStatus& view : after) {
    const std::uint64_t taken = view.records - std::min(view.records, before[view.name]);
    if (context.json) std::cout << boost::json::serialize(boost::json::object{{"view", view.name}, {"records", view.records}, {"taken", taken}, {"lag", view.lag}}) << '\n';
    else std::cout << fmt::format("{:<12} {} taken, {} in all\n", view.name, counted(taken, "record", "records"), grouped(view.records));
  }
}

}  // namespace

void add_view_export(CLI::App& group, Context& context) {
  auto wish = std::make_shared<ViewExportWish>();
  CLI::App* command = add_command(group, context, "export", kViewExport, true, [&context, wish] { run_export(context, *wish); });
  command->add_option("--sqlite", wish->sqlite, "A file of SQLite; made if there is none")->type_name("FILE");
  command->add_option("--postgres", wish->postgres, "A PostgreSQL server, as libpq names one")->type_name("CONNECTION");
  command->add_option("--view", wish->views, "Only these views")->type_name("NAME");
}

}  // namespace ritrovo::tools
