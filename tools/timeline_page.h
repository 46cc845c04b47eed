#pragma once

#include <string>
#include <vector>

#include "engine/base/time.h"
#include "projections/timeline.h"
#include "projections/tongue.h"

namespace ritrovo::tools {

/// What a page for a family says.
struct TimelinePage {
  std::string heading;   ///< the case, and which moment it shows
  std::string pathway;   ///< its title, in the page's language
  Day today;
  std::vector<projections::TimelineEntry> entries;
  std::vector<projections::NextAction> next;
};

/// A family's journey as one HTML document: what comes next, who must act and by when, then what happened. Right to left where the language is
/// written so. Reasons stay out: it is for the family. All text is escaped.
[[nodiscard]] std::string timeline_page(const TimelinePage& page, const projections::Tongue& tongue);

}  // namespace ritrovo::tools
