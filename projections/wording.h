#pragma once

#include <string>
#include <string_view>

#include "projections/tongue.h"
#include "workflows/definition/model.h"

/// What things of a definition are called in a language; the name with blanks for underscores where no title is given.
namespace ritrovo::projections {

/// "nulla_osta" as "nulla osta".
[[nodiscard]] std::string plain(std::string_view name);
[[nodiscard]] std::string title_of(const definition::Step& step, const Tongue& language);
[[nodiscard]] std::string title_of(const definition::Fact& fact, const Tongue& language);
[[nodiscard]] std::string title_of(const definition::Outcome& outcome, const Tongue& language);
[[nodiscard]] std::string title_of(const definition::Field& field, const Tongue& language);
/// Of a value of an enumeration.
[[nodiscard]] std::string value_title(const definition::Field& field, std::string_view value, const Tongue& language);
/// A party or an actor role of the pathway. Empty for an empty name.
[[nodiscard]] std::string party_title(const definition::Pathway& pathway, std::string_view party, const Tongue& language);
[[nodiscard]] std::string role_title(const definition::Pathway& pathway, std::string_view role, const Tongue& language);
/// A term, from the library's almanac.
[[nodiscard]] std::string term_title(const definition::Library* library, std::string_view term, const Tongue& language);
/// The ground of a deadline: its own, else its step's.
[[nodiscard]] const definition::Ground& ground_of(const definition::Step& step, const definition::Deadline& deadline);
/// The stage at the top of the pathway around that step; itself if it is one, kNone for a step outside any.
[[nodiscard]] definition::StepIndex top_stage(const definition::Pathway& pathway, definition::StepIndex step);

}  // namespace ritrovo::projections
