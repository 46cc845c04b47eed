#pragma once

#include <string>
#include <vector>

#include "engine/log/access_log.h"
#include "tools/case_folder.h"
#include "tools/context.h"

namespace ritrovo::tools {

/// Who reads, and for what: the options of every command that shows a case.
struct Reader {
  std::string id = "operator";
  std::string purpose;
};
/// Adds `--reader` and `--purpose`. Requires: `reader` outlives the command.
void add_reader(CLI::App& command, Reader& reader);

/// Writes down that a case is read, before anything of it is shown. Where that can't be written, a personal read is refused (a Failure), and any
/// other goes on with a word on stderr.
void note_read(const Context& context, const Reader& reader, CaseId case_id, std::string what, bool personal);

}  // namespace ritrovo::tools
