#include "projections/wording.h"

#include <algorithm>

namespace ritrovo::projections {
namespace {

std::string titled(const definition::Text& title, std::string_view name, const Tongue& language) {
  const std::string_view text = language.of(title);
  return text.empty() ? plain(name) : std::string(text);
}

std::string listed(const std::vector<std::pair<std::string, definition::Text>>& list, std::string_view name, const Tongue& language) {
  for (const auto& [key, title] : list)
    if (key == name) return titled(title, name, language);
  return plain(name);
}

}  // namespace

std::string plain(std::string_view name) {
  std::string text(name);
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

std::string title_of(const definition::Step& step, const Tongue& language) { return titled(step.title, std::string_view(step.name).substr(step.name.rfind('/') + 1), language); }
std::string title_of(const definition::Fact& fact, const Tongue& language) { return titled(fact.title, fact.name, language); }
std::string title_of(const definition::Outcome& outcome, const Tongue& language) { return titled(outcome.title, outcome.name, language); }
std::string title_of(const definition::Field& field, const Tongue& language) { return titled(field.title, field.name, language); }

std::string value_title(const definition::Field& field, std::string_view value, const Tongue& language) {
  for (std::size_t i = 0; i < field.value_titles.size(); ++i)
    if (field.values[i] == value) return titled(field.value_titles[i], value, language);
  return plain(value);
}

std::string party_title(const definition::Pathway& pathway, std::string_view party, const Tongue& language) {
  return listed(pathway.parties, party, language);
}
std::string role_title(const definition::Pathway& pathway, std::string_view role, const Tongue& language) {
  return listed(pathway.roles, role, language);
}

std::string term_title(const definition::Library* library, std::string_view term, const Tongue& language) {
  const calendar::Term* found = library != nullptr && library->almanac ? library->almanac->term(term) : nullptr;
  if (found == nullptr) return plain(term);
  if (language.code == "it" && !found->title.it.empty()) return found->title.it;
  const std::string_view translated = language.translation == nullptr ? std::string_view() : language.translation->of(found->title.en);
  if (!translated.empty()) return std::string(translated);
  return found->title.en.empty() ? plain(term) : found->title.en;
}

const definition::Ground& ground_of(const definition::Step& step, const definition::Deadline& deadline) {
  return deadline.ground.law.empty() ? step.ground : deadline.ground;
}

definition::StepIndex top_stage(const definition::Pathway& pathway, definition::StepIndex step) {
  definition::StepIndex top = pathway.steps[step].kind == definition::StepKind::kStage ? step : definition::kNone;
  for (definition::StepIndex at = pathway.steps[step].stage; at != definition::kNone; at = pathway.steps[at].stage) top = at;
  return top;
}

}  // namespace ritrovo::projections
