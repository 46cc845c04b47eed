#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "engine/runtime/case_loader.h"
#include "projections/directory/directory.h"
#include "tools/bench/benches.h"
#include "tools/bench/process.h"
#include "tools/bench/workload.h"
#include "tools/context.h"

namespace ritrovo::bench {
namespace {

using projections::Candidate;
using projections::Directory;
using tools::must;

/// One family in ten is met twice.
constexpr double kDoubles = 0.1;
constexpr double kRecallGoal = 0.95;
constexpr double kPrecisionGoal = 0.9;

/// What the generator knows of the cases: of which family each is, and which are openings of a reunification.
struct Truth {
  std::vector<GeneratedOpening> openings;
  std::map<CaseId, std::uint32_t> family;
  std::map<CaseId, bool> reunification;
};

/// Pairs of reunifications of one family, both ways, and what the directory says of them.
struct Judged {
  std::uint64_t found = 0;
  std::uint64_t missed = 0;
  std::uint64_t wrong = 0;
  std::uint64_t missed_swapped = 0;
  std::uint64_t wrong_named_once = 0;  ///< of the wrong ones, those that rest on one person
  std::vector<double> seconds;
};

std::vector<projections::Identity> family_of(const Command& opening) {
  std::vector<projections::Identity> family;
  for (const NewPerson& person : opening.persons) family.push_back(projections::identity_from(person.data));
  return family;
}

Judged judge(const Directory& directory, const Truth& truth) {
  std::map<std::uint32_t, std::vector<CaseId>> cases;
  for (const auto& [case_id, family] : truth.family)
    if (truth.reunification.at(case_id)) cases[family].push_back(case_id);
  Judged judged;
  for (const GeneratedOpening& opening : truth.openings) {
    const CaseId own = opening.command.case_id;
    if (!truth.reunification.at(own)) continue;
    const Stopwatch time;
    const std::vector<Candidate> candidates = directory.candidates(family_of(opening.command), {}, {"caseworker"});
    judged.seconds.push_back(time.seconds());
    std::uint64_t found = 0;
    for (const Candidate& candidate : candidates) {
      if (candidate.case_id == own) continue;
      if (truth.family.at(candidate.case_id) != opening.truth.family) {
        ++judged.wrong;
        judged.wrong_named_once += candidate.persons.size() == 1 ? 1 : 0;
      } else if (truth.reunification.at(candidate.case_id)) {
        ++found;
      }
    }
    const std::uint64_t there = cases.at(opening.truth.family).size() - 1;
    judged.found += found;
    judged.missed += there - found;
    judged.missed_swapped += opening.truth.swapped ? there - found : 0;
  }
  return judged;
}

double percentile(std::vector<double>& seconds, double share) {
  std::sort(seconds.begin(), seconds.end());
  return seconds.empty() ? 0 : seconds[std::min(seconds.size() - 1, static_cast<std::size_t>(share * static_cast<double>(seconds.size())))];
}

Truth open_all(TrialEngine& engine, std::uint32_t families, const Wish& wish, Report& report) {
  Truth truth;
  Sender sender(engine);
  generate_openings(families, wish.seed, kDoubles, [&](GeneratedOpening opening) {
    truth.family[opening.command.case_id] = opening.truth.family;
    truth.reunification[opening.command.case_id] = opening.truth.pathway == "family-reunification";
    truth.openings.push_back(opening);
    sender.send(std::move(opening.command));
  });
  sender.drain();
  sender.check(report);
  return truth;
}

void build(Directory& directory, const TrialEngine& engine) {
  for (std::uint16_t i = 0; i < engine.folder().settings().partitions; ++i) {
    must(engine.with_log([&](const CaseLog& log) {
      return log.scan_records(PartitionId(i), Position(0), [&directory](const StoredRecord& record) {
        directory.apply(record.event);
        return true;
      });
    }));
  }
}

}  // namespace

Report bench_directory(const Wish& wish) {
  const auto families = static_cast<std::uint32_t>(wish.commands_or(20'000, 1'000));
  const Place place(wish);
  Report report{"directory", {}, {}, {}};
  EngineOptions options;
  options.path = place / "data";
  const std::unique_ptr<TrialEngine> engine = new_folder(std::move(options));
  const Truth truth = open_all(*engine, families, wish, report);
  const Memory before = memory_of_this_process();
  const Stopwatch time;
  Directory directory([&engine] { return engine->machine()->library(); }, [&engine](CaseId case_id, Version version, const Box& box) {
    std::optional<Opened::Entry> entry;
    must(engine->with_vault([&](const VaultPort& vault) { return open_box(vault, case_id, version, box).map([&entry](Opened::Entry opened) { entry = std::move(opened); }); }));
    return std::move(*entry);
  });
  build(directory, *engine);
  const double built = time.seconds();
  const Memory after = memory_of_this_process();
  Judged judged = judge(directory, truth);
  const auto found = static_cast<double>(judged.found);
  const double all = found + static_cast<double>(judged.missed);
  report.figures.push_back({"recall", all == 0 ? 1 : found / all, "of the doubles", 0, all == 0 ? 1 : found / all, kRecallGoal});
  const double offered = found + static_cast<double>(judged.wrong);
  report.figures.push_back({"precision", offered == 0 ? 1 : found / offered, "of what is offered", 0, offered == 0 ? 1 : found / offered, kPrecisionGoal});
  report.check(found >= kRecallGoal * all, fmt::format("{} of {} doubles were missed", judged.missed, judged.found + judged.missed));
  report.check(found >= kPrecisionGoal * offered, fmt::format("{} of {} candidates were of another family", judged.wrong, judged.found + judged.wrong));
  report.note_count("families", families);
  report.note_count("cases", truth.openings.size());
  report.note_count("persons", directory.persons());
  report.note_count("doubles_found", judged.found);
  report.note_count("doubles_missed", judged.missed);
  report.note_count("of_these_with_swapped_dates", judged.missed_swapped);
  report.note_count("other_families_offered", judged.wrong);
  report.note_count("of_these_by_one_person", judged.wrong_named_once);
  report.note("build_seconds", built);
  report.note_count("records_read", records_of(*engine));
  report.note_count("memory_bytes", after.resident > before.resident ? after.resident - before.resident : 0);
  report.note("candidates_p50_us", percentile(judged.seconds, 0.5) * 1e6);
  report.note("candidates_p99_us", percentile(judged.seconds, 0.99) * 1e6);
  std::vector<double> searches;
  for (std::size_t i = 0; i < truth.openings.size(); i += std::max<std::size_t>(1, truth.openings.size() / 500)) {
    const projections::Identity who = family_of(truth.openings[i].command).front();
    const Stopwatch one;
    const auto persons = directory.search({who.given_name + " " + who.family_name, who.birth_date, {}}, {"caseworker"});
    searches.push_back(one.seconds());
    report.check(std::any_of(persons.begin(), persons.end(), [&](const auto& known) { return known.case_id == truth.openings[i].command.case_id; }), "somebody isn't found by name and date of birth");
  }
  report.note("search_p50_us", percentile(searches, 0.5) * 1e6);
  report.note("search_p99_us", percentile(searches, 0.99) * 1e6);
  must(engine->close());
  return report;
}

}  // namespace ritrovo::bench
