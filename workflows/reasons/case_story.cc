#include "workflows/reasons/case_story.h"

#include <algorithm>

#include "engine/base/assert.h"

namespace ritrovo::reasons {
namespace {

pathway::CaseState folded(const std::vector<Event>& events, std::size_t count) {
  pathway::CaseState state;
  for (std::size_t i = 0; i < count; ++i) pathway::apply(state, events[i]);
  return state;
}

std::shared_ptr<const definition::Pathway> pinned(const Knowledge& knowledge, const pathway::CaseState& state) {
  RITROVO_ASSERT(!knowledge.events.empty() && !knowledge.libraries.empty());
  std::shared_ptr<const definition::Pathway> found = knowledge.libraries.back().library->with_identity(state.core.identity);
  RITROVO_ASSERT(found != nullptr);
  return found;
}

std::vector<pathway::Body> decoded(const std::vector<Event>& events) {
  std::vector<pathway::Body> bodies;
  bodies.reserve(events.size());
  for (const Event& event : events) {
    Result<pathway::Body> body = pathway::decode_body(event.tag, event.body);
    RITROVO_ASSERT(body.has_value());
    bodies.push_back(std::move(*body));
  }
  return bodies;
}

}  // namespace

CaseStory::CaseStory(const Knowledge& knowledge, reading::Language language)
    : knowledge_(knowledge),
      bodies_(decoded(knowledge.events)),
      state_(folded(knowledge.events, knowledge.events.size())),
      pathway_(pinned(knowledge, state_)),
      words_(*pathway_, knowledge.libraries.back().library->almanac.get(), language) {}

const definition::Library& CaseStory::library_at(Version version) const {
  const InForce* found = &knowledge_.libraries.front();
  for (const InForce& each : knowledge_.libraries)
    if (each.from <= version) found = &each;
  return *found->library;
}

pathway::CaseState CaseStory::before(Version version) const { return folded(knowledge_.events, version.value() - 1); }

std::string CaseStory::person(pathway::PersonIndex index) const {
  if (index >= core().persons.size()) return {};
  const std::string& alias = core().persons[index].alias;
  const std::string name = knowledge_.shows_personal && knowledge_.name ? knowledge_.name(alias) : std::string();
  return name.empty() ? alias : fmt::format("{} ({})", name, alias);
}

std::string CaseStory::title(const pathway::StepRef& ref) const {
  if (ref.step >= pathway_->steps.size()) return words_.quoted(words_.in(pathway_->title));
  const std::string title = words_.quoted(words_.title(pathway_->steps[ref.step]));
  return ref.person == pathway::kNobody ? title : say("{} per {}", "{} for {}", title, person(ref.person));
}

std::string CaseStory::shown(const ritrovo::Value& value, const definition::Field* field) const {
  if (const auto* text = value.get<std::string>()) {
    if (field == nullptr) return words_.quoted(*text);
    const auto at = std::find(field->values.begin(), field->values.end(), *text);
    return at == field->values.end() ? words_.quoted(*text) : words_.quoted(words_.title(*field, static_cast<std::size_t>(at - field->values.begin())));
  }
  if (const auto* flag = value.get<bool>()) return std::string(*flag ? words_.pick("sì", "yes") : words_.pick("no", "no"));
  if (const auto* number = value.get<std::int64_t>()) return std::to_string(*number);
  if (const auto* amount = value.get<Decimal>()) return words_.number(to_string(*amount));
  if (const auto* day = value.get<Day>()) return to_string(*day);
  if (const auto* instant = value.get<Timestamp>()) return to_string(*instant);
  if (const auto* list = value.get<ritrovo::ValueList>()) {
    std::string text;
    for (const ritrovo::Value& item : *list) text += (text.empty() ? "" : "; ") + shown(item);
    return text;
  }
  if (const auto* members = value.get<Values>()) {
    std::string text;
    for (const auto& [name, member] : *members)
      if (!member.is_null()) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", reading::spaced(name), shown(member));
    return text;
  }
  return std::string(words_.pick("non indicato", "not given"));
}

std::string CaseStory::withheld(BoxState state) const {
  switch (state) {
    case BoxState::kOpen: return say("[riservato]", "[sealed]");
    case BoxState::kErased: return say("[cancellato]", "[erased]");
    case BoxState::kUnreadable: return say("[illeggibile]", "[unreadable]");
  }
  return {};
}

}  // namespace ritrovo::reasons
