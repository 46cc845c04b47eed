#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace ritrovo {

/// A character that says nothing on paper, and that moves, hides or turns what stands around it on a screen.
struct HiddenCharacter {
  std::size_t at = 0;  ///< its first byte
  char32_t code = 0;   ///< U+FFFD for bytes that aren't UTF-8
};

/// The bytes of the UTF-8 character at the beginning of `text` (RFC 3629: no overlong forms, no surrogates, up to U+10FFFF), or 0 if there is
/// none. Runs on: any thread.
[[nodiscard]] std::size_t utf8_bytes(std::string_view text);

/// The first character of `text` that no name and no title may hold, or nothing: controls (C0 and C1, DEL) but for the end of a line, marks that
/// turn the direction of writing (U+061C, U+200E, U+200F, U+202A–U+202E, U+2066–U+2069), characters without width (U+200B–U+200D, U+2060–U+2064,
/// U+FEFF, U+00AD), line and paragraph separators, tags (U+E0000–U+E007F) and bytes that aren't UTF-8. Source: Unicode TR 36, TR 39.
/// Runs on: any thread.
[[nodiscard]] std::optional<HiddenCharacter> hidden_character(std::string_view text);

/// "U+202E". Runs on: any thread.
[[nodiscard]] std::string code_point_name(char32_t code);

/// `text` as it may be shown to people: what is hidden stands there as JSON would escape it ("\u202e"), so that nothing that somebody typed moves
/// the cursor, hides a word or begins a line of its own. The joiners U+200C and U+200D stay, since names are written with them. `lines`: the end of
/// a line and a tabulator stay too. Runs on: any thread.
[[nodiscard]] std::string printable(std::string_view text, bool lines = false);

}  // namespace ritrovo
