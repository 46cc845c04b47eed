#include "tools/report_xlsx.h"

#include <xlsxwriter.h>

#include <algorithm>

#include <fmt/format.h>

#include "projections/view_runner.h"
#include "tools/context.h"

namespace ritrovo::tools {
namespace {

using projections::BreakdownValue;
using projections::MadeLine;
using projections::MadeReport;

/// A sheet that is written row by row.
struct Sheet {
  lxw_worksheet* sheet;
  lxw_format* bold;
  lxw_row_t row = 0;

  void text(lxw_col_t column, const std::string& value, bool heavy = false) const { worksheet_write_string(sheet, row, column, value.c_str(), heavy ? bold : nullptr); }
  void figure(lxw_col_t column, std::uint64_t value, bool hidden) const {
    if (hidden) text(column, "…");
    else worksheet_write_number(sheet, row, column, static_cast<double>(value), nullptr);
  }
  void head(const std::vector<std::string>& titles) {
    for (std::size_t i = 0; i < titles.size(); ++i) text(static_cast<lxw_col_t>(i), titles[i], true);
    ++row;
  }
};

void write_line(Sheet& sheet, const MadeReport& report, const MadeLine& line, std::size_t dimensions) {
  const auto last = static_cast<lxw_col_t>(2 + dimensions);
  const auto begin = [&] {
    sheet.text(0, line.code);
    sheet.text(1, line.title);
  };
  begin();
  sheet.text(2, report.language == "it" ? "totale" : "total");
  sheet.figure(last, line.total, line.hiding.total);
  if (!report.is_public) sheet.figure(last + 1, line.cumulative, false);
  ++sheet.row;
  for (std::size_t place = 0; place < line.cells.size(); ++place) {
    begin();
    std::size_t rest = place;
    for (std::size_t i = line.values.size(); i-- > 0; rest /= line.values[i].size()) sheet.text(static_cast<lxw_col_t>(2 + i), line.values[i][rest % line.values[i].size()].title);
    sheet.figure(last, line.cells[place], line.hiding.cells[place]);
    if (!report.is_public) sheet.figure(last + 1, line.cumulative_cells[place], false);
    ++sheet.row;
  }
}

void write_figures(Sheet& sheet, const MadeReport& report) {
  const bool italian = report.language == "it";
  std::size_t dimensions = 1;
  for (const MadeLine& line : report.lines) dimensions = std::max(dimensions, line.values.size());
  std::vector<std::string> titles{italian ? "Codice" : "Code", italian ? "Che cosa" : "What"};
  for (std::size_t i = 0; i < dimensions; ++i) titles.push_back(fmt::format("{} {}", italian ? "Per" : "By", i + 1));
  titles.push_back(report.quarter);
  if (!report.is_public) titles.emplace_back(italian ? "Dall'inizio" : "Since the beginning");
  sheet.head(titles);
  for (const MadeLine& line : report.lines) write_line(sheet, report, line, dimensions);
  worksheet_set_column(sheet.sheet, 0, 0, 14, nullptr);
  worksheet_set_column(sheet.sheet, 1, 1, 60, nullptr);
  worksheet_set_column(sheet.sheet, 2, static_cast<lxw_col_t>(3 + dimensions), 18, nullptr);
  worksheet_freeze_panes(sheet.sheet, 1, 0);
  worksheet_autofilter(sheet.sheet, 0, 0, sheet.row - 1, static_cast<lxw_col_t>(titles.size() - 1));
}

void write_ground(Sheet& sheet, const MadeReport& report) {
  const bool italian = report.language == "it";
  const std::vector<std::pair<std::string, std::string>> rows{
      {italian ? "Rapporto" : "Report", report.title},
      {italian ? "Norma" : "Law", report.law + (report.verified ? "" : italian ? " (non verificata sul testo)" : " (not checked against its text)")},
      {italian ? "Trimestre" : "Quarter", fmt::format("{} ({} – {})", report.quarter, to_string(report.days.from), to_string(report.days.to))},
      {italian ? "Come noto il" : "As known on", report.cut_off.local},
      {italian ? "Istante esatto" : "Exact instant", to_string(report.cut_off.known_on)},
      {italian ? "Nota" : "Note", report.note},
      {italian ? "Registro" : "Log", fmt::format("{} ({})", report.cut_off.log.log_id, report.cut_off.log.incarnation)},
      {italian ? "Sigillo" : "Seal", projections::seal_of(report.cut_off.partitions).hex()},
      {italian ? "Definizione" : "Definition", fmt::format("{} {}", report.name, report.version)}};
  for (const auto& [name, value] : rows) {
    sheet.text(0, name, true);
    sheet.text(1, value);
    ++sheet.row;
  }
  ++sheet.row;
  sheet.head({italian ? "Partizione" : "Partition", italian ? "Radice del registro" : "Root of the ledger", italian ? "Registrazioni" : "Records"});
  for (std::size_t i = 0; i < report.cut_off.partitions.size(); ++i) {
    sheet.figure(0, i, false);
    sheet.text(1, report.cut_off.partitions[i].ledger.root().hex());
    sheet.figure(2, report.cut_off.partitions[i].next.value(), false);
    ++sheet.row;
  }
  worksheet_set_column(sheet.sheet, 0, 0, 18, nullptr);
  worksheet_set_column(sheet.sheet, 1, 1, 80, nullptr);
}

}  // namespace

void write_report_xlsx(const std::string& file, const MadeReport& report) {
  lxw_workbook* book = workbook_new(file.c_str());
  if (book == nullptr) throw Failure{{ErrorCode::kUnavailable, fmt::format("{} can't be written", file)}};
  lxw_format* bold = workbook_add_format(book);
  format_set_bold(bold);
  // The moment of making isn't part of the report: its own last day is.
  lxw_doc_properties properties{};
  std::string title = report.title;
  properties.title = title.data();
  properties.created = static_cast<std::time_t>(report.days.to.value()) * 86'400;
  workbook_set_properties(book, &properties);
  Sheet figures{workbook_add_worksheet(book, report.language == "it" ? "Cifre" : "Figures"), bold};
  write_figures(figures, report);
  Sheet ground{workbook_add_worksheet(book, report.language == "it" ? "Su che si fonda" : "What it rests on"), bold};
  write_ground(ground, report);
  if (const lxw_error code = workbook_close(book); code != LXW_NO_ERROR) throw Failure{{ErrorCode::kUnavailable, fmt::format("{} can't be written: {}", file, lxw_strerror(code))}};
}

}  // namespace ritrovo::tools
