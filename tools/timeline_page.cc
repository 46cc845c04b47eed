#include "tools/timeline_page.h"

#include <fmt/format.h>

#include "projections/phrases.h"
#include "tools/html_page.h"

namespace ritrovo::tools {
namespace {

using projections::Phrase;
using projections::Tongue;

/// Text as HTML shows it, its days kept in their order where the letters around them run from the right.
std::string shown(std::string_view text) {
  constexpr std::string_view kDay = "dddd-dd-dd";
  const std::string html = escaped(text);
  std::string made;
  for (std::size_t i = 0; i < html.size(); ++i) {
    bool day = i + kDay.size() <= html.size();
    for (std::size_t k = 0; day && k < kDay.size(); ++k) day = kDay[k] == '-' ? html[i + k] == '-' : html[i + k] >= '0' && html[i + k] <= '9';
    if (!day) {
      made += html[i];
      continue;
    }
    made += fmt::format("<bdi dir=\"ltr\">{}</bdi>", html.substr(i, kDay.size()));
    i += kDay.size() - 1;
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
    const std::string what = action.person.empty() ? action.title : say(Phrase::kOn, tongue, action.title, action.person);
    std::string by = action.by ? to_string(*action.by) : std::string();
    if (action.overdue) by += fmt::format("<small>{}</small>", escaped(phrase(Phrase::kOver, tongue)));
    html += fmt::format("<tr><td>{}</td><td>{}</td><td class=\"day\">{}</td></tr>\n", escaped(what), escaped(action.who), by);
  }
  return html + "</tbody>\n</table>\n";
}

std::string happened_table(const TimelinePage& page, const Tongue& tongue) {
  std::string html = header(tongue, {Phrase::kDayHead, Phrase::kWhat});
  for (const projections::TimelineEntry& entry : page.entries) {
    std::string more;
    if (entry.reported_on) more += fmt::format("<small>{}</small>", shown(say(Phrase::kReportedOn, tongue, to_string(*entry.reported_on))));
    html += fmt::format("<tr><td class=\"day\">{}</td><td>{}{}</td></tr>\n", to_string(entry.day), shown(entry.text), more);
  }
  return html + "</tbody>\n</table>\n";
}

}  // namespace

std::string timeline_page(const TimelinePage& page, const Tongue& tongue) {
  std::string html = fmt::format("<h1>{}</h1>\n<p class=\"about\">{}<br>{}</p>\n", escaped(page.pathway), shown(say(Phrase::kAsOf, tongue, to_string(page.today))), escaped(page.heading));
  html += fmt::format("<h2>{}</h2>\n{}", escaped(phrase(Phrase::kWhatNext, tongue)), next_table(page, tongue));
  html += fmt::format("<h2>{}</h2>\n{}", escaped(phrase(Phrase::kWhatHappened, tongue)), happened_table(page, tongue));
  const bool right_to_left = tongue.translation != nullptr && tongue.translation->right_to_left;
  return html_document(tongue.code, page.pathway, html, right_to_left);
}

}  // namespace ritrovo::tools
