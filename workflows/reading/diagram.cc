#include "workflows/reading/diagram.h"

#include <array>
#include <string_view>

#include <fmt/format.h>

#include "workflows/reading/chart.h"
#include "workflows/reading/routes.h"
#include "workflows/reading/text_width.h"

namespace ritrovo::reading {
namespace {

using definition::StepKind;

/// Colours of the parties: edge and ground. Dark edges on near-white grounds, so that black text keeps a contrast over 15:1.
struct Colour {
  std::string_view edge;
  std::string_view ground;
};
constexpr std::array<Colour, 14> kColours = {{{"#1f6f43", "#eef7f1"},
                                             {"#1d4e89", "#eef4fb"},
                                             {"#8a3b12", "#fcf3ec"},
                                             {"#6a1b7a", "#f8effa"},
                                             {"#8a6d00", "#fbf7e6"},
                                             {"#0b6e75", "#e9f6f7"},
                                             {"#9c1f4a", "#fceef3"},
                                             {"#5f6b00", "#f6f8df"},
                                             {"#4a4ab0", "#f0f0fd"},
                                             {"#b0219b", "#fdeefa"},
                                             {"#0077b6", "#e6f5fd"},
                                             {"#5c4033", "#f5efeb"},
                                             {"#c1121f", "#fdecec"},
                                             {"#2f2f2f", "#efefef"}}};
constexpr Colour kNobody = {"#555b66", "#f7f7f8"};
/// Of the arrows between groups, one source after the other, so that the eye can follow each.
constexpr std::array<std::string_view, 6> kWays = {"#1d4e89", "#9c1f4a", "#1f6f43", "#8a3b12", "#6a1b7a", "#0b6e75"};
constexpr std::string_view kNear = "#3b4350";
constexpr int kLegendRow = 20;
constexpr int kBadgeSize = 10;

std::string escaped(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    switch (c) {
      case '&': safe += "&amp;"; break;
      case '<': safe += "&lt;"; break;
      case '>': safe += "&gt;"; break;
      case '"': safe += "&quot;"; break;
      default: safe += c;
    }
  }
  return safe;
}

class Painter {
 public:
  Painter(const Wording& words, const Chart& chart, const Picture& picture) : words_(words), chart_(chart), picture_(picture) {}

  std::string paint() {
    const int legend = 46 + kLegendRow * static_cast<int>(3 + (words_.pathway().parties.size() + 3) / 4);
    const int height = picture_.height + legend;
    out_ = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-labelledby=\"title desc\" lang=\"{}\" width=\"{}\" height=\"{}\" viewBox=\"0 0 {} {}\" "
        "font-family=\"'DejaVu Sans', Verdana, Arial, sans-serif\">\n",
        words_.pick("it", "en"), picture_.width, height, picture_.width, height);
    out_ += fmt::format("<title id=\"title\">{}</title>\n<desc id=\"desc\">{}</desc>\n", escaped(title()), escaped(description()));
    out_ += fmt::format("<rect width=\"{}\" height=\"{}\" fill=\"#ffffff\"/>\n", picture_.width, height);
    heading();
    for (const Frame& frame : picture_.frames) frame_edge(frame);
    for (const Stroke& stroke : picture_.strokes) line(stroke);
    for (const Point& joint : picture_.joints) out_ += fmt::format("<circle cx=\"{}\" cy=\"{}\" r=\"2.5\" fill=\"{}\"/>\n", joint.x, joint.y, kNear);
    for (const PlacedBox& box : picture_.boxes) draw(box);
    for (const Stroke& stroke : picture_.strokes) head(stroke);
    for (const Frame& frame : picture_.frames) frame_heading(frame);
    draw_legend();
    out_ += "</svg>\n";
    return std::move(out_);
  }

 private:
  std::string_view pick(std::string_view it, std::string_view en) const { return words_.pick(it, en); }

  std::string title() const {
    const std::string_view title = words_.in(words_.pathway().title);
    return title.empty() ? raised(spaced(words_.pathway().name)) : std::string(title);
  }

  /// What the picture shows, for those who can't see it: the steps by group.
  std::string description() const {
    std::string text;
    for (const Group& group : chart_.groups) {
      std::vector<std::string> titles;
      for (const std::size_t box : group.boxes) titles.push_back(words_.title(words_.pathway().steps[chart_.boxes[box].step]));
      const std::string head = group.title.empty() ? std::string(pick("Fuori dalle fasi", "Outside the stages")) : group.title;
      text += fmt::format("{}{}: {}.", text.empty() ? "" : " ", head, fmt::join(titles, ", "));
    }
    return text;
  }

  void text(int x, int y, int size, std::string_view style, std::string_view what) {
    out_ += fmt::format("<text x=\"{}\" y=\"{}\" font-size=\"{}\"{}>{}</text>\n", x, y, size, style, escaped(what));
  }

  void heading() {
    const definition::Pathway& pathway = words_.pathway();
    text(kMargin, 34, 20, " font-weight=\"bold\" fill=\"#111111\"", broken(title(), picture_.width - 2 * kMargin, 20, true, 1).front());
    std::string below = fmt::format(fmt::runtime(pick("Versione {}, per i casi aperti {} in poi", "Version {}, for cases opened {} on")), pathway.version, words_.from(pathway.valid_from));
    if (!pathway.ground.law.empty()) below += fmt::format(". {}", pathway.ground.law);
    text(kMargin, 56, 12, " fill=\"#333333\"", broken(below, picture_.width - 2 * kMargin, 12, false, 1).front());
  }

  void frame_edge(const Frame& frame) {
    const Group& group = chart_.groups[frame.group];
    if (group.stage == definition::kNone) return;
    const definition::Step& stage = words_.pathway().steps[group.stage];
    const std::string_view dashes = stage.required ? "" : " stroke-dasharray=\"7 4\"";
    if (stage.each != definition::kNone) {  // one sheet a person
      out_ += fmt::format("<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"8\" fill=\"#ffffff\" stroke=\"#8b93a1\"/>\n", frame.x + 5, frame.y + 5, frame.width, frame.height);
    }
    out_ += fmt::format("<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"8\" fill=\"#fbfbfc\" stroke=\"#5b6472\" stroke-width=\"1.5\"{}/>\n", frame.x, frame.y, frame.width,
                        frame.height, dashes);
  }

  /// Over the arrows, with a rim of the ground's colour, so that a line behind it doesn't blur it.
  void frame_heading(const Frame& frame) {
    const Group& group = chart_.groups[frame.group];
    if (group.title.empty()) return;
    constexpr std::string_view kRim = " paint-order=\"stroke\" stroke=\"#fbfbfc\" stroke-width=\"4\" stroke-linejoin=\"round\"";
    const int width = frame.width - 2 * kFramePadding;
    text(frame.x + kFramePadding, frame.y + 18, kFrameTitleSize, fmt::format(" font-weight=\"bold\" fill=\"#111111\"{}", kRim),
         broken(group.title, width, kFrameTitleSize, true, 1).front());
    for (std::size_t i = 0; i < frame.notes.size(); ++i) {
      text(frame.x + kFramePadding, frame.y + kFrameTitleHeight + 11 + static_cast<int>(i) * kTextHeight, kTextSize, fmt::format(" fill=\"#333333\"{}", kRim), frame.notes[i]);
    }
  }

  std::string_view colour(const Stroke& stroke) const { return stroke.far ? kWays[stroke.source % kWays.size()] : kNear; }

  void line(const Stroke& stroke) {
    std::string points;
    for (const Point& point : stroke.points) points += fmt::format("{}{},{}", points.empty() ? "" : " ", point.x, point.y);
    out_ += fmt::format("<polyline points=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"1.4\" stroke-linejoin=\"round\"{}/>\n", points, colour(stroke),
                        stroke.overdue ? " stroke-dasharray=\"5 3\"" : "");
  }

  /// CMMN's entry criterion, a diamond, with an arrowhead that reaches it.
  void head(const Stroke& stroke) {
    if (!stroke.ends) return;
    const auto [x, y] = stroke.points.back();
    if (stroke.onto_frame) {
      out_ += fmt::format("<path d=\"M{} {}l-4 -8h8z\" fill=\"{}\"/>", x, y - 6, colour(stroke));
    } else {
      out_ += fmt::format("<path d=\"M{} {}l-8 -4v8z\" fill=\"{}\"/>", x - 5, y, colour(stroke));
    }
    out_ += fmt::format("<path d=\"M{} {}l5 5l-5 5l-5 -5z\" fill=\"#ffffff\" stroke=\"#111111\"/>\n", x, y - 5);
  }

  /// A small drawing in a square of 14 pixels.
  void icon(StepKind kind, int x, int y, std::string_view edge) {
    std::string_view shape;
    switch (kind) {
      case StepKind::kTask: shape = "<circle cx='7' cy='4' r='3'/><path d='M1.5 13.5c0-8 11-8 11 0z'/>"; break;
      case StepKind::kWaitFor: shape = "<path d='M2.5 1h9M2.5 13h9M3.5 1c0 5 3 5 3.5 6c.5-1 3.5-1 3.5-6M3.5 13c0-5 3-5 3.5-6c.5 1 3.5 1 3.5 6'/>"; break;
      case StepKind::kCompute: shape = "<rect x='2' y='1' width='10' height='12' rx='1'/><path d='M4 4h6M4.5 7.5h1M8.5 7.5h1M4.5 10.5h1M8.5 10.5h1'/>"; break;
      case StepKind::kMilestone: shape = "<path d='M3 13.5v-13M3 1.5h8l-2.5 3l2.5 3h-8'/>"; break;
      case StepKind::kNotify: shape = "<rect x='1' y='2.5' width='12' height='9'/><path d='M1 2.5l6 5l6-5'/>"; break;
      case StepKind::kStage: shape = "<rect x='1' y='2' width='12' height='10'/><path d='M4 7h6M7 4v6'/>"; break;
    }
    std::string drawn(shape);
    for (char& c : drawn)
      if (c == '\'') c = '"';
    out_ += fmt::format("<g transform=\"translate({} {})\" fill=\"none\" stroke=\"{}\" stroke-width=\"1.3\" aria-hidden=\"true\">{}</g>\n", x, y, edge, drawn);
  }

  void clock(int x, int y, std::string_view edge) {
    out_ += fmt::format("<g transform=\"translate({} {})\" fill=\"none\" stroke=\"{}\" stroke-width=\"1.3\" aria-hidden=\"true\"><circle cx=\"6\" cy=\"6\" r=\"5\"/><path d=\"M6 3v3h2.5\"/></g>\n", x, y, edge);
  }

  /// Who is waited for, in two letters: what the colour says, for who can't tell colours apart or prints without them.
  void badge(std::size_t party, int x, int y) {
    out_ += fmt::format("<rect x=\"{}\" y=\"{}\" width=\"22\" height=\"14\" rx=\"3\" fill=\"{}\"/>\n", x, y, kColours[party % kColours.size()].edge);
    text(x + 11, y + 11, kBadgeSize, " font-weight=\"bold\" text-anchor=\"middle\" fill=\"#ffffff\"", chart_.codes[party]);
  }

  void draw(const PlacedBox& placed) {
    const Box& box = chart_.boxes[placed.box];
    const definition::Step& step = words_.pathway().steps[box.step];
    const Colour& colour = box.colour < words_.pathway().parties.size() ? kColours[box.colour % kColours.size()] : kNobody;
    const int height = height_of(box);
    const int radius = step.kind == StepKind::kMilestone ? 14 : 4;
    out_ += fmt::format("<g><title>{}</title>\n<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"{}\" fill=\"{}\" stroke=\"{}\" stroke-width=\"{}\"{}/>\n", escaped(box.words), placed.x,
                        placed.y, kBoxWidth, height, radius, colour.ground, colour.edge, step.kind == StepKind::kMilestone ? "2" : "1.4",
                        box.dashed ? " stroke-dasharray=\"5 3\"" : "");
    icon(step.kind, placed.x + kPadding - 1, placed.y + kPadding + 1, colour.edge);
    if (box.colour < chart_.codes.size()) badge(box.colour, placed.x + kBoxWidth - kPadding - 22, placed.y + kPadding);
    int y = placed.y + kPadding;
    for (const Line& line : box.lines) {
      draw(line, placed.x, y, colour);
      y += height_of(line);
    }
    out_ += "</g>\n";
  }

  void draw(const Line& line, int x, int y, const Colour& colour) {
    const int left = x + kPadding;
    switch (line.style) {
      case Line::Style::kTitle: text(left + kIcon, y + 12, kTitleSize, " font-weight=\"bold\" fill=\"#111111\"", line.text); break;
      case Line::Style::kActor: text(left, y + 11, kTextSize, fmt::format(" fill=\"{}\"", colour.edge), line.text); break;
      case Line::Style::kOpens:
      case Line::Style::kGuard: text(left, y + 11, kTextSize, " font-style=\"italic\" fill=\"#333333\"", line.text); break;
      case Line::Style::kNote: text(left, y + 11, kTextSize, " fill=\"#333333\"", line.text); break;
      case Line::Style::kDeadline:
        if (line.first) clock(left, y + 1, "#a11919");
        text(left + kIcon, y + 11, kTextSize, " fill=\"#a11919\"", line.text);
        break;
      case Line::Style::kOutcome:
        if (line.first) out_ += fmt::format("<circle cx=\"{}\" cy=\"{}\" r=\"3\" fill=\"{}\"/>\n", x + kBoxWidth, y + kTextHeight / 2, colour.edge);
        text(x + kBoxWidth - kPadding, y + 11, kTextSize, " text-anchor=\"end\" fill=\"#111111\"", line.text);
        break;
    }
  }

  void draw_legend() {
    int x = kMargin;
    int y = picture_.height + 24;
    text(x, y, 12, " font-weight=\"bold\" fill=\"#111111\"", pick("Legenda", "Legend"));
    y += kLegendRow;
    constexpr std::array<std::tuple<StepKind, std::string_view, std::string_view>, 5> kKinds = {{{StepKind::kTask, "compito", "task"},
                                                                                                {StepKind::kWaitFor, "attesa di altri", "waiting for others"},
                                                                                                {StepKind::kCompute, "calcolo", "calculation"},
                                                                                                {StepKind::kMilestone, "tappa", "milestone"},
                                                                                                {StepKind::kNotify, "avviso", "message"}}};
    for (const auto& [kind, it, en] : kKinds) {
      icon(kind, x, y - 11, kNobody.edge);
      text(x + 20, y, kTextSize, " fill=\"#111111\"", pick(it, en));
      x += 40 + text_width(pick(it, en), kTextSize, false);
    }
    clock(x, y - 10, "#a11919");
    text(x + 18, y, kTextSize, " fill=\"#111111\"", pick("termine", "deadline"));
    x = kMargin;
    y += kLegendRow;
    text(x, y, kTextSize, " fill=\"#111111\"",
         pick("Bordo tratteggiato: può mancare. Freccia dall'esito: apre il passo che segue; tratteggiata: allo scadere. ◇: condizione d'ingresso.",
              "Dashed edge: may be missing. Arrow from an outcome: opens what follows; dashed: when the deadline passes. ◇: entry condition."));
    y += kLegendRow;
    text(x, y, kTextSize, " fill=\"#111111\"", pick("Un passo senza frecce in arrivo si apre con la sua fase. Il colore e la sigla dicono chi si attende:", "A step without an arrow opens with its stage. The colour and the two letters tell who is waited for:"));
    const int column = (picture_.width - 2 * kMargin) / 4;
    for (std::size_t i = 0; i < words_.pathway().parties.size(); ++i) {
      const int left = kMargin + static_cast<int>(i % 4) * column;
      if (i % 4 == 0) y += kLegendRow;
      badge(i, left, y - 11);
      text(left + 28, y, kTextSize, " fill=\"#111111\"", broken(words_.party(words_.pathway().parties[i].first), column - 36, kTextSize, false, 1).front());
    }
  }

  const Wording& words_;
  const Chart& chart_;
  const Picture& picture_;
  std::string out_;
};

}  // namespace

std::string diagram(const definition::Pathway& pathway, const calendar::Almanac* almanac, Language language) {
  const Wording words(pathway, almanac, language);
  const Chart chart = make_chart(words);
  const Picture picture = arrange(chart);
  return Painter(words, chart, picture).paint();
}

}  // namespace ritrovo::reading
