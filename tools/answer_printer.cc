#include "tools/answer_printer.h"

#include <utility>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "engine/record/command_json.h"
#include "tools/followup.h"

namespace ritrovo::tools {
namespace {

/// Cases whose names are kept at hand: a few megabytes.
constexpr std::size_t kKnownMax = 50'000;

boost::json::object receipt_json(const Receipt& receipt) {
  return {{"log", receipt.log_id}, {"partition", receipt.partition.value()}, {"position", receipt.position.value()}, {"leaf", receipt.leaf.hex()}};
}

boost::json::object followup_json(const Followup& followup) {
  boost::json::object object{{"kind", followup.kind}};
  const auto put = [&object](const char* name, const std::string& text) {
    if (!text.empty()) object[name] = text;
  };
  put("step", followup.step);
  put("person", followup.person);
  put("title", followup.title);
  put("party", followup.party);
  put("party_title", followup.party_title);
  put("role", followup.role);
  put("role_title", followup.role_title);
  if (followup.by) object["by"] = to_string(*followup.by);
  put("why", followup.why);
  put("law", followup.law);
  if (!followup.law.empty() && !followup.verified) object["verified"] = false;
  return object;
}

}  // namespace

std::string class_of(const LineAnswer& line) {
  if (line.malformed()) return "malformed";
  if (line.answer.kind == AnswerKind::kRejected && line.answer.rejection && !line.answer.again) return fmt::format("rejected:{}", line.answer.rejection->code);
  if (line.answer.again) return "repeated";
  return std::string(name_of(line.answer.kind));
}

const AnswerPrinter::Known* AnswerPrinter::known(CaseId case_id, bool again) {
  const auto found = known_.find(case_id);
  if (found != known_.end() && !again) return &found->second;
  std::optional<CaseStateView> view;
  try {
    view = folder_.find(case_id);
  } catch (const Failure&) {
    // The folder is being opened again after a failed commit. The answer stands without the words that its case would lend it.
    return found == known_.end() ? nullptr : &found->second;
  }
  if (!view) return nullptr;
  if (known_.size() >= kKnownMax) known_.clear();
  Known& entry = known_[case_id];
  entry.library = folder_.library();
  entry.pathway = entry.library->with_identity(view->state.core.identity);
  entry.aliases.clear();
  for (const pathway::Person& person : view->state.core.persons) entry.aliases.push_back(person.alias);
  return &entry;
}

std::string AnswerPrinter::alias(CaseId case_id, pathway::PersonIndex person) {
  const Known* entry = known(case_id, false);
  if (entry != nullptr && person >= entry->aliases.size()) entry = known(case_id, true);  // joined since
  return entry != nullptr && person < entry->aliases.size() ? entry->aliases[person] : std::string();
}

std::string AnswerPrinter::line(const LineAnswer& answer) { return (json_ ? as_json(answer) : as_text(answer)) + "\n"; }

std::string AnswerPrinter::as_json(const LineAnswer& line) {
  boost::json::object object;
  if (line.line > 0) object["line"] = line.line;
  if (line.malformed()) {
    boost::json::array problems;
    for (const Problem& problem : line.problems) problems.push_back(boost::json::object{{"pointer", problem.pointer}, {"message", problem.message}});
    object["outcome"] = "malformed";
    object["problems"] = std::move(problems);
    return boost::json::serialize(object);
  }
  const Answer& answer = line.answer;
  object["key"] = line.key;
  object["outcome"] = name_of(answer.kind);
  object["case"] = answer.case_id.printed();
  if (answer.first.value() > 0) {
    object["first_version"] = answer.first.value();
    object["version"] = answer.last.value();
  }
  if (answer.receipt) object["receipt"] = receipt_json(*answer.receipt);
  object["again"] = answer.again;
  if (answer.rejection) object["rejection"] = {{"code", answer.rejection->code}, {"reason", answer.rejection->reason}};
  if (!answer.message.empty()) object["message"] = answer.message;
  if (answer.kind == AnswerKind::kAccepted) {
    if (const Known* entry = known(answer.case_id, false); entry != nullptr && entry->pathway) {
      boost::json::array follows;
      const std::shared_ptr<const definition::Pathway> pathway = entry->pathway;
      const auto alias_of = [this, &answer](pathway::PersonIndex person) { return alias(answer.case_id, person); };
      for (const Followup& followup : followups(answer.events, *pathway, alias_of, entry->library->almanac.get(), language_)) follows.push_back(followup_json(followup));
      object["follows"] = std::move(follows);
    }
  }
  return boost::json::serialize(object);
}

std::string AnswerPrinter::as_text(const LineAnswer& line) {
  const bool italian = language_ == "it";
  if (line.malformed()) {
    std::vector<std::string> problems;
    for (const Problem& problem : line.problems) {
      problems.push_back(problem.pointer.empty() ? problem.message : fmt::format("{}: {}", problem.pointer, problem.message));
    }
    return fmt::format("{:>6}  {}  {}", line.line, italian ? "MALFORMATO" : "MALFORMED ", fmt::join(problems, " | "));
  }
  const Answer& answer = line.answer;
  const std::string repeated = !answer.again ? "" : italian ? " (come già risposto)" : " (as answered before)";
  const auto head = [&](std::string_view english, std::string_view word) {
    return fmt::format("{:>6}  {:<10} {}  ", line.line, italian ? word : english, answer.case_id.printed());
  };
  switch (answer.kind) {
    case AnswerKind::kRejected:
      return head("REJECTED", "RESPINTO") + fmt::format("{}: {}{}", answer.rejection ? answer.rejection->code : "", answer.rejection ? answer.rejection->reason : "", repeated);
    case AnswerKind::kBusy: return head("BUSY", "OCCUPATO") + answer.message;
    case AnswerKind::kParked: return head("parked", "in attesa") + answer.message + repeated;
    case AnswerKind::kStopped: return head("STOPPED", "FERMO") + answer.message;
    case AnswerKind::kFailed: return head("UNKNOWN", "IGNOTO") + answer.message;
    case AnswerKind::kAccepted: break;
  }
  std::string text = head("accepted", "accolto") + fmt::format("{} {}{}", italian ? "versione" : "version", answer.last.value(), repeated);
  if (const Known* entry = known(answer.case_id, false); entry != nullptr && entry->pathway) {
    const std::shared_ptr<const definition::Pathway> pathway = entry->pathway;
    const auto alias_of = [this, &answer](pathway::PersonIndex person) { return alias(answer.case_id, person); };
    const char* separator = "  → ";
    for (const Followup& followup : followups(answer.events, *pathway, alias_of, entry->library->almanac.get(), language_)) {
      text += separator + followup.text(language_);
      separator = "; ";
    }
  }
  return text;
}

}  // namespace ritrovo::tools
