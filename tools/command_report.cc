#include <algorithm>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "projections/made_report.h"
#include "tools/case_reading.h"
#include "tools/command_report.h"
#include "tools/console.h"
#include "tools/cut_off.h"
#include "tools/documents.h"
#include "tools/folder_views.h"
#include "tools/report_file.h"
#include "tools/report_xlsx.h"
#include "workflows/definition/report_reader.h"

namespace ritrovo::tools {
namespace {

constexpr Teaching kReport{
    "The figures of a quarter, for the fund or for the public; as they were known then, traced to their cases, compared with an earlier reading",
    "  ritrovo report indicators --quarter 2025Q3\n"
    "  ritrovo report indicators --quarter 2025Q3 --known-on 2025-10-15 --format html --output q3.html\n"
    "  ritrovo report indicators --quarter 2025Q3 --cases O.2.5/female\n"
    "  ritrovo report indicators --quarter 2025Q3 --changed-since 2025-10-15",
    "  ritrovo report statistics --quarter 2025Q3      what may be published: small figures are hidden\n"
    "  ritrovo case history fam-…                      the facts behind a figure"};

struct ReportWish {
  std::string name;
  std::string quarter;
  std::string known_on;
  std::string format;
  std::string output;
  std::string language = "en";
  std::string cell;
  std::string changed_since;
  std::string definition;
};

/// The report's plan: from a file, or as shipped.
definition::ReportPlan plan_of(const ReportWish& wish) {
  std::vector<std::string> names;
  const std::vector<definition::Document> documents = wish.definition.empty() ? shipped_documents() : must(read_documents({wish.definition}));
  for (const definition::Document& document : documents) {
    if (wish.definition.empty() && !document.path.starts_with("indicators/")) continue;
    definition::ReportPlan plan = must(definition::read_report_text(document.path, document.text));
    if (plan.name == wish.name) return plan;
    names.push_back(plan.name);
  }
  throw Failure{{ErrorCode::kNotFound, fmt::format("there is no report {}; there are: {}", wish.name, fmt::join(names, ", "))}};
}

void print_counted(const Context& context, const CaseFolder& folder, const std::vector<projections::Counted>& counted) {
  if (context.json) {
    for (const projections::Counted& one : counted) {
      std::cout << boost::json::serialize(boost::json::object{{"case", one.case_id.printed()},
                                                              {"person", one.person == PersonId() ? boost::json::value(nullptr) : boost::json::value(one.person.printed())},
                                                              {"fact", one.fact},
                                                              {"version", one.version.value()},
                                                              {"effective_on", to_string(one.effective)},
                                                              {"recorded", to_string(one.recorded)}})
                << '\n';
    }
    return;
  }
  Table table({{"case"}, {"person"}, {"fact"}, {"on"}, {"recorded"}, {"version", true}});
  for (const projections::Counted& one : counted)
    table.row({one.case_id.printed(), one.person == PersonId() ? "" : one.person.printed(), one.fact, to_string(one.effective), local_time(folder, one.recorded), std::to_string(one.version.value())});
  std::cout << counted.size() << " counted\n";
  if (!table.empty()) table.print(std::cout);
}

std::string joined(const std::vector<std::string>& by) {
  std::string text;
  for (const std::string& value : by) text += (text.empty() ? "" : "/") + (value.empty() ? std::string("unknown") : value);
  return text;
}

void print_changes(const Context& context, const CaseFolder& folder, const definition::ReportPlan& plan, const std::vector<projections::CountChange>& changes) {
  if (context.json) {
    for (const projections::CountChange& change : changes) {
      boost::json::object object{{"line", plan.lines[change.counted.line].code}, {"change", name_of(change.kind)}, {"by", joined(change.counted.by)},
                                 {"case", change.counted.case_id.printed()}};
      if (change.kind == projections::CountChange::Kind::kMoved) object["was_by"] = joined(change.was_by);
      if (change.counted.person != PersonId()) object["person"] = change.counted.person.printed();
      if (!change.cause.empty()) {
        object["because"] = boost::json::object{{"fact", change.cause}, {"saying", change.saying}, {"version", change.cause_version.value()},
                                                {"recorded", to_string(change.cause_recorded)}};
      }
      std::cout << boost::json::serialize(object) << '\n';
    }
    return;
  }
  if (changes.empty()) {
    std::cout << "Nothing counts otherwise.\n";
    return;
  }
  Table table({{"line"}, {"change"}, {"counts under"}, {"case"}, {"because"}, {"recorded"}});
  for (const projections::CountChange& change : changes) {
    const std::string by = change.kind == projections::CountChange::Kind::kMoved ? joined(change.was_by) + " → " + joined(change.counted.by) : joined(change.counted.by);
    table.row({plan.lines[change.counted.line].code, std::string(name_of(change.kind)), by, change.counted.case_id.printed(),
               change.cause.empty() ? "" : fmt::format("{} {} (version {})", change.cause, change.saying, change.cause_version.value()),
               change.cause.empty() ? "" : local_time(folder, change.cause_recorded)});
  }
  table.print(std::cout);
}

std::string rendered(const projections::MadeReport& report, const std::string& format) {
  if (format == "csv") return report_csv(report);
  if (format == "json") return report_json(report);
  if (format == "html") return report_html(report);
  std::string text;
  for (const std::string& line : report_text(report)) text += line + "\n";
  return text;
}

/// The instant of a reading. What is still to come isn't known: the same report asked for later would be another, under the same heading. It is as
/// known on the latest instant then, and says so.
Timestamp reading_at(const CaseFolder& folder, const std::string& text) {
  const Timestamp instant = instant_from(folder, text);
  const bool over = folder.zone().day_of(instant) < folder.today();
  return over ? instant : std::min(instant, folder.latest_instant());
}

/// A Failure for a cell of a value that its line doesn't have: nobody counts there because it is misspelt.
void check_cell(const projections::MadeReport& report, const std::string& cell) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at <= cell.size();) {
    const std::size_t end = std::min(cell.find('/', at), cell.size());
    parts.push_back(cell.substr(at, end - at));
    at = end + 1;
  }
  for (const projections::MadeLine& line : report.lines) {
    for (std::size_t i = 0; line.code == parts.front() && i + 1 < parts.size() && i < line.values.size(); ++i) {
      std::vector<std::string> there;
      for (const projections::BreakdownValue& value : line.values[i]) there.push_back(value.value.empty() ? "unknown" : value.value);
      if (parts[i + 1] != "-" && parts[i + 1] != "unknown" && std::find(there.begin(), there.end(), parts[i + 1]) == there.end())
        throw Failure{{ErrorCode::kNotFound, fmt::format("{} has no value '{}'; it has: -, {}", line.code, parts[i + 1], fmt::join(there, ", "))}};
    }
  }
}

void run_report(const Context& context, const ReportWish& wish) {
  const definition::ReportPlan plan = plan_of(wish);
  const projections::Stretch days = must(projections::parse_quarter(wish.quarter));
  const std::string format = !wish.format.empty() ? wish.format : context.json ? "json" : "table";
  if (format == "xlsx" && wish.output.empty()) throw Failure{{ErrorCode::kMalformed, "a workbook is no text: name its file with --output"}};
  const std::unique_ptr<CaseFolder> folder = CaseFolder::open(context);
  const Timestamp known_on = wish.known_on.empty() ? folder->latest_instant() : reading_at(*folder, wish.known_on);
  const projections::Loaded<projections::Facts> facts = FolderViews(*folder, context).read<projections::Facts>();
  if (!wish.cell.empty()) {
    const auto counted = must(projections::counted_at(plan, projections::count(plan, *facts.view, known_on), days, wish.cell));
    if (counted.empty()) check_cell(make_report(plan, *facts.view, *folder->library(), {wish.quarter, days, wish.language, cut_off_at(*folder, known_on, facts.cursors)}), wish.cell);
    folder->close();
    return print_counted(context, *folder, counted);
  }
  if (!wish.changed_since.empty()) {
    const Timestamp before = reading_at(*folder, wish.changed_since);
    folder->close();
    return print_changes(context, *folder, plan, projections::differences(plan, *facts.view, days, {before, known_on}));
  }
  const projections::MadeReport report =
      make_report(plan, *facts.view, *folder->library(), {wish.quarter, days, wish.language, cut_off_at(*folder, known_on, facts.cursors)});
  folder->close();
  if (format == "xlsx") write_report_xlsx(wish.output, report);
  else write_report(wish.output, rendered(report, format));
}

}  // namespace

void add_report(CLI::App& app, Context& context) {
  auto wish = std::make_shared<ReportWish>();
  CLI::App* report = add_command(app, context, "report", kReport, true, [&context, wish] { run_report(context, *wish); });
  report->add_option("name", wish->name, "The report: indicators, statistics")->type_name("NAME")->required();
  report->add_option("--quarter", wish->quarter, "The quarter, like 2025Q3")->type_name("QUARTER")->required();
  report->add_option("--known-on", wish->known_on, "Only what was recorded until then: a day, or an instant; all unless said")->type_name("WHEN");
  report->add_option("--format", wish->format, "table, csv, json, html or xlsx")->check(CLI::IsMember({"table", "csv", "json", "html", "xlsx"}));
  report->add_option("--output", wish->output, "Write it there instead of printing it")->type_name("FILE");
  report->add_option("--language", wish->language, "it or en")->check(CLI::IsMember({"it", "en"}))->capture_default_str();
  CLI::Option* cell = report->add_option("--cases", wish->cell, "Instead: who counts in a cell, like O.2.5, O.2.5/female, O.2.5/-/under_18")->type_name("CELL");
  report->add_option("--changed-since", wish->changed_since, "Instead: what counts otherwise than by that reading, and which fact did it")->type_name("WHEN")->excludes(cell);
  report->add_option("--definition", wish->definition, "The report's document; the one shipped unless said")->type_name("FILE");
}

}  // namespace ritrovo::tools
