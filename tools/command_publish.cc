#include <algorithm>
#include <iostream>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "engine/base/limits.h"
#include "tools/case_folder.h"
#include "tools/commands.h"
#include "tools/console.h"
#include "tools/documents.h"
#include "tools/submission.h"
#include "workflows/pathway/event_body.h"

namespace ritrovo::tools {
namespace {

constexpr Teaching kPublish{
    "Put definitions in force; without a file, those that came with ritrovo",
    "  ritrovo publish                                 the shipped catalogue\n"
    "  ritrovo publish definitions/ --data milano",
    "  ritrovo submit commands.ndjson                  cases opened from now on are pinned to the version of their day;\n"
    "                                                  running deadlines that a new term or calendar touches are counted again"};

struct PublishWish {
  std::vector<std::string> paths;
  std::string at;
  std::string actor = "operator";
};

void print(const Context& context, const Publication& published, std::size_t documents) {
  if (context.json) {
    std::cout << boost::json::serialize(boost::json::object{{"documents", documents},
                                                            {"already", published.already},
                                                            {"publication", published.number.value()},
                                                            {"hash", published.hash.hex()}})
              << '\n';
  } else if (published.already) {
    std::cout << "The same definitions are in force already; nothing was recorded.\n";
  } else {
    std::cout << fmt::format("{} in force, as publication {} ({}…).\nNext: ritrovo submit commands.ndjson --data {}\n",
                             counted(documents, "document is", "documents are"), published.number.value(), published.hash.hex().substr(0, 12),
                             context.data.string());
  }
}

/// Every term and calendar in force: what a publication that was recorded before may have brought, and its recounting not reached.
std::vector<definition::AlmanacItem> in_force(const definition::Library& library) {
  std::vector<definition::AlmanacItem> items;
  for (const definition::AlmanacItem& item : library.almanac_items)
    if (item.kind == "term" || item.kind == "calendar") items.push_back(item);
  return items;
}

bool runs(const pathway::RunningDeadline& deadline) {
  return deadline.clock == pathway::Clock::kRunning || deadline.clock == pathway::Clock::kSuspended || deadline.clock == pathway::Clock::kInterrupted;
}

/// Whether a deadline runs in that case that an earlier version of its term or calendar counted, and no recounting looked at since.
bool counted_before(const CaseFolder& folder, CaseId case_id, const pathway::CaseCore& core) {
  const std::shared_ptr<const definition::Library> library = folder.library();
  const std::shared_ptr<const definition::Pathway> pathway = library->with_identity(core.identity);
  if (pathway == nullptr) return false;
  std::vector<pathway::AlmanacVersion> recounted;
  std::vector<std::pair<pathway::DeadlineRef, pathway::Working>> workings;
  for (const StoredRecord& record : folder.history(case_id)) {
    if (record.event.tag < RecordTag::kFirstOfWorkflow) continue;
    const pathway::Body body = must(pathway::decode_body(record.event.tag, record.event.body));
    if (const auto* by = std::get_if<pathway::TermsRecounted>(&body)) recounted.insert(recounted.end(), by->by.begin(), by->by.end());
    if (const auto* set = std::get_if<pathway::DeadlineSet>(&body)) workings.emplace_back(set->deadline, set->working);
    if (const auto* moved = std::get_if<pathway::DeadlineMoved>(&body)) workings.emplace_back(moved->deadline, moved->working);
  }
  const auto stale = [&](std::string_view kind, const std::string& name, std::uint32_t used, std::uint32_t now) {
    return used < now && std::none_of(recounted.begin(), recounted.end(), [&](const pathway::AlmanacVersion& by) { return by.kind == kind && by.name == name && by.version >= now; });
  };
  return std::any_of(core.deadlines.begin(), core.deadlines.end(), [&](const pathway::RunningDeadline& deadline) {
    if (!runs(deadline)) return false;
    const auto last = std::find_if(workings.rbegin(), workings.rend(), [&deadline](const auto& known) { return known.first == deadline.ref; });
    const calendar::Term* term = library->almanac->term(pathway->steps[deadline.ref.step.step].deadlines[deadline.ref.deadline].term);
    if (last == workings.rend() || term == nullptr) return false;
    const calendar::Calendar* calendar = library->almanac->calendar(term->calendar);
    return stale("term", term->name, last->second.term_version, term->version) || (calendar != nullptr && stale("calendar", term->calendar, last->second.calendar_version, calendar->rules().version));
  });
}

/// The items of the almanac that came into force between the two.
std::vector<definition::AlmanacItem> renewed(const definition::Library& before, const definition::Library& after) {
  std::vector<definition::AlmanacItem> items;
  for (const definition::AlmanacItem& item : after.almanac_items) {
    for (const definition::AlmanacItem& earlier : before.almanac_items)
      if (earlier.kind == item.kind && earlier.name == item.name && earlier.version != item.version) items.push_back(item);
  }
  return items;
}

/// Whether that calendar, or one that it extends, is among the items.
bool calendar_among(const calendar::Almanac& almanac, std::string name, const std::vector<definition::AlmanacItem>& items) {
  constexpr int kExtendedMax = 8;  // the almanac refuses rings
  for (int depth = 0; depth < kExtendedMax && !name.empty(); ++depth) {
    if (std::any_of(items.begin(), items.end(), [&name](const definition::AlmanacItem& item) { return item.kind == "calendar" && item.name == name; })) return true;
    const calendar::Calendar* calendar = almanac.calendar(name);
    name = calendar == nullptr ? std::string() : calendar->rules().extends;
  }
  return false;
}

/// Whether a deadline runs in that case whose term, or whose term's calendar or parameter, is among the items.
bool touches(const pathway::CaseCore& core, const definition::Library& library, const std::vector<definition::AlmanacItem>& items) {
  const std::shared_ptr<const definition::Pathway> pathway = library.with_identity(core.identity);
  if (pathway == nullptr || (core.life != pathway::CaseLife::kOpen && core.life != pathway::CaseLife::kSuspended)) return false;
  const auto among = [&items](std::string_view kind, const std::string& name) {
    return std::any_of(items.begin(), items.end(), [&](const definition::AlmanacItem& item) { return item.kind == kind && item.name == name; });
  };
  return std::any_of(core.deadlines.begin(), core.deadlines.end(), [&](const pathway::RunningDeadline& deadline) {
    const std::string& name = pathway->steps[deadline.ref.step.step].deadlines[deadline.ref.deadline].term;
    const calendar::Term* term = runs(deadline) ? library.almanac->term(name) : nullptr;
    return term != nullptr && (among("term", name) || calendar_among(*library.almanac, term->calendar, items) || among("parameter", term->chosen_by_parameter));
  });
}

/// Has the running deadlines that the new versions touch counted again, case by case, each by a recorded command; tells what moved. A
/// publication that was recorded already may have been stopped in the middle of that: then the cases that it didn't reach have their turn.
void recount(CaseFolder& folder, const definition::Library& before, const Publication& published, const Actor& actor, std::optional<Timestamp> at, bool json) {
  const std::vector<definition::AlmanacItem> items = published.already ? in_force(*folder.library()) : renewed(before, *folder.library());
  if (items.empty()) return;
  std::vector<CaseId> cases;
  folder.for_each_case(true, [&](const CaseStateView& view) {
    if (!touches(view.state.core, *folder.library(), items)) return;
    if (!published.already || counted_before(folder, view.case_id, view.state.core)) cases.push_back(view.case_id);
  });
  if (published.already && cases.empty()) return;
  std::size_t moved = 0;
  const auto taken = [&](const LineAnswer& line, bool /*more*/) {
    for (const Event& event : line.answer.events) {
      const Result<pathway::Body> body = event.tag < RecordTag::kFirstOfWorkflow ? failure(ErrorCode::kNotFound, "") : pathway::decode_body(event.tag, event.body);
      const auto* change = body ? std::get_if<pathway::DeadlineMoved>(&*body) : nullptr;
      if (change == nullptr) continue;
      ++moved;
      if (!json) std::cout << fmt::format("  {}: due on {}{}\n", line.answer.case_id.printed(), to_string(change->due), change->was_due ? fmt::format(" (was {})", to_string(*change->was_due)) : "");
    }
  };
  Submission submission(limits::kInboxCommandsMax, [&folder](const Command& command, const AnswerCallback& answer) { folder.submit(command, answer); }, taken);
  for (std::size_t i = 0; i < cases.size() && !submission.failed(); ++i) {
    Command command;
    // The same publication asks for it once, however often it is tried.
    command.key = fmt::format("recount-{}-{}", published.number.value(), published.hash.hex().substr(0, 16));
    command.case_id = cases[i];
    command.verb = "recount";
    command.actor = actor;
    command.at = at;
    submission.offer(i + 1, std::move(command));
  }
  submission.drain();
  if (published.already && moved == 0) return;  // what was still to count had nothing to move
  if (json) {
    std::cout << boost::json::serialize(boost::json::object{{"recounted", cases.size()}, {"moved", moved}}) << '\n';
  } else {
    std::cout << fmt::format("{} counted again by the new versions, {} moved.\n", counted(cases.size(), "case was", "cases were"), counted(moved, "deadline", "deadlines"));
  }
}

void run(Context& context, const PublishWish& wish) {
  const std::vector<definition::Document> documents = wish.paths.empty() ? shipped_documents() : must(read_documents(wish.paths));
  const std::unique_ptr<CaseFolder> folder = CaseFolder::open_to_record(context);
  const definition::Loaded loaded = definition::load(documents, folder->library().get());
  if (!loaded.good()) {
    print_problems(std::cout, loaded.problems, documents.size(), context.json);
    context.leave_with(ExitCode::kMalformed);
    folder->close();
    return;
  }
  std::vector<PublishedDocument> published;
  std::set<std::string> paths;
  for (const definition::Document& document : documents) {
    published.push_back({path_within(document.path), document.text});
    if (!paths.insert(published.back().path).second)
      throw Failure{{ErrorCode::kMalformed, fmt::format("two documents would be published as {}: name the folder that both are in", published.back().path)}};
  }
  std::optional<Timestamp> at = folder->simulated_now();
  if (!wish.at.empty()) at = must(parse_timestamp(wish.at));
  const std::shared_ptr<const definition::Library> before = folder->library();
  const Publication done = folder->publish(std::move(published), operator_actor(wish.actor), at);
  print(context, done, documents.size());
  recount(*folder, *before, done, operator_actor(wish.actor), at, context.json);
  folder->close();
}

}  // namespace

void add_publish(CLI::App& app, Context& context) {
  auto wish = std::make_shared<PublishWish>();
  CLI::App* command = add_command(app, context, "publish", kPublish, true, [&context, wish] { run(context, *wish); });
  command->add_option("paths", wish->paths, "Definition files, or folders of them")->type_name("FILE|DIR");
  command->add_option("--at", wish->at, "When, in a simulated folder; where its clock stands unless said")->type_name("INSTANT");
  command->add_option("--actor", wish->actor, "Pseudonymous id of who publishes")->type_name("ID")->capture_default_str();
}

}  // namespace ritrovo::tools
