#include <algorithm>
#include <iostream>
#include <map>
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
#include "engine/record/engine_bodies.h"
#include "tools/case_folder.h"
#include "tools/commands.h"
#include "tools/console.h"
#include "tools/documents.h"
#include "tools/submission.h"
#include "workflows/pathway/event_body.h"
#include "workflows/pathway/instance_names.h"
#include "workflows/pathway/machine.h"
#include "workflows/pathway/recount.h"

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

bool runs(const pathway::RunningDeadline& deadline) {
  return deadline.clock == pathway::Clock::kRunning || deadline.clock == pathway::Clock::kSuspended || deadline.clock == pathway::Clock::kInterrupted;
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

/// A publication that put a term, calendar or parameter in force in place of another version.
struct Renewal {
  definition::AlmanacItem item;
  Version publication;
  Hash256 hash;
};

/// Of each item in force that replaced another, the publication that did.
std::vector<Renewal> renewals(const CaseFolder& folder) {
  std::vector<Renewal> all;
  pathway::PathwayMachine machine;
  folder.with_log([&](const CaseLog& log) {
    return log.read_case(PartitionId(0), CaseId(0), Version(1), [&](const StoredRecord& record) {
      const pathway::PathwayMachine next = must(machine.publish(record.event.body));
      for (const definition::AlmanacItem& item : renewed(*machine.library(), *next.library())) {
        all.erase(std::remove_if(all.begin(), all.end(), [&item](const Renewal& known) { return known.item.kind == item.kind && known.item.name == item.name; }), all.end());
        all.push_back({item, record.event.version, must(decode_publication(record.event.body)).hash});
      }
      machine = next;
      return true;
    });
  });
  return all;
}

/// The terms by which deadlines run in a case that is under way.
std::vector<std::pair<pathway::DeadlineRef, const calendar::Term*>> running_terms(const pathway::CaseCore& core, const definition::Library& library) {
  std::vector<std::pair<pathway::DeadlineRef, const calendar::Term*>> terms;
  const std::shared_ptr<const definition::Pathway> pathway = library.with_identity(core.identity);
  if (pathway == nullptr || (core.life != pathway::CaseLife::kOpen && core.life != pathway::CaseLife::kSuspended)) return terms;
  for (const pathway::RunningDeadline& deadline : core.deadlines) {
    const calendar::Term* term = runs(deadline) ? library.almanac->term(pathway->steps[deadline.ref.step.step].deadlines[deadline.ref.deadline].term) : nullptr;
    if (term != nullptr) terms.emplace_back(deadline.ref, term);
  }
  return terms;
}

bool rests_on(const calendar::Almanac& almanac, const calendar::Term& term, const definition::AlmanacItem& item) {
  const std::vector<pathway::AlmanacVersion> basis = pathway::rests_on(almanac, term);
  return std::any_of(basis.begin(), basis.end(), [&item](const pathway::AlmanacVersion& it) { return it.kind == item.kind && it.name == item.name; });
}

/// The latest of the renewals that a running deadline of the case rests on and that no counting has looked at: the deadline was last counted
/// before the publication stood in the case's partition. Nothing where there is none.
const Renewal* not_counted(const CaseFolder& folder, CaseId case_id, const pathway::CaseCore& core, const std::vector<Renewal>& renewals) {
  const std::shared_ptr<const definition::Library> library = folder.library();
  const auto terms = running_terms(core, *library);
  const auto touched = [&](const Renewal& renewal) {
    return std::any_of(terms.begin(), terms.end(), [&](const auto& running) { return rests_on(*library->almanac, *running.second, renewal.item); });
  };
  if (std::none_of(renewals.begin(), renewals.end(), touched)) return nullptr;
  std::map<pathway::DeadlineRef, Position> last_counted;
  Position all_counted;
  for (const StoredRecord& record : folder.history(case_id)) {
    if (record.event.tag < RecordTag::kFirstOfWorkflow) continue;
    const pathway::Body body = must(pathway::decode_body(record.event.tag, record.event.body));
    if (std::holds_alternative<pathway::TermsRecounted>(body)) all_counted = record.position;
    if (const auto* set = std::get_if<pathway::DeadlineSet>(&body)) last_counted[set->deadline] = record.position;
    if (const auto* moved = std::get_if<pathway::DeadlineMoved>(&body)) last_counted[moved->deadline] = record.position;
  }
  std::map<Version, Position> published;
  folder.with_log([&](const CaseLog& log) {
    return log.read_case(partition_of(case_id, folder.settings().partitions), CaseId(0), Version(1), [&published](const StoredRecord& record) {
      published[record.event.version] = record.position;
      return true;
    });
  });
  const Renewal* latest = nullptr;
  for (const Renewal& renewal : renewals)
    for (const auto& [deadline, term] : terms)
      if (rests_on(*library->almanac, *term, renewal.item) && std::max(last_counted[deadline], all_counted) < published[renewal.publication] &&
          (latest == nullptr || latest->publication < renewal.publication))
        latest = &renewal;
  return latest;
}

/// A case whose running deadlines are to be counted again, and the publication that asks for it.
struct Recounting {
  CaseId case_id;
  Version publication;
  Hash256 hash;
};

/// The cases that the new versions touch. A publication that was recorded already may have been stopped in the middle of the counting: then
/// those that no counting has reached.
std::vector<Recounting> to_recount(const CaseFolder& folder, const definition::Library& before, const Publication& published) {
  std::vector<Recounting> cases;
  if (published.already) {
    const std::vector<Renewal> known = renewals(folder);
    folder.for_each_case(true, [&](const CaseStateView& view) {
      if (const Renewal* renewal = not_counted(folder, view.case_id, view.state.core, known)) cases.push_back({view.case_id, renewal->publication, renewal->hash});
    });
    return cases;
  }
  const std::shared_ptr<const definition::Library> after = folder.library();
  const std::vector<definition::AlmanacItem> items = renewed(before, *after);
  if (items.empty()) return cases;
  folder.for_each_case(true, [&](const CaseStateView& view) {
    for (const auto& [deadline, term] : running_terms(view.state.core, *after))
      if (std::any_of(items.begin(), items.end(), [&, of = term](const definition::AlmanacItem& item) { return rests_on(*after->almanac, *of, item); }))
        return cases.push_back({view.case_id, published.number, published.hash});
  });
  return cases;
}

/// "visit of rel-1", "answer/hurry": whose deadline that is, as the definition names it.
std::string named(const CaseFolder& folder, const CaseStateView& view, const pathway::DeadlineRef& ref) {
  const std::shared_ptr<const definition::Pathway> pathway = folder.library()->with_identity(view.state.core.identity);
  if (pathway == nullptr) return "a deadline";
  const definition::Step& step = pathway->steps[ref.step.step];
  std::string name = step.name;
  if (step.deadlines.size() > 1) name += "/" + step.deadlines[ref.deadline].name;
  const std::string alias = pathway::CaseNames(view.state.core).alias(ref.step.person);
  return alias.empty() ? name : name + " of " + alias;
}

/// Has the running deadlines that the new versions touch counted again, case by case, each by a recorded command; tells what moved.
void recount(CaseFolder& folder, const definition::Library& before, const Publication& published, const Actor& actor, std::optional<Timestamp> at, bool json) {
  const std::vector<Recounting> cases = to_recount(folder, before, published);
  if (cases.empty() && (published.already || renewed(before, *folder.library()).empty())) return;
  std::size_t moved = 0;
  const auto taken = [&](const LineAnswer& line, bool /*more*/) {
    std::optional<CaseStateView> view;
    for (const Event& event : line.answer.events) {
      const Result<pathway::Body> body = event.tag < RecordTag::kFirstOfWorkflow ? failure(ErrorCode::kNotFound, "") : pathway::decode_body(event.tag, event.body);
      const auto* change = body ? std::get_if<pathway::DeadlineMoved>(&*body) : nullptr;
      if (change == nullptr) continue;
      ++moved;
      if (json) continue;
      if (!view) view = folder.state(line.answer.case_id);
      std::cout << fmt::format("  {}, {}: due on {}{}\n", line.answer.case_id.printed(), named(folder, *view, change->deadline), to_string(change->due),
                               change->was_due ? fmt::format(" (was {})", to_string(*change->was_due)) : "");
    }
  };
  Submission submission(limits::kInboxCommandsMax, [&folder](const Command& command, const AnswerCallback& answer) { folder.submit(command, answer); }, taken);
  for (std::size_t i = 0; i < cases.size() && !submission.failed(); ++i) {
    Command command;
    // The same publication asks for it once, however often it is tried.
    command.key = fmt::format("recount-{}-{}", cases[i].publication.value(), cases[i].hash.hex().substr(0, 16));
    command.case_id = cases[i].case_id;
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
    // `check` knows the shipped terms and calendars; a new folder knows none of them.
    if (!context.json && !wish.paths.empty() && folder->library()->almanac_items.empty())
      std::cout << fmt::format("No term, calendar or parameter is in force in this folder yet. Those that came with ritrovo: ritrovo publish --data {}\n", context.data.string());
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
