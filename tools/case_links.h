#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/base/ids.h"
#include "engine/base/time.h"
#include "engine/record/actor.h"
#include "engine/record/command.h"
#include "engine/runtime/answer.h"
#include "tools/case_folder.h"
#include "workflows/pathway/event_body.h"

namespace ritrovo::tools {

/// The first half of a split or a merge, as the case records it that gave something away, and whether the other case has its half.
struct GivenAway {
  CaseId from;
  CaseId into;
  Version version;  ///< of the case_linked that says so
  pathway::LinkKind kind = pathway::LinkKind::kSplitInto;  ///< kSplitInto or kMergedInto
  std::vector<pathway::PersonIndex> persons;               ///< who moved, by their place in `from`
  Day effective;
  bool done = false;
};

/// What a case gave away, in order. A Failure for an unknown case.
[[nodiscard]] std::vector<GivenAway> given_away(const CaseFolder& folder, CaseId from);
/// The command of a split's first half: named by whom it moves, so that asking again gets the same answer. A Failure where `persons` names
/// nobody of the case.
[[nodiscard]] Command split_command(const CaseFolder& folder, CaseId from, const std::vector<std::string>& persons, const std::string& reason);
/// The command of a merge's first half. A Failure where the other case is unknown or closed, or runs another pathway.
[[nodiscard]] Command merge_command(const CaseFolder& folder, CaseId from, CaseId into, const std::string& reason);
/// The commands of the second half, in order, made of what the log says alone: whoever sends them, however often, sends the same. Persons and
/// facts are as the first case knew them just before it gave them away, opened from the vault; whatever a destroyed key sealed stays behind.
[[nodiscard]] std::vector<Command> second_half(const CaseFolder& folder, const GivenAway& given);
/// Sends a command and waits for its answer.
[[nodiscard]] Answer ask(CaseFolder& folder, Command command, const Actor& actor);

}  // namespace ritrovo::tools
