#include "tools/demo_page.h"

#include <algorithm>
#include <optional>
#include <set>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "projections/caseload.h"
#include "projections/deadlines.h"
#include "projections/page.h"
#include "projections/stuck.h"
#include "projections/text_table.h"
#include "projections/timeline.h"
#include "tools/console.h"
#include "tools/view_feed.h"

namespace ritrovo::tools {
namespace {

constexpr std::int32_t kSoonDays = 30;
constexpr std::size_t kRows = 12;
constexpr std::size_t kTimelineRows = 26;

/// Counts records, and chooses the family whose journey is told: one that was reunited, with a moderately long story and few persons.
class Chooser : public projections::View {
 public:
  void apply(const projections::CaseEvent& event) override {
    ++events_;
    Row& row = rows_[event.frame.case_id];
    ++row.events;
    row.persons = event.frame.persons.size();
    if (const auto* completed = std::get_if<pathway::StepCompleted>(&event.body)) {
      const definition::Step& step = event.frame.pathway->steps[completed->step.step];
      if (step.name == "reunited") row.reunited = event.record.effective;
    }
    if (std::holds_alternative<pathway::DeadlineMissed>(event.body)) row.missed = true;
    if (std::holds_alternative<pathway::PathwayCompleted>(event.body)) row.completed = true;
  }
  [[nodiscard]] std::uint64_t events() const { return events_; }
  /// Nothing only where there is no case at all.
  [[nodiscard]] std::optional<CaseId> chosen() const {
    std::optional<CaseId> best;
    int best_score = -1;
    for (const auto& [case_id, row] : rows_) {
      const int score = (row.reunited ? 8 : 0) + (row.completed ? 4 : 0) + (row.missed ? 2 : 0) + (row.persons == 3 ? 2 : 0) +
                        (row.reunited && row.reunited->date().year() == std::chrono::year{2020} ? 3 : 0);
      if (score > best_score) {
        best = case_id;
        best_score = score;
      }
    }
    return best;
  }

 private:
  struct Row {
    std::uint64_t events = 0;
    std::size_t persons = 0;
    std::optional<Day> reunited;
    bool missed = false;
    bool completed = false;
  };
  std::map<CaseId, Row> rows_;
  std::uint64_t events_ = 0;
};

void print_heading(std::ostream& out, const std::string& text) {
  out << '\n' << text << '\n';
  for (std::size_t i = 0; i < projections::columns_of(text); ++i) out << "═";
  out << "\n\n";
}

void print_lines(std::ostream& out, const std::vector<std::string>& lines) {
  for (const std::string& line : lines) out << line << '\n';
}

void print_engine(std::ostream& out, const DemoFigures& figures, std::uint64_t events) {
  const SubmitReport& report = figures.report;
  const double seconds = std::max(figures.seconds, 0.001);
  const std::uint64_t rejected = report.count(AnswerKind::kRejected);
  print_heading(out, "What the machine did · Che cosa ha fatto la macchina");
  out << fmt::format("  {} reported what happened; {} events follow, recorded durably in {:.1f} s: {} events a second.\n",
                     counted(report.lines(), "command", "commands"), grouped(events), seconds,
                     grouped(static_cast<std::uint64_t>(static_cast<double>(events) / seconds)));
  out << fmt::format("  On disk: {}, {} bytes an event with its index, its seals and its proof.\n", bytes_text(figures.bytes),
                     events == 0 ? 0 : figures.bytes / events);
  if (rejected + report.malformed() > 0) {
    std::vector<std::pair<std::uint64_t, std::string>> codes;
    for (const auto& [code, times] : report.rejections()) codes.emplace_back(times, code);
    std::sort(codes.rbegin(), codes.rend());
    std::vector<std::string> texts;
    for (const auto& [times, code] : codes) texts.push_back(fmt::format("{} {}", grouped(times), code));
    if (report.malformed() > 0) texts.push_back(fmt::format("{} malformed", grouped(report.malformed())));
    const std::string text = fmt::format("{} reports were refused with a reason, as the field's mistakes must be: {}.", grouped(rejected + report.malformed()),
                                         fmt::join(texts, ", "));
    for (const std::string& line : projections::broken(text, projections::kPageColumns - 4)) out << "  " << line << '\n';
  }
}

void print_family(std::ostream& out, const CaseFolder& folder, CaseId case_id) {
  projections::Timeline timeline(case_id);
  const auto fold = feed_case(folder, case_id, {&timeline});
  const auto library = folder.library();
  const TimeZone zone = folder.engine().zone();
  for (const std::string language : {"it", "en"}) {
    projections::Telling telling;
    telling.language = language;
    telling.local_day = [&zone](Timestamp instant) { return zone.day_of(instant); };
    telling.library = library.get();
    const std::string heading = language == "it" ? fmt::format("Il percorso di una famiglia, {}", case_id.printed())
                                                 : fmt::format("One family's journey, {}", case_id.printed());
    out << '\n';
    print_lines(out, projections::render_timeline(heading, timeline.entries(telling), timeline.next(telling, folder.today()), language, kTimelineRows));
  }
}

void print_next(std::ostream& out, const DemoFigures& figures, const std::optional<CaseId>& family) {
  print_heading(out, "Try next · Da provare");
  if (!figures.kept) {
    out << "  ritrovo demo --data trial                the same, in a folder that is kept\n"
           "  ritrovo tasks --data trial               what there is to do, the most urgent first\n"
           "  ritrovo deadlines --within P30D --data trial\n";
    return;
  }
  out << fmt::format("  ritrovo tasks --data {}\n", figures.folder);
  out << fmt::format("  ritrovo deadlines --within P30D --data {}\n", figures.folder);
  if (family) out << fmt::format("  ritrovo case show {} --data {}\n", family->printed(), figures.folder);
}

}  // namespace

std::uint64_t bytes_in(const std::filesystem::path& folder) {
  std::uint64_t bytes = 0;
  std::error_code code;
  for (std::filesystem::recursive_directory_iterator at(folder, code), end; !code && at != end; at.increment(code)) {
    std::error_code ignored;
    if (at->is_regular_file(ignored)) bytes += at->file_size(ignored);
  }
  return bytes;
}

void print_demo_page(std::ostream& out, CaseFolder& folder, const DemoFigures& figures) {
  projections::Caseload caseload;
  projections::Deadlines deadlines;
  Chooser chooser;
  const auto fold = feed_all(folder, {&caseload, &deadlines, &chooser});
  const Day today = folder.today();
  const auto library = folder.library();
  for (const std::string language : {"it", "en"}) {
    const bool italian = language == "it";
    print_heading(out, italian ? fmt::format("Ritrovo · {} famiglie, dal {} al {}", projections::grouped(figures.families, language), to_string(figures.from), to_string(figures.to))
                               : fmt::format("Ritrovo · {} families, {} to {}", projections::grouped(figures.families, language), to_string(figures.from), to_string(figures.to)));
    print_lines(out, projections::render_page(caseload.report(language), deadlines.report(today, kSoonDays, language, library.get()),
                                              deadlines.due_within(kSoonDays, today, language, library.get()), language, kRows));
  }
  const std::optional<CaseId> family = chooser.chosen();
  if (family) print_family(out, folder, *family);
  print_engine(out, figures, chooser.events());
  print_next(out, figures, family);
}

}  // namespace ritrovo::tools
