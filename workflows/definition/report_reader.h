#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "workflows/definition/model.h"
#include "workflows/definition/problem.h"
#include "workflows/definition/yaml_source.h"

/// The YAML of a report: which facts count for which line, and by what its figures are broken down (workflows/catalogue/indicators/README.md).
namespace ritrovo::definition {

/// A fact that counts for a line of a report.
struct CountedFact {
  std::string fact;
  std::string who;       ///< the role of whoever counts; empty: the person that the fact is about
  std::string gains_on;  ///< counts only where `field` is higher than in that person's last such fact before
  std::string field;
  std::vector<std::pair<std::string, std::string>> where;  ///< fields that must have these values
};

/// A line of a report: an indicator, a statistic.
struct ReportLine {
  std::string code;
  Text title;
  Ground ground;
  std::vector<CountedFact> facts;
  std::vector<std::string> by;  ///< at most two fields, of the person or of the fact
};

/// A report as its document has it.
struct ReportPlan {
  std::string name;
  std::uint32_t version = 1;
  Text title;
  Text note;
  Ground ground;
  bool persons = true;       ///< each person counts once, for the first fact that counts; otherwise each fact does
  bool is_public = false;    ///< figures under five aren't shown
  std::optional<Day> since;  ///< facts before that day don't count
  std::vector<ReportLine> lines;
};

/// Reads a report's document; what couldn't be read is in `problems`.
[[nodiscard]] ReportPlan read_report(const Node& root, Problems& problems);
/// The same from its text; kMalformed has the problems, a line each.
[[nodiscard]] Result<ReportPlan> read_report_text(const std::string& path, std::string_view text);

}  // namespace ritrovo::definition
