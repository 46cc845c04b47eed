#include "tools/html_page.h"

#include <fmt/format.h>

namespace ritrovo::tools {
namespace {

constexpr std::string_view kStyle =
    "body{font:11pt/1.45 Georgia,serif;max-width:46em;margin:2em auto;padding:0 1em;color:#111}h1{font-size:1.35em;margin:0}h2{font-size:1.1em;margin:1.6em 0 .4em}"
    "p.about{margin:.2em 0 1.4em;color:#444}table{border-collapse:collapse;width:100%}thead{display:table-header-group}th{text-align:start;font-weight:normal;color:#555;border-bottom:1px solid #555}"
    "td,th{padding:.3em 0;padding-inline-end:.6em;vertical-align:top}tr{break-inside:avoid}tbody tr+tr td{border-top:1px solid #ddd}td.day,td.version,bdi.day{white-space:nowrap;font-variant-numeric:tabular-nums}"
    "td.version{color:#666;text-align:end}small{display:block;color:#444;font-size:.88em}@page{margin:2cm}@media print{body{margin:0;max-width:none;padding:0;font-size:10pt}}";

}  // namespace

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

std::string html_document(std::string_view language, std::string_view title, std::string_view body, bool right_to_left) {
  return fmt::format("<!doctype html>\n<html lang=\"{}\"{}>\n<head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\n<title>{}</title>\n<style>{}</style></head>\n<body>\n{}</body>\n</html>\n",
                     language, right_to_left ? " dir=\"rtl\"" : "", escaped(title), kStyle, body);
}

}  // namespace ritrovo::tools
