#include "workflows/definition/model.h"

#include <algorithm>

namespace ritrovo::definition {
namespace {

template <class Item>
std::uint16_t position_of(const std::vector<Item>& items, std::string_view name) {
  const auto found = std::find_if(items.begin(), items.end(), [&](const Item& item) { return item.name == name; });
  return found == items.end() ? kNone : static_cast<std::uint16_t>(found - items.begin());
}

}  // namespace

std::string_view Text::in(std::string_view language) const {
  std::string_view english;
  for (const auto& [tag, text] : languages) {
    if (tag == language) return text;
    if (tag == "en") english = text;
  }
  if (!english.empty()) return english;
  return languages.empty() ? std::string_view() : std::string_view(languages.front().second);
}

FactIndex Pathway::fact_named(std::string_view name) const {
  const auto found = std::lower_bound(facts.begin(), facts.end(), name, [](const Fact& fact, std::string_view asked) { return fact.name < asked; });
  return found == facts.end() || found->name != name ? kNone : static_cast<FactIndex>(found - facts.begin());
}

StepIndex Pathway::step_named(std::string_view name) const { return position_of(steps, name); }

RoleIndex Pathway::person_role_named(std::string_view name) const { return position_of(persons, name); }

std::shared_ptr<const Pathway> Library::valid_on(std::string_view name, Day day) const {
  std::shared_ptr<const Pathway> best;
  for (const auto& pathway : pathways) {
    if (pathway->name == name && pathway->valid_from <= day && (!best || best->valid_from < pathway->valid_from)) best = pathway;
  }
  return best;
}

std::shared_ptr<const Pathway> Library::with_identity(const Hash256& identity) const {
  const auto found = std::find_if(pathways.begin(), pathways.end(), [&](const auto& pathway) { return pathway->identity == identity; });
  return found == pathways.end() ? nullptr : *found;
}

}  // namespace ritrovo::definition
