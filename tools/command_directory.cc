#include "tools/command_directory.h"

#include <algorithm>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "engine/base/limits.h"
#include "engine/record/command_json.h"
#include "tools/access.h"
#include "tools/console.h"
#include "tools/folder_directory.h"
#include "tools/line_reader.h"

namespace ritrovo::tools {
namespace {

using projections::Candidate;
using projections::DateMatch;
using projections::Identity;
using projections::FoundPerson;
using projections::PersonMatch;

constexpr Teaching kDirectoryGroup{
    "Who is known already: persons by name, date of birth or receipt, and the cases that a family may have",
    "  ritrovo directory search 'Muhammad Hasanein' --role caseworker\n"
    "  ritrovo directory candidates open.json --role caseworker",
    "  ritrovo case show fam-…                         the case that was found"};
constexpr Teaching kSearch{
    "Persons by name in any script and spelling, by date of birth (day and month may be swapped), by receipt",
    "  ritrovo directory search 'محمد حسنين' --role caseworker\n"
    "  ritrovo directory search Hassanein --born 1985-03-04 --role caseworker --purpose 'at the desk'\n"
    "  ritrovo directory search --receipt P-MI/L/N/2025/100123 --role caseworker",
    "  ritrovo case show fam-…                         the case that was found"};
constexpr Teaching kCandidates{
    "Cases that a family may have already, with the reasons: to be asked before a case is opened",
    "  ritrovo directory candidates open.json --role caseworker          the 'open' commands of a file\n"
    "  ritrovo directory candidates --person 'Mohamed Hassanein, 1985-03-04' --person 'Mariam Hassanein, 2016-11-02' --role caseworker",
    "  ritrovo case show fam-…                         a candidate\n"
    "  ritrovo submit open.json                        where none is the family's own"};

struct DirectoryWish {
  projections::Search search;
  std::string born;
  std::string file;
  std::vector<std::string> persons;
  std::vector<std::string> receipts;
  std::vector<std::string> roles;
  std::size_t limit = 20;
  Reader reader;
};

/// The directory of the process that serves the folder, or one that is made for this question.
class AskedDirectory {
 public:
  AskedDirectory(const CaseFolder& folder, const Context& context) : served_(context.directory) {
    if (served_ == nullptr) own_ = std::make_unique<FolderDirectory>(folder);
  }
  FolderDirectory& operator*() { return served_ != nullptr ? *served_ : *own_; }
  FolderDirectory* operator->() { return &**this; }

 private:
  FolderDirectory* served_;
  std::unique_ptr<FolderDirectory> own_;
};

void check_roles(const DirectoryWish& wish) {
  if (wish.roles.empty())
    throw Failure{{ErrorCode::kMalformed, "say in which role you read: --role caseworker. The directory shows the cases of pathways that one of your roles manages, and nothing else"}};
}

std::string name_of(const Identity& said) { return said.given_name.empty() || said.family_name.empty() ? said.given_name + said.family_name : said.given_name + " " + said.family_name; }

std::string word_for(DateMatch match) {
  switch (match) {
    case DateMatch::kUnknown: return "unknown";
    case DateMatch::kSame: return "same";
    case DateMatch::kSwapped: return "swapped";
    case DateMatch::kOther: return "other";
  }
  return "";
}

boost::json::object json_of(const FoundPerson& known) {
  boost::json::object object{{"case", known.case_id.printed()}, {"person", known.person.printed()}, {"alias", known.alias}, {"given_name", known.said.given_name},
                             {"family_name", known.said.family_name}, {"likeness", known.likeness}, {"date", word_for(known.date)}};
  object["birth_date"] = known.said.birth_date ? boost::json::value(to_string(*known.said.birth_date)) : boost::json::value(nullptr);
  if (known.former) object["former"] = true;
  if (known.left) object["left"] = true;
  return object;
}

void note_reads(const Context& context, const DirectoryWish& wish, std::vector<CaseId> cases, const std::string& what) {
  std::sort(cases.begin(), cases.end());
  cases.erase(std::unique(cases.begin(), cases.end()), cases.end());
  for (const CaseId case_id : cases) note_read(context, wish.reader, case_id, what, true);
}

void run_search(const Context& context, DirectoryWish wish) {
  check_roles(wish);
  if (!wish.born.empty()) wish.search.born = must(parse_day(wish.born));
  if (wish.search.name.empty() && !wish.search.born && wish.search.receipt.empty()) throw Failure{{ErrorCode::kMalformed, "say whom to look for: a name, --born, or --receipt"}};
  const std::unique_ptr<CaseFolder> folder = CaseFolder::open(context);
  std::vector<FoundPerson> found = AskedDirectory(*folder, context)->search(wish.search, wish.roles);
  folder->close();
  const std::size_t all = found.size();
  found.resize(std::min(all, wish.limit));
  std::vector<CaseId> cases;
  for (const FoundPerson& known : found) cases.push_back(known.case_id);
  note_reads(context, wish, std::move(cases), "directory search");
  if (context.json) {
    for (const FoundPerson& known : found) std::cout << boost::json::serialize(json_of(known)) << '\n';
    return;
  }
  Table table({{"name"}, {"born"}, {"case"}, {"who"}, {"note"}});
  for (const FoundPerson& known : found) {
    std::string note = known.date == DateMatch::kSwapped ? "day and month swapped" : "";
    for (const auto& [said, text] : {std::pair(known.former, "as it was before it was corrected"), std::pair(known.left, "no longer in the case")})
      if (said) note += (note.empty() ? "" : "; ") + std::string(text);
    table.row({name_of(known.said), known.said.birth_date ? to_string(*known.said.birth_date) : "", known.case_id.printed(), known.alias, note});
  }
  std::cout << fmt::format("{}{}\n", counted(all, "person", "persons"), all > found.size() ? fmt::format(", the likeliest {} shown: --limit says how many", found.size()) : std::string());
  if (!table.empty()) table.print(std::cout);
}

/// "Mohamed Hassanein, 1985-03-04"
Identity person_from(const std::string& text) {
  const auto comma = text.rfind(',');
  Identity said;
  said.given_name = text.substr(0, comma);
  if (comma == std::string::npos) return said;
  const auto from = text.find_first_not_of(' ', comma + 1);
  said.birth_date = must(parse_day(from == std::string::npos ? "" : text.substr(from)));
  return said;
}

/// A family that is asked for: the key of its command, or nothing.
struct Family {
  std::string key;
  std::vector<Identity> persons;
};

std::vector<Family> families_from(const DirectoryWish& wish, const CaseFolder& folder) {
  std::vector<Family> families;
  if (!wish.persons.empty()) {
    families.emplace_back();
    for (const std::string& person : wish.persons) families.back().persons.push_back(person_from(person));
  }
  if (wish.file.empty()) return families;
  LineReader reader = must(LineReader::open(wish.file, limits::kCommandBytesMax));
  while (const std::optional<LineReader::Line> line = must(reader.next())) {
    if (line->text.find_first_not_of(" \t") == std::string::npos) continue;
    const auto command = parse_command(line->text, {folder.settings().tenant, true});
    if (!command) throw Failure{{ErrorCode::kMalformed, fmt::format("{}, line {}: {}", wish.file, line->number, to_string(command.error()))}};
    if (command->verb != "open") continue;
    families.push_back({command->key, {}});
    for (const NewPerson& person : command->persons) families.back().persons.push_back(projections::identity_from(person.data));
  }
  return families;
}

/// Why that person may be the one asked for, in words.
std::string reason_of(const PersonMatch& match) {
  std::string reason = match.known.likeness >= 1 ? "same name" : match.known.likeness >= projections::kSameSound ? "a name that sounds the same" : "a name alike";
  if (match.bearers > 1) reason += fmt::format(" ({} bear it)", match.bearers);
  switch (match.known.date) {
    case DateMatch::kSame: reason += ", same date of birth"; break;
    case DateMatch::kSwapped: reason += ", date of birth with day and month swapped"; break;
    case DateMatch::kUnknown: reason += ", date of birth not known"; break;
    case DateMatch::kOther: break;
  }
  if (match.known.former) reason += ", as it was before it was corrected";
  return reason;
}

void print_candidates(const Context& context, const Family& family, const std::vector<Candidate>& candidates) {
  if (context.json) {
    boost::json::array list;
    for (const Candidate& candidate : candidates) {
      boost::json::array persons;
      for (const PersonMatch& match : candidate.persons) {
        boost::json::object person = json_of(match.known);
        person["asked"] = match.asked;
        person["bearers"] = match.bearers;
        person["reason"] = reason_of(match);
        persons.push_back(std::move(person));
      }
      list.push_back(boost::json::object{{"case", candidate.case_id.printed()}, {"weight", candidate.weight}, {"persons", std::move(persons)}, {"other_persons", candidate.others}, {"same_receipt", candidate.receipt}});
    }
    std::cout << boost::json::serialize(boost::json::object{{"key", family.key}, {"candidates", std::move(list)}}) << '\n';
    return;
  }
  std::cout << fmt::format("{}{}\n", family.key.empty() ? "" : family.key + ": ", candidates.empty() ? "no case of theirs is known" : counted(candidates.size(), "case", "cases") + " that may be theirs");
  for (const Candidate& candidate : candidates) {
    std::cout << fmt::format("  {}{}{}\n", candidate.case_id.printed(), candidate.receipt ? ", the same receipt" : "",
                             candidate.others > 0 ? fmt::format("; {} of theirs could be in it and aren't", candidate.others) : std::string());
    for (const PersonMatch& match : candidate.persons)
      std::cout << fmt::format("    {:<8} {}{}: {}\n", match.known.alias, name_of(match.known.said), match.known.said.birth_date ? ", " + to_string(*match.known.said.birth_date) : "", reason_of(match));
  }
}

void run_candidates(const Context& context, const DirectoryWish& wish) {
  check_roles(wish);
  if (wish.file.empty() && wish.persons.empty() && wish.receipts.empty()) throw Failure{{ErrorCode::kMalformed, "say who the family is: a file with its 'open' command, --person, or --receipt"}};
  const std::unique_ptr<CaseFolder> folder = CaseFolder::open(context);
  std::vector<Family> families = families_from(wish, *folder);
  if (families.empty() && !wish.receipts.empty()) families.emplace_back();
  AskedDirectory directory(*folder, context);
  std::vector<std::vector<Candidate>> found;
  std::vector<CaseId> cases;
  for (const Family& family : families) {
    found.push_back(directory->candidates(family.persons, wish.receipts, wish.roles));
    if (found.back().size() > wish.limit) found.back().resize(wish.limit);
    for (const Candidate& candidate : found.back()) cases.push_back(candidate.case_id);
  }
  folder->close();
  note_reads(context, wish, std::move(cases), "directory candidates");
  for (std::size_t i = 0; i < families.size(); ++i) print_candidates(context, families[i], found[i]);
}

}  // namespace

void add_directory(CLI::App& app, Context& context) {
  auto wish = std::make_shared<DirectoryWish>();
  CLI::App* group = add_command(app, context, "directory", kDirectoryGroup, false, nullptr);
  group->require_subcommand(1);
  CLI::App* search = add_command(*group, context, "search", kSearch, true, [&context, wish] { run_search(context, *wish); });
  search->add_option("name", wish->search.name, "Words of a name, in any order")->type_name("NAME");
  search->add_option("--born", wish->born, "Date of birth")->type_name("DAY");
  search->add_option("--receipt", wish->search.receipt, "Number of an application's receipt")->type_name("NUMBER");
  CLI::App* candidates = add_command(*group, context, "candidates", kCandidates, true, [&context, wish] { run_candidates(context, *wish); });
  candidates->add_option("file", wish->file, "Commands, one JSON object a line; those that open a case count")->type_name("FILE");
  candidates->add_option("--person", wish->persons, "One of the family: name, and after a comma the date of birth")->type_name("PERSON");
  candidates->add_option("--receipt", wish->receipts, "Number of a receipt that they show")->type_name("NUMBER");
  for (CLI::App* command : {search, candidates}) {
    command->add_option("--role", wish->roles, "A role you read in, as the pathways' managed_by names it")->type_name("ROLE");
    command->add_option("--limit", wish->limit, "How many are shown, the likeliest first")->type_name("N")->capture_default_str();
    add_reader(*command, wish->reader);
  }
}

}  // namespace ritrovo::tools
