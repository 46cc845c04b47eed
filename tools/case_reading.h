#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "projections/case_fold.h"
#include "projections/tongue.h"
#include "tools/case_folder.h"
#include "workflows/reasons/knowledge.h"

namespace ritrovo::tools {

/// Which moment a reader wants to see, in two times. Nothing: now.
struct Moment {
  std::optional<Timestamp> known_on;  ///< only what was recorded until then
  std::optional<Day> as_of;           ///< only what had happened by then: the case is derived afresh from it
};
/// The texts of the options that name one; empty ones aren't given.
struct MomentWish {
  std::string known_on;
  std::string as_of;
};
/// Adds `--known-on` and `--as-of`, or the first alone. Requires: `wish` outlives the command.
void add_moment(CLI::App& command, MomentWish& wish, bool with_as_of = true);

/// What `--known-on` means: an instant in RFC 3339, or a day of the folder, which means its end. A Failure for anything else.
[[nodiscard]] Timestamp instant_from(const CaseFolder& folder, const std::string& text);
/// The moment that the options name. A Failure for what is no instant, or no day.
[[nodiscard]] Moment moment_from(const CaseFolder& folder, const MomentWish& wish);
/// ", as known on 2025-03-01 18:00" for a heading; empty for now.
[[nodiscard]] std::string caption_of(const CaseFolder& folder, const Moment& moment, const projections::Tongue& tongue = {});
/// Local day and minute of an instant.
[[nodiscard]] std::string local_time(const CaseFolder& folder, Timestamp instant);

/// A case as it was known at a moment: its first events, or those derived afresh, what they fold to, and what was published by then.
struct CaseReading {
  CaseId case_id;
  pathway::CaseState state;
  std::vector<Event> events;         ///< at least one
  std::vector<Position> positions;   ///< of the events in the log; none where they were derived afresh
  Opened opened;                     ///< every box of the events
  std::vector<reasons::InForce> libraries;
  Day today;                         ///< the day that is looked at
  [[nodiscard]] const std::shared_ptr<const definition::Library>& library() const { return libraries.back().library; }
  [[nodiscard]] std::shared_ptr<const definition::Pathway> pathway() const { return library()->with_identity(state.core.identity); }
};

/// Reads a case at a moment. A Failure for a case that the folder doesn't know or didn't know then, and for a day before it was opened.
[[nodiscard]] CaseReading read_case(const CaseFolder& folder, CaseId case_id, const Moment& moment);
/// Feeds a view with the events of a reading. The result knows the pathways that the view points to: it must outlive it.
[[nodiscard]] std::unique_ptr<projections::CaseFold> feed_reading(const CaseReading& reading, projections::View& view);
/// What an explanation of it rests on. Requires: the folder outlives it.
[[nodiscard]] reasons::Knowledge knowledge_of(const CaseFolder& folder, const CaseReading& reading);

}  // namespace ritrovo::tools
