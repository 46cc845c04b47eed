#pragma once

#include <initializer_list>
#include <memory>
#include <optional>

#include "projections/case_fold.h"
#include "tools/case_folder.h"

namespace ritrovo::tools {

/// Feeds views with every record of the folder, or with those recorded until `known_on`. The result knows the pathways that the views point to: it must outlive them.
[[nodiscard]] std::unique_ptr<projections::CaseFold> feed_all(const CaseFolder& folder, std::initializer_list<projections::View*> views,
                                                             std::optional<Timestamp> known_on = std::nullopt);
/// Feeds views with the events of one case; kNotFound for an unknown one.
[[nodiscard]] std::unique_ptr<projections::CaseFold> feed_case(const CaseFolder& folder, CaseId case_id, std::initializer_list<projections::View*> views);

}  // namespace ritrovo::tools
