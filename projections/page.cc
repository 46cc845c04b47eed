#include "projections/page.h"

#include <algorithm>
#include <optional>

#include "projections/phrases.h"
#include "projections/text_table.h"

namespace ritrovo::projections {
namespace {

/// Lines of a page, section by section.
class Page {
 public:
  explicit Page(const Tongue& language) : language_(language) {}

  void heading(const std::string& text) {
    if (!lines_.empty()) lines_.emplace_back();
    put(text);
    std::string rule;
    for (std::size_t i = 0; i < std::min(columns_of(text), kPageColumns); ++i) rule += "═";
    lines_.push_back(std::move(rule));
  }
  void section(std::string_view text) {
    if (!lines_.empty()) lines_.emplace_back();
    put(text);
  }
  void put(std::string_view text, std::string_view indent = "") {
    for (const std::string& line : broken(text, kPageColumns - columns_of(indent))) lines_.push_back(std::string(indent) + line);
  }
  void put(const TextTable& table) {
    for (std::string& line : table.lines("  ")) lines_.push_back(std::move(line));
  }
  [[nodiscard]] std::string say_it(Phrase words) const { return std::string(phrase(words, language_)); }
  [[nodiscard]] std::string number(std::uint64_t value) const { return grouped(value, language_.code); }
  [[nodiscard]] std::vector<std::string> take() { return std::move(lines_); }

 private:
  Tongue language_;
  std::vector<std::string> lines_;
};

/// A figure that is nothing is a dot, so that the eye finds the others.
std::string figure(const Page& page, std::uint64_t value) { return value == 0 ? "·" : page.number(value); }

/// Rows of counts, the last one for what is left out.
TextTable count_table(const Page& page, Phrase title, Phrase empty_name, const std::vector<CaseCount>& counts, std::size_t rows_max) {
  TextTable table({{page.say_it(title), false, 56, false}, {page.say_it(Phrase::kColumnCases), true, 12, false}});
  std::uint64_t others = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (i >= rows_max) others += counts[i].cases;
    else table.row({counts[i].name.empty() ? page.say_it(empty_name) : counts[i].title, page.number(counts[i].cases)});
  }
  if (others > 0) table.row({page.say_it(Phrase::kOthers), page.number(others)});
  return table;
}

/// Two tables beside each other.
void put_beside(Page& page, const TextTable& left, const TextTable& right) {
  const std::vector<std::string> a = left.lines("  ");
  const std::vector<std::string> b = right.lines();
  std::size_t width = 0;
  for (const std::string& line : a) width = std::max(width, columns_of(line));
  std::size_t other = 0;
  for (const std::string& line : b) other = std::max(other, columns_of(line));
  if (width + 5 + other > kPageColumns) {
    page.put(left);
    page.section("");
    page.put(right);
    return;
  }
  for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
    std::string line = i < a.size() ? a[i] : std::string();
    if (i < b.size()) line += std::string(width + 5 - columns_of(line), ' ') + b[i];
    page.put(line);
  }
}

void put_cases(Page& page, const CaseloadReport& caseload, std::size_t rows_max) {
  page.section(page.say_it(Phrase::kByStage) + " · " + page.say_it(Phrase::kWaitingFor));
  put_beside(page, count_table(page, Phrase::kColumnStage, Phrase::kNowhere, caseload.by_stage, rows_max),
             count_table(page, Phrase::kColumnWho, Phrase::kUnknown, caseload.waiting_for, rows_max));
  page.section(page.say_it(Phrase::kResults) + " · " + page.say_it(Phrase::kNationality));
  put_beside(page, count_table(page, Phrase::kColumnResult, Phrase::kNoMilestone, caseload.results, rows_max),
             count_table(page, Phrase::kColumnCitizenship, Phrase::kUnknown, caseload.by_nationality, std::max<std::size_t>(4, caseload.results.size())));
}

void put_terms(Page& page, const DeadlineReport& deadlines, std::string_view language) {
  page.section(say(Phrase::kTerms, language, deadlines.soon_days));
  TextTable table({{page.say_it(Phrase::kColumnTerm), false, 32, true}, {page.say_it(Phrase::kColumnWho), false, 18, true},
                   {page.say_it(Phrase::kColumnOverdue), true, 9, false}, {page.say_it(Phrase::kColumnSoon), true, 11, false},
                   {page.say_it(Phrase::kColumnRunning), true, 9, false}, {page.say_it(Phrase::kColumnStopped), true, 8, false},
                   {page.say_it(Phrase::kColumnMet), true, 10, false}, {page.say_it(Phrase::kColumnMissed), true, 8, false}});
  for (const TermFigures& term : deadlines.by_term)
    table.row({term.term_title, term.party_title, figure(page, term.overdue), figure(page, term.soon), figure(page, term.running),
               figure(page, term.suspended + term.interrupted), figure(page, term.met + term.reported_late), figure(page, term.met_late + term.never_met)});
  page.put(table);
}

void put_urgent(Page& page, const std::vector<OpenDeadline>& urgent, std::size_t rows_max) {
  page.section(page.say_it(Phrase::kUrgent));
  if (urgent.empty()) return page.put(page.say_it(Phrase::kNothingUrgent), "  ");
  TextTable table({{page.say_it(Phrase::kColumnCase), false, 30, false}, {page.say_it(Phrase::kColumnStep), false, 32, true},
                   {page.say_it(Phrase::kColumnWho), false, 23, true}, {page.say_it(Phrase::kColumnDue), false, 10, false},
                   {page.say_it(Phrase::kColumnLeft), true, 6, false}});
  // Half of the room for what is overdue, the longest first; the rest for what comes soon.
  const auto soon = std::find_if(urgent.begin(), urgent.end(), [](const OpenDeadline& deadline) { return deadline.state != DeadlineState::kOverdue; });
  const auto overdue = static_cast<std::size_t>(soon - urgent.begin());
  const auto later = static_cast<std::size_t>(urgent.end() - soon);
  const std::size_t first = std::min(overdue, std::max(rows_max - std::min(rows_max, later), rows_max / 2));
  for (std::size_t row = 0; row < std::min(urgent.size(), rows_max); ++row) {
    const std::size_t at = row < first ? row : overdue + row - first;
    if (at >= urgent.size()) break;
    const OpenDeadline& deadline = urgent[at];
    table.row({deadline.case_id.printed(), deadline.person.empty() ? deadline.title : deadline.title + " (" + deadline.person + ")", deadline.party_title,
               deadline.due ? to_string(*deadline.due) : "", deadline.days_left ? std::to_string(*deadline.days_left) : ""});
  }
  page.put(table);
}

void put_durations(Page& page, const CaseloadReport& caseload, std::size_t rows_max) {
  page.section(page.say_it(Phrase::kDurations));
  // What took no time for most tells nothing; of the others the longest, in the order of the pathway.
  std::vector<const StepDuration*> shown;
  for (const StepDuration& duration : caseload.durations)
    if (duration.p90_days > 0) shown.push_back(&duration);
  std::vector<std::int32_t> lengths;
  for (const StepDuration* duration : shown) lengths.push_back(duration->median_days);
  std::sort(lengths.rbegin(), lengths.rend());
  const std::int32_t least = lengths.size() > rows_max ? lengths[rows_max] : -1;
  TextTable table({{page.say_it(Phrase::kColumnStep), false, 40, false}, {page.say_it(Phrase::kColumnWho), false, 38, false},
                   {page.say_it(Phrase::kColumnCount), true, 9, false}, {page.say_it(Phrase::kColumnMedian), true, 8, false},
                   {page.say_it(Phrase::kColumnP90), true, 8, false}});
  for (const StepDuration* duration : shown)
    if (duration->median_days > least)
      table.row({duration->title, duration->party.empty() ? "(" + page.say_it(Phrase::kColumnStage) + ")" : duration->party, page.number(duration->count), std::to_string(duration->median_days), std::to_string(duration->p90_days)});
  page.put(table);
}

}  // namespace

std::vector<std::string> render_page(const CaseloadReport& caseload, const DeadlineReport& deadlines, const std::vector<OpenDeadline>& urgent,
                                     std::string_view language, std::size_t rows_max) {
  Page page(language);
  page.heading(say(Phrase::kPageTitle, language, to_string(deadlines.today)));
  page.put(say(Phrase::kPageFigures, language, page.number(caseload.cases), page.number(caseload.open), page.number(caseload.suspended),
               page.number(caseload.persons), page.number(caseload.completed), page.number(caseload.closed)));
  page.put(say(Phrase::kOverdueTotal, language, page.number(deadlines.total.overdue), page.number(deadlines.total.soon), deadlines.soon_days));
  put_cases(page, caseload, rows_max);
  put_terms(page, deadlines, language);
  put_urgent(page, urgent, rows_max);
  put_durations(page, caseload, rows_max);
  return page.take();
}

std::vector<std::string> render_timeline(std::string_view heading, const std::vector<TimelineEntry>& entries, const std::vector<NextAction>& next,
                                         const Tongue& language, std::size_t rows_max) {
  Page page(language);
  page.heading(std::string(heading));
  const std::size_t hidden = rows_max > 0 && entries.size() > rows_max ? entries.size() - rows_max : 0;
  const std::size_t first_hidden = rows_max / 2;
  std::optional<Day> day;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (i >= first_hidden && i < first_hidden + hidden) {
      if (i == first_hidden) page.put(say(Phrase::kLeftOut, language, hidden), "            ");
      continue;
    }
    const TimelineEntry& entry = entries[i];
    std::string text = entry.text;
    if (entry.reported_on) text += " [" + say(Phrase::kReportedOn, language, to_string(*entry.reported_on)) + "]";
    std::string law = entry.law;
    if (!law.empty() && !entry.verified) law += ", " + page.say_it(Phrase::kNotVerified);
    if (!law.empty()) text += " (" + law + ")";
    std::string margin = day == entry.day ? "            " : to_string(entry.day) + "  ";
    for (const std::string& line : broken(text, kPageColumns - margin.size())) {
      page.put(margin + line);
      margin.assign(12, ' ');
    }
    if (!entry.why.empty()) page.put(entry.why, "              ");
    day = entry.day;
  }
  page.section(page.say_it(Phrase::kWhatNext));
  if (next.empty()) page.put(page.say_it(Phrase::kNothingNext), "  ");
  for (const NextAction& action : next) page.put(action.verified ? action.text : action.text + " [" + page.say_it(Phrase::kNotVerified) + "]", "  ");
  return page.take();
}

}  // namespace ritrovo::projections
