#include "tools/try_explain.h"

#include <utility>

#include "tools/explanation_print.h"
#include "workflows/reasons/address.h"
#include "workflows/reasons/why.h"

namespace ritrovo::tools {

Result<void> explain(std::ostream& out, const scenario::ScratchCase& one, const std::string& what, const std::string& alias, Day today, reading::Language language) {
  reasons::Knowledge knowledge;
  knowledge.events = one.events();
  knowledge.opened = one.opened();
  knowledge.libraries = {{Version(1), std::make_shared<const definition::Library>(one.library())}};
  knowledge.today = today;
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
