#pragma once

#include <vector>

#include "projections/made_report.h"
#include "tools/case_folder.h"

namespace ritrovo::tools {

/// How far each partition's ledger went at that instant, and its root there. `cursors`: where a view stands that holds all that is committed; a
/// partition that ends there is taken from it, any other's records are hashed again.
[[nodiscard]] projections::CutOff cut_off_at(const CaseFolder& folder, Timestamp known_on, const std::vector<projections::PartitionCursor>& cursors);

}  // namespace ritrovo::tools
