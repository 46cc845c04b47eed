#pragma once

#include <array>
#include <string_view>

namespace ritrovo::generator {

/// How else a name of the made-up people is written on papers: by another office, consulate or country, and in its own script. Collected name by
/// name; no rule made them.
struct Spellings {
  std::string_view name;
  std::array<std::string_view, 3> latin;  ///< the ones there are, then empty ones
  std::string_view script;                ///< empty where it is written in Latin letters
};

/// Those of a name of people.cc; without any for one that is always written the same.
[[nodiscard]] const Spellings& spellings_of(std::string_view name);

}  // namespace ritrovo::generator
