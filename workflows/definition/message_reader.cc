#include "workflows/definition/message_reader.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "workflows/definition/fields.h"

namespace ritrovo::definition {
namespace {

using Kind = Node::Kind;

constexpr std::size_t kTemplatesMax = 200;

/// A name that stands for a value in every template, and whether that value is sealed.
struct GeneralName {
  std::string_view name;
  bool sealed = false;
};
constexpr GeneralName kGeneralNames[] = {{"case"}, {"message"}, {"pathway"}, {"step"}, {"due"}, {"centre"}, {"count"}, {"day"}, {"lines"}, {"name", true}, {"person", true}, {"what", true}};

FamilyAddress read_family(const Entry& entry, Problems& problems) {
  FamilyAddress family;
  family.pathway = entry.key;
  family.place = entry.place;
  Fields fields(entry.value, fmt::format("family of {}", entry.key), problems);
  if (!fields.whole()) return family;
  const auto text = [&](const Node* node, std::string_view name) { return read_text(node, fmt::format("\"{}\" of {}", name, entry.key), problems).value_or(""); };
  family.person = text(fields.require("person"), "person");
  family.email = text(fields.require("email"), "email");
  family.language = text(fields.take("language"), "language");
  family.name = text(fields.take("name"), "name");
  fields.finish();
  return family;
}

MessageTemplate read_template(const Entry& entry, Problems& problems) {
  MessageTemplate made;
  made.name = entry.key;
  made.place = entry.place;
  check_name(entry.key, NameShape::kSnake, entry.place, problems);
  Fields fields(entry.value, fmt::format("template {}", entry.key), problems);
  if (!fields.whole()) return made;
  const Node* to = fields.require("to");
  const std::string reader = read_text(to, fmt::format("\"to\" of template {}", entry.key), problems).value_or("family");
  if (reader != "family" && reader != "staff") problems.error(to->place, fmt::format("template {} is for nobody called {}", entry.key, reader), "write \"family\" or \"staff\"");
  made.to_family = reader == "family";
  for (Named& named : read_names(fields.take("for"), fmt::format("\"for\" of template {}", entry.key), problems)) made.pathways.push_back(std::move(named.name));
  if (const Node* subject = fields.take("subject")) made.subject = read_languages(subject, fmt::format("the subject of template {}", entry.key), problems);
  made.text = read_languages(fields.require("text"), fmt::format("the text of template {}", entry.key), problems);
  if (made.to_family && made.subject.languages.empty()) problems.error(entry.place, fmt::format("template {} has no subject", entry.key), "add \"subject: {it: …, en: …}\"");
  fields.finish();
  return made;
}

bool has_language(const Text& text, std::string_view language) {
  return std::any_of(text.languages.begin(), text.languages.end(), [language](const auto& one) { return one.first == language; });
}

/// Whether the value of a name is sealed in that pathway; nothing where the pathway has no such value.
std::optional<bool> sealed_in(const Pathway& pathway, std::string_view name) {
  for (const GeneralName& general : kGeneralNames)
    if (general.name == name) return general.sealed;
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const std::string_view owner = name.substr(0, dot);
  const std::string_view field = name.substr(dot + 1);
  const auto privacy = [field](const std::vector<Field>& fields) -> std::optional<bool> {
    for (const Field& one : fields)
      if (one.name == field) return one.privacy == Privacy::kSealed;
    return std::nullopt;
  };
  const RoleIndex role = pathway.person_role_named(owner);
  if (role != kNone) return pathway.persons[role].many ? std::nullopt : privacy(pathway.persons[role].fields);
  const FactIndex fact = pathway.fact_named(owner);
  return fact == kNone ? std::nullopt : privacy(pathway.facts[fact].fields);
}

/// Names that a template for that pathway may have, for whoever misspelt one.
std::vector<std::string> names_in(const Pathway& pathway) {
  std::vector<std::string> names;
  for (const GeneralName& general : kGeneralNames) names.emplace_back(general.name);
  for (const PersonRole& role : pathway.persons)
    for (const Field& field : role.fields)
      if (!role.many) names.push_back(role.name + "." + field.name);
  for (const Fact& fact : pathway.facts)
    for (const Field& field : fact.fields) names.push_back(fact.name + "." + field.name);
  return names;
}

/// Holds one plan against the pathways.
class Check {
 public:
  Check(const MessagePlan& plan, const std::vector<std::shared_ptr<const Pathway>>& pathways, Problems& problems) : plan_(plan), pathways_(pathways), problems_(problems) {}

  void run() {
    for (const FamilyAddress& family : plan_.families) look(family);
    for (const MessageTemplate& wording : plan_.templates) look(wording);
    for (const std::string_view required : kRequiredTemplates) {
      const bool there = std::any_of(plan_.templates.begin(), plan_.templates.end(), [required](const MessageTemplate& one) { return one.name == required && one.pathways.empty(); });
      if (!there) problems_.error({1, 1}, fmt::format("there is no template {} for all pathways", required), "every plan has: step, warning, overdue, staff_step, staff_warning, staff_overdue, digest");
    }
  }

 private:
  /// The newest version that is known, or nullptr.
  [[nodiscard]] const Pathway* newest(std::string_view name) const {
    const Pathway* found = nullptr;
    for (const auto& pathway : pathways_)
      if (pathway->name == name && (found == nullptr || found->version < pathway->version)) found = pathway.get();
    return found;
  }
  const Pathway* named(std::string_view name, Place place) {
    const Pathway* pathway = newest(name);
    if (pathway != nullptr) return pathway;
    std::vector<std::string> names;
    for (const auto& one : pathways_) names.push_back(one->name);
    problems_.error(place, fmt::format("there is no pathway {}", name), suggest(name, names));
    return nullptr;
  }

  void look(const FamilyAddress& family) {
    const Pathway* pathway = named(family.pathway, family.place);
    if (pathway == nullptr) return;
    const RoleIndex role = pathway->person_role_named(family.person);
    if (role == kNone || pathway->persons[role].many) return problems_.error(family.place, fmt::format("{} has no person {} of which there is one", family.pathway, family.person));
    std::vector<std::string> names;
    for (const Field& field : pathway->persons[role].fields) names.push_back(field.name);
    for (const std::string* name : {&family.email, &family.language, &family.name}) {
      if (name->empty() || std::find(names.begin(), names.end(), *name) != names.end()) continue;
      problems_.error(family.place, fmt::format("{} of {} has no field {}", family.person, family.pathway, *name), suggest(*name, names));
    }
    for (const Field& field : pathway->persons[role].fields)
      if (field.name == family.email && field.privacy != Privacy::kSealed)
        problems_.error(family.place, fmt::format("the address {} of {} isn't sealed", family.email, family.person), "an address is nobody else's business: leave out \"public\" and \"statistical\"");
    for (const Step& step : pathway->steps)
      if (!step.message_template.empty() && plan_.wording(step.message_template, family.pathway) == nullptr)
        problems_.error(family.place, fmt::format("step {} of {} names the template {}, which isn't here", step.name, family.pathway, step.message_template));
  }

  void look(const MessageTemplate& wording) {
    if (wording.to_family) {
      for (const std::string& language : plan_.languages)
        for (const Text* text : {&wording.subject, &wording.text})
          if (!text->languages.empty() && !has_language(*text, language))
            problems_.error(wording.place, fmt::format("the {} of template {} lacks {}", text == &wording.subject ? "subject" : "text", wording.name, language), fmt::format("add \"{}: …\"", language));
    }
    std::vector<const Pathway*> pathways;
    for (const std::string& name : wording.pathways)
      if (const Pathway* pathway = named(name, wording.place)) pathways.push_back(pathway);
    if (wording.pathways.empty())
      for (const FamilyAddress& family : plan_.families)
        if (const Pathway* pathway = newest(family.pathway)) pathways.push_back(pathway);
    for (const auto& [language, text] : wording.subject.languages) look(wording, text, true, pathways);
    for (const auto& [language, text] : wording.text.languages) look(wording, text, !wording.to_family, pathways);
  }

  void look(const MessageTemplate& wording, std::string_view text, bool others_read_it, const std::vector<const Pathway*>& pathways) {
    for (const MessagePart& part : parts_of(text)) {
      if (!part.value) continue;
      for (const Pathway* pathway : pathways) {
        const std::optional<bool> sealed = sealed_in(*pathway, part.text);
        if (!sealed) {
          problems_.error(wording.place, fmt::format("template {} names {{{}}}, which {} doesn't have", wording.name, part.text, pathway->name), suggest(part.text, names_in(*pathway)));
        } else if (*sealed && others_read_it) {
          problems_.error(wording.place, fmt::format("template {} shows the sealed {{{}}} {}", wording.name, part.text, wording.to_family ? "in its subject" : "to staff"),
                          wording.to_family ? "subjects are read on the way: leave it to the text" : "staff look it up in the case: name {case}");
        }
      }
    }
  }

  const MessagePlan& plan_;
  const std::vector<std::shared_ptr<const Pathway>>& pathways_;
  Problems& problems_;
};

}  // namespace

const FamilyAddress* MessagePlan::family(std::string_view pathway) const {
  const auto found = std::find_if(families.begin(), families.end(), [pathway](const FamilyAddress& one) { return one.pathway == pathway; });
  return found == families.end() ? nullptr : &*found;
}

const MessageTemplate* MessagePlan::wording(std::string_view name, std::string_view pathway) const {
  const MessageTemplate* general = nullptr;
  for (const MessageTemplate& one : templates) {
    if (one.name != name) continue;
    if (std::find(one.pathways.begin(), one.pathways.end(), pathway) != one.pathways.end()) return &one;
    if (one.pathways.empty()) general = &one;
  }
  return general;
}

std::vector<MessagePart> parts_of(std::string_view text) {
  std::vector<MessagePart> parts;
  while (!text.empty()) {
    const std::size_t open = text.find('{');
    const std::size_t close = open == std::string_view::npos ? open : text.find('}', open);
    if (close == std::string_view::npos) break;
    if (open > 0) parts.push_back({false, std::string(text.substr(0, open))});
    parts.push_back({true, std::string(text.substr(open + 1, close - open - 1))});
    text = text.substr(close + 1);
  }
  if (!text.empty()) parts.push_back({false, std::string(text)});
  return parts;
}

MessagePlan read_messages(const Node& root, Problems& problems) {
  MessagePlan plan;
  Fields fields(root, "the messages", problems);
  if (!fields.whole()) return plan;
  const Node* name = fields.require("messages");
  if (auto text = read_text(name, "\"messages\"", problems)) {
    check_name(*text, NameShape::kSnake, name->place, problems);
    plan.name = std::move(*text);
  }
  plan.version = static_cast<std::uint32_t>(read_integer(fields.require("version"), "\"version\"", {1, 1'000'000}, problems).value_or(1));
  plan.title = read_languages(fields.require("title"), "the title", problems);
  plan.default_language = read_text(fields.require("default_language"), "\"default_language\"", problems).value_or("it");
  for (Named& named : read_names(fields.require("languages"), "\"languages\"", problems)) plan.languages.push_back(std::move(named.name));
  const auto map = [&](std::string_view key) -> const std::vector<Entry>& {
    static const std::vector<Entry> kNothing;
    const Node* node = fields.require(key);
    if (node == nullptr) return kNothing;
    if (node->is(Kind::kMap) && node->entries.size() <= kTemplatesMax) return node->entries;
    problems.error(node->place, fmt::format("\"{}\" must be a map of at most {}", key, kTemplatesMax));
    return kNothing;
  };
  for (const Entry& entry : map("families")) plan.families.push_back(read_family(entry, problems));
  for (const Entry& entry : map("templates")) plan.templates.push_back(read_template(entry, problems));
  fields.finish();
  return plan;
}

void check_messages(const MessagePlan& plan, const std::vector<std::shared_ptr<const Pathway>>& pathways, Problems& problems) { Check(plan, pathways, problems).run(); }

Result<MessagePlan> read_messages_text(const std::string& path, std::string_view text) {
  Problems problems(path, text);
  const Node root = read_yaml(text, problems);
  MessagePlan plan = read_messages(root, problems);
  if (!problems.any_error()) return plan;
  std::string all;
  for (const Problem& problem : problems.take()) all += (all.empty() ? "" : "\n") + to_string(problem);
  return failure(ErrorCode::kMalformed, std::move(all));
}

}  // namespace ritrovo::definition
