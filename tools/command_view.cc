#include <algorithm>
#include <charconv>
#include <chrono>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "tools/command_view_export.h"
#include "tools/commands.h"
#include "tools/console.h"
#include "tools/folder_views.h"

namespace ritrovo::tools {
namespace {

using projections::Cell;
using projections::ViewStatus;

constexpr Teaching kViewGroup{
    "What is kept of the events to be read quickly: where it stands, what it holds, making it anew",
    "  ritrovo view list\n"
    "  ritrovo view show deadlines --json",
    "  ritrovo caseload, tasks, deadlines              the same, for people"};
constexpr Teaching kViewList{"The views, and how far each has followed the log", "  ritrovo view list --json", "  ritrovo view lag                                brings them up to date"};
constexpr Teaching kViewShow{
    "The tables of a view, as rows: those that SQL gets",
    "  ritrovo view show worklist\n"
    "  ritrovo view show caseload --table open_steps --json",
    "  ritrovo view list                               the other views"};
constexpr Teaching kRebuild{
    "Makes a view anew from the log's beginning, beside its rows, which it replaces at the end",
    "  ritrovo view rebuild caseload\n"
    "  ritrovo view rebuild --all",
    "  ritrovo view list                               how it stands then"};
constexpr Teaching kLag{
    "Brings every view up to date and says what was missing, or where one is stuck; exit code 1 if one can't follow",
    "  ritrovo view lag",
    "  ritrovo view rebuild NAME                       for one of a forked log"};

struct ViewWish {
  std::string name;
  std::string table;
  bool all = false;
  std::string at_least;
  std::uint32_t wait_seconds = 5;
  std::size_t limit = 40;
};

boost::json::value json_of(const Cell& cell) {
  struct Visitor {
    boost::json::value operator()(std::monostate /*nothing*/) const { return nullptr; }
    boost::json::value operator()(std::int64_t number) const { return number; }
    boost::json::value operator()(const std::string& text) const { return boost::json::string(text); }
    boost::json::value operator()(Day day) const { return boost::json::string(to_string(day)); }
  };
  return std::visit(Visitor{}, cell);
}

std::string text_of(const Cell& cell) {
  const boost::json::value value = json_of(cell);
  if (value.is_null()) return "";
  return value.is_string() ? std::string(value.as_string()) : boost::json::serialize(value);
}

boost::json::object json_of(const ViewStatus& status) {
  boost::json::array partitions;
  for (const projections::PartitionCursor& cursor : status.cursors)
    partitions.push_back(boost::json::object{{"position", cursor.next.value()}, {"root", cursor.ledger.root().hex()}});
  boost::json::object object{{"view", status.name}, {"version", status.version}, {"state", name_of(status.life)}, {"records", status.records},
                             {"lag", status.lag},   {"seal", projections::seal_of(status.cursors).hex()}, {"partitions", std::move(partitions)}};
  if (!status.problem.empty()) object["problem"] = status.problem;
  if (status.stuck) {
    object["stuck_at"] = boost::json::object{{"partition", status.stuck->partition.value()}, {"position", status.stuck->position.value()},
                                             {"case", status.stuck->case_id.printed()}, {"why", status.stuck->sentence}};
  }
  return object;
}

void print_status(const Context& context, const std::vector<ViewStatus>& all) {
  if (context.json) {
    for (const ViewStatus& status : all) std::cout << boost::json::serialize(json_of(status)) << '\n';
    return;
  }
  Table table({{"view"}, {"version", true}, {"state"}, {"records", true}, {"behind by", true}, {"what it says"}});
  for (const ViewStatus& status : all)
    table.row({status.name, std::to_string(status.version), std::string(name_of(status.life)), grouped(status.records), grouped(status.lag), status.title});
  table.print(std::cout);
  for (const ViewStatus& status : all)
    if (!status.problem.empty()) std::cout << status.problem << '\n';
}

void run_list(const Context& context) {
  const std::unique_ptr<CaseFolder> folder = CaseFolder::open(context);
  const std::vector<ViewStatus> all = FolderViews(*folder, context).status();
  folder->close();
  print_status(context, all);
}

void run_lag(Context& context) {
  const std::unique_ptr<CaseFolder> folder = CaseFolder::open(context);
  FolderViews views(*folder, context);
  const std::vector<ViewStatus> before = views.status();
  const std::map<std::string, Error> troubles = views.poll();
  const std::vector<ViewStatus> after = views.status();
  folder->close();
  for (const auto& [name, trouble] : troubles) print_error(context, trouble);
  if (!troubles.empty()) context.leave_with(ExitCode::kWorldFailed);
  if (context.json) return print_status(context, after);
  for (std::size_t i = 0; i < after.size(); ++i)
    std::cout << fmt::format("{:<12} {}\n", after[i].name, after[i].lag == 0 ? fmt::format("up to date; it was behind by {}", counted(before[i].lag, "record", "records"))
                                                                             : fmt::format("behind by {}", counted(after[i].lag, "record", "records")));
}

void run_rebuild(const Context& context, const ViewWish& wish) {
  if (wish.name.empty() != wish.all) throw Failure{{ErrorCode::kMalformed, "name a view, or say --all"}};
  const std::unique_ptr<CaseFolder> folder = CaseFolder::open(context);
  {
    FolderViews views(*folder, context);
    for (const projections::ViewKind& kind : views.kinds()) {
      if (wish.all) views.rebuild(kind.name);
    }
    if (!wish.all) views.rebuild(wish.name);
    std::vector<ViewStatus> made;
    for (ViewStatus& status : views.status())
      if (wish.all || status.name == wish.name) made.push_back(std::move(status));
    print_status(context, made);
  }
  folder->close();
}

void print_rows(const Context& context, const projections::Table& table, const std::vector<std::vector<Cell>>& rows, std::size_t limit) {
  if (context.json) {
    for (const std::vector<Cell>& cells : rows) {
      boost::json::object object{{"table", table.name}};
      for (std::size_t i = 0; i < cells.size(); ++i) object[table.columns[i].name] = json_of(cells[i]);
      std::cout << boost::json::serialize(object) << '\n';
    }
    return;
  }
  std::cout << fmt::format("{}: {}\n", table.name, counted(rows.size(), "row", "rows"));
  std::vector<Table::Column> columns;
  for (const projections::Table::Column& column : table.columns) columns.push_back({column.name, column.kind == projections::CellKind::kInteger, 28});
  Table printed(std::move(columns));
  for (std::size_t i = 0; i < std::min(limit, rows.size()); ++i) {
    std::vector<std::string> cells;
    for (const Cell& cell : rows[i]) cells.push_back(text_of(cell));
    printed.row(std::move(cells));
  }
  if (!printed.empty()) printed.print(std::cout, "  ");
  if (rows.size() > limit) std::cout << fmt::format("  … and {} more: --limit {} shows all.\n", grouped(rows.size() - limit), rows.size());
}

/// "3/1042", as a receipt has it: a partition, and a position in it.
std::pair<std::size_t, Position> place_from(const std::string& text) {
  const auto slash = text.find('/');
  std::uint64_t partition = 0;
  std::uint64_t position = 0;
  const auto number = [&text](std::size_t from, std::size_t to, std::uint64_t& value) {
    const auto [end, wrong] = std::from_chars(text.data() + from, text.data() + to, value);
    return wrong == std::errc() && end == text.data() + to && from < to;
  };
  if (slash == std::string::npos || !number(0, slash, partition) || !number(slash + 1, text.size(), position))
    throw Failure{{ErrorCode::kMalformed, fmt::format("'{}' is no place in the log: write partition/position, as a receipt has them: 3/1042", text)}};
  return {static_cast<std::size_t>(partition), Position(position)};
}

/// The view once it knows the record at that place: at once where it is committed, and else as soon as it is, within the limit.
FolderViews::Named read_at_least(FolderViews& views, const ViewWish& wish) {
  if (wish.at_least.empty()) return views.read(wish.name);
  const auto [partition, position] = place_from(wish.at_least);
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(wish.wait_seconds);
  for (;;) {
    FolderViews::Named read = views.read(wish.name);
    if (partition >= read.view.cursors.size()) throw Failure{{ErrorCode::kMalformed, fmt::format("there is no partition {}: the folder has {}", partition, read.view.cursors.size())}};
    const Position next = read.view.cursors[partition].next;
    if (next > position) return read;
    if (std::chrono::steady_clock::now() >= until)
      throw Failure{{ErrorCode::kUnavailable, fmt::format("partition {} ends before position {}, at {}: the record isn't committed here; ask again, or wait longer with --wait", partition, position.value(), next.value())}};
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

void run_show(const Context& context, const ViewWish& wish) {
  const std::unique_ptr<CaseFolder> folder = CaseFolder::open(context);
  FolderViews views(*folder, context);
  const FolderViews::Named read = read_at_least(views, wish);
  const projections::StoredView& view = *read.view.view;
  const std::vector<projections::Table>& tables = view.tables();
  std::vector<std::vector<std::vector<Cell>>> rows(tables.size());
  for (const auto& [case_id, bytes] : read.rows)
    view.tabulate(case_id, [&rows](std::size_t table, std::vector<Cell> cells) { rows[table].push_back(std::move(cells)); });
  folder->close();
  bool found = false;
  for (std::size_t i = 0; i < tables.size(); ++i) {
    if (!wish.table.empty() && tables[i].name != wish.table) continue;
    found = true;
    print_rows(context, tables[i], rows[i], wish.limit);
  }
  if (found) return;
  std::string names;
  for (const projections::Table& table : tables) names += (names.empty() ? "" : ", ") + table.name;
  throw Failure{{ErrorCode::kNotFound, fmt::format("the view {} has no table {}; it has {}", wish.name, wish.table, names)}};
}

}  // namespace

void add_view(CLI::App& app, Context& context) {
  auto wish = std::make_shared<ViewWish>();
  CLI::App* group = add_command(app, context, "view", kViewGroup, false, nullptr);
  group->require_subcommand(1);
  add_command(*group, context, "list", kViewList, true, [&context] { run_list(context); });
  add_command(*group, context, "lag", kLag, true, [&context] { run_lag(context); });
  CLI::App* show = add_command(*group, context, "show", kViewShow, true, [&context, wish] { run_show(context, *wish); });
  show->add_option("view", wish->name, "The view")->type_name("NAME")->required();
  show->add_option("--table", wish->table, "Only this table of it")->type_name("TABLE");
  show->add_option("--limit", wish->limit, "Rows of a table shown to a person; --json gives all")->type_name("N")->capture_default_str();
  show->add_option("--at-least", wish->at_least, "Only once it knows the record there, as a receipt has it: partition/position")->type_name("PLACE");
  show->add_option("--wait", wish->wait_seconds, "How long for, in seconds")->check(CLI::Range(0U, 60U))->capture_default_str();
  CLI::App* rebuild = add_command(*group, context, "rebuild", kRebuild, true, [&context, wish] { run_rebuild(context, *wish); });
  rebuild->add_option("view", wish->name, "The view")->type_name("NAME");
  rebuild->add_flag("--all", wish->all, "Every view");
  add_view_export(*group, context);
}

}  // namespace ritrovo::tools
