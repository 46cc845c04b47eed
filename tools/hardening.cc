#include "tools/hardening.h"

#include <sys/prctl.h>
#include <sys/resource.h>

#include <cstdlib>
#include <string_view>

namespace ritrovo::tools {

void forbid_core_files() {
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
}

void forbid_tracing() {
  const char* wanted = std::getenv("RITROVO_TRACEABLE");
  if (wanted != nullptr && std::string_view(wanted) == "1") return;
  ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

}  // namespace ritrovo::tools
