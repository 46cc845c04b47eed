#pragma once

#include <string>

#include "projections/made_report.h"

namespace ritrovo::tools {

/// Writes a report as a workbook of Excel's format: a sheet of all figures, which filter and pivot, and one of what it rests on. The same report
/// gives the same bytes. A Failure names the file.
void write_report_xlsx(const std::string& file, const projections::MadeReport& report);

}  // namespace ritrovo::tools
