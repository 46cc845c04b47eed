#include "projections/directory/name_likeness.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace ritrovo::projections {
namespace {

constexpr std::size_t kLettersMax = 64;

bool is_soft(char c) { return c == 'e' || c == 'i' || c == 'y'; }

/// What stands at the beginning of `rest`: how it sounds ('\0' for nothing), and how many letters that takes.
struct Sound {
  char letter = '\0';
  std::size_t taken = 1;
};

Sound first_sound(std::string_view rest) {
  constexpr std::array<std::pair<std::string_view, char>, 16> kLong{{{"tsch", 'X'}, {"tch", 'X'}, {"sch", 'X'}, {"dj", 'X'}, {"sh", 'X'},
                                                                     {"ch", 'X'}, {"zh", 'X'}, {"hsi", 'X'}, {"hsu", 'X'}, {"kh", 'K'}, {"gh", 'K'},
                                                                     {"ph", 'F'}, {"th", 'T'}, {"dh", 'T'}, {"ck", 'K'}, {"qu", 'K'}}};
  for (const auto& [letters, sound] : kLong)
    if (rest.starts_with(letters)) return {sound, letters.size()};
  const char next = rest.size() > 1 ? rest[1] : '\0';
  switch (rest.front()) {
    case 'b': case 'p': return {'P'};
    case 'd': case 't': return {'T'};
    case 'f': case 'v': return {'F'};
    case 'j': case 'x': return {'X'};
    case 'g': return {is_soft(next) ? 'X' : 'K'};
    case 'c': return {is_soft(next) ? 'S' : 'K'};
    case 'q': return {next == 'i' ? 'X' : 'K'};
    case 'k': return {'K'};
    case 's': case 'z': return {'S'};
    case 'l': return {'L'};
    case 'r': return {'R'};
    case 'm': return {'M'};
    case 'n': return {'N'};
    default: return {};
  }
}

}  // namespace

std::string sound_of(std::string_view word) {
  std::string sound;
  char before = '\0';
  for (std::size_t at = 0; at < word.size();) {
    const Sound here = first_sound(word.substr(at));
    if (here.letter != '\0' && here.letter != before) sound += here.letter;
    before = here.letter;
    at += here.taken;
  }
  return sound;
}

NameWord name_word(std::string letters) {
  std::string sound = sound_of(letters);
  return {std::move(letters), std::move(sound)};
}

double jaro_winkler(std::string_view a, std::string_view b) {
  a = a.substr(0, kLettersMax);
  b = b.substr(0, kLettersMax);
  if (a.empty() || b.empty()) return a == b ? 1 : 0;
  // Which letters are taken for each other may depend on who chooses first.
  if (b < a) std::swap(a, b);
  const std::size_t reach = std::max<std::size_t>(1, std::max(a.size(), b.size()) / 2) - 1;
  std::uint64_t taken = 0;  // letters of b that have their counterpart
  std::array<char, kLettersMax> common{};
  std::size_t matches = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const std::size_t end = std::min(b.size(), i + reach + 1);
    for (std::size_t j = i > reach ? i - reach : 0; j < end; ++j) {
      if (a[i] != b[j] || ((taken >> j) & 1U) != 0) continue;
      taken |= std::uint64_t{1} << j;
      common[matches++] = a[i];
      break;
    }
  }
  if (matches == 0) return 0;
  std::size_t swapped = 0;
  for (std::size_t j = 0, k = 0; j < b.size(); ++j)
    if (((taken >> j) & 1U) != 0 && b[j] != common[k++]) ++swapped;
  const auto found = static_cast<double>(matches);
  const double jaro = (found / static_cast<double>(a.size()) + found / static_cast<double>(b.size()) + (found - static_cast<double>(swapped / 2)) / found) / 3;
  std::size_t beginning = 0;
  while (beginning < std::min({a.size(), b.size(), std::size_t{4}}) && a[beginning] == b[beginning]) ++beginning;
  return jaro + static_cast<double>(beginning) * 0.1 * (1 - jaro);
}

double likeness(const NameWord& a, const NameWord& b) {
  if (a.letters == b.letters) return 1;
  const double letters = jaro_winkler(a.letters, b.letters);
  if (a.sound == b.sound && a.sound.size() >= 2) return std::max(kSameSound, letters);
  return std::min(0.95, (letters + jaro_winkler(a.sound, b.sound)) / 2);
}

}  // namespace ritrovo::projections
