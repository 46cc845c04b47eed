#include <iostream>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "projections/page.h"
#include "projections/text_table.h"
#include "projections/timeline.h"
#include "tools/access.h"
#include "tools/case_reading.h"
#include "tools/case_sheet.h"
#include "tools/commands.h"
#include "workflows/reasons/event_words.h"

namespace ritrovo::tools {
namespace {

constexpr Teaching kCaseDiffDiff{"What was learnt of a case between two moments: what was recorded in between, and what stands otherwise by it",
                         "  ritrovo case diff fam-… --known-on 2025-03-01 --known-on 2025-06-30\n"
                         "  ritrovo case diff fam-… --known-on 2025-03-01           since then",
                         "  ritrovo explain fam-… STEP --known-on 2025-06-30 why a step stood so"};

struct CaseDiffWish {
  std::string case_id;
  std::vector<std::string> known_on;
  std::string language = "en";
  bool names = false;
  Reader reader;
};

/// Something that stands otherwise than before.
struct Change {
  std::string kind;   ///< "step" or "deadline"
  std::string title;
  std::string before; ///< empty: there was no such thing
  std::string after;
};

std::vector<Change> changes_between(const reasons::CaseStory& before, const reasons::CaseStory& after) {
  std::vector<Change> changes;
  std::set<pathway::StepRef> steps;
  for (const reasons::CaseStory* story : {&before, &after})
    for (const pathway::StepInstance& step : story->core().steps) steps.insert(step.ref);
  for (const pathway::StepRef& ref : steps) {
    const std::string was = life_in_words(before, ref);
    const std::string is = life_in_words(after, ref);
    if (was != is) changes.push_back({"step", after.title(ref), was, is});
  }
  for (const pathway::RunningDeadline& deadline : after.core().deadlines) {
    const pathway::RunningDeadline* known = before.core().find(deadline.ref);
    const std::string was = known == nullptr ? std::string() : clock_in_words(before, *known);
    const std::string is = clock_in_words(after, deadline);
    if (was != is) changes.push_back({"deadline", deadline_title(after, deadline.ref), was, is});
  }
  return changes;
}

void print_json(const CaseDiffWish& wish, const CaseReading& before, const CaseReading& after, const std::vector<projections::TimelineEntry>& learnt, const std::vector<Change>& changes) {
  boost::json::array told;
  for (const projections::TimelineEntry& entry : learnt)
    told.push_back(boost::json::object{{"version", entry.version.value()}, {"day", to_string(entry.day)}, {"kind", name_of(entry.kind)}, {"text", entry.text}, {"why", entry.why}});
  boost::json::array otherwise;
  for (const Change& change : changes) otherwise.push_back(boost::json::object{{"kind", change.kind}, {"title", change.title}, {"before", change.before}, {"after", change.after}});
  std::cout << boost::json::serialize(boost::json::object{{"case", wish.case_id},
                                                          {"from_version", before.state.core.version.value()},
                                                          {"to_version", after.state.core.version.value()},
                                                          {"learnt", std::move(told)},
                                                          {"otherwise", std::move(otherwise)}})
            << '\n';
}

void print_text(const std::string& heading, const std::vector<projections::TimelineEntry>& learnt, const std::vector<projections::NextAction>& next, const std::vector<Change>& changes, const CaseDiffWish& wish) {
  const bool italian = wish.language == "it";
  for (const std::string& line : projections::render_timeline(heading, learnt, next, wish.language)) std::cout << line << '\n';
  if (changes.empty()) return;
  std::cout << (italian ? "\nChe cosa sta diversamente\n" : "\nWhat stands otherwise\n");
  for (const Change& change : changes) {
    std::cout << "  " << change.title << '\n';
    if (!change.before.empty()) std::cout << (italian ? "    prima: " : "    before: ") << change.before << '\n';
    std::cout << (italian ? "    poi:   " : "    after:  ") << change.after << '\n';
  }
}

void run_diff(const Context& context, const CaseDiffWish& wish) {
  if (wish.known_on.empty() || wish.known_on.size() > 2) throw Failure{{ErrorCode::kMalformed, "say --known-on once (from then until now) or twice (from … to …)"}};
  const CaseId case_id = case_id_from(wish.case_id);
  const std::unique_ptr<CaseFolder> folder = CaseFolder::open(context);
  Moment from{instant_from(*folder, wish.known_on.front()), {}};
  Moment to;
  if (wish.known_on.size() == 2) to.known_on = instant_from(*folder, wish.known_on.back());
  if (to.known_on && *to.known_on < *from.known_on) std::swap(from, to);
  const CaseReading before = read_case(*folder, case_id, from);
  const CaseReading after = read_case(*folder, case_id, to);
  note_read(context, wish.reader, case_id, "diff", wish.names);
  const reading::Language language = wish.language == "it" ? reading::Language::kItalian : reading::Language::kEnglish;
  const auto knowledge = [&](const CaseReading& reading) {
    reasons::Knowledge known = knowledge_of(*folder, reading);
    if (!wish.names) known.name = nullptr;
    return known;
  };
  const reasons::Knowledge known_before = knowledge(before);
  const reasons::Knowledge known_after = knowledge(after);
  const std::vector<Change> changes = changes_between(reasons::CaseStory(known_before, language), reasons::CaseStory(known_after, language));
  projections::Timeline timeline(case_id);
  const auto fold = feed_reading(after, timeline);
  projections::Telling telling;
  telling.language = wish.language;
  telling.local_day = [&folder](Timestamp instant) { return folder->zone().day_of(instant); };
  telling.library = after.library().get();
  if (wish.names) telling.name = [&known_after](std::string_view alias, PersonId) { return known_after.name(alias); };
  std::vector<projections::TimelineEntry> learnt = timeline.entries(telling);
  std::erase_if(learnt, [&](const projections::TimelineEntry& entry) { return entry.version <= before.state.core.version; });
  const std::string until = to.known_on ? local_time(*folder, *to.known_on) : to_string(after.today);
  const std::string heading = wish.language == "it" ? fmt::format("{}: ciò che si è saputo fra il {} e il {}", case_id.printed(), local_time(*folder, *from.known_on), until)
                                                    : fmt::format("{}: what was learnt between {} and {}", case_id.printed(), local_time(*folder, *from.known_on), until);
  const std::vector<projections::NextAction> next = timeline.next(telling, after.today);
  folder->close();
  if (context.json) print_json(wish, before, after, learnt, changes);
  else print_text(heading, learnt, next, changes, wish);
}

}  // namespace

void add_case_diff(CLI::App& group, Context& context) {
  auto wish = std::make_shared<CaseDiffWish>();
  CLI::App* diff = add_command(group, context, "diff", kCaseDiffDiff, true, [&context, wish] { run_diff(context, *wish); });
  diff->add_option("case", wish->case_id, "The case")->type_name("ID")->required();
  diff->add_option("--known-on", wish->known_on, "From when, and until when: instants, or days, which mean their ends")->type_name("INSTANT")->expected(1)->take_all();
  diff->add_option("--language", wish->language, "it or en")->check(CLI::IsMember({"it", "en"}))->capture_default_str();
  add_reader(*diff, wish->reader);
  diff->add_flag("--names", wish->names, "Call persons by their names, opened from the vault");
}

}  // namespace ritrovo::tools
