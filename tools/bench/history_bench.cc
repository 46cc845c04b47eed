#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "tools/bench/benches.h"
#include "tools/bench/process.h"
#include "tools/bench/workload.h"
#include "tools/context.h"
#include "tools/progress.h"

namespace ritrovo::bench {
namespace {

using tools::must;

/// A task that can be claimed and released for ever, and a fact that may be reported for ever.
constexpr const char* kPathway = R"(
pathway: bench-history
version: 1
valid_from: 2018-01-01
title: {it: Misura della storia, en: Measuring history}
roles: {caseworker: {it: Operatore, en: Caseworker}}
persons:
  sponsor: {count: one, title: {it: Richiedente, en: Sponsor}, data: {birth_date: {type: date, optional: true}}}
facts:
  note.taken: {title: {it: Nota, en: Note}, by: [caseworker], data: {number: {type: integer, public: true}}}
  work.ended: {title: {it: Fine, en: End}, by: [caseworker], data: {}}
steps:
  work: {title: {it: Lavoro, en: Work}, task: {role: caseworker}, done_when: {fact: work.ended}}
)";

/// What a case's history is made of.
enum class Kind : std::uint8_t {
  kTask,  ///< a task claimed and released in turn: the state stays as large as it was
  kFact,  ///< a fact reported again and again: the state keeps each report
};

struct Case {
  CaseId id;
  std::uint32_t events = 0;  ///< that this bench made, the opening's not counted
};

class Histories {
 public:
  Histories(TrialEngine& engine, Report& report) : engine_(engine), report_(report) {}

  Case open(const ManyCases& makes) {
    Command command = makes.opening(next_);
    Case opened{makes.case_of(next_++), 0};
    command.pathway = "bench-history";
    std::erase_if(command.persons, [](const NewPerson& person) { return person.role != "sponsor"; });
    command.persons.front().data.clear();
    send({std::move(command)});
    return opened;
  }
  /// Gives each case so many more events, case by case in turn; returns the seconds.
  double go_on(std::vector<Case>& cases, Kind kind, std::uint32_t events) {
    std::vector<Command> commands;
    for (std::uint32_t i = 0; i < events; ++i)
      for (Case& one : cases) commands.push_back(next_command(one, kind));
    return send(std::move(commands));
  }

 private:
  static Command next_command(Case& one, Kind kind) {
    const std::uint32_t number = one.events++;
    Command command = caseworker_command(one.id, fmt::format("h-{}-{}", one.id.value(), number), kind == Kind::kTask ? "task" : "report");
    if (kind == Kind::kTask) {
      command.step = "work";
      command.action = number % 2 == 0 ? "claim" : "release";
    } else {
      command.fact = "note.taken";
      set(command.data, "number", std::int64_t{number});
    }
    return command;
  }
  double send(std::vector<Command> commands) {
    Sender sender(engine_);
    const Stopwatch time;
    for (Command& command : commands) sender.send(std::move(command));
    sender.drain();
    const double seconds = time.seconds();
    sender.check(report_);
    return seconds;
  }

  TrialEngine& engine_;
  Report& report_;
  std::uint64_t next_ = 0;
};

struct Plan {
  std::uint32_t cases;   ///< measured together, over all partitions
  std::uint32_t events;  ///< behind the long ones
  std::uint32_t rounds;
};

struct Warm {
  std::vector<double> short_seconds;  ///< of each round
  std::vector<double> long_seconds;
  std::vector<Case> short_cases;  ///< of the last round
  std::vector<Case> long_cases;
};

constexpr std::uint32_t kShortEvents = 10;

/// Ten commands on each of some cases with ten events behind them, then on each of as many with thousands, in turn.
Warm measure_warm(Histories& histories, const ManyCases& makes, Kind kind, const Plan& plan) {
  Warm warm;
  for (std::uint32_t i = 0; i < plan.cases; ++i) warm.long_cases.push_back(histories.open(makes));
  tools::Progress progress("making histories", "events", plan.events, false);
  for (std::uint32_t made = 0; made < plan.events; made += 100) {
    (void)histories.go_on(warm.long_cases, kind, 100);
    progress.at(made, std::uint64_t{made} * plan.cases);
  }
  progress.finish();
  for (std::uint32_t round = 0; round < plan.rounds; ++round) {
    warm.short_cases.clear();
    for (std::uint32_t i = 0; i < plan.cases; ++i) warm.short_cases.push_back(histories.open(makes));
    (void)histories.go_on(warm.short_cases, kind, kShortEvents);
    warm.short_seconds.push_back(histories.go_on(warm.short_cases, kind, kShortEvents));
    warm.long_seconds.push_back(histories.go_on(warm.long_cases, kind, kShortEvents));
  }
  return warm;
}

struct Cold {
  double seconds = 0;
  std::size_t state_bytes = 0;  ///< of one case
};

/// Reads each case from the log, as a command on a case that isn't in memory does.
Cold load_all(const TrialEngine& engine, const std::vector<Case>& cases, Report& report) {
  Cold cold;
  for (const Case& one : cases) {
    const Stopwatch time;
    const auto view = must(engine.state(one.id));
    cold.seconds += time.seconds();
    report.check(view && view->version.value() > one.events, one.id.printed() + " lacks events");
    if (view) cold.state_bytes = std::max(cold.state_bytes, pathway::encode_state(view->state).size());
  }
  return cold;
}

Cold load_often(const TrialEngine& engine, const std::vector<Case>& cases, std::uint32_t rounds, Report& report) {
  Cold typical;
  std::vector<double> seconds;
  for (std::uint32_t round = 0; round < rounds; ++round) {
    const Cold one = load_all(engine, cases, report);
    seconds.push_back(one.seconds);
    typical.state_bytes = one.state_bytes;
  }
  typical.seconds = median(std::move(seconds));
  return typical;
}

void note_kind(Report& report, const std::string& what, const Warm& warm, const Cold& short_cold, const Cold& long_cold, const Plan& plan) {
  const double commands = static_cast<double>(plan.cases) * kShortEvents;
  const double loads = plan.cases;
  constexpr double kMicro = 1e6;
  report.figures.push_back(
      time_figure(what + ", warm command", median(warm.long_seconds) / commands * kMicro, "us", median(warm.short_seconds) / commands * kMicro, 0.9));
  report.figures.push_back(time_figure(what + ", cold load", long_cold.seconds / loads * kMicro, "us", short_cold.seconds / loads * kMicro, 0.9));
  report.note_count(what + ", state bytes short", short_cold.state_bytes);
  report.note_count(what + ", state bytes long", long_cold.state_bytes);
}

}  // namespace

Report bench_history(const Wish& wish) {
  const auto events = static_cast<std::uint32_t>(wish.commands_or(10'000, 300));
  const Plan tasks{wish.quick ? 8U : 32U, events, wish.quick ? 3U : 40U};
  const Plan facts{wish.quick ? 4U : 8U, events, wish.quick ? 2U : 10U};
  const std::uint32_t cold_rounds = wish.quick ? 3 : 30;
  const Place place(wish);
  Report report{"history", {}, {}, {}};
  const ManyCases makes(wish.seed);
  EngineOptions options;
  options.path = place / "data";
  std::unique_ptr<TrialEngine> engine = new_folder(std::move(options), kPathway);
  Histories histories(*engine, report);
  const Warm by_task = measure_warm(histories, makes, Kind::kTask, tasks);
  const Warm by_fact = measure_warm(histories, makes, Kind::kFact, facts);
  must(engine->close());
  engine.reset();
  options = {};
  options.path = place / "data";
  engine = open_folder(std::move(options));
  // Once unmeasured, so that the blocks of both are in memory.
  for (const Warm* warm : {&by_task, &by_fact}) {
    (void)load_all(*engine, warm->short_cases, report);
    (void)load_all(*engine, warm->long_cases, report);
  }
  note_kind(report, "same state", by_task, load_often(*engine, by_task.short_cases, cold_rounds, report),
            load_often(*engine, by_task.long_cases, cold_rounds, report), tasks);
  note_kind(report, "growing state", by_fact, load_often(*engine, by_fact.short_cases, cold_rounds, report),
            load_often(*engine, by_fact.long_cases, cold_rounds, report), facts);
  for (const Case& one : {by_task.long_cases.front(), by_fact.long_cases.front()}) {
    const auto kept = must(engine->state(one.id));
    const auto replayed = must(engine->replay(one.id));
    report.check(kept && replayed && TrialEngine::exact_hash(kept->state) == TrialEngine::exact_hash(replayed->state),
                 one.id.printed() + " replays to another state");
  }
  report.note_count("events_short", kShortEvents);
  report.note_count("events_long", events);
  report.note_count("commands", std::uint64_t{tasks.cases} * (tasks.events + 3ULL * tasks.rounds * kShortEvents));
  must(engine->close());
  return report;
}

}  // namespace ritrovo::bench
