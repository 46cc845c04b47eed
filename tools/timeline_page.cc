#include "tools/timeline_page.h"

#include <fmt/format.h>

#include "projections/phrases.h"
#include "tools/html_page.h"

namespace ritrovo::tools {
namespace {

using projections::Phrase;
using projections::Tongue;

/// A day in words, kept together and in its own order whichever way the letters around it run.
std::string shown(Day day, const Tongue& tongue) { return fmt::format("<bdi class=\"day\">{}</bdi>", escaped(in_words(day, tongue))); }

/// Text as HTML shows it, its days in words.
std::string shown(std::string_view text, const Tongue& tongue) {
  constexpr std::size_t kDayChars = 10;  // 2020-02-18
  const std::string html = escaped(text);
  std::string made;
  for (std::size_t i = 0; i < html.size(); ++i) {
    const Result<Day> day = parse_day(std::string_view(html).substr(i, kDayChars));
    if (day) i += kDayChars - 1;
    made += day ? shown(*day, tongue) : html.substr(i, 1);
  }
  return made;
}

std::string header(const Tongue& tongue, std::initializer_list<Phrase> columns) {
  std::string html = "<table>\n<thead><tr>";
  for (const Phrase column : columns) html += fmt::format("<th>{}</th>", escaped(phrase(column, tongue)));
  return html + "</tr></thead>\n<tbody>\n";
}

std::string next_table(const TimelinePage& page, const Tongue& tongue) {
  if (page.next.empty()) return fmt::format("<p>{}</p>\n", escaped(phrase(Phrase::kNothingNext, tongue)));
  std::string html = header(tongue, {Phrase::kWhat, Phrase::kWho, Phrase::kByWhen});
  for (const projections::NextAction& action : page.next) {
    std::string what = action.person.empty() ? action.title : say(Phrase::kOn, tongue, action.title, action.person);
    if (action.may_start) what = say(Phrase::kMayStart, tongue, what);
    std::string by = action.by ? shown(*action.by, tongue) : std::string();
    if (action.overdue) by += fmt::format("<small>{}</small>", escaped(phrase(Phrase::kOver, tongue)));
    html += fmt::format("<tr><td>{}</td><td>{}</td><td class=\"day\">{}</td></tr>\n", escaped(what), escaped(action.who), by);
  }
  return html + "</tbody>\n</table>\n";
}

std::string happened_table(const TimelinePage& page, const Tongue& tongue) {
  std::string html = header(tongue, {Phrase::kDayHead, Phrase::kWhat});
  for (const projections::TimelineEntry& entry : page.entries) {
    std::string more;
    if (entry.reported_on) more += fmt::format("<small>{}</small>", shown(say(Phrase::kReportedOn, tongue, to_string(*entry.reported_on)), tongue));
    html += fmt::format("<tr><td class=\"day\">{}</td><td>{}{}</td></tr>\n", shown(entry.day, tongue), shown(entry.text, tongue), more);
  }
  return html + "</tbody>\n</table>\n";
}

}  // namespace

std::string timeline_page(const TimelinePage& page, const Tongue& tongue) {
  std::string html = fmt::format("<h1>{}</h1>\n<p class=\"about\">{}<br>{}</p>\n", escaped(page.pathway), shown(say(Phrase::kAsOf, tongue, to_string(page.today)), tongue), shown(page.heading, tongue));
  html += fmt::format("<h2>{}</h2>\n{}", escaped(phrase(Phrase::kWhatNext, tongue)), next_table(page, tongue));
  html += fmt::format("<h2>{}</h2>\n{}", escaped(phrase(Phrase::kWhatHappened, tongue)), happened_table(page, tongue));
  const bool right_to_left = tongue.translation != nullptr && tongue.translation->right_to_left;
  return html_document(tongue.code, page.pathway, html, right_to_left);
}

}  // namespace ritrovo::tools
