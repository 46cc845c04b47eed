#include "workflows/definition/fields.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "engine/base/limits.h"

namespace ritrovo::definition {
namespace {

/// Words that CEL reserves (cel-spec, "Reserved identifiers"), which therefore can't name anything that a guard reads.
constexpr std::array<std::string_view, 21> kReservedWords = {"as",   "break", "const",     "continue", "else", "false",   "for",
                                                             "function", "if", "import",    "in",       "let",  "loop",    "null",
                                                             "package", "namespace", "return", "true",  "var",  "void",    "while"};

std::string_view kind_of(const Node& node) {
  switch (node.kind) {
    case Node::Kind::kNull:
      return "nothing";
    case Node::Kind::kBoolean:
      return "a truth value";
    case Node::Kind::kInteger:
      return "a number";
    case Node::Kind::kText:
      return "a text";
    case Node::Kind::kList:
      return "a list";
    case Node::Kind::kMap:
      return "a map";
  }
  return "nothing";
}

bool snake(std::string_view part) {
  if (part.empty() || part[0] < 'a' || part[0] > 'z') return false;
  return std::all_of(part.begin(), part.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

bool snake_parts(std::string_view name, char separator, std::size_t least) {
  std::size_t parts = 0;
  while (true) {
    const std::size_t end = name.find(separator);
    if (!snake(name.substr(0, end))) return false;
    ++parts;
    if (end == std::string_view::npos) return parts >= least;
    name.remove_prefix(end + 1);
  }
}

bool check_shape(std::string_view name, NameShape shape) {
  switch (shape) {
    case NameShape::kSnake: return snake(name);
    case NameShape::kDotted: return snake_parts(name, '.', 2);
    case NameShape::kHyphens: return snake_parts(name, '-', 1);
  }
  return false;
}

/// A name with small letters and the signs of its shape in place of capitals, blanks and other signs.
std::string mended(std::string_view name, NameShape shape) {
  std::string out(name);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (c == ' ' || (shape != NameShape::kHyphens && c == '-')) c = shape == NameShape::kHyphens ? '-' : '_';
  }
  return out;
}

/// "01/02/2018", "1.2.2018" and "2018-2-1" as people write days; empty for what is none.
std::string day_meant(std::string_view text) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c >= '0' && c <= '9') parts.back() += c;
    else if (c == '/' || c == '.' || c == '-') parts.emplace_back();
    else return {};
  }
  if (parts.size() != 3) return {};
  if (parts[0].size() != 4) std::swap(parts[0], parts[2]);
  const std::string written = fmt::format("{}-{:0>2}-{:0>2}", parts[0], parts[1], parts[2]);
  return parse_day(written) ? fmt::format("did you mean {}? A day is written year-month-day", written) : std::string();
}

/// "15", "15 days", "2 anni" as a period; empty for what is none.
std::string period_meant(std::string_view text) {
  const std::size_t end = std::min(text.find_first_not_of("0123456789"), text.size());
  if (end == 0) return {};
  std::string_view unit = text.substr(end);
  while (unit.starts_with(' ')) unit.remove_prefix(1);
  constexpr std::array<std::pair<std::string_view, char>, 9> kUnits = {
      {{"day", 'D'}, {"giorn", 'D'}, {"week", 'W'}, {"settiman", 'W'}, {"month", 'M'}, {"mes", 'M'}, {"year", 'Y'}, {"ann", 'Y'}, {"d", 'D'}}};
  char letter = unit.empty() ? 'D' : '\0';
  for (const auto& [word, meant] : kUnits)
    if (letter == '\0' && unit.starts_with(word)) letter = meant;
  if (letter == '\0') return {};
  return unit.empty() ? fmt::format("write P{}D for {} days", text.substr(0, end), text.substr(0, end)) : fmt::format("write P{}{}", text.substr(0, end), letter);
}

bool reserved(std::string_view name) {
  while (true) {
    const std::size_t end = name.find('.');
    if (std::find(kReservedWords.begin(), kReservedWords.end(), name.substr(0, end)) != kReservedWords.end()) return true;
    if (end == std::string_view::npos) return false;
    name.remove_prefix(end + 1);
  }
}

}  // namespace

Fields::Fields(const Node& node, std::string what, Problems& problems) : node_(node), what_(std::move(what)), problems_(problems) {
  if (!whole()) problems_.error(node_.place, fmt::format("{} is {}, but must be a map of keys and values", what_, kind_of(node_)));
}

const Node* Fields::take(std::string_view key) {
  asked_.emplace_back(key);
  const Node* found = node_.find(key);
  if (found != nullptr && found->is(Node::Kind::kNull)) {
    problems_.error(found->place, fmt::format("\"{}\" of {} has no value", key, what_), "give it one, or remove the key");
    return nullptr;
  }
  return found;
}

const Node* Fields::require(std::string_view key) {
  const Node* found = take(key);
  if (found == nullptr && whole() && node_.find(key) == nullptr)
    problems_.error(node_.place, fmt::format("{} lacks \"{}\"", what_, key), fmt::format("add \"{}: …\"", key));
  return found;
}

void Fields::finish() {
  for (const Entry& entry : node_.entries) {
    if (problems_.full()) return;
    if (std::find(asked_.begin(), asked_.end(), entry.key) != asked_.end()) continue;
    problems_.error(entry.place, fmt::format("{} has no key \"{}\"", what_, entry.key), suggest(entry.key, asked_));
  }
}

std::optional<std::string> read_text(const Node* node, std::string_view what, Problems& problems) {
  if (node == nullptr) return std::nullopt;
  if (!node->is(Node::Kind::kText)) {
    problems.error(node->place, fmt::format("{} is {}, but must be a text", what, kind_of(*node)),
                   node->items.empty() && node->entries.empty() ? "put it in quotes" : "");
    return std::nullopt;
  }
  if (node->text.empty() || node->text.size() > limits::kTextBytesMax) {
    problems.error(node->place, node->text.empty() ? fmt::format("{} is empty", what) : fmt::format("{} is over kTextBytesMax", what));
    return std::nullopt;
  }
  return node->text;
}

std::optional<bool> read_boolean(const Node* node, std::string_view what, Problems& problems) {
  if (node == nullptr) return std::nullopt;
  if (node->is(Node::Kind::kBoolean)) return node->boolean;
  if (node->refused) return std::nullopt;
  problems.error(node->place, fmt::format("{} is {}, but must be true or false", what, kind_of(*node)));
  return std::nullopt;
}

std::optional<std::int64_t> read_integer(const Node* node, std::string_view what, Bounds bounds, Problems& problems) {
  if (node == nullptr) return std::nullopt;
  if (node->is(Node::Kind::kInteger) && node->integer >= bounds.least && node->integer <= bounds.most) return node->integer;
  problems.error(node->place, fmt::format("{} must be a whole number from {} to {}", what, bounds.least, bounds.most));
  return std::nullopt;
}

std::optional<Day> read_day(const Node* node, std::string_view what, Problems& problems) {
  if (node == nullptr) return std::nullopt;
  if (node->is(Node::Kind::kText)) {
    if (const auto day = parse_day(node->text)) return *day;
  }
  problems.error(node->place, fmt::format("{} must be a day that exists, as in 2025-10-04", what), day_meant(node->text));
  return std::nullopt;
}

std::optional<Period> read_period(const Node* node, std::string_view what, Problems& problems) {
  if (node == nullptr) return std::nullopt;
  if (node->is(Node::Kind::kText)) {
    if (const auto period = parse_period(node->text)) return *period;
  }
  problems.error(node->place, fmt::format("{} must be a period, as in P15D, P2W, P6M or P1Y", what), period_meant(node->text));
  return std::nullopt;
}

Text read_languages(const Node* node, std::string_view what, Problems& problems) {
  Text text;
  if (node == nullptr) return text;
  if (!node->is(Node::Kind::kMap)) {
    problems.error(node->place, fmt::format("{} must be given in Italian and English", what), "write {it: …, en: …}");
    return text;
  }
  for (const Entry& entry : node->entries) {
    const bool tag = entry.key.size() >= 2 && entry.key.size() <= 35 &&
                     std::all_of(entry.key.begin(), entry.key.end(), [](char c) {
                       return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
                     });
    if (!tag || (entry.key.find('-') == std::string::npos && entry.key.size() > 3))
      problems.error(entry.place, fmt::format("\"{}\" isn't a language", entry.key), "use tags such as it, en, ar, de-AT");
    if (auto value = read_text(&entry.value, fmt::format("{} in \"{}\"", what, entry.key), problems))
      text.languages.emplace_back(entry.key, std::move(*value));
    else if (entry.value.is(Node::Kind::kNull))
      continue;
  }
  for (const std::string_view language : {"it", "en"}) {
    if (node->find(language) == nullptr)
      problems.error(node->place, fmt::format("{} lacks {}", what, language == "it" ? "Italian" : "English"), fmt::format("add \"{}: …\"", language));
  }
  std::sort(text.languages.begin(), text.languages.end());
  return text;
}

Ground read_ground(Fields& fields, Problems& problems) {
  Ground ground;
  if (auto law = read_text(fields.take("law"), fmt::format("\"law\" of {}", fields.what()), problems)) ground.law = std::move(*law);
  if (auto verified = read_boolean(fields.take("verified"), fmt::format("\"verified\" of {}", fields.what()), problems)) ground.verified = *verified;
  return ground;
}

std::vector<Named> read_names(const Node* node, std::string_view what, Problems& problems) {
  std::vector<Named> names;
  if (node == nullptr) return names;
  if (!node->is(Node::Kind::kList)) {
    if (auto text = read_text(node, what, problems)) names.push_back({std::move(*text), node->place});
    return names;
  }
  for (const Node& item : node->items) {
    auto text = read_text(&item, what, problems);
    if (!text) continue;
    if (std::any_of(names.begin(), names.end(), [&](const Named& named) { return named.name == *text; }))
      problems.error(item.place, fmt::format("\"{}\" stands twice in {}", *text, what));
    else
      names.push_back({std::move(*text), item.place});
  }
  return names;
}

bool check_name(std::string_view name, NameShape shape, Place place, Problems& problems) {
  if (name.size() > limits::kNameBytesMax) return false;  // refused with the key itself
  std::string_view asked;
  switch (shape) {
    case NameShape::kSnake:
      asked = "small letters, digits and underscores, as in visa_request";
      break;
    case NameShape::kDotted:
      asked = "two or more names joined by dots, as in application.filed";
      break;
    case NameShape::kHyphens:
      asked = "small letters, digits and hyphens, as in family-reunification";
      break;
  }
  if (!check_shape(name, shape)) {
    const std::string near = mended(name, shape);
    const bool helps = !near.empty() && check_shape(near, shape);
    problems.error(place, fmt::format("\"{}\" can't be a name here", name), helps ? fmt::format("write \"{}\": {}", near, asked) : fmt::format("use {}", asked));
    return false;
  }
  if (shape != NameShape::kHyphens && reserved(name)) {
    problems.error(place, fmt::format("\"{}\" holds a word that guards reserve", name), "choose another name");
    return false;
  }
  return true;
}

}  // namespace ritrovo::definition
