#pragma once

#include <string>
#include <string_view>

namespace ritrovo::projections {

/// The consonants of a word as one hears them, with one letter for those that transliterations confuse (sh, ch, zh, soft g: X; k, q, c, hard g: K;
/// v, f, ph: F …); vowels, h, w and y are left out, doubled letters are one. "mohamed" and "muhammad" both give MMT.
[[nodiscard]] std::string sound_of(std::string_view word);

/// A word of a name: its letters as NameReader gives them, and how it sounds.
struct NameWord {
  std::string letters;
  std::string sound;
};
[[nodiscard]] NameWord name_word(std::string letters);

/// From 0 to 1: 1 for the same letters; at least `kSameSound` for the same sound of two consonants or more; otherwise the
/// likeness of Jaro and Winkler of letters and sounds. Symmetric.
[[nodiscard]] double likeness(const NameWord& a, const NameWord& b);
inline constexpr double kSameSound = 0.9;

/// Jaro's likeness with Winkler's bonus for a common beginning (Winkler 1990: up to four letters, 0.1 each). Requires: words of at most 64 letters; of
/// longer ones the beginnings are compared.
[[nodiscard]] double jaro_winkler(std::string_view a, std::string_view b);

}  // namespace ritrovo::projections
