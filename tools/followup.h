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
  std::string party;     ///< whom it waits for, as in the definition; or empty
  std::string party_title;
  std::string role;      ///< who works on it or is told, as in the definition; or empty
  std::string role_title;
  std::optional<Day> by;
  std::string why;       ///< what it rests on, in words: "8 working days from 2020-03-02"
  std::string law;
  bool verified = true;
  /// All of it as a sentence in that language.
  [[nodiscard]] std::string text(std::string_view language) const;
};

/// The alias of a person of the case, by index.
using AliasOf = std::function<std::string(pathway::PersonIndex)>;

/// What follows from the events of one command, in their order, with titles in that language ("it", "en"). Events that only the engine needs
/// are left out. `almanac` says which terms count working days; may be nullptr. Requires: the case is pinned to `pathway`.
[[nodiscard]] std::vector<Followup> followups(const std::vector<Event>& events, const definition::Pathway& pathway, const AliasOf& alias,
                                              const calendar::Almanac* almanac, std::string_view language);

}  // namespace ritrovo::tools
