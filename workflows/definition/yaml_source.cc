#include "workflows/definition/yaml_source.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <exception>
#include <optional>
#include <set>
#include <sstream>
#include <utility>

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "engine/base/limits.h"
#include "engine/base/printable.h"
#include "workflows/definition/yaml_mistakes.h"

namespace ritrovo::definition {
namespace {

/// Thrown through yaml-cpp to end its work early; the problem is already reported.
struct Stop : std::exception {};

/// Reports the first byte that no definition may have. Returns whether the text is clean.
bool check_characters(std::string_view text, Problems& problems) {
  Place place{1, 1};
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = utf8_bytes(text.substr(at));
    if (length == 0) {
      problems.error(place, "this isn't UTF-8", "save the file as UTF-8");
      return false;
    }
    const auto byte = static_cast<unsigned char>(text[at]);
    const bool line_end = byte == '\r' && at + 1 < text.size() && text[at + 1] == '\n';
    if (length == 3 && text.substr(at, 3) == "\xEF\xBB\xBF") {
      problems.error(place, "a byte order mark stands here", "save the file as UTF-8 without it");
      return false;
    }
    if (const std::optional<HiddenCharacter> hidden = hidden_character(text.substr(at, length)); hidden && byte != '\t' && !line_end) {
      problems.error(place, fmt::format("a {} ({}) stands here", byte < 0x20 || byte == 0x7F ? "control character" : "character that nobody sees", code_point_name(hidden->code)), "remove it");
      return false;
    }
    at += length;
    ++place.column;
    if (byte == '\n') place = {place.line + 1, 1};
  }
  return true;
}

/// Reports a `[…]` or `{…}` of over kFlowSeparatorsMax commas and colons: yaml-cpp takes time in the square of their number, so that half a
/// megabyte of them would stop a server for minutes. Follows quotes and comments as YAML has them outside of block texts.
/// Returns whether there is none.
bool check_flows(std::string_view text, Problems& problems) {
  constexpr std::size_t kFlowSeparatorsMax = 1000;
  std::size_t depth = 0;
  std::size_t separators = 0;
  Place line{1, 1};
  char before = '\n';  // the last character that isn't a blank
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '\n') ++line.line;
    if (c == ' ' || c == '\t' || c == '\r') continue;
    const bool begins = before == '\n' || before == ':' || before == '-' || before == '?' || before == ',' || before == '[' || before == '{';
    if (c == '#' && at > 0 && (text[at - 1] == ' ' || text[at - 1] == '\n')) {
      const std::size_t end = text.find('\n', at);
      at = (end == std::string_view::npos ? text.size() : end) - 1;
      continue;
    }
    if ((c == '"' || c == '\'') && begins) {
      const std::size_t first = at++;
      while (at < text.size() && text[at] != c) at += c == '"' && text[at] == '\\' ? 2 : 1;
      line.line += static_cast<std::uint32_t>(std::count(text.begin() + static_cast<std::ptrdiff_t>(first),
                                                         text.begin() + static_cast<std::ptrdiff_t>(std::min(at, text.size())), '\n'));
    } else if ((c == '[' || c == '{') && (begins || depth > 0)) {
      if (depth++ == 0) separators = 0;
    } else if ((c == ']' || c == '}') && depth > 0) {
      --depth;
    } else if ((c == ',' || c == ':') && depth > 0 && ++separators > kFlowSeparatorsMax) {
      problems.error(line, fmt::format("a list or map in brackets has over {} entries", kFlowSeparatorsMax), "write its entries on lines of their own");
      return false;
    }
    before = c;
  }
  return true;
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

bool is_ambiguous_boolean(std::string_view text) {
  static constexpr std::array<std::string_view, 6> kWords = {"yes", "no", "on", "off", "y", "n"};
  return text.size() <= 3 && std::find(kWords.begin(), kWords.end(), lower(text)) != kWords.end();
}

/// Builds the tree from yaml-cpp's events, so that no alias, anchor or duplicate is resolved behind our back.
class Builder final : public YAML::EventHandler {
 public:
  Builder(std::string_view text, Problems& problems) : text_(text), problems_(problems) {}

  [[nodiscard]] Node take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1) stop(place_of(mark), "a second document begins here", "one file holds one document: remove the \"---\"");
  }
  void OnDocumentEnd() override {}
  void OnAnchor(const YAML::Mark& mark, const std::string& name) override {
    problems_.error(place_of(mark), fmt::format("anchors aren't allowed (&{})", name), "write it out where it is needed");
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    problems_.error(place_of(mark), "aliases aren't allowed", "write it out where it is needed");
    add(Node{}, mark);
  }
  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override {
    add(Node{}, mark);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t, const std::string& value) override {
    refuse_tag(mark, tag);
    // Only now: an escape in quotes ("\u202E") hides it from whoever reads the file.
    if (const std::optional<HiddenCharacter> hidden = hidden_character(value))
      problems_.error(place_of(mark), fmt::format("this text holds a control character or one that nobody sees ({})", code_point_name(hidden->code)), "remove it");
    Node node;
    node.kind = Node::Kind::kText;
    node.text = value;
    node.quoted = tag == "!";
    if (!node.quoted) resolve(node, place_of(mark));
    add(std::move(node), mark);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t, YAML::EmitterStyle::value) override {
    open(mark, tag, Node::Kind::kList);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t, YAML::EmitterStyle::value) override {
    open(mark, tag, Node::Kind::kMap);
  }
  void OnMapEnd() override { close(); }

 private:
  /// A list or map that is being filled.
  struct Level {
    Node node;
    bool has_key = false;  ///< of a map: the next node is the value of `key`
    std::string key;
    Place key_place;
    std::set<std::string> keys;
  };

  [[noreturn]] void stop(Place place, std::string message, std::string hint) {
    problems_.error(place, std::move(message), std::move(hint));
    throw Stop();
  }

  Place place_of(const YAML::Mark& mark) const {
    if (mark.is_null() || mark.pos < 0) return {1, 1};
    const auto at = std::min(static_cast<std::size_t>(mark.pos), text_.size());
    const auto start = at - std::min(at, static_cast<std::size_t>(std::max(mark.column, 0)));
    const auto column = std::count_if(text_.begin() + static_cast<std::ptrdiff_t>(start), text_.begin() + static_cast<std::ptrdiff_t>(at),
                                      [](char byte) { return !continues(byte); });
    return {static_cast<std::uint32_t>(mark.line) + 1, static_cast<std::uint32_t>(column) + 1};
  }

  void refuse_tag(const YAML::Mark& mark, const std::string& tag) {
    if (!tag.empty() && tag != "?" && tag != "!")
      problems_.error(place_of(mark), "tags aren't allowed", "remove the word that begins with \"!\"");
  }

  /// Turns a plain scalar into null, a boolean or a whole number, where it is one.
  void resolve(Node& node, Place place) {
    const std::string& text = node.text;
    if (text.empty() || text == "~" || lower(text) == "null") {
      node.kind = Node::Kind::kNull;
    } else if (text == "true" || text == "false") {
      node.kind = Node::Kind::kBoolean;
      node.boolean = text == "true";
    } else if (is_ambiguous_boolean(text) || (text.size() <= 5 && (lower(text) == "true" || lower(text) == "false"))) {
      node.refused = true;
      problems_.error(place, fmt::format("\"{}\" is a truth value to some readers of YAML and a word to others", text),
                      fmt::format("write true or false, or the word in quotes: \"{}\"", text));
    } else if (std::int64_t number = 0; text != "-0") {
      const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
      if (failed == std::errc() && end == text.data() + text.size() && std::to_string(number) == text) {
        node.kind = Node::Kind::kInteger;
        node.integer = number;
      }
    }
  }

  void count(const YAML::Mark& mark) {
    if (++nodes_ > limits::kDefinitionNodesMax)
      stop(place_of(mark), fmt::format("over kDefinitionNodesMax: a definition has at most {} values", limits::kDefinitionNodesMax),
           "split the definition");
    if (problems_.full()) throw Stop();
  }

  void open(const YAML::Mark& mark, const std::string& tag, Node::Kind kind) {
    refuse_tag(mark, tag);
    count(mark);
    if (levels_.size() >= limits::kDefinitionNestingMax)
      stop(place_of(mark), fmt::format("over kDefinitionNestingMax: nested deeper than {} levels", limits::kDefinitionNestingMax), "");
    if (!levels_.empty() && levels_.back().node.is(Node::Kind::kMap) && !levels_.back().has_key)
      stop(place_of(mark), "a key must be a name, not a list or a map", "");
    levels_.emplace_back();
    levels_.back().node.kind = kind;
    levels_.back().node.place = place_of(mark);
  }

  void close() {
    if (levels_.empty()) return;
    Node node = std::move(levels_.back().node);
    levels_.pop_back();
    place_node(std::move(node));
  }

  void add(Node node, const YAML::Mark& mark) {
    count(mark);
    node.place = place_of(mark);
    if (!levels_.empty() && levels_.back().node.is(Node::Kind::kMap) && !levels_.back().has_key) {
      take_key(node);
    } else {
      place_node(std::move(node));
    }
  }

  void take_key(const Node& node) {
    Level& level = levels_.back();
    level.has_key = true;
    level.key = node.text;
    level.key_place = node.place;
    if (!node.is(Node::Kind::kText)) {
      problems_.error(node.place, fmt::format("a key must be a name, not \"{}\"", node.text), "put it in quotes if it is meant as a name");
    } else if (node.text.size() > limits::kNameBytesMax) {
      problems_.error(node.place, fmt::format("over kNameBytesMax: a key has at most {} bytes", limits::kNameBytesMax), "");
    } else if (!level.keys.insert(node.text).second) {
      problems_.error(node.place, fmt::format("the key \"{}\" stands here twice", node.text), "remove or rename one of the two");
    }
  }

  void place_node(Node node) {
    if (levels_.empty()) {
      root_ = std::move(node);
      return;
    }
    Level& level = levels_.back();
    if (level.node.is(Node::Kind::kList)) {
      level.node.items.push_back(std::move(node));
      return;
    }
    if (node.is(Node::Kind::kNull)) node.place = level.key_place;
    level.node.entries.push_back({std::move(level.key), level.key_place, std::move(node)});
    level.has_key = false;
    level.key.clear();
  }

  std::string_view text_;
  Problems& problems_;
  std::vector<Level> levels_;
  Node root_;
  std::size_t nodes_ = 0;
  std::size_t documents_ = 0;
};

}  // namespace

const Node* Node::find(std::string_view key) const {
  for (const Entry& entry : entries) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

Node read_yaml(std::string_view text, Problems& problems) {
  if (text.size() > limits::kDefinitionBytesMax) {
    problems.error({1, 1}, fmt::format("over kDefinitionBytesMax: a definition has at most {} bytes", limits::kDefinitionBytesMax),
                   "split the definition");
    return {};
  }
  if (!check_characters(text, problems) || !check_flows(text, problems)) return {};
  Builder builder(text, problems);
  try {
    std::istringstream in{std::string(text)};
    YAML::Parser parser(in);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const Stop&) {
    // Reported where it was thrown.
  } catch (const YAML::Exception& error) {
    const Place place = error.mark.is_null() ? Place{1, 1}
                                             : Place{static_cast<std::uint32_t>(std::max(error.mark.line, 0)) + 1,
                                                     static_cast<std::uint32_t>(std::max(error.mark.column, 0)) + 1};
    const Mistake mistake = likely_mistake(text, problems, place, error.msg);
    problems.error(mistake.place, mistake.message, mistake.hint);
  } catch (const std::exception& error) {
    problems.error({1, 1}, fmt::format("this isn't YAML: {}", error.what()), "");
  }
  Node root = builder.take();
  if (!problems.any_error() && !root.is(Node::Kind::kMap)) problems.error({1, 1}, "a definition is a map of keys and values", "begin with \"pathway: NAME\"");
  return root;
}

}  // namespace ritrovo::definition
