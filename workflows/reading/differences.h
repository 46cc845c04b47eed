#pragma once

#include <string>
#include <vector>

#include "workflows/reading/wording.h"

namespace ritrovo::reading {

/// What differs between two versions of a pathway, for people and for machines.
struct Difference {
  enum class Kind : std::uint8_t { kAdded, kRemoved, kChanged };
  Kind kind = Kind::kChanged;
  std::string subject;  ///< "step", "fact", "person", "role", "party", "pathway"
  std::string name;     ///< as in the YAML; empty for the pathway itself
  std::string title;    ///< in the newer version; in the older for what was removed
  std::string head;     ///< what about it, for kChanged: "It opens"
  std::vector<std::string> was;
  std::vector<std::string> is;
  bool operator==(const Difference&) const = default;
};

/// The differences, in the order of the description: the pathway itself, its parties, roles, persons, steps, facts. Compared is what the
/// description says, so that nothing that a reader would see escapes; nothing is said about layout and comments. Both are told with the same
/// almanac (terms are versioned apart), which may be nullptr.
[[nodiscard]] std::vector<Difference> differences(const definition::Pathway& older, const definition::Pathway& newer, const calendar::Almanac* almanac,
                                                  Language language);

/// The differences as lines of text, ending with a line feed; a sentence that there are none, if so.
[[nodiscard]] std::string differences_in_words(const definition::Pathway& older, const definition::Pathway& newer, const calendar::Almanac* almanac,
                                               Language language);

/// "added", "removed", "changed".
[[nodiscard]] std::string_view name_of(Difference::Kind kind);

}  // namespace ritrovo::reading
