#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "tools/case_folder.h"
#include "tools/commands.h"
#include "tools/console.h"
#include "workflows/pathway/event_body.h"

namespace ritrovo::tools {
namespace {

constexpr Teaching kAdvance{
    "Let what is due happen: up to now by a real clock, or up to --to by a simulated one, which moves there",
    "  ritrovo advance --data milano                     real clock: deadlines that passed while nobody submitted\n"
    "  ritrovo advance --to 2026-03-31 --data trial      simulated: to the beginning of that day\n"
    "  ritrovo advance --to 2026-03-31T12:00:00+02:00 --data trial",
    "  ritrovo deadlines --data trial                    what was missed on the way"};

/// How many days ahead of its clock a simulated folder is moved without being asked twice: every deadline on the way is missed for good.
constexpr std::int32_t kAheadDaysMax = 3660;

struct AdvanceWish {
  std::string to;
  bool far = false;
};

/// Where each partition begins to be new: one after its last record.
std::vector<Position> ends_of(const CaseFolder& folder) {
  std::vector<Position> ends;
  folder.with_log([&](const CaseLog& log) -> Result<void> {
    for (std::uint16_t i = 0; i < folder.settings().partitions; ++i) {
      const Result<std::optional<Position>> last = log.last_position(PartitionId(i));
      if (!last) return tl::unexpected(last.error());
      ends.push_back(*last ? Position((*last)->value() + 1) : Position());
    }
    return {};
  });
  return ends;
}

/// What happened since the partitions ended there.
struct Happened {
  std::uint64_t events = 0;
  std::uint64_t missed = 0;
};

Happened happened_since(const CaseFolder& folder, const std::vector<Position>& ends) {
  Happened happened;
  folder.with_log([&](const CaseLog& log) -> Result<void> {
    for (std::uint16_t i = 0; i < ends.size(); ++i) {
      Result<void> read = log.scan_records(PartitionId(i), ends[i], [&happened](const StoredRecord& record) {
        happened.events += record.event.case_id == CaseId(0) ? 0U : 1U;
        happened.missed += record.event.tag == pathway::DeadlineMissed::kTag ? 1U : 0U;
        return true;
      });
      if (!read) return read;
    }
    return {};
  });
  return happened;
}

void print(const Context& context, const Happened& happened, Timestamp now, const std::string& sentence) {
  if (context.json) {
    std::cout << boost::json::serialize(boost::json::object{{"now", to_string(now)}, {"events", happened.events}, {"deadlines_missed", happened.missed}}) << '\n';
    return;
  }
  std::cout << sentence << ' ' << (happened.events == 0 ? "Nothing was due." : fmt::format("{} followed: {} passed.", counted(happened.events, "event", "events"), counted(happened.missed, "deadline", "deadlines"))) << '\n';
}

/// A real folder: what was due by now. It is recorded before the folder closes, and counted when it is open again.
void advance_to_now(const Context& context, std::unique_ptr<CaseFolder> folder) {
  const std::vector<Position> ends = ends_of(*folder);
  folder->fire_due();
  folder->close();
  folder.reset();
  folder = CaseFolder::open(context);
  const Happened happened = happened_since(*folder, ends);
  folder->close();
  print(context, happened, SystemClock().now(), "What was due by now has happened.");
}

Timestamp instant_of(const CaseFolder& folder, const AdvanceWish& wish) {
  if (wish.to.empty()) throw Failure{{ErrorCode::kMalformed, "this folder has a simulated clock: say how far it moves, --to DAY or INSTANT (2026-03-31, 2026-03-31T12:00:00+02:00)"}};
  const Result<Day> day = parse_day(wish.to);
  const Result<Timestamp> instant = day ? Result<Timestamp>(folder.zone().start_of(*day)) : parse_timestamp(wish.to);
  if (!instant) throw Failure{{ErrorCode::kMalformed, fmt::format("'{}' is neither a day (2026-03-31) nor an instant (2026-03-31T12:00:00+02:00)", wish.to)}};
  const Timestamp now = folder.latest_instant();
  const bool begun = now > Timestamp();
  if (begun && !wish.far && folder.zone().day_of(*instant) > folder.today().plus(kAheadDaysMax)) {
    throw Failure{{ErrorCode::kMalformed, fmt::format("{} is over ten years after {}, where the folder's clock stands, and it never goes back: give --far if that is meant", wish.to,
                                                      to_string(now))}};
  }
  return *instant;
}

void run(const Context& context, const AdvanceWish& wish) {
  std::unique_ptr<CaseFolder> folder = CaseFolder::open_to_record(context);
  if (!folder->simulated()) {
    if (!wish.to.empty()) throw Failure{{ErrorCode::kWrongFolder, "this folder has a real clock, which nobody can move: leave --to out"}};
    return advance_to_now(context, std::move(folder));
  }
  const Timestamp to = instant_of(*folder, wish);
  const Timestamp before = folder->latest_instant();
  const std::vector<Position> ends = ends_of(*folder);
  folder->advance(to);
  const Timestamp now = folder->latest_instant();
  const Happened happened = happened_since(*folder, ends);
  folder->close();
  print(context, happened, now,
        to < before ? fmt::format("The folder's clock stands at {} already, and only goes forward.", to_string(now)) : fmt::format("The folder's clock stands at {}.", to_string(now)));
}

}  // namespace

void add_advance(CLI::App& app, Context& context) {
  auto wish = std::make_shared<AdvanceWish>();
  CLI::App* command = add_command(app, context, "advance", kAdvance, true, [&context, wish] { run(context, *wish); });
  command->add_option("--to", wish->to, "A day or an instant, for a simulated clock")->type_name("DAY|INSTANT");
  command->add_flag("--far", wish->far, "The simulated clock may move by over ten years at once");
}

}  // namespace ritrovo::tools
