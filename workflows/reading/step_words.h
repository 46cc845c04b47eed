#pragma once

#include <string>
#include <vector>

#include "workflows/reading/wording.h"

namespace ritrovo::reading {

/// One thing said about a step, a fact, a person …: under which head, and what, a sentence for each item.
struct Clause {
  std::string head;                ///< "It opens"; the same for the same question whatever the answer
  std::vector<std::string> items;  ///< at least one
  bool operator==(const Clause&) const = default;
};

/// All that a step says: who acts, when it opens, what completes it, its deadlines, law. In a fixed order; what doesn't apply is left out.
[[nodiscard]] std::vector<Clause> clauses_of(const Wording& words, const definition::Step& step);
/// Who reports a fact, about whom, with which data.
[[nodiscard]] std::vector<Clause> clauses_of(const Wording& words, const definition::Fact& fact);
/// How many there are of a person role, and what is recorded of each.
[[nodiscard]] std::vector<Clause> clauses_of(const Wording& words, const definition::PersonRole& role);

/// "TUI art. 29(8)", with "(not verified)" where it wasn't read in its source; empty without a law and a doubt.
[[nodiscard]] std::string ground_in_words(const Wording& words, const definition::Ground& ground);
/// "150 days (before 4 October 2025: 90 days)"; empty for a term that the almanac doesn't know.
[[nodiscard]] std::string lengths_in_words(const Wording& words, std::string_view term);
/// What a deadline runs from, for how long, what stops it and what its passing does.
[[nodiscard]] std::string deadline_in_words(const Wording& words, const definition::Deadline& deadline);
/// What brings an outcome about.
[[nodiscard]] std::string outcome_in_words(const Wording& words, const definition::Step& step, const definition::Outcome& outcome);
/// Who must act for this step: a role, a party, or the system; empty for a milestone.
[[nodiscard]] std::string actor_in_words(const Wording& words, const definition::Step& step);

}  // namespace ritrovo::reading
