#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "tools/bench/benches.h"
#include "tools/bench/process.h"
#include "tools/bench/workload.h"
#include "tools/context.h"
#include "tools/scenario/scratch_case.h"
#include "tools/shipped_catalogue.h"
#include "workflows/definition/loader.h"
#include "workflows/pathway/event_body.h"

namespace ritrovo::bench {
namespace {

using scenario::ScratchCase;

std::shared_ptr<const definition::Library> shipped_library() {
  std::vector<definition::Document> documents;
  for (const tools::ShippedDocument& document : tools::shipped_catalogue()) documents.push_back({std::string(document.path), std::string(document.text)});
  definition::Loaded loaded = definition::load(documents);
  if (!loaded.good()) throw tools::Failure{{ErrorCode::kMalformed, "the shipped catalogue doesn't load"}};
  return std::make_shared<const definition::Library>(std::move(loaded.library));
}

/// Whether a step opened or ended, or the case did.
bool opens_or_closes(const std::vector<Draft>& drafts) {
  static const std::vector<RecordTag> kMoves = {pathway::CaseOpened::kTag,    pathway::CaseClosed::kTag,     pathway::PathwayCompleted::kTag,
                                                pathway::StepEnabled::kTag,   pathway::StepOpened::kTag,     pathway::StepCompleted::kTag,
                                                pathway::StepTerminated::kTag};
  return std::any_of(drafts.begin(), drafts.end(), [](const Draft& draft) { return std::find(kMoves.begin(), kMoves.end(), draft.tag) != kMoves.end(); });
}

/// Microseconds of single decisions, and of copying the case that each worked on. By the steady clock, which is read in some 30 ns: the system call
/// that tells a thread's processor time takes half a microsecond itself. What else runs on the machine is in the longest of them.
struct Times {
  std::vector<double> decide;
  std::vector<double> copy;
};

/// The value below which that share of the numbers lies; 0 for none.
double quantile(std::vector<double> numbers, double share) {
  if (numbers.empty()) return 0;
  const auto at = numbers.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(numbers.size() - 1));
  std::nth_element(numbers.begin(), at, numbers.end());
  return *at;
}

/// Families side by side in time, as they come in: each command finds its case as the others before it left it, and the machine's caches too.
class Town {
 public:
  Town(std::shared_ptr<const definition::Library> library, Report& report) : library_(std::move(library)), report_(report) {}

  void take(const Command& command) {
    ScratchCase& one = cases_.try_emplace(command.case_id, library_).first->second;
    const Day today(static_cast<std::int32_t>(command.at->value() / 86'400'000));
    wake(one, command.case_id, today);
    const Decision decision = measured(one, command, today, moves, others);
    const auto* rejection = std::get_if<Rejection>(&decision);
    report_.check(rejection == nullptr, rejection == nullptr ? "" : rejection->code + ": " + rejection->reason);
  }
  [[nodiscard]] std::uint64_t events() const {
    std::uint64_t events = 0;
    for (const auto& [id, one] : cases_) events += one.events().size();
    return events;
  }
  [[nodiscard]] bool replay() const {
    return std::all_of(cases_.begin(), cases_.end(), [](const auto& one) { return one.second.replays(); });
  }

  Times moves;   ///< commands that open or close something
  Times others;  ///< the other commands
  Times wakes;   ///< days that begin

 private:
  void wake(ScratchCase& one, CaseId id, Day today) {
    Command command;
    command.case_id = id;
    command.verb = "wake";
    for (;;) {
      const std::optional<Day> next = pathway::wake_on(one.state().core);
      if (!next || *next > today) return;
      const std::size_t before = one.events().size();
      (void)measured(one, command, *next, wakes, wakes);
      if (one.events().size() == before) return;
    }
  }
  Decision measured(ScratchCase& one, const Command& command, Day today, Times& if_moves, Times& if_not) {
    const Stopwatch deciding;
    Decision decision = one.decide(command, today);
    const double decided = deciding.seconds() * 1e6;
    const Stopwatch copying;
    const pathway::CaseCore copy = one.state().core;
    const double copied = copying.seconds() * 1e6;
    report_.check(copy.version == one.state().core.version, "a copy differs");
    const auto* drafts = std::get_if<std::vector<Draft>>(&decision);
    Times& times = drafts != nullptr && opens_or_closes(*drafts) ? if_moves : if_not;
    times.decide.push_back(decided);
    times.copy.push_back(copied);
    if (drafts != nullptr) one.take(*drafts, command, today);
    return decision;
  }

  std::shared_ptr<const definition::Library> library_;
  Report& report_;
  std::unordered_map<CaseId, ScratchCase> cases_;
};

}  // namespace

Report bench_decide(const Wish& wish) {
  const std::uint64_t commands = wish.commands_or(100'000, 3'000);
  const auto families = static_cast<std::uint32_t>(std::ceil(static_cast<double>(commands) / kCommandsPerFamily));
  Report report{"decide", {}, {}, {}};
  Town town(shipped_library(), report);
  generate_families(families, wish.seed, 1'000, [&town](const std::vector<Command>& chunk) {
    for (const Command& command : chunk) town.take(command);
    return true;
  });
  report.check(!town.moves.decide.empty(), "no command opened or closed anything");
  report.check(town.replay(), "a case replays to another state");
  const auto figure = [&](const char* name, double share, double goal) {
    report.figures.push_back(bounded_figure(name, quantile(town.moves.decide, share), "us", quantile(town.moves.copy, share), goal));
  };
  figure("p50 of decide", 0.5, 10);
  figure("p99 of decide", 0.99, 60);
  report.note_count("commands_that_open_or_close", town.moves.decide.size());
  report.note_count("other_commands", town.others.decide.size());
  report.note("other_commands_p50_us", quantile(town.others.decide, 0.5));
  report.note("other_commands_p99_us", quantile(town.others.decide, 0.99));
  report.note_count("days_that_begin", town.wakes.decide.size());
  report.note("days_p50_us", quantile(town.wakes.decide, 0.5));
  report.note("days_p99_us", quantile(town.wakes.decide, 0.99));
  report.note("longest_us", quantile(town.moves.decide, 1));
  report.note_count("events", town.events());
  return report;
}

}  // namespace ritrovo::bench
