#include "tools/try_explain.h"

#include <utility>

#include "engine/record/value_codec.h"
#include "tools/explanation_print.h"
#include "workflows/reasons/address.h"
#include "workflows/reasons/why.h"

namespace ritrovo::tools {

Result<void> explain(std::ostream& out, const scenario::ScratchCase& one, const std::string& what, const std::string& alias, Day today, reading::Language language) {
  reasons::Knowledge knowledge;
  knowledge.events = one.events();
  // What was corrected since is shown as it was: the case itself keeps the latest alone.
  for (const Event& event : knowledge.events)
    for (const Box& box : event.boxes) knowledge.opened.put({event.version, box.owner, BoxState::kOpen, decode_values(box.sealed).value()});
  knowledge.libraries = {{Version(1), std::make_shared<const definition::Library>(one.library())}};
  knowledge.today = today;
  // A scratch case's clock knows days alone.
  knowledge.local_time = [](Timestamp at) { return to_string(Day(static_cast<std::int32_t>(at.value() / 86'400'000))); };
  const reasons::CaseStory story(knowledge, language);
  const Result<reasons::Meant> meant = reasons::meant_by(story, {what, alias, std::nullopt});
  if (!meant) return tl::unexpected(meant.error());
  for (const pathway::StepRef& ref : meant->steps) {
    print(out, meant->deadline ? reasons::explain_deadline(story, {ref, *meant->deadline}) : reasons::explain_step(story, ref), language);
    out << '\n';
  }
  return {};
}

}  // namespace ritrovo::tools
