#pragma once

namespace ritrovo::tools {

/// From here on this process leaves no core file, wherever the system would write one or send it (RLIMIT_CORE): a core holds keys and names.
/// Runs on: the start of `main`, before anything secret is read.
void forbid_core_files();

/// Besides, no other process of the same user may look into this one's memory (PR_SET_DUMPABLE), nor may a debugger or profiler attach;
/// unless $RITROVO_TRACEABLE is 1, for whoever debugs or profiles on purpose.
void forbid_tracing();

}  // namespace ritrovo::tools
