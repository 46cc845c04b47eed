#include "tools/access.h"

#include <iostream>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "engine/runtime/clock.h"

namespace ritrovo::tools {

void add_reader(CLI::App& command, Reader& reader) {
  command.add_option("--reader", reader.id, "Pseudonymous id of who reads, for the log of accesses")->group("Common")->type_name("ID")->capture_default_str();
  command.add_option("--purpose", reader.purpose, "What it is read for, for the log of accesses")->group("Common")->type_name("TEXT");
}

void note_read(const Context& context, const Reader& reader, CaseId case_id, std::string what, bool personal) {
  // Who reads does so by the machine's clock, whatever clock the folder has.
  const AccessBatch batch{SystemClock().now(), reader.id, reader.purpose, {{case_id, std::move(what), personal}}};
  const Result<void> noted = context.accesses != nullptr ? context.accesses->append(batch) : AccessLog(context.data / "access").append(batch);
  if (noted) return;
  if (personal) throw Failure{{noted.error().code, fmt::format("{}. Personal values aren't shown without it; what needs none still works", noted.error().message)}};
  std::cerr << fmt::format("{}: {}; this reading isn't logged\n", kProgram, noted.error().message);
}

}  // namespace ritrovo::tools
