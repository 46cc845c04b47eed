#include "tools/left_in_clear.h"

#include <iostream>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "engine/log/access_log.h"
#include "engine/runtime/backup.h"
#include "tools/console.h"
#include "workflows/pathway/event_body.h"

namespace ritrovo::tools {
namespace {

struct Left {
  std::string place;
  std::string what;
  std::string until;
};

/// Fields of this case that stand in the log in clear, as its definition declares them.
std::string clear_fields(const CaseFolder& folder, const CaseStateView& view) {
  const auto pathway = folder.library()->with_identity(view.state.core.identity);
  if (pathway == nullptr) return {};
  std::set<std::string> names;
  const auto note = [&names](const std::string& of, const std::vector<definition::Field>& fields) {
    for (const definition::Field& field : fields)
      if (field.privacy != definition::Privacy::kSealed) names.insert(of + "." + field.name);
  };
  for (const pathway::Person& person : view.state.core.persons)
    if (person.role < pathway->persons.size()) note(pathway->persons[person.role].name, pathway->persons[person.role].fields);
  for (const pathway::FactRecord& fact : view.state.core.facts)
    if (fact.fact < pathway->facts.size()) note(pathway->facts[fact.fact].name, pathway->facts[fact.fact].fields);
  return fmt::format("{}", fmt::join(names, ", "));
}

/// Sources that commands of this case came from.
std::set<std::string> sources(const CaseFolder& folder, CaseId case_id) {
  std::set<std::string> names;
  for (const StoredRecord& record : folder.history(case_id))
    if (record.event.provenance && record.event.provenance->source) names.insert(record.event.provenance->source->name);
  return names;
}

/// Ways by which messages of this case left, and how many.
std::map<std::string, std::size_t> messages_sent(const CaseFolder& folder, CaseId case_id) {
  std::map<std::string, std::size_t> sent;
  for (const StoredRecord& record : folder.history(case_id)) {
    if (record.event.tag != pathway::MessageReported::kTag) continue;
    const auto report = std::get<pathway::MessageReported>(must(pathway::decode_body(record.event.tag, record.event.body)));
    if (report.fate == pathway::MessageFate::kDelivered) ++sent[report.channel];
  }
  return sent;
}

/// When the last line about readings of this case goes; empty where nobody read it.
std::string accesses_until(const Context& context, CaseId case_id) {
  std::optional<Timestamp> last;
  const Result<void> read = AccessLog(context.data / "access").read([&](const AccessBatch& batch) {
    for (const AccessRead& one : batch.reads)
      if (one.case_id == case_id) last = batch.at;
  });
  if (!read) return read.error().message;
  return last ? fmt::format("the first reading of any case in {} or later", AccessLog::month_without(*last)) : std::string();
}

}  // namespace

void print_left_in_clear(const Context& context, const CaseFolder& folder, const CaseStateView& view) {
  std::vector<Left> left;
  if (const std::string fields = clear_fields(folder, view); !fields.empty())
    left.push_back({"the log", "fields that the definition declares public or statistical: " + fields, "for ever"});
  for (const std::string& source : sources(folder, view.case_id)) left.push_back({"the source " + source, "the commands as they were sent", "until its keeper removes them"});
  for (const auto& [channel, count] : messages_sent(folder, view.case_id))
    left.push_back({channel == "mail" ? "mailboxes of the family and of staff, and the mail servers on the way" : "whoever takes the messages by " + channel, counted(count, "message", "messages"), "until they remove them"});
  left.push_back({"whoever sent commands, got answers or made exports of this case", "what they kept", "until they remove it"});
  if (const std::string until = accesses_until(context, view.case_id); !until.empty())
    left.push_back({"access/, the log of who read what", "that this case was read, by whom and for which stated purpose", until});
  for (const VaultCopy& copy : must(vault_copies(folder.folder(), SystemClock().now())))
    left.push_back({copy.place.string(), "a copy of the vault from before, with the key", to_string(copy.expires) + ", or until you remove it"});
  if (!context.json) std::cout << "What this didn't reach:\n";
  for (const Left& one : left) {
    if (context.json) std::cout << boost::json::serialize(boost::json::object{{"left_in", one.place}, {"what", one.what}, {"until", one.until}}) << '\n';
    else std::cout << fmt::format("  {}: {}; {}.\n", one.place, one.what, one.until);
  }
}

}  // namespace ritrovo::tools
