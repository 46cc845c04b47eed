#include "workflows/reasons/explanation_text.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace ritrovo::reasons {
namespace {

class Writing {
 public:
  explicit Writing(reading::Language language) : italian_(language == reading::Language::kItalian) {}

  void put(std::size_t indent, std::string text, std::size_t hanging = 0, bool breaks = true) { lines_.push_back({indent, hanging, std::move(text), breaks}); }
  void gap() { put(0, {}); }
  void head(std::string_view it, std::string_view en) {
    gap();
    put(0, std::string(italian_ ? it : en));
  }
  [[nodiscard]] std::string_view pick(std::string_view it, std::string_view en) const { return italian_ ? it : en; }

  void tell(const std::vector<Line>& lines, std::size_t indent) {
    for (const Line& line : lines) {
      const std::string_view sign = sign_of(line.kind);
      if (line.kind == "quote") put(indent, line.text, 0, false);
      else put(indent, fmt::format("{}{}", sign, line.text), sign.size());
      tell(line.more, indent + (sign.empty() ? 2 : 3));
    }
  }

  /// A rule that stood above already is named by its event.
  void tell(const Link& link) {
    put(0, fmt::format("{:>5}  {}  {}{}", fmt::format("[{}]", link.version.value()), to_string(link.day), link.text, link.asked ? " ◄" : ""), 19);
    for (const Line& line : link.lines) {
      const auto [above, fresh] = rules_.try_emplace(line.text, link.version);
      if (fresh || line.kind != "rule") tell({line}, 19);
      else put(19, fmt::format("{} [{}]", pick("la stessa regola di", "the same rule as"), above->second.value()));
    }
    if (link.because.empty()) return;
    std::string events;
    for (const Version version : link.because) events += fmt::format("{}[{}]", events.empty() ? "" : ", ", version.value());
    put(19, fmt::format("{} {}", pick("perché:", "because of:"), events));
  }
  [[nodiscard]] std::vector<TextLine> take() { return std::move(lines_); }

 private:
  static std::string_view sign_of(std::string_view kind) {
    if (kind == "holds") return "+ ";
    if (kind == "waits" || kind == "unknown") return "- ";
    if (kind == "never") return "x ";
    if (kind == "failed") return "! ";
    return {};
  }
  bool italian_;
  std::map<std::string, Version> rules_;
  std::vector<TextLine> lines_;
};

}  // namespace

std::vector<TextLine> text_of(const Explanation& explanation, reading::Language language) {
  Writing out(language);
  out.put(0, explanation.standing);
  std::string address = explanation.path;
  if (!explanation.person.empty()) address += "@" + explanation.person;
  if (explanation.occurrence != Version()) address += fmt::format(" {} {}", out.pick("occorrenza", "occurrence"), explanation.occurrence.value());
  out.put(0, address);
  std::vector<Line> moves;
  std::vector<Line> waits;
  for (const Line& line : explanation.waits) (line.kind == "next" ? moves : waits).push_back(line);
  if (!waits.empty()) {
    const bool never = std::any_of(waits.begin(), waits.end(), [](const Line& line) { return line.kind == "never"; });
    if (!explanation.chain.empty()) out.head("Che cosa manca", "What is missing");
    else if (never) out.head("Perché no", "Why not");
    else out.head("Perché non ancora", "Why not yet");
    out.tell(waits, 2);
  }
  if (!moves.empty()) {
    out.head("Che cosa si può fare ora", "What can be done now");
    out.tell(moves, 2);
  }
  if (!explanation.chain.empty()) {
    out.head("Perché, dal più recente fino a ciò che qualcuno ha riferito (◄ ciò che si è chiesto)", "Why, from the latest back to what somebody told (◄ what was asked about)");
    for (const Link& link : explanation.chain) out.tell(link);
  }
  out.head("Che cosa dice la definizione", "What the definition says");
  out.tell(explanation.definition, 2);
  return out.take();
}

}  // namespace ritrovo::reasons
