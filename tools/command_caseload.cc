#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "projections/caseload.h"
#include "projections/deadlines.h"
#include "projections/page.h"
#include "tools/case_reading.h"
#include "tools/commands.h"
#include "tools/folder_views.h"
#include "tools/view_feed.h"

namespace ritrovo::tools {
namespace {

constexpr Teaching kCaseload{"Where the cases stand, on one page: stages, whom they wait for, results, terms, days a step takes; also as it was known then",
                             "  ritrovo caseload --language it\n"
                             "  ritrovo caseload --known-on 2024-12-31 --json",
                             "  ritrovo deadlines                               the overdue ones, case by case"};

/// Days ahead that count as soon due.
constexpr std::int32_t kSoonDays = 30;

struct CaseloadWish {
  std::string language = "en";
  MomentWish moment;
};

struct Read {
  projections::Loaded<projections::Caseload> caseload;
  projections::Loaded<projections::Deadlines> deadlines;
};

/// Both views as they are kept; as they were known at a past moment, which rows don't tell, from the log's beginning.
Read read_views(const CaseFolder& folder, const Context& context, const Moment& moment) {
  if (!moment.known_on) {
    auto [caseload, deadlines] = kept_or_folded<projections::Caseload, projections::Deadlines>(folder, context);
    return {std::move(caseload), std::move(deadlines)};
  }
  Read read;
  read.caseload.view = std::make_unique<projections::Caseload>();
  read.deadlines.view = std::make_unique<projections::Deadlines>();
  read.caseload.fold = feed_all(folder, {read.caseload.view.get(), read.deadlines.view.get()}, moment.known_on);
  return read;
}

boost::json::array json_of(const std::vector<projections::CaseCount>& counts) {
  boost::json::array array;
  for (const projections::CaseCount& count : counts) array.push_back(boost::json::object{{"name", count.name}, {"title", count.title}, {"cases", count.cases}});
  return array;
}

boost::json::object json_of(const projections::CaseloadReport& report) {
  boost::json::array durations;
  for (const projections::StepDuration& duration : report.durations)
    durations.push_back(boost::json::object{{"step", duration.step}, {"title", duration.title}, {"party", duration.party}, {"count", duration.count}, {"median_days", duration.median_days}, {"p90_days", duration.p90_days}});
  return {{"cases", report.cases}, {"open", report.open}, {"suspended", report.suspended}, {"completed", report.completed}, {"closed", report.closed}, {"persons", report.persons},
          {"by_stage", json_of(report.by_stage)}, {"waiting_for", json_of(report.waiting_for)}, {"results", json_of(report.results)}, {"milestones", json_of(report.milestones)},
          {"by_nationality", json_of(report.by_nationality)}, {"by_step", json_of(report.by_step)}, {"by_language", json_of(report.by_language)},
          {"by_district", json_of(report.by_district)}, {"by_organisation", json_of(report.by_organisation)}, {"durations", std::move(durations)}};
}

void run_caseload(const Context& context, const CaseloadWish& wish) {
  const std::unique_ptr<CaseFolder> folder = CaseFolder::open(context);
  const Moment moment = moment_from(*folder, wish.moment);
  const Read read = read_views(*folder, context, moment);
  Day today = folder->today();
  if (moment.known_on) today = std::min(today, folder->zone().day_of(*moment.known_on));
  const auto library = folder->library();
  const projections::CaseloadReport report = read.caseload.view->report(wish.language);
  const projections::DeadlineReport terms = read.deadlines.view->report(today, kSoonDays, wish.language, library.get());
  const std::vector<projections::OpenDeadline> urgent = read.deadlines.view->due_within(kSoonDays, today, wish.language, library.get());
  const std::string caption = caption_of(*folder, moment);
  folder->close();
  if (context.json) {
    boost::json::object object = json_of(report);
    object["today"] = to_string(today);
    if (moment.known_on) object["known_on"] = to_string(*moment.known_on);
    std::cout << boost::json::serialize(object) << '\n';
    return;
  }
  if (!caption.empty()) std::cout << fmt::format("{}{}\n", to_string(today), caption);
  for (const std::string& line : projections::render_page(report, terms, urgent, wish.language)) std::cout << line << '\n';
}

}  // namespace

void add_caseload(CLI::App& app, Context& context) {
  auto wish = std::make_shared<CaseloadWish>();
  CLI::App* caseload = add_command(app, context, "caseload", kCaseload, true, [&context, wish] { run_caseload(context, *wish); });
  add_moment(*caseload, wish->moment, false);
  caseload->add_option("--language", wish->language, "it or en")->check(CLI::IsMember({"it", "en"}))->capture_default_str();
}

}  // namespace ritrovo::tools
