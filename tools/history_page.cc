#include "tools/history_page.h"

#include <string_view>

#include <fmt/format.h>

namespace ritrovo::tools {
namespace {

std::string escaped(std::string_view text) {
  std::string html;
  for (const char c : text) {
    if (c == '&') html += "&amp;";
    else if (c == '<') html += "&lt;";
    else if (c == '>') html += "&gt;";
    else if (c == '"') html += "&quot;";
    else html += c;
  }
  return html;
}

constexpr std::string_view kStyle =
    "body{font:11pt/1.45 Georgia,serif;max-width:46em;margin:2em auto;padding:0 1em;color:#111}h1{font-size:1.35em;margin:0}h2{font-size:1.1em;margin:1.6em 0 .4em}"
    "p.about{margin:.2em 0 1.4em;color:#444}table{border-collapse:collapse;width:100%}thead{display:table-header-group}th{text-align:left;font-weight:normal;color:#555;border-bottom:1px solid #555}"
    "td,th{padding:.3em .6em .3em 0;vertical-align:top}tr{break-inside:avoid}tbody tr+tr td{border-top:1px solid #ddd}td.day,td.version{white-space:nowrap;font-variant-numeric:tabular-nums}"
    "td.version{color:#666;text-align:right}small{display:block;color:#444;font-size:.88em}@page{margin:2cm}@media print{body{margin:0;max-width:none;padding:0;font-size:10pt}}";

}  // namespace

std::string history_page(const HistoryPage& page) {
  const bool italian = page.language == "it";
  const auto say = [italian](std::string_view it, std::string_view en) { return std::string(italian ? it : en); };
  std::string html = fmt::format(
      "<!doctype html>\n<html lang=\"{}\">\n<head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\n<title>{}</title>\n<style>{}</style></head>\n<body>\n"
      "<h1>{}</h1>\n<p class=\"about\">{}{}</p>\n",
      page.language, escaped(page.case_id), kStyle, escaped(page.case_id), page.pathway.empty() ? std::string() : escaped(page.pathway) + ". ",
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
  return html + "</body>\n</html>\n";
}

}  // namespace ritrovo::tools
