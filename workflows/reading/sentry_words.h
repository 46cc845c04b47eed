#pragma once

#include <string>
#include <vector>

#include "workflows/reading/wording.h"

namespace ritrovo::reading {

/// What must happen for a sentry to fire, as what follows "when": "“File” ends", "every one of these holds: …". Empty for one without parts,
/// or for kNone.
[[nodiscard]] std::string sentry_in_words(const Wording& words, definition::SentryIndex sentry);

/// One part of a sentry, as what follows "when"; `parts` is the sentry's vector.
[[nodiscard]] std::string part_in_words(const Wording& words, const std::vector<definition::Part>& parts, std::size_t part);

/// "“Nulla osta” ends with “Granted”": a step, in the words that fit its kind.
[[nodiscard]] std::string end_of_step(const Wording& words, const definition::Step& step, const std::vector<std::string>& outcomes);

/// A date from which something runs: "the date “Filed on” (application filed)", "the day on which the step opened".
[[nodiscard]] std::string source_in_words(const Wording& words, const definition::DateSource& source);
/// The same after "from": "dal giorno in cui il passo si apre".
[[nodiscard]] std::string from_source_in_words(const Wording& words, const definition::DateSource& source);

}  // namespace ritrovo::reading
