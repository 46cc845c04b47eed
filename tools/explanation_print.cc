#include "tools/explanation_print.h"

#include <algorithm>
#include <string>

#include "projections/text_table.h"
#include "workflows/reasons/explanation_text.h"

namespace ritrovo::tools {

void print(std::ostream& out, const reasons::Explanation& explanation, reading::Language language) {
  for (const reasons::TextLine& line : reasons::text_of(explanation, language)) {
    if (!line.breaks || line.text.empty()) {
      out << std::string(line.text.empty() ? 0 : line.indent, ' ') << line.text << '\n';
      continue;
    }
    // What goes on stands under the text, not under its sign.
    const std::size_t room = kExplanationColumns - std::min(line.indent + line.hanging, kExplanationColumns / 2);
    std::size_t indent = line.indent;
    for (const std::string& piece : projections::broken(line.text, room)) {
      out << std::string(indent, ' ') << piece << '\n';
      indent = line.indent + line.hanging;
    }
  }
}

}  // namespace ritrovo::tools
