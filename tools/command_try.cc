#include <chrono>
#include <iostream>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <unistd.h>
#include <utility>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include "tools/commands.h"
#include "tools/progress.h"
#include "tools/read_pathway.h"
#include "tools/try_session.h"

namespace ritrovo::tools {
namespace {

constexpr Teaching kTry{
    "Try a pathway by hand: a case in memory, no folder; report, work, move the clock, ask why, save it as a scenario",
    "  ritrovo try my-pathway.yaml --on 2025-03-03\n"
    "  ritrovo try family-reunification --language en < session.txt     each line as if it were typed",
    "  ritrovo coverage scenarios/         plays what was saved, and says what it leaves out"};

struct TryWish {
  PathwayWish pathway;
  std::string on;
};

Day today_of(const std::string& on) {
  if (!on.empty()) return must(parse_day(on));
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return Day(static_cast<std::int32_t>(std::chrono::duration_cast<std::chrono::hours>(now).count() / 24));
}

/// What a line was answered with, as one line of JSON.
void print_json(const std::string& line, bool taken, const std::string& said) {
  boost::json::array lines;
  std::istringstream in(said);
  for (std::string one; std::getline(in, one);) lines.push_back(boost::json::string(one));
  std::cout << boost::json::serialize(boost::json::object{{"line", line}, {"taken", taken}, {"said", std::move(lines)}}) << '\n';
}

void run(Context& context, const TryWish& wish) {
  const FoundPathway found = find_pathway(context, wish.pathway);
  std::ostringstream aside;
  TryPlan plan{std::make_shared<const definition::Library>(found.library), found.pathway, wish.pathway.pathway, today_of(wish.on), language_of(wish.pathway.language)};
  TrySession session(std::move(plan), context.json ? static_cast<std::ostream&>(aside) : std::cout);
  const bool typed = is_watched(STDIN_FILENO) && !context.json;
  std::string line;
  while (!session.over()) {
    if (typed) std::cout << "> " << std::flush;
    if (!std::getline(std::cin, line)) break;
    aside.str("");
    const bool taken = session.take(line);
    // Who types sees it at once and mends it; a script reads the exit code.
    if (!taken && !typed) context.leave_with(session.refused() ? ExitCode::kRejected : ExitCode::kMalformed);
    if (context.json) print_json(line, taken, aside.str());
    std::cout.flush();
  }
}

}  // namespace

void add_try(CLI::App& app, Context& context) {
  auto wish = std::make_shared<TryWish>();
  wish->pathway.shipped = true;
  CLI::App* command = add_command(app, context, "try", kTry, false, [&context, wish] { run(context, *wish); });
  command->add_option("pathway", wish->pathway.pathway, "A definition file, or a shipped pathway's name")->required()->type_name("PATHWAY|FILE");
  command->add_option("--language", wish->pathway.language, "it or en")->check(CLI::IsMember({"it", "en"}))->capture_default_str();
  command->add_option("--on", wish->on, "The day on which it begins; today, if it isn't said")->type_name("DAY");
}

}  // namespace ritrovo::tools
