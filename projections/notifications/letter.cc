#include "projections/notifications/letter.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "engine/digest/sha256.h"
#include "engine/record/value_json.h"
#include "projections/phrases.h"
#include "projections/wording.h"
#include "workflows/pathway/guard_context.h"

namespace ritrovo::projections {
namespace {

const pathway::Person* person_in(const CaseContents& contents, std::string_view role) {
  const definition::RoleIndex index = contents.pathway.person_role_named(role);
  for (const pathway::Person& person : contents.core.persons)
    if (person.role == index && !person.left) return &person;
  return nullptr;
}

std::string text_of(const Value& value) {
  if (const auto* text = value.get<std::string>()) return *text;
  if (const auto* day = value.get<Day>()) return to_string(*day);
  if (const auto* amount = value.get<Decimal>()) return to_string(*amount);
  return to_json(value);
}

/// A value of the event `source`, in clear or out of the owner's box; empty where it isn't given or the box is shut.
std::string value_in(const CaseContents& contents, const std::vector<definition::Field>& fields, std::string_view name, pathway::ValueRange open, Version source, PersonId owner, const Tongue& tongue) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].name != name) continue;
    for (std::uint32_t at = open.first; at < open.first + open.count; ++at) {
      const pathway::FieldValue& value = contents.core.values[at];
      if (value.field != i) continue;
      const auto* word = value.value.get<std::string>();
      return word != nullptr ? value_title(fields[i], *word, tongue) : text_of(value.value);
    }
  }
  const Opened::Entry* entry = contents.opened.find(source, owner);
  if (entry == nullptr || entry->state != BoxState::kOpen) return {};
  const Value* value = find(entry->values, name);
  return value == nullptr ? std::string() : text_of(*value);
}

std::string person_value(const CaseContents& contents, const pathway::Person& person, std::string_view field, const Tongue& tongue) {
  return value_in(contents, contents.pathway.persons[person.role].fields, field, person.values, person.source, person.id, tongue);
}

/// Of the person whom the message is about; empty where it is about nobody in particular.
std::string given_name(const Notification& message, const CaseContents& contents, const Tongue& tongue) {
  for (const pathway::Person& person : contents.core.persons)
    if (person.alias == message.person) return person_value(contents, person, "given_name", tongue);
  return {};
}

/// "sponsor.given_name", or "visa.issued.expires_on" of the latest such report.
std::string declared_value(const CaseContents& contents, std::string_view name, const Tongue& tongue) {
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos) return {};
  const std::string_view owner = name.substr(0, dot);
  const std::string_view field = name.substr(dot + 1);
  if (const pathway::Person* person = person_in(contents, owner)) return person_value(contents, *person, field, tongue);
  const definition::FactIndex fact = contents.pathway.fact_named(owner);
  const pathway::FactRecord* latest = nullptr;
  for (const pathway::FactRecord& record : contents.core.facts)
    if (record.fact == fact && (latest == nullptr || latest->version < record.version)) latest = &record;
  if (latest == nullptr) return {};
  return value_in(contents, contents.pathway.facts[fact].fields, field, latest->values, latest->source, pathway::owner_of(contents.core, latest->person), tongue);
}

bool speaks(const definition::Text& text, std::string_view language) {
  return std::any_of(text.languages.begin(), text.languages.end(), [language](const auto& one) { return one.first == language; });
}

std::string_view template_of(const Notification& message, bool family) {
  switch (message.about) {
    case MessageAbout::kStep: return family ? "step" : "staff_step";
    case MessageAbout::kWarning: return family ? "warning" : "staff_warning";
    case MessageAbout::kOverdue: return family ? "overdue" : "staff_overdue";
  }
  return "";
}

}  // namespace

LetterWriter::LetterWriter(definition::MessagePlan plan, Translations translations, std::string centre, std::string log_id)
    : plan_(std::move(plan)), translations_(std::move(translations)), centre_(std::move(centre)), log_id_(std::move(log_id)) {}

std::string LetterWriter::filled(std::string_view text, const Lookup& lookup) {
  std::string made;
  for (const definition::MessagePart& part : definition::parts_of(text)) made += part.value ? lookup(part.text) : part.text;
  return made;
}

Tongue LetterWriter::tongue(std::string_view language) const {
  const auto found = translations_.find(language);
  return {language, found == translations_.end() ? nullptr : &found->second};
}

std::string LetterWriter::language_for(const definition::Text& text, std::string_view wanted) const {
  for (const std::string_view language : {wanted, wanted.substr(0, wanted.find('-')), std::string_view(plan_.default_language)})
    if (!language.empty() && speaks(text, language)) return std::string(language);
  return "en";
}

std::string LetterWriter::letter_id(std::string_view name) const { return fmt::format("{}.{}", name, log_id_); }

LetterWriter::Lookup LetterWriter::lookup(const Notification& message, const CaseContents& contents, std::string language) const {
  return [this, &message, &contents, language = std::move(language)](std::string_view name) -> std::string {
    const Tongue speaking = tongue(language);
    const definition::StepIndex step = contents.pathway.step_named(message.step);
    if (name == "case") return message.case_id.printed();
    if (name == "pathway") return std::string(speaking.of(contents.pathway.title));
    if (name == "centre") return centre_;
    if (name == "due") return message.due ? in_words(*message.due, speaking) : std::string();
    if (name == "day") return in_words(message.effective, speaking);
    const auto title = [&] { return step == definition::kNone ? message.step : title_of(contents.pathway.steps[step], speaking); };
    if (name == "step") return title();
    if (name == "what") {
      const std::string whose = given_name(message, contents, speaking);
      return whose.empty() ? title() : say(Phrase::kOn, speaking, title(), whose);
    }
    if (name == "message") return step == definition::kNone ? std::string() : std::string(speaking.of(contents.pathway.steps[step].message));
    if (name == "person") return given_name(message, contents, speaking);
    if (name == "name") {
      const definition::FamilyAddress* family = plan_.family(message.pathway);
      const pathway::Person* reader = family == nullptr ? nullptr : person_in(contents, family->person);
      return reader == nullptr || family->name.empty() ? std::string() : person_value(contents, *reader, family->name, speaking);
    }
    return declared_value(contents, name, speaking);
  };
}

tl::expected<Letter, std::string_view> LetterWriter::to_family(const Notification& message, const CaseContents& contents) const {
  const definition::FamilyAddress* family = plan_.family(message.pathway);
  const definition::MessageTemplate* wording = plan_.wording(message.wording.empty() ? template_of(message, true) : std::string_view(message.wording), message.pathway);
  const pathway::Person* reader = family == nullptr ? nullptr : person_in(contents, family->person);
  if (reader == nullptr || wording == nullptr || !wording->to_family) return tl::unexpected(withheld::kNoWording);
  if (const Opened::Entry* box = contents.opened.find(reader->source, reader->id); box != nullptr && box->state != BoxState::kOpen)
    return tl::unexpected(box->state == BoxState::kErased ? withheld::kErased : withheld::kUnreadable);
  if (contents.unwanted.contains(reader->alias)) return tl::unexpected(withheld::kUnwanted);
  Letter letter;
  letter.to = person_value(contents, *reader, family->email, {});
  if (letter.to.empty()) return tl::unexpected(withheld::kNoAddress);
  const std::string wanted = !message.language.empty() || family->language.empty() ? message.language : person_value(contents, *reader, family->language, {});
  letter.language = language_for(wording->text, wanted);
  const Lookup values = lookup(message, contents, letter.language);
  letter.id = letter_id(message.name());
  letter.subject = filled(wording->subject.in(letter.language), values);
  letter.text = filled(wording->text.in(letter.language), values);
  letter.stoppable = true;
  letter.facts = json_of(message);
  return letter;
}

std::string LetterWriter::staff_line(const Notification& message, const CaseContents& contents, std::string_view language) const {
  const definition::MessageTemplate* wording = plan_.wording(message.wording.empty() ? template_of(message, false) : std::string_view(message.wording), message.pathway);
  if (wording == nullptr || wording->to_family) wording = plan_.wording(template_of(message, false), message.pathway);
  if (wording == nullptr) return message.name();
  const std::string chosen = language_for(wording->text, language);
  std::string line = filled(wording->text.in(chosen), lookup(message, contents, chosen));
  while (!line.empty() && line.back() == '\n') line.pop_back();
  return line;
}

Letter LetterWriter::digest(const Digest& digest, const std::vector<std::string>& lines, std::string_view language) const {
  std::string names;
  boost::json::array messages;
  for (const MessageName& name : digest.messages) {
    names += name.printed() + "\n";
    messages.emplace_back(name.printed());
  }
  const definition::MessageTemplate* wording = plan_.wording("digest", {});
  std::string all;
  for (const std::string& line : lines) all += line + "\n";
  Letter letter;
  letter.id = letter_id(fmt::format("digest.{}.{}", to_string(digest.day), sha256(names).hex().substr(0, 16)));
  letter.language = wording == nullptr ? "en" : language_for(wording->text, language);
  const Lookup values = [&](std::string_view name) -> std::string {
    if (name == "centre") return centre_;
    if (name == "day") return to_string(digest.day);
    if (name == "count") return std::to_string(lines.size());
    if (name == "lines") return all;
    return {};
  };
  letter.subject = wording == nullptr ? std::string() : filled(wording->subject.in(letter.language), values);
  letter.text = wording == nullptr ? all : filled(wording->text.in(letter.language), values);
  letter.facts = {{"digest", digest.role}, {"day", to_string(digest.day)}, {"messages", std::move(messages)}};
  return letter;
}

}  // namespace ritrovo::projections
