#include "workflows/definition/renaming.h"

#include <algorithm>
#include <array>
#include <utility>

#include "workflows/definition/tree_building.h"

namespace ritrovo::definition {
namespace {

using Kind = Node::Kind;

void collect_steps(const Node* steps, std::set<std::string, std::less<>>& names) {  // NOLINT(misc-no-recursion): bounded by the file's nesting
  if (steps == nullptr) return;
  for (const Entry& entry : steps->entries) {
    names.insert(entry.key);
    collect_steps(entry.value.find("steps"), names);
  }
}

void place_all(Node& node, Place at) {  // NOLINT(misc-no-recursion): bounded by the file's nesting
  node.place = at;
  for (Node& item : node.items) place_all(item, at);
  for (Entry& entry : node.entries) {
    entry.place = at;
    place_all(entry.value, at);
  }
}

bool begins_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool within_name(char c) { return begins_name(c) || (c >= '0' && c <= '9') || c == '.'; }

/// The names that macros of the guard bind: the first argument of exists, all and their like.
std::set<std::string, std::less<>> bound_in(std::string_view source) {
  constexpr std::array<std::string_view, 5> kMacros = {"exists(", "all(", "exists_one(", "filter(", "map("};
  std::set<std::string, std::less<>> bound;
  for (const std::string_view macro : kMacros) {
    for (std::size_t at = source.find(macro); at != std::string_view::npos; at = source.find(macro, at + 1)) {
      std::size_t begin = at + macro.size();
      while (begin < source.size() && (source[begin] == ' ' || source[begin] == '\n')) ++begin;
      std::size_t end = begin;
      while (end < source.size() && within_name(source[end])) ++end;
      bound.emplace(source.substr(begin, end - begin));
    }
  }
  return bound;
}

}  // namespace

Renaming::Renaming(const Node& tree, std::string prefix, std::vector<RenamedPerson> persons, Place at)
    : prefix_(std::move(prefix) + "/"), persons_(std::move(persons)), at_(at) {
  collect_steps(tree.find("steps"), step_names_);
  if (const Node* facts = tree.find("facts"))
    for (const Entry& entry : facts->entries) fact_names_.insert(entry.key);
}

void Renaming::apply(Node& copy) const {
  place_all(copy, at_);
  if (Node* found = find_in(copy, "steps")) steps(*found);
  if (Node* found = find_in(copy, "results")) outcomes(*found, true);
  sentry_under(copy, "completes_when");
  if (Node* facts = find_in(copy, "facts"))
    for (Entry& fact : facts->entries) person_under(fact.value, "per");
}

void Renaming::steps(Node& node) const {  // NOLINT(misc-no-recursion): bounded by the file's nesting
  for (Entry& entry : node.entries) {
    entry.key = prefix_ + entry.key;
    step(entry.value);
  }
}

void Renaming::step(Node& body) const {  // NOLINT(misc-no-recursion): bounded by the file's nesting
  for (const std::string_view key : {"after", "cancel_when", "completes_when"}) sentry_under(body, key);
  guard_under(body, "when");
  if (Node* stage = find_in(body, "stage")) {
    person_under(*stage, "each");
    guard_under(*stage, "where");
  }
  if (Node* compute = find_in(body, "compute")) {
    guard_under(*compute, "value");
    sentry_under(*compute, "until");
  }
  if (Node* done = find_in(body, "done_when")) {
    guard_under(*done, "when");
    for (Node& item : done->items) guard_under(item, "when");
  }
  if (Node* found = find_in(body, "outcomes")) outcomes(*found, body.find("stage") != nullptr || body.find("pathway") != nullptr);
  if (Node* found = find_in(body, "deadline")) deadline(*found);
  if (Node* found = find_in(body, "deadlines"))
    for (Entry& entry : found->entries) deadline(entry.value);
  if (Node* task = find_in(body, "task")) {
    step_names(find_in(*task, "four_eyes"));
    step_names(find_in(*task, "assign_to"));
  }
  if (Node* repeat = find_in(body, "repeat")) {
    guard_under(*repeat, "while");
    sentry_under(*repeat, "until");
  }
  if (Node* reopen = find_in(body, "reopen")) guard_under(*reopen, "when");
  if (Node* notify = find_in(body, "notify")) guard_under(*notify, "language");
  if (Node* inner = find_in(body, "steps")) steps(*inner);
}

void Renaming::outcomes(Node& node, bool of_stage) const {
  for (Entry& entry : node.entries) {
    if (!of_stage) {
      guard_under(entry.value, "when");
    } else if (entry.value.find("after") != nullptr) {
      sentry_under(entry.value, "after");
    } else {
      sentry(entry.value);
    }
  }
}

void Renaming::deadline(Node& node) const {
  guard_under(node, "when");
  step_names(find_in(node, "suspended_while"));
  if (Node* overdue = find_in(node, "on_overdue")) step_names(find_in(*overdue, "open"));
  if (Node* met = find_in(node, "met_by"); met != nullptr && met->text.find('.') == std::string::npos) step_names(met);
}

void Renaming::sentry(Node& node) const {  // NOLINT(misc-no-recursion): bounded by the file's nesting
  if (node.is(Kind::kText) && (node.text.find('.') == std::string::npos || node.text.find('/') != std::string::npos)) node.text = step_name(node.text);
  for (Node& item : node.items) sentry(item);
  for (Entry& entry : node.entries) {
    if (entry.key == "day") {
      entry.value.text = guard(entry.value.text);
    } else {
      sentry(entry.value);
    }
  }
}

void Renaming::guard_under(Node& map, std::string_view key) const {
  Node* found = find_in(map, key);
  if (found != nullptr && found->is(Kind::kText)) found->text = guard(found->text);
}

void Renaming::sentry_under(Node& map, std::string_view key) const {
  if (Node* found = find_in(map, key)) sentry(*found);
}

void Renaming::step_names(Node* node) const {
  if (node == nullptr) return;
  if (node->is(Kind::kText)) node->text = step_name(node->text);
  for (Node& item : node->items) item.text = step_name(item.text);
}

void Renaming::person_under(Node& map, std::string_view key) const {
  Node* found = find_in(map, key);
  if (found == nullptr) return;
  for (const RenamedPerson& person : persons_) {
    if (person.from != found->text) continue;
    found->text = person.to;
    return;
  }
}

std::string Renaming::step_name(const std::string& name) const {
  for (std::size_t end = name.size(); end != std::string::npos && end > 0; end = name.rfind('/', end - 1))
    if (step_names_.contains(std::string_view(name).substr(0, end))) return prefix_ + name;
  return name;
}

/// A dotted name of a guard. A fact's field begins with the fact's name; a step's value or outcome with the step's.
std::string Renaming::dotted(std::string_view name) const {
  if (name.ends_with(".outcome") || name.ends_with(".value")) {
    const std::size_t dot = name.rfind('.');
    std::string path(name.substr(0, dot));
    std::replace(path.begin(), path.end(), '.', '/');
    if (step_names_.contains(path)) {
      std::string renamed = prefix_ + path;
      std::replace(renamed.begin(), renamed.end(), '/', '.');
      return renamed.append(name.substr(dot));
    }
  }
  for (std::size_t dot = name.rfind('.'); dot != std::string_view::npos && dot > 0; dot = name.rfind('.', dot - 1))
    if (fact_names_.contains(name.substr(0, dot))) return std::string(name);
  const std::string_view first = name.substr(0, name.find('.'));
  for (const RenamedPerson& person : persons_) {
    if (first == person.from) return person.to + std::string(name.substr(first.size()));
    if (!person.from_group.empty() && first == person.from_group) return person.to_group + std::string(name.substr(first.size()));
  }
  return std::string(name);
}

std::string Renaming::guard(std::string_view source) const {
  const std::set<std::string, std::less<>> bound = bound_in(source);
  std::string out;
  for (std::size_t at = 0; at < source.size();) {
    const std::size_t begin = at;
    if (source[at] == '"' || source[at] == '\'') {
      for (++at; at < source.size() && source[at] != source[begin]; ++at)
        if (source[at] == '\\') ++at;
      at = std::min(at + 1, source.size());
      out += source.substr(begin, at - begin);
    } else if (begins_name(source[at])) {
      while (at < source.size() && within_name(source[at])) ++at;
      const std::string_view name = source.substr(begin, at - begin);
      const bool member = begin > 0 && source[begin - 1] == '.';
      out += member || bound.contains(name.substr(0, name.find('.'))) ? std::string(name) : dotted(name);
    } else {
      out += source[at++];
    }
  }
  return out;
}

}  // namespace ritrovo::definition
