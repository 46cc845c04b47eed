#include "engine/record/command_bounds.h"

#include <algorithm>

#include "engine/base/limits.h"

namespace ritrovo {
namespace {

bool is_small_letter(char c) { return c >= 'a' && c <= 'z'; }
bool continues_alias(char c) { return is_small_letter(c) || (c >= '0' && c <= '9') || c == '-'; }

std::size_t held_bytes(const Value& value);

std::size_t held_bytes(const Values& values) {
  std::size_t bytes = 0;
  for (const auto& [name, value] : values) bytes += sizeof(Values::value_type) + name.size() + held_bytes(value);
  return bytes;
}

/// What a value holds beside itself. Values nest as deep as whoever made them let them: kValueNestingMax where they came as JSON.
std::size_t held_bytes(const Value& value) {
  if (const auto* text = value.get<std::string>()) return text->size();
  if (const auto* map = value.get<Values>()) return held_bytes(*map);
  std::size_t bytes = 0;
  if (const auto* list = value.get<ValueList>())
    for (const Value& entry : *list) bytes += sizeof(Value) + held_bytes(entry);
  return bytes;
}

}  // namespace

bool is_alias(std::string_view text) {
  return !text.empty() && text.size() <= limits::kAliasBytesMax && is_small_letter(text.front()) && std::all_of(text.begin(), text.end(), continues_alias);
}

std::size_t memory_bytes(const Command& command) {
  std::size_t bytes = sizeof(Command) + command.key.size() + command.pathway.size() + command.fact.size() + command.step.size() + command.action.size() +
                      command.correlation.size() + command.traceparent.size() + command.actor.id.size() + command.actor.organisation.size() +
                      held_bytes(command.data);
  if (command.person) bytes += command.person->size();
  for (const std::string& role : command.actor.roles) bytes += sizeof(role) + role.size();
  for (const NewPerson& person : command.persons) bytes += sizeof(person) + person.alias.size() + person.role.size() + held_bytes(person.data);
  return bytes;
}

}  // namespace ritrovo
