#include <algorithm>
#include <array>
#include <string>

#include <fmt/format.h>

#include "projections/made_report.h"
#include "projections/view_runner.h"

namespace ritrovo::projections {
namespace {

/// Told apart in print, in grey and by colour-blind readers (Okabe and Ito's palette, darkest first).
constexpr std::array<std::string_view, 6> kColours = {"#0b4f8a", "#d55e00", "#009e73", "#cc79a7", "#7f6d00", "#56b4e9"};

constexpr std::string_view kStyle = R"(
@page{size:A4;margin:16mm}
*{box-sizing:border-box}
body{font:15px/1.45 "Titillium Web","Segoe UI","Liberation Sans",Arial,sans-serif;color:#1a1a1a;max-width:980px;margin:24px auto;padding:0 20px}
header{border-bottom:3px solid #0b4f8a;margin-bottom:18px;padding-bottom:12px}
h1{font-size:25px;line-height:1.2;margin:0 0 4px}
h2{font-size:18px;margin:30px 0 8px;color:#0b4f8a}
h3{font-size:16px;margin:0 0 2px}
p{margin:4px 0}
.sub{font-size:17px}
.small{font-size:12.5px;color:#444}
table{border-collapse:collapse;width:100%;margin:8px 0;font-variant-numeric:tabular-nums}
th,td{padding:4px 9px;text-align:right;border-bottom:1px solid #d5dbe1}
th{background:#eef3f8;font-weight:600;border-bottom:2px solid #0b4f8a}
th:first-child,td:first-child,.left{text-align:left}
tr.sum td{font-weight:600;border-top:2px solid #8aa5bf}
.zero{color:#999}
section{break-inside:avoid;page-break-inside:avoid;margin:22px 0;padding-top:8px;border-top:1px solid #d5dbe1}
.pair{display:flex;gap:24px;align-items:flex-start}
.pair>table{flex:1 1 55%}
.pair>figure{flex:1 1 45%;margin:6px 0}
figure{margin:8px 0}
svg{width:100%;height:auto;font-family:inherit}
code{font-size:11.5px;overflow-wrap:anywhere}
.doubt{color:#8a3b00;font-weight:600}
.code{white-space:nowrap}
footer{margin-top:30px;border-top:3px solid #0b4f8a;padding-top:10px}
h2,h3{break-after:avoid}
@media print{body{margin:0;max-width:none;padding:0;font-size:12.5px}section{margin:10px 0}th,td{padding:2px 7px}}
)";

/// Words of the page in both languages.
struct PageWords {
  bool italian;
  [[nodiscard]] std::string_view operator()(std::string_view it, std::string_view en) const { return italian ? it : en; }
};

std::string escaped(std::string_view text) {
  std::string out;
  for (const char each : text) {
    switch (each) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default: out += each;
    }
  }
  return out;
}

/// 12345 with the language's thousands.
std::string grouped(std::uint64_t figure, bool italian) {
  std::string digits = std::to_string(figure);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, 1, italian ? '.' : ',');
  return digits;
}

std::string figure_of(std::uint64_t figure, bool hidden, const PageWords& words) { return hidden ? "…" : grouped(figure, words.italian); }

std::string shortened(const std::string& text, std::size_t characters) {
  std::size_t seen = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0U) == 0x80U) continue;
    if (seen++ == characters) return text.substr(0, i) + "…";
  }
  return text;
}

/// A bar of a chart, of parts in the palette's colours.
struct Bar {
  std::string label;
  std::vector<std::uint64_t> parts;
  std::string figure;
  [[nodiscard]] std::uint64_t sum() const {
    std::uint64_t sum = 0;
    for (const std::uint64_t part : parts) sum += part;
    return sum;
  }
};

struct ChartShape {
  int width = 920;
  int label = 400;
  int row = 26;
  std::size_t label_characters = 52;
};

/// Horizontal bars, one below the other, each with its figure at its end.
std::string bars_svg(const std::vector<Bar>& bars, const std::vector<std::string>& parts, const std::string& title, const ChartShape& shape) {
  std::uint64_t most = 1;
  for (const Bar& bar : bars) most = std::max(most, bar.sum());
  const int legend = parts.size() > 1 ? 26 : 0;
  const int height = static_cast<int>(bars.size()) * shape.row + legend + 6;
  std::string svg = fmt::format(R"(<svg viewBox="0 0 {} {}" role="img" aria-label="{}"><title>{}</title>)", shape.width, height, escaped(title), escaped(title));
  int x = shape.label;
  for (std::size_t i = 0; i < parts.size() && legend > 0; ++i) {
    svg += fmt::format(R"(<rect x="{}" y="4" width="12" height="12" fill="{}"/><text x="{}" y="15" font-size="13">{}</text>)", x, kColours[i % kColours.size()], x + 17, escaped(parts[i]));
    x += 40 + static_cast<int>(parts[i].size()) * 7;
  }
  const double scale = static_cast<double>(shape.width - shape.label - 70) / static_cast<double>(most);
  for (std::size_t row = 0; row < bars.size(); ++row) {
    const int y = legend + static_cast<int>(row) * shape.row + 4;
    svg += fmt::format(R"(<text x="{}" y="{}" font-size="13" text-anchor="end">{}</text>)", shape.label - 8, y + 14, escaped(shortened(bars[row].label, shape.label_characters)));
    double at = shape.label;
    for (std::size_t i = 0; i < bars[row].parts.size(); ++i) {
      const double wide = scale * static_cast<double>(bars[row].parts[i]);
      if (bars[row].parts[i] > 0) svg += fmt::format(R"(<rect x="{:.1f}" y="{}" width="{:.1f}" height="{}" fill="{}"/>)", at, y, std::max(wide, 1.0), shape.row - 8, kColours[i % kColours.size()]);
      at += wide;
    }
    svg += fmt::format(R"(<text x="{:.1f}" y="{}" font-size="13" font-weight="600">{}</text>)", at + 7, y + 14, bars[row].figure);
  }
  return svg + "</svg>";
}

std::string code_of(const MadeLine& line) { return escaped(line.code) + (line.verified ? "" : R"( <span class="doubt" title="?">(?)</span>)"); }

/// Whether its code says anything to a reader: statistics have a word for the program only.
bool has_code(const MadeReport& report) { return !report.is_public; }

std::string overview(const MadeReport& report, const PageWords& words) {
  std::vector<Bar> bars;
  std::string rows;
  for (const MadeLine& line : report.lines) {
    const std::string label = has_code(report) ? line.code + "  " + line.title : line.title;
    bars.push_back({label, {line.hiding.total ? 0 : line.total}, figure_of(line.total, line.hiding.total, words)});
    rows += fmt::format("<tr><td class=\"code\">{}</td><td class=\"left\">{}</td><td>{}</td>", has_code(report) ? code_of(line) : "", escaped(line.title), figure_of(line.total, line.hiding.total, words));
    if (!report.is_public) rows += fmt::format("<td>{}</td>", grouped(line.cumulative, words.italian));
    rows += "</tr>\n";
  }
  const std::string title = fmt::format("{}: {}", words("Nel trimestre", "In the quarter"), report.quarter);
  std::string html = fmt::format("<h2>{}</h2>\n<table><thead><tr><th>{}</th><th class=\"left\">{}</th><th>{}</th>{}</tr></thead>\n<tbody>{}</tbody></table>\n", words("In sintesi", "At a glance"),
                                 has_code(report) ? words("Codice", "Code") : "", report.persons ? words("Indicatore", "Indicator") : words("Che cosa", "What"), words("Nel trimestre", "In the quarter"),
                                 report.is_public ? "" : fmt::format("<th>{}</th>", words("Dall'inizio", "Since the beginning")), rows);
  return html + "<figure>" + bars_svg(bars, {}, title, {}) + "</figure>\n";
}

std::string cell_html(std::uint64_t figure, bool hidden, const PageWords& words) {
  return fmt::format("<td{}>{}</td>", figure == 0 && !hidden ? " class=\"zero\"" : "", figure_of(figure, hidden, words));
}

/// One breakdown: a list of values.
std::string list_of(const MadeReport& report, const MadeLine& line, const PageWords& words) {
  std::string rows;
  std::vector<Bar> bars;
  for (std::size_t i = 0; i < line.cells.size(); ++i) {
    if (line.cells[i] == 0 && line.values[0].size() > 12) continue;
    rows += fmt::format("<tr><td>{}</td>{}", escaped(line.values[0][i].title), cell_html(line.cells[i], line.hiding.cells[i], words));
    if (!report.is_public) rows += cell_html(line.cumulative_cells[i], false, words);
    rows += "</tr>\n";
    bars.push_back({line.values[0][i].title, {line.hiding.cells[i] ? 0 : line.cells[i]}, figure_of(line.cells[i], line.hiding.cells[i], words)});
  }
  rows += fmt::format("<tr class=\"sum\"><td>{}</td>{}{}</tr>", words("Totale", "Total"), cell_html(line.total, line.hiding.total, words),
                      report.is_public ? "" : cell_html(line.cumulative, false, words));
  return fmt::format("<div class=\"pair\"><table><thead><tr><th>{}</th><th>{}</th>{}</tr></thead><tbody>{}</tbody></table><figure>{}</figure></div>\n", escaped(line.dimensions[0]),
                     words("Nel trimestre", "In the quarter"), report.is_public ? "" : fmt::format("<th>{}</th>", words("Dall'inizio", "Since the beginning")), rows,
                     bars_svg(bars, {}, line.title, {460, 170, 24, 22}));
}

/// Two breakdowns: the first's values as rows, the second's as columns.
std::string matrix_of(const MadeReport& report, const MadeLine& line, const PageWords& words) {
  const std::size_t wide = line.values[1].size();
  std::string head = fmt::format("<th>{} / {}</th>", escaped(line.dimensions[0]), escaped(line.dimensions[1]));
  for (const BreakdownValue& value : line.values[1]) head += fmt::format("<th>{}</th>", escaped(value.title));
  if (!report.is_public) head += fmt::format("<th>{}</th>", words("Totale", "Total"));
  std::string rows;
  std::vector<std::uint64_t> sums(wide, 0);
  std::vector<Bar> bars;
  std::vector<std::string> legend;
  for (const BreakdownValue& value : line.values[1]) bars.push_back({value.title, {}, ""});
  for (std::size_t i = 0; i < line.values[0].size(); ++i) {
    rows += fmt::format("<tr><td>{}</td>", escaped(line.values[0][i].title));
    legend.push_back(line.values[0][i].title);
    std::uint64_t sum = 0;
    for (std::size_t j = 0; j < wide; ++j) {
      const std::size_t place = i * wide + j;
      rows += cell_html(line.cells[place], line.hiding.cells[place], words);
      sum += line.cells[place];
      sums[j] += line.cells[place];
      bars[j].parts.push_back(line.hiding.cells[place] ? 0 : line.cells[place]);
    }
    rows += report.is_public ? "</tr>\n" : cell_html(sum, false, words) + "</tr>\n";
  }
  if (!report.is_public) {
    rows += fmt::format("<tr class=\"sum\"><td>{}</td>", words("Totale", "Total"));
    for (const std::uint64_t sum : sums) rows += cell_html(sum, false, words);
    rows += cell_html(line.total, false, words) + "</tr>";
  }
  for (std::size_t j = 0; j < wide; ++j) bars[j].figure = report.is_public ? "" : grouped(sums[j], words.italian);
  return fmt::format("<div class=\"pair\"><table><thead><tr>{}</tr></thead><tbody>{}</tbody></table><figure>{}</figure></div>\n", head, rows,
                     bars_svg(bars, legend, line.title, {460, 150, 24, 20}));
}

std::string section(const MadeReport& report, const MadeLine& line, const PageWords& words) {
  std::string html = "<section>";
  html += has_code(report) ? fmt::format("<h3>{} · {}</h3>", code_of(line), escaped(line.title)) : fmt::format("<h3>{}</h3>", escaped(line.title));
  html += fmt::format("<p class=\"small\">{}: <b>{}</b>", words("Nel trimestre", "In the quarter"), figure_of(line.total, line.hiding.total, words));
  if (!report.is_public) html += fmt::format(" · {}: <b>{}</b>", words("dall'inizio", "since the beginning"), grouped(line.cumulative, words.italian));
  if (!line.law.empty()) html += " · " + escaped(line.law);
  html += "</p>\n";
  if (line.values.size() == 1) html += list_of(report, line, words);
  if (line.values.size() == 2) html += matrix_of(report, line, words);
  return html + "</section>\n";
}

std::string footer(const MadeReport& report, const PageWords& words) {
  std::uint64_t records = 0;
  std::string rows;
  for (std::size_t i = 0; i < report.cut_off.partitions.size(); ++i) {
    const PartitionCursor& cursor = report.cut_off.partitions[i];
    records += cursor.next.value();
    rows += fmt::format("<tr><td>{}</td><td>{}</td><td class=\"left\"><code>{}</code></td></tr>\n", i, grouped(cursor.next.value(), words.italian), cursor.ledger.root().hex());
  }
  std::string html = fmt::format("<footer><h2>{}</h2>\n<p>{}</p>\n", words("Su che cosa si fonda", "What it rests on"),
                                 words("Tutto ciò che era registrato entro il termine di conoscenza. Le stesse date danno lo stesso documento, byte per byte; chi ha il registro può rifarlo e confrontare radici e "
                                       "sigillo.",
                                       "Everything that was recorded by the day of knowledge. The same dates give the same document, byte for byte; whoever holds the log can make it again and compare roots and "
                                       "seal."));
  html += fmt::format("<p>{} <code>--known-on {}</code></p>\n", words("Istante esatto, per rifarlo:", "The exact instant, to make it again:"), to_string(report.cut_off.known_on));
  html += fmt::format("<p>{}: <code>{}</code> ({} {}) · {} {} · {}: <code>{}</code> · {} {}, {} {}</p>\n", words("Registro", "Log"), escaped(report.cut_off.log.log_id), words("incarnazione", "incarnation"),
                      report.cut_off.log.incarnation, grouped(records, words.italian), words("registrazioni", "records"), words("Sigillo", "Seal"), seal_of(report.cut_off.partitions).hex(),
                      words("definizione", "definition"), escaped(report.name), words("versione", "version"), report.version);
  if (!report.is_public)
    html += fmt::format("<table class=\"small\"><thead><tr><th>{}</th><th>{}</th><th class=\"left\">{}</th></tr></thead><tbody>{}</tbody></table>\n", words("Partizione", "Partition"),
                        words("Registrazioni", "Records"), words("Radice del registro (RFC 6962)", "Root of the ledger (RFC 6962)"), rows);
  return html + "</footer>\n";
}

}  // namespace

std::string report_html(const MadeReport& report) {
  const PageWords words{report.language == "it"};
  const bool doubtful = !report.verified || std::any_of(report.lines.begin(), report.lines.end(), [](const MadeLine& line) { return !line.verified; });
  std::string html = fmt::format("<!DOCTYPE html>\n<html lang=\"{}\">\n<head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{} {}</title>\n<style>{}</style></head>\n<body>\n",
                                 report.language, escaped(report.title), report.quarter, kStyle);
  html += fmt::format("<header><h1>{}</h1>\n<p class=\"sub\">{} {} · {} – {}</p>\n<p>{} <b>{}</b></p>\n", escaped(report.title), words("Trimestre", "Quarter"), report.quarter,
                      to_string(report.days.from), to_string(report.days.to), words("Come noto il", "As known on"), report.cut_off.local);
  if (!report.law.empty()) html += fmt::format("<p class=\"small\">{}</p>\n", escaped(report.law));
  if (!report.note.empty()) html += fmt::format("<p class=\"small\">{}</p>\n", escaped(report.note));
  if (doubtful) html += fmt::format("<p class=\"small\"><span class=\"doubt\">(?)</span> {}</p>\n", words("codice non ancora verificato sul testo della norma", "a code not yet checked against the text of the law"));
  if (report.is_public) html += fmt::format("<p class=\"small\">… {}</p>\n", words("cifra non mostrata, a tutela delle persone", "a figure that is not shown, to protect persons"));
  html += "</header>\n" + overview(report, words);
  html += fmt::format("<h2>{}</h2>\n", words("Voce per voce", "Line by line"));
  for (const MadeLine& line : report.lines) html += section(report, line, words);
  html += footer(report, words);
  return html + "</body>\n</html>\n";
}

}  // namespace ritrovo::projections
