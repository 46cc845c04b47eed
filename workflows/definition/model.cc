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

std::size_t Pathway::step_part_of(std::string_view text) const {
  for (std::size_t end = text.size(); end != std::string_view::npos && end > 0; end = text.rfind('/', end - 1))
    if (step_named(text.substr(0, end)) != kNone) return end;
  return 0;
}

std::string Pathway::path_of(StepIndex step) const {
  std::string path;
  for (StepIndex at = step; at < steps.size(); at = steps[at].stage) {
    const std::string& name = steps[at].name;
    path = name.substr(name.rfind('/') + 1) + (path.empty() ? "" : "/" + path);
  }
  return path;
}

StepIndex Pathway::step_at(std::string_view path) const {
  if (const StepIndex named = step_named(path); named != kNone) return named;
  StepIndex found = kNone;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const std::string whole = "/" + path_of(static_cast<StepIndex>(i));
    const bool ends = whole.size() > path.size() && whole.ends_with(path) && whole[whole.size() - path.size() - 1] == '/';
    if (!ends || path.empty()) continue;
    if (found != kNone) return kNone;
    found = static_cast<StepIndex>(i);
  }
  return found;
}

RoleIndex Pathway::person_role_named(std::string_view name) const { return position_of(persons, name); }

std::shared_ptr<const Pathway> Library::valid_on(std::string_view name, Day day) const {
  std::shared_ptr<const Pathway> best;
  for (const auto& pathway : pathways) {
    if (pathway->name == name && pathway->valid_from <= day && (!best || best->valid_from < pathway->valid_from)) best = pathway;
  }
  if (best && best->valid_to && *best->valid_to < day) return nullptr;
  return best;
}

std::shared_ptr<const Pathway> Library::with_identity(const Hash256& identity) const {
  const auto found = std::find_if(pathways.begin(), pathways.end(), [&](const auto& pathway) { return pathway->identity == identity; });
  return found == pathways.end() ? nullptr : *found;
}

}  // namespace ritrovo::definition
