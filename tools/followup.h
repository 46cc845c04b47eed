#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/record/event.h"
#include "workflows/definition/model.h"
#include "workflows/pathway/event_body.h"

namespace ritrovo::tools {

/// One thing that follows from a command, for whoever gave it: what opens, by when, and why.
struct Followup {
  std::string kind;      ///< "task", "wait", "deadline", "deadline_moved", "milestone", "message", "incident", "completed"
  std::string step;      ///< as in the definition; empty for the case itself
  std::string person;    ///< alias; empty for the case's own
  std::string title;
  std::string who;       ///< title of whom it waits for, or of the role that works on it
  std::optional<Day> by;
  std::string why;       ///< what it rests on, in words: "90 days from 2020-03-01"
  std::string law;
  bool verified = true;
  /// All of it as a sentence.
  [[nodiscard]] std::string text() const;
};

/// The alias of a person of the case, by index.
using AliasOf = std::function<std::string(pathway::PersonIndex)>;

/// What follows from the events of one command, in their order, with titles in that language ("it", "en"). Events that only the engine needs
/// are left out. Requires: the case is pinned to `pathway`.
[[nodiscard]] std::vector<Followup> followups(const std::vector<Event>& events, const definition::Pathway& pathway, const AliasOf& alias,
                                              std::string_view language);

}  // namespace ritrovo::tools
