#include "workflows/definition/yaml_mistakes.h"

#include <algorithm>
#include <optional>
#include <vector>

#include <fmt/format.h>

namespace ritrovo::definition {
namespace {

constexpr std::string_view kNoBreakSpace = "\xC2\xA0";
constexpr std::size_t kNowhere = std::string_view::npos;

std::uint32_t column_of(std::string_view line, std::size_t byte) {
  return static_cast<std::uint32_t>(std::count_if(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(std::min(byte, line.size())), [](char c) { return !continues(c); })) + 1;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.back() == ' ' || text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  return text;
}

/// The first byte that is no blank; kNowhere for a line without content (a comment is none).
std::size_t indent_of(std::string_view line) {
  const std::size_t at = line.find_first_not_of(" \r\n");
  return at == kNowhere || line[at] == '#' ? kNowhere : at;
}

/// Where a key's colon stands in a line, from `from` on: followed by a blank or the end.
std::size_t colon_in(std::string_view line, std::size_t from) {
  for (std::size_t at = line.find(':', from); at != kNowhere; at = line.find(':', at + 1))
    if (at + 1 >= line.size() || line[at + 1] == ' ' || line[at + 1] == '\n' || line[at + 1] == '\r') return at;
  return kNowhere;
}

/// Whether a line begins as `key:` does.
bool begins_with_key(std::string_view line) {
  const std::size_t at = indent_of(line);
  const std::size_t colon = colon_in(line, 0);
  return at != kNowhere && colon != kNowhere && line.substr(at, colon - at).find_first_of(" \"'{}[],") == kNowhere;
}

/// A tab or a no-break space where YAML asks for blanks, in the lines down to the one after `last`.
std::optional<Mistake> odd_blank(const Problems& problems, std::uint32_t last) {
  for (std::uint32_t number = 1; number <= last + 1; ++number) {
    const std::string_view line = problems.line(number);
    const std::size_t at = line.find_first_not_of(' ');
    if (at == kNowhere) continue;
    if (line[at] == '\t') return Mistake{{number, column_of(line, at)}, "this line is indented with a tab, which YAML doesn't take", "indent with blanks"};
    std::size_t odd = line.substr(at).starts_with(kNoBreakSpace) ? at : kNowhere;
    if (odd == kNowhere && colon_in(line, at) == kNowhere)
      if (const std::size_t colon = line.find(fmt::format(":{}", kNoBreakSpace), at); colon != kNowhere) odd = colon + 1;
    if (odd != kNowhere) return Mistake{{number, column_of(line, odd)}, "a no-break space stands here, which looks like a blank and is none", "type a blank in its place"};
  }
  return std::nullopt;
}

/// A quote or bracket and where it stands.
struct Opened {
  char mark = 0;
  Place place;
};

/// Follows quotes, brackets and comments down to the place where the reader stumbled.
struct Marks {
  std::vector<Opened> brackets;        ///< still open there
  std::optional<Opened> quote;         ///< the first that runs over a line that begins as a key does
  std::optional<Place> apostrophe;     ///< a text in single quotes that a letter follows at once
};

/// A place in a text that moves on by one byte.
struct Cursor {
  std::string_view text;
  std::size_t at = 0;
  Place place{1, 1};

  [[nodiscard]] bool done() const { return at >= text.size(); }
  [[nodiscard]] char here() const { return text[at]; }
  [[nodiscard]] char next() const { return at + 1 < text.size() ? text[at + 1] : '\n'; }
  void advance() {
    if (here() == '\n') place = {place.line + 1, 1};
    else if (!continues(next())) ++place.column;
    ++at;
  }
};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (static_cast<unsigned char>(c) & 0x80U) != 0; }

/// Over a text in quotes, up to its closing one.
void skip_quoted(Cursor& cursor, const Problems& problems, Marks& marks) {
  const Opened opened{cursor.here(), cursor.place};
  for (cursor.advance(); !cursor.done() && cursor.here() != opened.mark; cursor.advance()) {
    if (opened.mark == '"' && cursor.here() == '\\' && cursor.at + 1 < cursor.text.size()) cursor.advance();
    if (cursor.here() == '\n' && !marks.quote && begins_with_key(problems.line(cursor.place.line + 1))) marks.quote = opened;
  }
  if (opened.mark == '\'' && !cursor.done() && is_letter(cursor.next())) marks.apostrophe = opened.place;
}

Marks marks_until(std::string_view text, const Problems& problems, Place stumbled) {
  Marks marks;
  char before = '\n';
  const auto above = [stumbled](Place at) { return at.line < stumbled.line || (at.line == stumbled.line && at.column < stumbled.column); };
  for (Cursor cursor{text}; !cursor.done() && above(cursor.place); cursor.advance()) {
    const char c = cursor.here();
    if (c == ' ' || c == '\r') continue;
    const bool begins = std::string_view("\n:-?,[{").find(before) != kNowhere;
    if (c == '#' && (cursor.at == 0 || text[cursor.at - 1] == ' ' || text[cursor.at - 1] == '\n')) {
      while (!cursor.done() && cursor.next() != '\n') cursor.advance();
      if (cursor.done()) break;
    } else if ((c == '"' || c == '\'') && begins) {
      skip_quoted(cursor, problems, marks);
      if (cursor.done()) break;
    } else if ((c == '[' || c == '{') && (begins || !marks.brackets.empty())) {
      marks.brackets.push_back({c, cursor.place});
    } else if ((c == ']' || c == '}') && !marks.brackets.empty()) {
      marks.brackets.pop_back();
    }
    before = c;
  }
  return marks;
}

/// Quotes and brackets that aren't closed, and texts that end before their author meant it.
std::optional<Mistake> unclosed(std::string_view text, const Problems& problems, Place stumbled) {
  const Marks marks = marks_until(text, problems, stumbled);
  if (marks.quote) return Mistake{marks.quote->place, "the text that this quote begins isn't closed on its line", fmt::format("close it with {}", marks.quote->mark)};
  if (marks.apostrophe && marks.apostrophe->line == stumbled.line)
    return Mistake{*marks.apostrophe, "this text in single quotes ends at its first apostrophe", "put it in double quotes"};
  if (marks.brackets.empty()) return std::nullopt;
  const Opened& open = marks.brackets.back();
  if (open.place.line != stumbled.line)
    return Mistake{open.place, fmt::format("this {} isn't closed", open.mark), fmt::format("close it with {}", open.mark == '{' ? '}' : ']')};
  return Mistake{stumbled, "a colon stands here within a text", "put the text in quotes: \"…\""};
}

/// A key without its colon: the line before the one where the reader stumbled, indented as that one is.
std::optional<Mistake> colon_missing(const Problems& problems, Place stumbled) {
  std::uint32_t above = stumbled.line - 1;
  while (above > 0 && indent_of(problems.line(above)) == kNowhere) --above;
  const std::string_view before = problems.line(above);
  const std::size_t indent = indent_of(before);
  if (above == 0 || indent != indent_of(problems.line(stumbled.line)) || colon_in(before, 0) != kNowhere || before[indent] == '-') return std::nullopt;
  const std::string_view written = trimmed(before);
  const std::size_t blank = written.find(' ');
  std::string hint = blank == kNowhere ? fmt::format("write \"{}: …\"", written) : fmt::format("write \"{}: {}\"", written.substr(0, blank), trimmed(written.substr(blank)));
  return Mistake{{above, column_of(before, indent)}, "this line has no colon between a key and its value", std::move(hint)};
}

/// `key: text: more`.
std::optional<Mistake> colon_within(const Problems& problems, Place stumbled) {
  const std::string_view line = problems.line(stumbled.line);
  const std::size_t first = colon_in(line, 0);
  if (first == kNowhere || colon_in(line, first + 1) == kNowhere) return std::nullopt;
  const std::size_t value = line.find_first_not_of(' ', first + 1);
  if (std::string_view("{[\"'").find(line[value]) != kNowhere) return std::nullopt;
  return Mistake{{stumbled.line, column_of(line, value)}, "this text has a colon in it", "put the text in quotes: \"…\""};
}

/// A line whose indent is that of no line above that it could belong to.
std::optional<Mistake> about_indent(const Problems& problems, Place stumbled) {
  const std::string_view line = problems.line(stumbled.line);
  const std::size_t own = indent_of(line);
  if (own == kNowhere) return std::nullopt;
  std::vector<std::size_t> fitting;  // the indents of the lines around it, the nearest first
  for (std::uint32_t above = stumbled.line - 1; above > 0; --above) {
    const std::size_t indent = indent_of(problems.line(above));
    if (indent == kNowhere || (!fitting.empty() && indent >= fitting.back())) continue;
    if (indent == own) return std::nullopt;
    fitting.push_back(indent);
    if (indent < own) break;
  }
  if (fitting.size() < 2) return std::nullopt;
  const std::size_t outer = fitting.back();
  const std::size_t inner = fitting[fitting.size() - 2];
  return Mistake{{stumbled.line, column_of(line, own)}, fmt::format("this line is indented by {} blanks, and no line above it is", own),
                 fmt::format("indent it by {} or by {}, as the lines that it belongs to", inner, outer)};
}

}  // namespace

Mistake likely_mistake(std::string_view text, const Problems& problems, Place stumbled, const std::string& said) {
  if (auto mistake = odd_blank(problems, stumbled.line)) return *mistake;
  if (said.find("anchor") != std::string::npos) {
    const std::string_view line = problems.line(stumbled.line);
    const std::size_t star = line.rfind('*', stumbled.column);
    return {{stumbled.line, star == kNowhere ? stumbled.column : column_of(line, star)}, "aliases aren't allowed", "write it out where it is needed; a text that begins with * stands in quotes"};
  }
  if (auto mistake = unclosed(text, problems, stumbled)) return *mistake;
  if (auto mistake = colon_missing(problems, stumbled)) return *mistake;
  if (said.find("map value") != std::string::npos)
    if (auto mistake = colon_within(problems, stumbled)) return *mistake;
  if (auto mistake = about_indent(problems, stumbled)) return *mistake;
  return {stumbled, fmt::format("this isn't YAML: {}", said), "look at the indent and at quotes and brackets that aren't closed"};
}

}  // namespace ritrovo::definition
