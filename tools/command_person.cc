#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "tools/access.h"
#include "tools/apart.h"
#include "tools/case_folder.h"
#include "tools/commands.h"
#include "tools/console.h"
#include "tools/person_file.h"

namespace ritrovo::tools {
namespace {

namespace fs = std::filesystem;

constexpr Teaching kPersonGroup{"One person, in all their cases", "  ritrovo person export per-… --out for-them --data milano", "  ritrovo erase --help                            how a person is forgotten"};
constexpr Teaching kPersonExport{
    "Write all that is known of a person, in all their cases, for them: JSON, and a page to read (GDPR, article 15)",
    "  ritrovo person export per-bobab-babab-babib-zuzov-1 --out for-them --language it --purpose 'asked for on 3 May'\n"
    "  ritrovo case show fam-… --json                  says the ids of a case's persons",
    "  ritrovo erase propose fam-… --person rel-1      if they ask to be forgotten"};

struct PersonWish {
  std::string person;
  std::string out;
  std::string language = "en";
  Reader reader;
};

void run_export(const Context& context, const PersonWish& wish) {
  const Result<PersonId> person = PersonId::parse(wish.person);
  if (!person) throw Failure{{person.error().code, fmt::format("{} isn't a person's id: {}", wish.person, person.error().message)}};
  must_be_apart(wish.out, context.data, kBelongsElsewhere);
  const fs::path place = fs::absolute(wish.out);
  std::error_code error;
  if (fs::exists(place, error) && !fs::is_empty(place, error)) throw Failure{{ErrorCode::kExists, fmt::format("{} isn't empty: choose another place", place.string())}};
  const std::unique_ptr<CaseFolder> folder = CaseFolder::open(context);
  for (const CaseId case_id : cases_of(*folder, *person)) note_read(context, wish.reader, case_id, "person export", true);
  const PersonFile file = person_file(*folder, *person, wish.language, context.data / "access");
  fs::create_directories(place, error);
  if (!error) fs::permissions(place, fs::perms::owner_all, error);
  if (error) throw Failure{{ErrorCode::kUnavailable, fmt::format("{} can't be made: {}", place.string(), error.message())}};
  must(write_file_atomically(place / "person.json", person_json(file) + "\n"));
  must(write_file_atomically(place / "person.html", person_page(file, folder->zone())));
  folder->close();
  if (context.json) {
    std::cout << boost::json::serialize(boost::json::object{{"person", person->printed()}, {"cases", file.cases.size()}, {"out", wish.out}}) << '\n';
    return;
  }
  const bool forgotten = std::any_of(file.cases.begin(), file.cases.end(), [](const PersonInCase& in) { return in.erasure == name_of(ErasureStage::kCompleted); });
  std::cout << fmt::format("{}: {}, in {} (person.json, person.html). {}\n", person->printed(), counted(file.cases.size(), "case", "cases"), wish.out,
                           forgotten ? "They were forgotten: what was sealed of them reads [erased]."
                                     : "It names them: it lies outside this folder now, where erasing them doesn't reach.");
}

}  // namespace

void add_person(CLI::App& app, Context& context) {
  auto wish = std::make_shared<PersonWish>();
  CLI::App* group = add_command(app, context, "person", kPersonGroup, false, nullptr);
  group->require_subcommand(1);
  CLI::App* write = add_command(*group, context, "export", kPersonExport, true, [&context, wish] { run_export(context, *wish); });
  write->add_option("person", wish->person, "Their id")->type_name("PERSON")->required();
  write->add_option("--out", wish->out, "A folder that is made, for its owner's eyes only")->type_name("DIR")->required();
  write->add_option("--language", wish->language, "Of titles and of the page: it or en")->check(CLI::IsMember({"it", "en"}))->capture_default_str();
  add_reader(*write, wish->reader);
}

}  // namespace ritrovo::tools
