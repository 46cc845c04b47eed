#pragma once

#include <string>

#include "tools/bench/report.h"
#include "tools/bench/trial.h"

namespace ritrovo::bench {

/// Each measures one row of DESIGN.md's table "Numbers to reach", and checks what it gets. Throws tools::Failure where the world fails.
/// Runs on: the main thread; uses this program's children for what a fresh process must show.
[[nodiscard]] Report bench_commit(const Wish& wish);
[[nodiscard]] Report bench_cases(const Wish& wish);
[[nodiscard]] Report bench_history(const Wish& wish);
[[nodiscard]] Report bench_decide(const Wish& wish);
[[nodiscard]] Report bench_directory(const Wish& wish);
[[nodiscard]] Report bench_open(const Wish& wish);
[[nodiscard]] Report bench_replay(const Wish& wish);
[[nodiscard]] Report bench_size(const Wish& wish);
[[nodiscard]] Report bench_views(const Wish& wish);
[[nodiscard]] Report bench_kafka(const Wish& wish);
[[nodiscard]] Report bench_verify(const Wish& wish);

}  // namespace ritrovo::bench
