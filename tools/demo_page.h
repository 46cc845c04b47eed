#pragma once

#include <cstdint>
#include <filesystem>
#include <ostream>
#include <string>

#include "tools/case_folder.h"
#include "tools/submit_report.h"

namespace ritrovo::tools {

/// What the demonstration measured.
struct DemoFigures {
  std::uint32_t families = 0;
  Day from;
  Day to;
  std::string folder;
  bool kept = false;
  SubmitReport report;
  double seconds = 0;
  std::uint64_t bytes = 0;  ///< of the log on disk
};

/// Bytes of all files in a folder.
[[nodiscard]] std::uint64_t bytes_in(const std::filesystem::path& folder);
/// The page on which the demonstration ends, for an official of the city.
void print_demo_page(std::ostream& out, CaseFolder& folder, const Context& context, const DemoFigures& figures);

}  // namespace ritrovo::tools
