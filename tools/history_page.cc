#include "tools/history_page.h"

#include <string_view>

#include <fmt/format.h>

#include "tools/html_page.h"

namespace ritrovo::tools {

std::string history_page(const HistoryPage& page) {
  const bool italian = page.language == "it";
  const auto say = [italian](std::string_view it, std::string_view en) { return std::string(italian ? it : en); };
  std::string html = fmt::format("<h1>{}</h1>\n<p class=\"about\">{}{}</p>\n", escaped(page.case_id), page.pathway.empty() ? std::string() : escaped(page.pathway) + ". ",
                                 escaped(fmt::format(fmt::runtime(say("Storia completa al {}: {} eventi.", "The whole history as of {}: {} events.")), to_string(page.written_on), page.events)));
  html += fmt::format("<table>\n<thead><tr><th>{}</th><th>{}</th><th>{}</th></tr></thead>\n<tbody>\n", say("Giorno", "Day"), say("Che cosa è accaduto", "What happened"), say("Evento", "Event"));
  for (const projections::TimelineEntry& entry : page.entries) {
    std::string more;
    if (entry.reported_on) more += fmt::format("<small>{} {}</small>", say("Registrato il", "Recorded on"), to_string(*entry.reported_on));
    if (!entry.why.empty()) more += fmt::format("<small>{}</small>", escaped(entry.why));
    if (!entry.law.empty()) more += fmt::format("<small>{}</small>", escaped(entry.law));
    html += fmt::format("<tr><td class=\"day\">{}</td><td>{}{}</td><td class=\"version\">{}</td></tr>\n", to_string(entry.day), escaped(entry.text), more, entry.version.value());
  }
  html += "</tbody>\n</table>\n";
  if (!page.next.empty()) {
    html += fmt::format("<h2>{}</h2>\n<ul>\n", say("Che cosa resta da fare", "What is open"));
    for (const projections::NextAction& action : page.next) html += fmt::format("<li>{}</li>\n", escaped(action.text));
    html += "</ul>\n";
  }
  return html_document(page.language, page.case_id, html);
}

}  // namespace ritrovo::tools
