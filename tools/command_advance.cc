#include <iostream>
#include <memory>
#include <string>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "tools/case_folder.h"
#include "tools/commands.h"

namespace ritrovo::tools {
namespace {

constexpr Teaching kTeaching{
    "Let what is due happen: up to now by a real clock, or up to --to by a simulated one, which moves there",
    "  ritrovo advance --data milano                     real clock: deadlines that passed while nobody submitted\n"
    "  ritrovo advance --to 2026-03-31 --data trial      simulated: to the beginning of that day\n"
    "  ritrovo advance --to 2026-03-31T12:00:00+02:00 --data trial",
    "  ritrovo deadlines --data trial                    what was missed on the way"};

struct Wish {
  std::string to;
};

void run(const Context& context, const Wish& wish) {
  const std::unique_ptr<CaseFolder> folder = CaseFolder::open(context);
  if (wish.to.empty() && !folder->simulated()) {
    folder->fire_due();
    folder->close();
    if (context.json) {
      std::cout << boost::json::serialize(boost::json::object{{"now", to_string(SystemClock().now())}}) << '\n';
    } else {
      std::cout << "What was due by now has happened.\n";
    }
    return;
  }
  const Result<Day> day = parse_day(wish.to);
  const Result<Timestamp> instant = day ? Result<Timestamp>(folder->zone().start_of(*day)) : parse_timestamp(wish.to);
  if (!instant) {
    throw Failure{{ErrorCode::kMalformed, fmt::format("'{}' is neither a day (2026-03-31) nor an instant (2026-03-31T12:00:00+02:00)", wish.to)}};
  }
  folder->advance(*instant);
  const Timestamp now = folder->latest_instant();
  folder->close();
  if (context.json) {
    std::cout << boost::json::serialize(boost::json::object{{"now", to_string(now)}}) << '\n';
  } else {
    std::cout << fmt::format("The folder's clock stands at {}.\n", to_string(now));
  }
}

}  // namespace

void add_advance(CLI::App& app, Context& context) {
  auto wish = std::make_shared<Wish>();
  CLI::App* command = add_command(app, context, "advance", kTeaching, true, [&context, wish] { run(context, *wish); });
  command->add_option("--to", wish->to, "A day or an instant, for a simulated clock")->type_name("DAY|INSTANT");
}

}  // namespace ritrovo::tools
