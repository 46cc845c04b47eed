#include "tools/hardening.h"

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <functional>

namespace ritrovo::tools {
namespace {

/// What `ask` answers in a process of its own.
int in_a_child(const std::function<int()>& ask) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(ask());
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(Hardening, AllowsNoCoreFile) {
  EXPECT_EQ(in_a_child([] {
              forbid_core_files();
              rlimit limit{1, 1};
              return ::getrlimit(RLIMIT_CORE, &limit) == 0 && limit.rlim_cur == 0 && limit.rlim_max == 0 ? 1 : 0;
            }),
            1);
}

TEST(Hardening, LetsNobodyLookIntoItsMemoryUnlessAskedTo) {
  const auto dumpable = [](const char* wanted) {
    return in_a_child([wanted] {
      ::setenv("RITROVO_TRACEABLE", wanted, 1);
      forbid_tracing();
      return ::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0);
    });
  };
  EXPECT_EQ(dumpable(""), 0);
  EXPECT_EQ(dumpable("0"), 0);
  EXPECT_EQ(dumpable("1"), 1);
}

}  // namespace
}  // namespace ritrovo::tools
