#include "projections/made_report.h"

#include <algorithm>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "projections/text_table.h"
#include "projections/view_runner.h"

namespace ritrovo::projections {
namespace {

namespace json = boost::json;

/// The flat place of one that counts among the cells of its line.
std::size_t place_of(const Counted& one, const std::vector<std::vector<BreakdownValue>>& values) {
  std::size_t place = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto found = std::find_if(values[i].begin(), values[i].end(), [&](const BreakdownValue& value) { return value.value == one.by[i]; });
    place = place * values[i].size() + static_cast<std::size_t>(found - values[i].begin());
  }
  return place;
}

std::size_t cells_of(const std::vector<std::vector<BreakdownValue>>& values) {
  std::size_t cells = values.empty() ? 0 : 1;
  for (const auto& dimension : values) cells *= dimension.size();
  return cells;
}

bool same_facts(const definition::ReportLine& a, const definition::ReportLine& b) {
  return std::equal(a.facts.begin(), a.facts.end(), b.facts.begin(), b.facts.end(),
                    [](const definition::CountedFact& one, const definition::CountedFact& other) { return one.fact == other.fact && one.where == other.where; });
}

/// A total that is hidden in one line mustn't stand in another that counts the same, nor be the sum of what stands there.
void hide_shared_totals(const definition::ReportPlan& plan, std::vector<MadeLine>& lines) {
  std::vector<bool> hidden(lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    for (std::size_t j = 0; j < lines.size(); ++j)
      if (lines[i].hiding.total && same_facts(plan.lines[i], plan.lines[j])) hidden[j] = true;
  }
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!hidden[i]) continue;
    lines[i].hiding.total = true;
    for (std::size_t place = 0; place < lines[i].cells.size(); ++place)
      if (lines[i].cells[place] > 0) lines[i].hiding.cells[place] = true;
  }
}

MadeLine make_line(const definition::ReportPlan& plan, std::size_t number, const std::vector<Counted>& counted, const definition::Library& library,
                   const ReportWish& wish) {
  const definition::ReportLine& line = plan.lines[number];
  MadeLine made;
  made.code = line.code;
  made.title = std::string(line.title.in(wish.language));
  made.law = line.ground.law;
  made.verified = line.ground.verified;
  made.values = breakdowns(plan, number, counted, library, wish.language);
  for (const std::string& field : line.by) made.dimensions.push_back(breakdown_title(field, library, wish.language));
  made.cells.assign(cells_of(made.values), 0);
  made.cumulative_cells = made.cells;
  for (const Counted& one : counted) {
    if (one.line != number || one.effective > wish.days.to) continue;
    const bool now = wish.days.holds(one.effective);
    made.total += now ? 1 : 0;
    ++made.cumulative;
    if (made.values.empty()) continue;
    const std::size_t place = place_of(one, made.values);
    made.cells[place] += now ? 1 : 0;
    ++made.cumulative_cells[place];
  }
  made.hiding = plan.is_public ? hide_small(made.cells.empty() ? std::vector<std::uint64_t>{made.total} : made.cells) : Hiding{std::vector<bool>(made.cells.size(), false), false};
  return made;
}

/// Calls `visit(values, place)` for every cell of a line, in their flat order.
template <class Visit>
void for_each_cell(const MadeLine& line, const Visit& visit) {
  for (std::size_t place = 0; place < line.cells.size(); ++place) {
    std::vector<const BreakdownValue*> values(line.values.size());
    std::size_t rest = place;
    for (std::size_t i = line.values.size(); i-- > 0;) {
      values[i] = &line.values[i][rest % line.values[i].size()];
      rest /= line.values[i].size();
    }
    visit(values, place);
  }
}

std::string word(const BreakdownValue& value) { return value.value.empty() ? "unknown" : value.value; }

std::string quoted_csv(std::string text) {
  // A spreadsheet takes what begins so for a formula, and runs it; after an apostrophe it is text.
  if (text.find_first_of("=+-@\t\r") == 0) text.insert(0, 1, '\'');
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char each : text) quoted += each == '"' ? std::string("\"\"") : std::string(1, each);
  return quoted + "\"";
}

}  // namespace

MadeReport make_report(const definition::ReportPlan& plan, const Facts& facts, const definition::Library& library, ReportWish wish) {
  const std::vector<Counted> counted = count(plan, facts, wish.cut_off.known_on);
  MadeReport report{plan.name, plan.version, std::string(plan.title.in(wish.language)), std::string(plan.note.in(wish.language)), plan.ground.law, plan.ground.verified,
                    plan.persons, plan.is_public, wish.quarter, wish.days, wish.language, wish.cut_off, {}};
  for (std::size_t i = 0; i < plan.lines.size(); ++i) report.lines.push_back(make_line(plan, i, counted, library, wish));
  hide_shared_totals(plan, report.lines);
  return report;
}

std::string shown(std::uint64_t figure, bool hidden) { return hidden ? "…" : std::to_string(figure); }

std::vector<std::string> report_text(const MadeReport& report) {
  const bool italian = report.language == "it";
  std::vector<std::string> lines;
  lines.push_back(report.title);
  lines.push_back(fmt::format("{} ({} – {}), {} {}", report.quarter, to_string(report.days.from), to_string(report.days.to), italian ? "come noto il" : "as known on",
                              report.cut_off.local));
  if (!report.note.empty()) lines.push_back(report.note);
  std::vector<TextTable::Column> columns{{italian ? "codice" : "code"}, {italian ? "che cosa" : "what", false, 60}, {italian ? "nel trimestre" : "this quarter", true}};
  if (!report.is_public) columns.push_back({italian ? "dall'inizio" : "since the beginning", true});
  TextTable table(columns);
  for (const MadeLine& line : report.lines) {
    std::vector<std::string> total{line.code, line.title + (line.verified ? "" : " (?)"), shown(line.total, line.hiding.total)};
    if (!report.is_public) total.push_back(std::to_string(line.cumulative));
    table.row(std::move(total));
    for_each_cell(line, [&](const std::vector<const BreakdownValue*>& values, std::size_t place) {
      if (line.cumulative_cells[place] == 0 || (report.is_public && line.cells[place] == 0)) return;
      std::string what = "  ";
      for (const BreakdownValue* value : values) what += (what.size() > 2 ? ", " : "") + value->title;
      std::vector<std::string> row{"", what, shown(line.cells[place], line.hiding.cells[place])};
      if (!report.is_public) row.push_back(std::to_string(line.cumulative_cells[place]));
      table.row(std::move(row));
    });
  }
  lines.emplace_back();
  for (std::string& line : table.lines()) lines.push_back(std::move(line));
  lines.emplace_back();
  std::uint64_t records = 0;
  for (const PartitionCursor& cursor : report.cut_off.partitions) records += cursor.next.value();
  lines.push_back(fmt::format("{} {} ({}), {} {}", italian ? "Dal registro" : "From log", report.cut_off.log.log_id, report.cut_off.log.incarnation, records,
                              italian ? "registrazioni" : "records"));
  lines.push_back(fmt::format("{} --known-on {}", italian ? "Lo stesso di nuovo:" : "The same again:", to_string(report.cut_off.known_on)));
  lines.push_back(fmt::format("{} {}", italian ? "Sigillo" : "Seal", seal_of(report.cut_off.partitions).hex()));
  const bool doubtful = !report.verified || std::any_of(report.lines.begin(), report.lines.end(), [](const MadeLine& line) { return !line.verified; });
  if (doubtful) lines.push_back(italian ? "(?) codice non verificato alla fonte" : "(?) a code that was not read in its source");
  if (report.is_public) lines.push_back(italian ? "… cifra non mostrata" : "… a figure that is not shown");
  return lines;
}

std::string report_csv(const MadeReport& report) {
  std::size_t dimensions = 0;
  for (const MadeLine& line : report.lines) dimensions = std::max(dimensions, line.values.size());
  std::string csv = "report,version,quarter,known_on,seal,code,title,law,verified,period";
  for (std::size_t i = 0; i < dimensions; ++i) csv += fmt::format(",by_{}", i + 1);
  csv += ",figure\r\n";
  const std::string head = fmt::format("{},{},{},{},{}", report.name, report.version, report.quarter, to_string(report.cut_off.known_on), seal_of(report.cut_off.partitions).hex());
  const auto add = [&](const MadeLine& line, std::string_view period, const std::vector<std::string>& by, const std::string& figure) {
    csv += fmt::format("{},{},{},{},{},{}", head, quoted_csv(line.code), quoted_csv(line.title), quoted_csv(line.law), line.verified, period);
    for (std::size_t i = 0; i < dimensions; ++i) csv += "," + quoted_csv(i < by.size() ? by[i] : std::string());
    csv += "," + figure + "\r\n";
  };
  for (const MadeLine& line : report.lines) {
    add(line, "quarter", {}, shown(line.total, line.hiding.total));
    if (!report.is_public) add(line, "cumulative", {}, std::to_string(line.cumulative));
    for_each_cell(line, [&](const std::vector<const BreakdownValue*>& values, std::size_t place) {
      std::vector<std::string> by;
      for (const BreakdownValue* value : values) by.push_back(word(*value));
      add(line, "quarter", by, shown(line.cells[place], line.hiding.cells[place]));
      if (!report.is_public) add(line, "cumulative", by, std::to_string(line.cumulative_cells[place]));
    });
  }
  return csv;
}

std::string report_json(const MadeReport& report) {
  const auto figure = [](std::uint64_t value, bool hidden) { return hidden ? json::value(nullptr) : json::value(value); };
  json::array lines;
  for (const MadeLine& line : report.lines) {
    json::object object{{"code", line.code}, {"title", line.title}, {"law", line.law}, {"verified", line.verified}, {"quarter", figure(line.total, line.hiding.total)}};
    if (!report.is_public) object["cumulative"] = line.cumulative;
    json::array cells;
    for_each_cell(line, [&](const std::vector<const BreakdownValue*>& values, std::size_t place) {
      json::array by;
      std::string address = line.code;
      for (const BreakdownValue* value : values) {
        by.push_back(json::string(word(*value)));
        address += "/" + word(*value);
      }
      json::object cell{{"cell", address}, {"by", std::move(by)}, {"quarter", figure(line.cells[place], line.hiding.cells[place])}};
      if (!report.is_public) cell["cumulative"] = line.cumulative_cells[place];
      cells.push_back(std::move(cell));
    });
    object["cells"] = std::move(cells);
    lines.push_back(std::move(object));
  }
  json::array partitions;
  for (const PartitionCursor& cursor : report.cut_off.partitions) partitions.push_back(json::object{{"position", cursor.next.value()}, {"root", cursor.ledger.root().hex()}});
  const json::object document{{"report", report.name}, {"version", report.version}, {"title", report.title}, {"note", report.note}, {"law", report.law},
                              {"verified", report.verified}, {"counts", report.persons ? "persons" : "facts"}, {"public", report.is_public}, {"quarter", report.quarter},
                              {"from", to_string(report.days.from)}, {"to", to_string(report.days.to)}, {"known_on", to_string(report.cut_off.known_on)},
                              {"log", report.cut_off.log.log_id}, {"incarnation", report.cut_off.log.incarnation}, {"seal", seal_of(report.cut_off.partitions).hex()},
                              {"partitions", std::move(partitions)}, {"lines", std::move(lines)}};
  return json::serialize(document) + "\n";
}

Result<std::vector<Counted>> counted_at(const definition::ReportPlan& plan, const std::vector<Counted>& counted, Stretch days, std::string_view cell) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at <= cell.size();) {
    const std::size_t end = std::min(cell.find('/', at), cell.size());
    parts.emplace_back(cell.substr(at, end - at));
    at = end + 1;
  }
  const auto found = std::find_if(plan.lines.begin(), plan.lines.end(), [&parts](const definition::ReportLine& line) { return line.code == parts.front(); });
  if (found == plan.lines.end() || parts.size() > found->by.size() + 1)
    return failure(ErrorCode::kNotFound, fmt::format("the report {} has no cell \"{}\"; cells are named like {}{}", plan.name, cell, plan.lines.empty() ? "" : plan.lines.front().code,
                                                     plan.lines.empty() || plan.lines.front().by.empty() ? "" : "/female"));
  const auto line = static_cast<std::size_t>(found - plan.lines.begin());
  std::vector<Counted> here;
  for (const Counted& one : counted) {
    bool fits = one.line == line && days.holds(one.effective);
    for (std::size_t i = 1; fits && i < parts.size(); ++i) fits = parts[i] == "-" || (parts[i] == "unknown" ? one.by[i - 1].empty() : one.by[i - 1] == parts[i]);
    if (fits) here.push_back(one);
  }
  return here;
}

}  // namespace ritrovo::projections
