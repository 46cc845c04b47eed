#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "workflows/definition/model.h"
#include "workflows/definition/problem.h"
#include "workflows/definition/yaml_source.h"

/// The YAML of messages: how what families and staff are told is worded, and where it goes (workflows/catalogue/messages/README.md).
namespace ritrovo::definition {

/// Who of a pathway's persons speaks for the family, and which of their fields tells where and how.
struct FamilyAddress {
  std::string pathway;
  std::string person;    ///< a role of which there is one
  std::string email;     ///< a sealed field
  std::string language;  ///< a field: a BCP 47 tag; may be empty
  std::string name;      ///< a field; may be empty
  Place place;
};

/// How a message is worded. In its texts `{name}` stands for a value: see kMessageNames, or a field of a person or a fact of the pathways that it is for.
struct MessageTemplate {
  std::string name;
  bool to_family = true;
  std::vector<std::string> pathways;  ///< that it is for; empty: all of them
  Text subject;
  Text text;
  Place place;
};

struct MessagePlan {
  std::string name;
  std::uint32_t version = 1;
  Text title;
  std::string default_language;        ///< of a family whose own isn't there
  std::vector<std::string> languages;  ///< that every text to families must have
  std::vector<FamilyAddress> families;
  std::vector<MessageTemplate> templates;
  [[nodiscard]] const FamilyAddress* family(std::string_view pathway) const;
  /// The template of that name for a pathway: one that names it before one that is for all; nullptr if there is none.
  [[nodiscard]] const MessageTemplate* wording(std::string_view name, std::string_view pathway) const;
};

/// The templates that every plan has: what a step without one of its own says, a warning, a missed deadline, and for staff a digest and its lines.
inline constexpr std::string_view kRequiredTemplates[] = {"step", "warning", "overdue", "staff_step", "staff_warning", "staff_overdue", "digest"};

/// Reads a document of messages; what couldn't be read is in `problems`.
[[nodiscard]] MessagePlan read_messages(const Node& root, Problems& problems);
/// Holds a plan against the pathways that are known: unknown pathways, persons, fields and templates; sealed values where others read them too (a
/// subject, a message to staff); a language that a text to families lacks.
void check_messages(const MessagePlan& plan, const std::vector<std::shared_ptr<const Pathway>>& pathways, Problems& problems);
/// A plan from its text; kMalformed has the problems, a line each.
[[nodiscard]] Result<MessagePlan> read_messages_text(const std::string& path, std::string_view text);

/// A piece of a template's text: as it stands, or the name of a value.
struct MessagePart {
  bool value = false;
  std::string text;
};
/// "Dear {name}," as its pieces. A brace that isn't closed stands for itself.
[[nodiscard]] std::vector<MessagePart> parts_of(std::string_view text);

}  // namespace ritrovo::definition
