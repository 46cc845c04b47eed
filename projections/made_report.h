#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "projections/counting.h"
#include "projections/view_cursor.h"

namespace ritrovo::projections {

/// A line of a report with its figures. Those of the breakdown stand flat: the last breakdown's values run fastest.
struct MadeLine {
  std::string code;
  std::string title;
  std::string law;
  bool verified = true;
  std::vector<std::string> dimensions;               ///< what it is broken down by
  std::vector<std::vector<BreakdownValue>> values;   ///< for each of these
  std::uint64_t total = 0;                           ///< in the quarter
  std::uint64_t cumulative = 0;                      ///< up to its end; not shown where the report is public
  std::vector<std::uint64_t> cells;                  ///< in the quarter
  std::vector<std::uint64_t> cumulative_cells;
  Hiding hiding;                                     ///< of `cells` and `total`, where the report is public
};

/// What a report rests on: everything that was recorded up to an instant, as the ledger proves it.
struct CutOff {
  Timestamp known_on;
  LogIdentity log;
  std::vector<PartitionCursor> partitions;
  std::string local;  ///< `known_on` as people read it: "2025-10-15, 23:59 (Europe/Rome)"
};

/// A report as it is printed. The same plan, days and cut-off give the same report, whenever it is made.
struct MadeReport {
  std::string name;
  std::uint32_t version = 0;
  std::string title;
  std::string note;
  std::string law;
  bool verified = true;
  bool persons = true;
  bool is_public = false;
  std::string quarter;   ///< "2025Q3"
  Stretch days;
  std::string language;  ///< "it" or "en"
  CutOff cut_off;
  std::vector<MadeLine> lines;
};

/// Which quarter, known when, in which language.
struct ReportWish {
  std::string quarter;
  Stretch days;
  std::string language = "en";
  CutOff cut_off;
};

/// Makes it. `library` gives the titles.
[[nodiscard]] MadeReport make_report(const definition::ReportPlan& plan, const Facts& facts, const definition::Library& library, ReportWish wish);

/// A figure as it is shown: "…" where it is hidden.
[[nodiscard]] std::string shown(std::uint64_t figure, bool hidden);

/// For a terminal, in lines of at most a hundred columns.
[[nodiscard]] std::vector<std::string> report_text(const MadeReport& report);
/// RFC 4180, UTF-8, a line for each figure: the cut-off and its seal, the line, the period, breakdowns, the figure.
[[nodiscard]] std::string report_csv(const MadeReport& report);
/// One JSON document.
[[nodiscard]] std::string report_json(const MadeReport& report);
/// One HTML document without scripts and without anything outside it; charts as inline SVG; prints on A4.
[[nodiscard]] std::string report_html(const MadeReport& report);

/// The one that counts at that address in the quarter: "O.2.3", "O.2.3/female", "O.2.3/-/under_18"; "unknown" for a value that isn't known.
/// kNotFound: no such line, or more parts than it has.
[[nodiscard]] Result<std::vector<Counted>> counted_at(const definition::ReportPlan& plan, const std::vector<Counted>& counted, Stretch days, std::string_view cell);

}  // namespace ritrovo::projections
