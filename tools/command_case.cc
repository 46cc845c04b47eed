#include <iostream>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "engine/record/event_json.h"
#include "engine/ledger/frontier.h"
#include "projections/page.h"
#include "projections/phrases.h"
#include "projections/text_table.h"
#include "projections/timeline.h"
#include "tools/access.h"
#include "tools/case_hash.h"
#include "tools/case_reading.h"
#include "tools/case_sheet.h"
#include "tools/commands.h"
#include "tools/console.h"
#include "tools/documents.h"
#include "tools/event_view.h"
#include "tools/report_file.h"
#include "tools/timeline_page.h"
#include "tools/view_feed.h"

namespace ritrovo::tools {
namespace {

constexpr Teaching kCaseGroup{"One family's case: where it stands, its history, its journey in words, its hash",
                          "  ritrovo case show fam-lusab-babad-gutih-tugad-4 --data milano\n"
                          "  ritrovo case timeline fam-… --language it",
                          "  ritrovo tasks                                   what there is to do for all of them"};
constexpr Teaching kCaseShow{"Where a case stands: persons, what is open, by when, what is missing. Shows names: for caseworkers",
                         "  ritrovo case show fam-lusab-babad-gutih-tugad-4 --data milano",
                         "  ritrovo case timeline fam-…                     how it came there"};
constexpr Teaching kHistory{"Every event of a case as it is recorded, boxes sealed",
                            "  ritrovo case history fam-lusab-babad-gutih-tugad-4 --json",
                            "  ritrovo case timeline fam-…                     the same in words"};
constexpr Teaching kTimeline{"A case's journey in plain words, with dates, reasons and law, in the languages of families; as a page for them",
                             "  ritrovo case timeline fam-lusab-babad-gutih-tugad-4 --language it\n"
                             "  ritrovo case timeline fam-… --language ar --names --html journey.html",
                             "  ritrovo case show fam-…                         where it stands now"};
constexpr Teaching kHash{
    "Hashes of a case: exact (every byte of its state) and outcome (what it came to, whatever happened on the way)",
    "  ritrovo case hash fam-lusab-babad-gutih-tugad-4\n"
    "  ritrovo case hash --all --records               of all cases together, and of every stored record",
    "  ritrovo case hash --all --replay                must be equal: the states derived anew from the first event on"};
constexpr Teaching kCaseList{"The cases of the folder", "  ritrovo case list --limit 20", "  ritrovo case show fam-…"};

struct CaseWish {
  std::string case_id;
  std::string language = default_language();
  MomentWish moment;
  Reader reader;
  std::string html;
  bool all = false;
  bool names = false;
  bool records = false;
  bool replay = false;
  std::size_t limit = 40;
};

void run_show(const Context& context, const CaseWish& wish) {
  const CaseId case_id = case_id_from(wish.case_id);
  const std::unique_ptr<CaseFolder> folder = CaseFolder::open(context);
  const Moment moment = moment_from(*folder, wish.moment);
  const CaseSheet sheet = case_sheet(read_case(*folder, case_id, moment), wish.language);
  note_read(context, wish.reader, case_id, "show", true);
  const std::string caption = caption_of(*folder, moment);
  folder->close();
  if (context.json) {
    std::cout << sheet_json(sheet, caption) << '\n';
  } else {
    for (const std::string& line : sheet_lines(sheet, caption)) std::cout << line << '\n';
  }
}

void run_history(const Context& context, const CaseWish& wish) {
  const CaseId case_id = case_id_from(wish.case_id);
  const std::unique_ptr<CaseFolder> folder = CaseFolder::open(context);
  const Moment moment = moment_from(*folder, wish.moment);
  const CaseReading reading = read_case(*folder, case_id, moment);
  const std::string caption = caption_of(*folder, moment);
  note_read(context, wish.reader, case_id, "history", false);
  const pathway::CaseNames names(reading.state.core);
  const std::shared_ptr<const definition::Pathway> pathway = reading.pathway();
  const PartitionId partition = folder->home_of(case_id);
  folder->close();
  projections::TextTable table({{"version", true}, {"happened"}, {"recorded"}, {"event"}, {"about", false, 44}, {"because of"}, {"boxes", true}});
  for (std::size_t i = 0; i < reading.events.size(); ++i) {
    const Event& event = reading.events[i];
    const BodyView body = view_of(event, names, pathway.get());
    if (context.json) {
      // What was derived afresh stands nowhere in the log.
      const std::optional<RecordPlace> place = reading.positions.empty() ? std::nullopt : std::optional(RecordPlace{partition, reading.positions[i]});
      std::cout << event_json(event, [&body](const Event&) { return body; }, place) << '\n';
      continue;
    }
    table.row({std::to_string(event.version.value()), to_string(event.effective), to_string(event.recorded), body.name, subject_of(body), causes_of(body), std::to_string(event.boxes.size())});
  }
  if (context.json) return;
  if (!caption.empty()) std::cout << case_id.printed() << caption << '\n';
  for (const std::string& line : table.lines()) std::cout << line << '\n';
}

/// A name that a page keeps in its own direction, whatever the letters around it (Unicode's isolates).
std::string on_page(std::string name, bool page) { return name.empty() || !page ? name : "\u2068" + name + "\u2069"; }

void run_timeline(const Context& context, const CaseWish& wish) {
  const CaseId case_id = case_id_from(wish.case_id);
  const std::unique_ptr<CaseFolder> folder = CaseFolder::open(context);
  projections::Timeline timeline(case_id);
  const Moment moment = moment_from(*folder, wish.moment);
  const CaseReading reading = read_case(*folder, case_id, moment);
  note_read(context, wish.reader, case_id, "timeline", wish.names);
  const auto fold = feed_reading(reading, timeline);
  const TimeZone zone = folder->zone();
  projections::Telling telling;
  telling.language = wish.language;
  telling.local_day = [&zone](Timestamp instant) { return zone.day_of(instant); };
  telling.library = reading.library().get();
  const std::optional<definition::Translation> translation = shipped_translation(wish.language);
  if (translation) telling.translation = &*translation;
  telling.to_family = !wish.html.empty();
  const NamesOfPersons names = wish.names ? names_of_persons(reading) : NamesOfPersons();
  telling.name = [&](std::string_view alias, PersonId) { return on_page(names.readable(alias), telling.to_family); };
  const std::vector<projections::TimelineEntry> entries = timeline.entries(telling);
  const std::vector<projections::NextAction> next = timeline.next(telling, reading.today);
  const projections::Tongue tongue(wish.language, telling.translation);
  const std::string caption = caption_of(*folder, moment, tongue);
  if (!wish.html.empty()) {
    const std::string page = timeline_page({projections::say(projections::Phrase::kCaseNumber, tongue, on_page(case_id.printed(), true)) + caption, std::string(tongue.of(reading.pathway()->title)), reading.today, entries, next}, tongue);
    write_report(wish.html, page);
  }
  folder->close();
  if (!wish.html.empty()) {
    if (!context.json) std::cout << fmt::format("Written to {}.\n", wish.html);
    return;
  }
  if (context.json) {
    std::cout << timeline_json(case_id, entries, next, caption) << '\n';
    return;
  }
  for (const std::string& line : projections::render_timeline(case_id.printed() + caption, entries, next, tongue)) std::cout << line << '\n';
}

void run_hash(const Context& context, const CaseWish& wish) {
  if (wish.all != wish.case_id.empty()) throw Failure{{ErrorCode::kMalformed, "name one case, or give --all"}};
  const std::unique_ptr<CaseFolder> folder = CaseFolder::open(context);
  FolderHash hash;
  if (wish.all) {
    hash = hash_all(*folder, wish.replay);
  } else {
    hash = hash_one(*folder, case_id_from(wish.case_id), wish.replay);
  }
  boost::json::object object{{"cases", hash.cases}, {"exact", hash.exact.hex()}, {"outcome", hash.outcome.hex()}};
  if (wish.records) {
    const RecordsHash records = hash_records(*folder);
    object["records"] = records.hash.hex();
    object["record_count"] = records.records;
  }
  folder->close();
  if (context.json) {
    std::cout << boost::json::serialize(object) << '\n';
    return;
  }
  std::cout << fmt::format("exact    {}\noutcome  {}\n", hash.exact.hex(), hash.outcome.hex());
  if (wish.records) std::cout << fmt::format("records  {}\n", std::string_view(object["records"].as_string()));
  if (wish.all) std::cout << fmt::format("over {}\n", counted(hash.cases, "case", "cases"));
}

void run_list(const Context& context, const CaseWish& wish) {
  const std::unique_ptr<CaseFolder> folder = CaseFolder::open(context);
  projections::TextTable table({{"case"}, {"opened"}, {"version", true}, {"persons", true}, {"pathway"}, {"state"}});
  std::size_t cases = 0;
  folder->for_each_case(true, [&](const CaseStateView& view) {
    const CaseSummary summary = summary_of(*folder, view);
    ++cases;
    if (context.json) {
      std::cout << boost::json::serialize(boost::json::object{{"case", summary.case_id.printed()},
                                                              {"opened_on", to_string(summary.opened_on)},
                                                              {"version", summary.version.value()},
                                                              {"persons", summary.persons},
                                                              {"pathway", summary.pathway},
                                                              {"state", summary.life}})
                << '\n';
    } else if (cases <= wish.limit) {
      table.row({summary.case_id.printed(), to_string(summary.opened_on), std::to_string(summary.version.value()), std::to_string(summary.persons),
                 summary.pathway, summary.life});
    }
  });
  folder->close();
  if (context.json) return;
  if (cases == 0) {
    std::cout << "The folder has no case yet: submit an 'open' command, or try 'ritrovo generate'.\n";
    return;
  }
  for (const std::string& line : table.lines()) std::cout << line << '\n';
  if (cases > wish.limit) std::cout << fmt::format("… and {} more: --limit {} shows all.\n", grouped(cases - wish.limit), cases);
}

}  // namespace

void add_case(CLI::App& app, Context& context) {
  auto wish = std::make_shared<CaseWish>();
  CLI::App* group = add_command(app, context, "case", kCaseGroup, false, nullptr);
  group->require_subcommand(1);
  const auto with_case = [&wish](CLI::App* command) { command->add_option("case", wish->case_id, "The case")->type_name("ID")->required(); };
  const auto with_language = [&wish](CLI::App* command) {
    command->add_option("--language", wish->language, "it or en")->check(CLI::IsMember({"it", "en"}))->capture_default_str();
  };
  CLI::App* show = add_command(*group, context, "show", kCaseShow, true, [&context, wish] { run_show(context, *wish); });
  with_case(show);
  add_moment(*show, wish->moment);
  add_reader(*show, wish->reader);
  with_language(show);
  CLI::App* history = add_command(*group, context, "history", kHistory, true, [&context, wish] { run_history(context, *wish); });
  with_case(history);
  add_moment(*history, wish->moment);
  add_reader(*history, wish->reader);
  CLI::App* timeline = add_command(*group, context, "timeline", kTimeline, true, [&context, wish] { run_timeline(context, *wish); });
  with_case(timeline);
  add_moment(*timeline, wish->moment);
  add_reader(*timeline, wish->reader);
  timeline->add_option("--language", wish->language, "it, en, or another that is shipped")->check(CLI::IsMember(spoken_languages()))->capture_default_str();
  timeline->add_option("--html", wish->html, "A page for the family, into this file")->type_name("FILE");
  timeline->add_flag("--names", wish->names, "Call persons by their names, opened from the vault");
  add_case_diff(*group, context);
  CLI::App* hash = add_command(*group, context, "hash", kHash, true, [&context, wish] { run_hash(context, *wish); });
  hash->add_option("case", wish->case_id, "The case")->type_name("ID");
  hash->add_flag("--all", wish->all, "Of all cases together");
  hash->add_flag("--records", wish->records, "Also of every stored record of the folder");
  hash->add_flag("--replay", wish->replay, "Derive the states anew from the first event on, without snapshots");
  add_case_links(*group, context);
  CLI::App* list = add_command(*group, context, "list", kCaseList, true, [&context, wish] { run_list(context, *wish); });
  list->add_option("--limit", wish->limit, "Rows shown to a person; --json gives all")->type_name("N")->check(CLI::NonNegativeNumber)->capture_default_str();
}

}  // namespace ritrovo::tools
