#include <iostream>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "engine/record/value_json.h"
#include "tools/access.h"
#include "tools/case_reading.h"
#include "tools/commands.h"
#include "tools/explanation_print.h"
#include "workflows/reasons/address.h"
#include "workflows/reasons/why.h"

namespace ritrovo::tools {
namespace {

constexpr Teaching kExplain{
    "Why a step, task or deadline of a case stands as it stands, back to what was reported and by whom; or why not yet, and what would move it",
    "  ritrovo explain fam-lusab-babad-gutih-tugad-4 nulla_osta --language it\n"
    "  ritrovo explain fam-… nulla_osta/deadline               how its day was counted, and what moved it\n"
    "  ritrovo explain fam-… entry@rel-1 --known-on 2025-03-01 as it could be answered that evening",
    "  ritrovo case timeline fam-…                     the whole journey in words\n"
    "  ritrovo case history fam-… --json               the events that the numbers in brackets name"};

struct ExplainWish {
  std::string case_id;
  std::string what;
  std::string person;
  std::uint32_t occurrence = 0;
  bool of_occurrence = false;
  std::string language = default_language();
  MomentWish moment;
  Reader reader;
  bool sealed = false;
};

boost::json::array json_of(const std::vector<reasons::Line>& lines) {
  boost::json::array array;
  for (const reasons::Line& line : lines) {
    boost::json::object object{{"kind", line.kind}, {"text", line.text}};
    if (!line.data.empty()) object["data"] = boost::json::parse(to_json(line.data));
    if (!line.more.empty()) object["more"] = json_of(line.more);
    array.push_back(std::move(object));
  }
  return array;
}

boost::json::object json_of(const reasons::Explanation& explanation) {
  boost::json::array chain;
  for (const reasons::Link& link : explanation.chain) {
    boost::json::array because;
    for (const Version version : link.because) because.push_back(version.value());
    chain.push_back(boost::json::object{{"version", link.version.value()}, {"day", to_string(link.day)}, {"event", link.event}, {"text", link.text}, {"asked", link.asked},
                                        {"told", link.told}, {"because", std::move(because)}, {"grounds", json_of(link.lines)}});
  }
  return {{"about", explanation.about}, {"path", explanation.path}, {"person", explanation.person}, {"occurrence", explanation.occurrence.value()}, {"life", explanation.life},
          {"standing", explanation.standing}, {"definition", json_of(explanation.definition)}, {"waits", json_of(explanation.waits)}, {"chain", std::move(chain)}};
}

void run_explain(const Context& context, const ExplainWish& wish) {
  const CaseId case_id = case_id_from(wish.case_id);
  const std::unique_ptr<CaseFolder> folder = CaseFolder::open(context);
  const Moment moment = moment_from(*folder, wish.moment);
  const CaseReading reading = read_case(*folder, case_id, moment);
  reasons::Knowledge knowledge = knowledge_of(*folder, reading);
  knowledge.shows_personal = !wish.sealed;
  const reading::Language language = wish.language == "it" ? reading::Language::kItalian : reading::Language::kEnglish;
  const reasons::CaseStory story(knowledge, language);
  const reasons::Meant meant = must(reasons::meant_by(story, {wish.what, wish.person, wish.of_occurrence ? std::optional(Version(wish.occurrence)) : std::nullopt}));
  note_read(context, wish.reader, case_id, fmt::format("explain {}", wish.what), !wish.sealed);
  std::vector<reasons::Explanation> explanations;
  for (const pathway::StepRef& ref : meant.steps)
    explanations.push_back(meant.deadline ? reasons::explain_deadline(story, {ref, *meant.deadline}) : reasons::explain_step(story, ref));
  const std::string caption = caption_of(*folder, moment);
  folder->close();
  if (context.json) {
    boost::json::array all;
    for (const reasons::Explanation& explanation : explanations) all.push_back(json_of(explanation));
    boost::json::object document{{"case", case_id.printed()}, {"version", story.core().version.value()}, {"explanations", std::move(all)}};
    if (moment.known_on) document["known_on"] = to_string(*moment.known_on);
    if (moment.as_of) document["as_of"] = to_string(*moment.as_of);
    std::cout << boost::json::serialize(document) << '\n';
    return;
  }
  std::cout << fmt::format("{}{}\n", case_id.printed(), caption);
  for (const reasons::Explanation& explanation : explanations) {
    std::cout << std::string(kExplanationColumns, '-') << '\n';
    print(std::cout, explanation, language);
  }
}

}  // namespace

void add_explain(CLI::App& app, Context& context) {
  auto wish = std::make_shared<ExplainWish>();
  CLI::App* explain = add_command(app, context, "explain", kExplain, true, [&context, wish] { run_explain(context, *wish); });
  explain->add_option("case", wish->case_id, "The case")->type_name("ID")->required();
  explain->add_option("what", wish->what, "A step, a task, or STEP/DEADLINE; STEP@PERSON for one person's")->type_name("STEP|DEADLINE|TASK")->required();
  explain->add_option("--person", wish->person, "Of this person: an alias or an id")->type_name("WHO");
  explain->add_option("--occurrence", wish->occurrence, "Of this occurrence, where the step repeats")->type_name("N")->each([wish](const std::string&) { wish->of_occurrence = true; });
  explain->add_option("--language", wish->language, "it or en")->check(CLI::IsMember({"it", "en"}))->capture_default_str();
  add_moment(*explain, wish->moment);
  add_reader(*explain, wish->reader);
  explain->add_flag("--sealed", wish->sealed, "Leave personal values sealed: for a reader who may not see them");
}

}  // namespace ritrovo::tools
