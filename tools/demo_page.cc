#include "tools/demo_page.h"

#include <algorithm>
#include <array>
#include <optional>
#include <system_error>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "projections/caseload.h"
#include "projections/deadlines.h"
#include "projections/page.h"
#include "projections/text_table.h"
#include "projections/timeline.h"
#include "tools/console.h"
#include "tools/folder_views.h"
#include "workflows/calendar/due.h"
#include "workflows/pathway/event_body.h"

namespace ritrovo::tools {
namespace {

constexpr std::int32_t kSoonDays = 30;
constexpr std::size_t kRows = 12;
/// All of the chosen family's: it was chosen for its short journey.
constexpr std::size_t kTimelineRows = 0;

bool is_frozen(const pathway::Working& working) {
  return std::any_of(working.notes.begin(), working.notes.end(), [](const pathway::WorkingNote& note) {
    return static_cast<calendar::WorkingStep>(note.what) == calendar::WorkingStep::kFrozen;
  });
}

/// Whether a clock of the case stood still by statute, as in 2020.
bool went_through_closures(const CaseFolder& folder, CaseId case_id) {
  for (const StoredRecord& record : folder.history(case_id)) {
    if (record.event.tag != pathway::DeadlineSet::kTag && record.event.tag != pathway::DeadlineMoved::kTag) continue;
    const Result<pathway::Body> body = pathway::decode_body(record.event.tag, record.event.body);
    if (!body) continue;
    const auto* set = std::get_if<pathway::DeadlineSet>(&*body);
    const auto* moved = std::get_if<pathway::DeadlineMoved>(&*body);
    if ((set != nullptr && is_frozen(set->working)) || (moved != nullptr && is_frozen(moved->working))) return true;
  }
  return false;
}

/// The family whose journey is told: reunited, through the closures of 2020 if there is one, and short. Nothing only where there is no case at all.
std::optional<CaseId> chosen_family(const CaseFolder& folder, const projections::Loaded<projections::Caseload>& caseload) {
  std::vector<std::tuple<int, std::uint32_t, CaseId>> order;
  for (const auto& [case_id, row] : caseload.view->all()) {
    const bool reunited = std::any_of(row.milestones.begin(), row.milestones.end(), [&row = row](definition::StepIndex step) { return row.pathway->steps[step].name == "reunited"; });
    const int told = (reunited ? 2 : 0) + (row.life == pathway::CaseLife::kCompleted ? 1 : 0);
    order.emplace_back(-told, caseload.fold->frame(case_id)->version.value(), case_id);
  }
  if (order.empty()) return std::nullopt;
  std::sort(order.begin(), order.end());
  for (const auto& [told, events, case_id] : order) {
    if (told != std::get<0>(order.front())) break;
    if (went_through_closures(folder, case_id)) return case_id;
  }
  return std::get<CaseId>(order.front());
}

/// Why reports are refused, in the words of an office.
struct Refusal {
  std::string_view code;
  std::string_view it;
  std::string_view en;
};
constexpr std::array<Refusal, 12> kRefusals{{
    {"already_known", "già segnalato", "reported before"},
    {"four_eyes", "serve una seconda persona", "a second person is needed"},
    {"invalid_data", "dati mancanti o sbagliati", "data missing or wrong"},
    {"key_reused", "stesso riferimento, altro contenuto", "same reference, other content"},
    {"not_offered", "il compito non è aperto", "the task isn't open"},
    {"not_permitted", "non spetta a quel ruolo", "not for that role"},
    {"unknown_case", "caso sconosciuto", "no such case"},
    {"unknown_fact", "tipo di fatto sconosciuto", "no such kind of fact"},
    {"unknown_person", "persona sconosciuta nel caso", "no such person in the case"},
    {"unknown_step", "passo sconosciuto", "no such step"},
    {"version_conflict", "nel frattempo il caso è cambiato", "the case had changed meanwhile"},
    {"malformed", "messaggio illeggibile", "message that can't be read"},
}};

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
  out << fmt::format("  {} said what happened; {} events follow from them.\n", counted(report.lines(), "report", "reports"), grouped(events));
  out << fmt::format("  All of it was decided and written durably in {:.1f} s: {} events a second.\n", seconds,
                     grouped(static_cast<std::uint64_t>(static_cast<double>(events) / seconds)));
  out << fmt::format("  On disk: {}, {} bytes an event with its index, its seals and its proof.\n", bytes_text(figures.bytes),
                     events == 0 ? 0 : figures.bytes / events);
  if (rejected + report.malformed() == 0) return;
  out << fmt::format("\n  {} were refused, each with its reason, as the mistakes of the field must be:\n\n",
                     counted(rejected + report.malformed(), "report", "reports"));
  std::vector<std::pair<std::uint64_t, std::string>> codes;
  for (const auto& [code, times] : report.rejections()) codes.emplace_back(times, code);
  if (report.malformed() > 0) codes.emplace_back(report.malformed(), "malformed");
  std::sort(codes.rbegin(), codes.rend());
  projections::TextTable table({{"times", true}, {"reason"}, {"motivo"}});
  for (const auto& [times, code] : codes) {
    const auto found = std::find_if(kRefusals.begin(), kRefusals.end(), [&code](const Refusal& refusal) { return refusal.code == code; });
    const bool known = found != kRefusals.end();
    table.row({grouped(times), std::string(known ? found->en : code), std::string(known ? found->it : code)});
  }
  print_lines(out, table.lines("  "));
}

void print_family(std::ostream& out, const CaseFolder& folder, CaseId case_id) {
  projections::Timeline timeline(case_id);
  const auto fold = feed_case(folder, case_id, {&timeline});
  const auto library = folder.library();
  const TimeZone zone = folder.zone();
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

void print_demo_page(std::ostream& out, CaseFolder& folder, const Context& context, const DemoFigures& figures) {
  const auto [caseload, deadlines] = kept_or_folded<projections::Caseload, projections::Deadlines>(folder, context);
  const Day today = folder.today();
  const auto library = folder.library();
  for (const std::string language : {"it", "en"}) {
    const bool italian = language == "it";
    print_heading(out, italian ? fmt::format("Ritrovo · {} famiglie, dal {} al {}", projections::grouped(figures.families, language), to_string(figures.from), to_string(figures.to))
                               : fmt::format("Ritrovo · {} families, {} to {}", projections::grouped(figures.families, language), to_string(figures.from), to_string(figures.to)));
    print_lines(out, projections::render_page(caseload.view->report(language), deadlines.view->report(today, kSoonDays, language, library.get()),
                                              deadlines.view->due_within(kSoonDays, today, language, library.get()), language, kRows));
  }
  const std::optional<CaseId> family = chosen_family(folder, caseload);
  if (family) print_family(out, folder, *family);
  std::uint64_t events = 0;
  for (const auto& [case_id, row] : caseload.view->all()) events += caseload.fold->frame(case_id)->version.value();
  print_engine(out, figures, events);
  print_next(out, figures, family);
}

}  // namespace ritrovo::tools
