#include "workflows/definition/report_reader.h"

#include <fmt/format.h>

#include "workflows/definition/fields.h"

namespace ritrovo::definition {
namespace {

using Kind = Node::Kind;

constexpr std::size_t kLinesMax = 200;
constexpr std::size_t kBreakdownsMax = 2;

std::vector<std::string> read_breakdown(const Node* node, const std::string& what, Problems& problems) {
  std::vector<std::string> by;
  for (const Named& name : read_names(node, what, problems)) by.push_back(name.name);
  if (by.size() > kBreakdownsMax) problems.error(node->place, fmt::format("{} names {} fields; a table has room for {}", what, by.size(), kBreakdownsMax));
  return by;
}

CountedFact read_fact(const Node& node, const std::string& what, Problems& problems) {
  CountedFact fact;
  Fields fields(node, what, problems);
  if (!fields.whole()) return fact;
  fact.fact = read_text(fields.require("fact"), fmt::format("\"fact\" of {}", what), problems).value_or("");
  fact.who = read_text(fields.take("who"), fmt::format("\"who\" of {}", what), problems).value_or("");
  fact.gains_on = read_text(fields.take("gains_on"), fmt::format("\"gains_on\" of {}", what), problems).value_or("");
  fact.field = read_text(fields.take("field"), fmt::format("\"field\" of {}", what), problems).value_or("");
  if (fact.gains_on.empty() != fact.field.empty()) problems.error(node.place, fmt::format("{}: \"gains_on\" and \"field\" go together", what));
  if (const Node* where = fields.take("where")) {
    if (!where->is(Kind::kMap)) problems.error(where->place, fmt::format("\"where\" of {} must be a map of fields and their values", what));
    for (const Entry& entry : where->entries) {
      const std::string value = entry.value.is(Kind::kBoolean) ? (entry.value.boolean ? "true" : "false") : entry.value.text;
      fact.where.emplace_back(entry.key, value);
    }
  }
  fields.finish();
  return fact;
}

ReportLine read_line(const Node& node, std::size_t number, const std::vector<std::string>& by, Problems& problems) {
  ReportLine line;
  Fields fields(node, fmt::format("line {}", number), problems);
  if (!fields.whole()) return line;
  line.code = read_text(fields.require("code"), fmt::format("\"code\" of line {}", number), problems).value_or("");
  const std::string what = line.code.empty() ? fmt::format("line {}", number) : fmt::format("line {}", line.code);
  line.title = read_languages(fields.require("title"), fmt::format("the title of {}", what), problems);
  line.ground = read_ground(fields, problems);
  const Node* facts = fields.require("facts");
  if (facts != nullptr && !facts->is(Kind::kList)) problems.error(facts->place, fmt::format("\"facts\" of {} must be a list", what));
  if (facts != nullptr) {
    for (std::size_t i = 0; i < facts->items.size(); ++i) line.facts.push_back(read_fact(facts->items[i], fmt::format("fact {} of {}", i + 1, what), problems));
  }
  const Node* own = fields.take("by");
  line.by = own == nullptr ? by : read_breakdown(own, fmt::format("\"by\" of {}", what), problems);
  fields.finish();
  return line;
}

}  // namespace

ReportPlan read_report(const Node& root, Problems& problems) {
  ReportPlan plan;
  Fields fields(root, "the report", problems);
  if (!fields.whole()) return plan;
  const Node* name = fields.require("report");
  if (auto text = read_text(name, "\"report\"", problems)) {
    check_name(*text, NameShape::kSnake, name->place, problems);
    plan.name = std::move(*text);
  }
  plan.version = static_cast<std::uint32_t>(read_integer(fields.require("version"), "\"version\"", {1, 1'000'000}, problems).value_or(1));
  plan.title = read_languages(fields.require("title"), "the title", problems);
  if (const Node* note = fields.take("note")) plan.note = read_languages(note, "the note", problems);
  plan.ground = read_ground(fields, problems);
  const Node* counts = fields.require("counts");
  const std::string counted = read_text(counts, "\"counts\"", problems).value_or("persons");
  if (counted != "persons" && counted != "facts") problems.error(counts->place, "\"counts\" is \"persons\", each once, or \"facts\"");
  plan.persons = counted == "persons";
  plan.is_public = read_boolean(fields.take("public"), "\"public\"", problems).value_or(false);
  plan.since = read_day(fields.take("since"), "\"since\"", problems);
  const std::vector<std::string> by = read_breakdown(fields.take("by"), "\"by\"", problems);
  const Node* lines = fields.require("lines");
  if (lines != nullptr && (!lines->is(Kind::kList) || lines->items.size() > kLinesMax)) {
    problems.error(lines->place, fmt::format("\"lines\" must be a list of at most {}", kLinesMax));
  } else if (lines != nullptr) {
    for (std::size_t i = 0; i < lines->items.size(); ++i) plan.lines.push_back(read_line(lines->items[i], i + 1, by, problems));
  }
  fields.finish();
  return plan;
}

Result<ReportPlan> read_report_text(const std::string& path, std::string_view text) {
  Problems problems(path, text);
  const Node root = read_yaml(text, problems);
  ReportPlan plan = read_report(root, problems);
  if (!problems.any_error()) return plan;
  std::string all;
  for (const Problem& problem : problems.take()) all += (all.empty() ? "" : "\n") + to_string(problem);
  return failure(ErrorCode::kMalformed, std::move(all));
}

}  // namespace ritrovo::definition
