#include "tools/generator/generator.h"

#include <algorithm>
#include <queue>
#include <tuple>

#include "tools/generator/family.h"

namespace ritrovo::generator {
namespace {

/// How many families begin in a year, against a usual one: half in 2020.
double volume(int year) {
  switch (year) {
    case 2020: return .5;
    case 2021: return .85;
    default: return 1;
  }
}

/// The first day of each family, in order.
std::vector<Day> starts(const Options& options) {
  Random random(options.seed, ~std::uint64_t{0});
  std::vector<Day> days;
  days.reserve(options.families);
  while (days.size() < options.families) {
    const Day day = options.from.plus(random.between(0, options.to.value() - options.from.value()));
    const auto date = day.date();
    const bool closed = date.year() == std::chrono::year(2020) && (date.month() == std::chrono::March || date.month() == std::chrono::April);
    if (day.weekday().iso_encoding() > 5) continue;
    if (random.chance(volume(static_cast<int>(date.year())) * (closed ? .2 : 1))) days.push_back(day);
  }
  std::sort(days.begin(), days.end());
  return days;
}

struct Waiting {
  std::int64_t at;
  std::uint32_t family;
  std::uint32_t line;
  Planned planned;
};

struct Later {
  bool operator()(const Waiting& a, const Waiting& b) const {
    return std::tie(a.at, a.family, a.line) > std::tie(b.at, b.family, b.line);
  }
};

}  // namespace

Result<void> check(const Options& options) {
  if (options.families < 1 || options.families > 10'000'000)
    return failure(ErrorCode::kMalformed, "--families must be from 1 to 10000000");
  if (options.to < options.from) return failure(ErrorCode::kMalformed, "--to must not lie before --from");
  if (options.to.value() - options.from.value() < 6)
    return failure(ErrorCode::kMalformed, "--from and --to must be at least a week apart, so that there is a working day between them");
  if (!(options.faults >= 0 && options.faults <= 1)) return failure(ErrorCode::kMalformed, "--faults must be from 0 to 1");
  if (!(options.doubles >= 0 && options.doubles <= 1)) return failure(ErrorCode::kMalformed, "--doubles must be from 0 to 1");
  return {};
}

void generate(const Options& options, const std::function<bool(const Line&)>& sink) {
  const std::vector<Day> first_days = starts(options);
  std::priority_queue<Waiting, std::vector<Waiting>, Later> waiting;
  const auto drain = [&](std::int64_t until) {
    while (!waiting.empty() && waiting.top().at < until) {
      const Waiting& next = waiting.top();
      if (!sink({next.planned.at, next.planned.json, next.planned.expected, next.planned.opens})) return false;
      waiting.pop();
    }
    return true;
  };
  for (std::uint32_t family = 0; family < first_days.size(); ++family) {
    if (!drain(static_cast<std::int64_t>(first_days[family].value()) * 24 * 3600 * 1000)) return;
    std::uint32_t line = 0;
    for (Planned& planned : live(options, family, first_days[family])) {
      const std::int64_t at = planned.at.value();
      waiting.push({at, family, line++, std::move(planned)});
    }
  }
  drain(INT64_MAX);
}

}  // namespace ritrovo::generator
