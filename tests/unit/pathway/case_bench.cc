#include "tests/unit/pathway/case_bench.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "tools/scenario/line.h"
#include "workflows/definition/consequences.h"
#include "workflows/definition/loader.h"

namespace ritrovo::pathway::test {
namespace {

const std::filesystem::path kRoot = RITROVO_SOURCE_DIR;

definition::Document document(const std::filesystem::path& file) {
  std::ifstream in(file);
  EXPECT_TRUE(in.good()) << file;
  return {std::filesystem::relative(file, kRoot).string(), std::string(std::istreambuf_iterator<char>(in), {})};
}

definition::Loaded loaded_with_almanac(std::vector<definition::Document> documents) {
  for (const char* folder : {"calendars", "terms", "parameters"})
    for (const auto& entry : std::filesystem::directory_iterator(kRoot / "workflows/catalogue" / folder))
      if (entry.path().extension() == ".yaml") documents.push_back(document(entry.path()));
  return definition::load(documents);
}

std::shared_ptr<const definition::Library> load_all(std::vector<definition::Document> documents) {
  definition::Loaded loaded = loaded_with_almanac(std::move(documents));
  for (const definition::Problem& problem : loaded.problems)
    if (problem.severity == definition::Severity::kError) ADD_FAILURE() << to_string(problem);
  return std::make_shared<const definition::Library>(std::move(loaded.library));
}

}  // namespace

std::shared_ptr<const definition::Library> library_of(const std::vector<std::string>& files) {
  std::vector<definition::Document> documents;
  for (const std::string& file : files) documents.push_back(document(kRoot / file));
  return load_all(std::move(documents));
}

std::shared_ptr<const definition::Library> library_from(const std::string& yaml) { return load_all({{"test.yaml", yaml}}); }

std::shared_ptr<const definition::Library> library_from(std::vector<definition::Document> documents) { return load_all(std::move(documents)); }

std::shared_ptr<const definition::Library> library_if_sound(const std::string& yaml) {
  definition::Loaded loaded = loaded_with_almanac({{"test.yaml", yaml}});
  return loaded.good() ? std::make_shared<const definition::Library>(std::move(loaded.library)) : nullptr;
}

Command command_of(const std::string& line, Day& today) {
  const Result<scenario::DatedCommand> dated = scenario::read_command(line);
  if (!dated) {
    ADD_FAILURE() << line << ": " << dated.error().message;
    return {};
  }
  today = dated->today;
  return dated->command;
}

Decision CaseBench::give(const std::string& line) {
  Day today;
  const Command command = command_of(line, today);
  return give(command, today);
}

Decision CaseBench::give(const Command& command, Day today) {
  const Decision decision = decide(command, today);
  const Decision everything = decide(command, today, Reach::kEverything);
  EXPECT_TRUE(scenario::same_decision(decision, everything)) << "the index of what depends on what leaves something out: " << command.verb << " " << command.fact
                                                             << command.step << "\n" << show(decision) << "---\n" << show(everything);
  if (const auto* drafts = std::get_if<std::vector<Draft>>(&decision)) {
    take(*drafts, command, today);
    // A wake may work through several days.
    if (pathway() != nullptr && command.verb != "wake") {
      EXPECT_LE(drafts->size(), definition::consequences_max(*pathway(), size_of(*this))) << "more than the checker says: " << command.verb << " " << command.fact << command.step;
    }
  }
  return decision;
}

definition::CaseSize size_of(const scenario::ScratchCase& one) {
  definition::CaseSize size{std::vector<std::uint32_t>(one.pathway()->persons.size()), std::vector<std::uint32_t>(one.pathway()->facts.size())};
  for (const Person& person : one.state().core.persons) ++size.persons[person.role];
  for (const FactRecord& fact : one.state().core.facts) ++size.reports[fact.fact];
  return size;
}

namespace {
void expect_step(const scenario::ScratchCase& one, const std::string& step) { EXPECT_NE(one.pathway()->step_named(step), definition::kNone) << step; }
}  // namespace

StepLife CaseBench::life(const std::string& step, const std::string& person) const {
  expect_step(*this, step);
  const StepInstance* instance = latest(step, person);
  return instance == nullptr ? StepLife::kAvailable : instance->life;
}

std::string CaseBench::outcome(const std::string& step, const std::string& person) const {
  expect_step(*this, step);
  return ScratchCase::outcome(step, person);
}

const RunningDeadline* CaseBench::deadline(const std::string& step, const std::string& person) const {
  expect_step(*this, step);
  return ScratchCase::deadline(step, person);
}

std::size_t CaseBench::count(const std::string& kind) const {
  return static_cast<std::size_t>(
      std::count_if(events().begin(), events().end(), [&kind](const Event& event) { return name_of(*decode_body(event.tag, event.body)) == kind; }));
}

}  // namespace ritrovo::pathway::test
