#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "projections/caseload.h"
#include "projections/deadlines.h"
#include "projections/timeline.h"
#include "projections/tongue.h"

/// Reports as plain text for an official of the city, in Italian or English.
namespace ritrovo::projections {

/// Columns of the widest line.
inline constexpr std::size_t kPageColumns = 110;

/// The whole of a desk on one page: cases by stage, waiting for whom, results, terms overdue and soon due, days by step. `rows_max` limits
/// each list; what is left out is counted. `language`: "it" or "en".
[[nodiscard]] std::vector<std::string> render_page(const CaseloadReport& caseload, const DeadlineReport& deadlines,
                                                   const std::vector<OpenDeadline>& urgent, std::string_view language,
                                                   std::size_t rows_max = 12);

/// One family's journey: a line for each day's entries with reason and law beneath, then what comes next. `heading` stands above.
/// `rows_max`: of more entries the first and the last are shown; 0 for all.
[[nodiscard]] std::vector<std::string> render_timeline(std::string_view heading, const std::vector<TimelineEntry>& entries,
                                                       const std::vector<NextAction>& next, const Tongue& language,
                                                       std::size_t rows_max = 0);

}  // namespace ritrovo::projections
