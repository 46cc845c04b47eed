#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "projections/case_fold.h"
#include "tools/case_folder.h"
#include "workflows/reasons/knowledge.h"

namespace ritrovo::tools {

/// Which moment a reader wants to see. Nothing: now.
struct Moment {
  std::optional<Timestamp> known_on;  ///< only what was recorded until then
};

/// What `--known-on` means: an instant in RFC 3339, or a day of the folder, which means its end. A Failure for anything else.
[[nodiscard]] Timestamp instant_from(const CaseFolder& folder, const std::string& text);
/// The moment that the options name; an empty text: now.
[[nodiscard]] Moment moment_from(const CaseFolder& folder, const std::string& known_on);
/// " as known on 2025-03-01 18:00" for a heading; empty for now.
[[nodiscard]] std::string caption_of(const CaseFolder& folder, const Moment& moment);
/// Local day and minute of an instant.
[[nodiscard]] std::string local_time(const CaseFolder& folder, Timestamp instant);

/// A case as it was known at a moment: its first events, the state that they fold to, and what was published by then.
struct CaseReading {
  CaseStateView view;
  std::vector<StoredRecord> records;  ///< at least one
  std::vector<reasons::InForce> libraries;
  Day today;
  [[nodiscard]] const std::shared_ptr<const definition::Library>& library() const { return libraries.back().library; }
};

/// Reads a case up to a moment. A Failure for a case that the folder doesn't know, or didn't then.
[[nodiscard]] CaseReading read_case(const CaseFolder& folder, CaseId case_id, const Moment& moment);
/// Feeds a view with the events of a reading. The result knows the pathways that the view points to: it must outlive it.
[[nodiscard]] std::unique_ptr<projections::CaseFold> feed_reading(const CaseReading& reading, projections::View& view);
/// What an explanation of it rests on, its boxes opened.
[[nodiscard]] reasons::Knowledge knowledge_of(const CaseFolder& folder, const CaseReading& reading);

}  // namespace ritrovo::tools
