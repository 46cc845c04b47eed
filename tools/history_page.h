#pragma once

#include <string>
#include <vector>

#include "engine/base/time.h"
#include "projections/timeline.h"

namespace ritrovo::tools {

/// What a page about one case says.
struct HistoryPage {
  std::string case_id;
  std::string pathway;   ///< its title; may be empty
  std::string language;  ///< "it" or "en"
  std::uint64_t events = 0;
  Day written_on;
  std::vector<projections::TimelineEntry> entries;
  std::vector<projections::NextAction> next;
};

/// One HTML document without anything from elsewhere, laid out for paper as well as for a screen. All text is escaped.
[[nodiscard]] std::string history_page(const HistoryPage& page);

}  // namespace ritrovo::tools
