#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/runtime/machine.h"
#include "tools/scenario/scratch_case.h"
#include "workflows/definition/consequences.h"
#include "workflows/definition/model.h"
#include "workflows/definition/publication.h"
#include "workflows/pathway/case_state.h"
#include "workflows/pathway/instance_names.h"
#include "workflows/pathway/interpreter.h"

namespace ritrovo::pathway::test {

/// The library of these files (paths from the repository's root) and of every calendar, term and parameter of the catalogue; fails the
/// test where one doesn't load.
std::shared_ptr<const definition::Library> library_of(const std::vector<std::string>& files);
/// The same from text: one pathway. Nothing where the checker refuses it.
std::shared_ptr<const definition::Library> library_if_sound(const std::string& yaml);
/// The same; fails the test where it doesn't load.
std::shared_ptr<const definition::Library> library_from(const std::string& yaml);
/// The same from several documents.
std::shared_ptr<const definition::Library> library_from(std::vector<definition::Document> documents);

/// How large a case has become; persons who left are counted.
[[nodiscard]] definition::CaseSize size_of(const scenario::ScratchCase& one);

/// A scratch case for tests. No command leads to more events than the checker says. Every decision is made twice, by the index of what depends on what and without it, and must come out the same.
class CaseBench : public scenario::ScratchCase {
 public:
  using ScratchCase::ScratchCase;

  /// Decides and, if accepted, applies.
  Decision give(const Command& command, Day today);
  /// The same, from a line of a scenario: "2025-03-01 report application.filed @rel-1 on=2025-02-20 receipt=X as=clerk:u1".
  Decision give(const std::string& line);

  [[nodiscard]] StepLife life(const std::string& step, const std::string& person = {}) const;
  /// The outcome of a completed step, "" where it has none.
  [[nodiscard]] std::string outcome(const std::string& step, const std::string& person = {}) const;
  [[nodiscard]] const RunningDeadline* deadline(const std::string& step, const std::string& person = {}) const;
  /// How many events of that kind there are.
  [[nodiscard]] std::size_t count(const std::string& kind) const;
};

/// Reads a scenario's line; fails the test where it can't be read.
Command command_of(const std::string& line, Day& today);

}  // namespace ritrovo::pathway::test
