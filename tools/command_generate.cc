#include <cstdint>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "tools/commands.h"
#include "tools/console.h"
#include "tools/generator/generator.h"
#include "tools/progress.h"

namespace ritrovo::tools {
namespace {

constexpr Teaching kGenerate{
    "Simulate families: writes commands as any other tool could send them, one JSON object a line",
    "  ritrovo generate --families 500 --seed 7 --faults 0.1 --out families.ndjson --expected answers.txt",
    "  ritrovo init --data trial --clock simulated && ritrovo publish --data trial\n"
    "  ritrovo submit families.ndjson --data trial --expected answers.txt"};

struct GenerateWish {
  generator::Options options;
  std::string from = to_string(generator::Options{}.from);
  std::string to = to_string(generator::Options{}.to);
  std::string out = "-";
  std::string expected;
  std::string truth;
};

std::string truth_line(const generator::Opening& opening) {
  return boost::json::serialize(boost::json::object{{"key", opening.key}, {"pathway", opening.pathway}, {"family", opening.family}, {"again", opening.again},
                                                    {"respelt", opening.respelt}, {"swapped", opening.swapped}});
}

std::ofstream open_for_writing(const std::string& file) {
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  if (!out) throw Failure{{ErrorCode::kUnavailable, fmt::format("can't write {}: check that its folder is there and may be written to", file)}};
  return out;
}

void close(std::ostream& out, const std::string& file) {
  out.flush();
  if (!out) throw Failure{{ErrorCode::kUnavailable, fmt::format("writing {} failed: is the disk full?", file)}};
}

void run(const Context& context, GenerateWish wish) {
  wish.options.from = must(parse_day(wish.from));
  wish.options.to = must(parse_day(wish.to));
  must(generator::check(wish.options));
  std::ofstream file;
  if (wish.out != "-") file = open_for_writing(wish.out);
  std::ostream& out = wish.out == "-" ? std::cout : file;
  std::ofstream expected;
  if (!wish.expected.empty()) expected = open_for_writing(wish.expected);
  std::ofstream truth;
  if (!wish.truth.empty()) truth = open_for_writing(wish.truth);

  const auto days = static_cast<std::uint64_t>(wish.options.to.value() - wish.options.from.value() + 1);
  const std::int64_t first_day = wish.options.from.value();
  Progress progress("Simulating", "lines", days, wish.out == "-");
  std::uint64_t lines = 0;
  std::map<std::string, std::uint64_t> classes;
  generator::generate(wish.options, [&](const generator::Line& line) {
    out << line.json << '\n';
    if (expected.is_open()) expected << line.expected << '\n';
    if (truth.is_open() && line.opens) truth << truth_line(*line.opens) << '\n';
    ++classes[line.expected];
    progress.at(static_cast<std::uint64_t>(std::max<std::int64_t>(0, line.at.value() / 86'400'000 - first_day)), ++lines);
    return static_cast<bool>(out);
  });
  progress.finish();
  close(out, wish.out == "-" ? "the standard output" : wish.out);
  if (expected.is_open()) close(expected, wish.expected);
  if (truth.is_open()) close(truth, wish.truth);
  if (wish.out == "-") return;
  if (context.json) {
    boost::json::object counts;
    for (const auto& [name, count] : classes) counts[name] = count;
    std::cout << boost::json::serialize(boost::json::object{{"lines", lines}, {"expected", std::move(counts)}, {"out", wish.out}}) << '\n';
    return;
  }
  std::cout << fmt::format("{} written to {}. The answers that they must get:\n", counted(lines, "command", "commands"), wish.out);
  for (const auto& [name, count] : classes) std::cout << fmt::format("  {:>9}  {}\n", grouped(count), name);
}

}  // namespace

void add_generate(CLI::App& app, Context& context) {
  auto wish = std::make_shared<GenerateWish>();
  CLI::App* command = add_command(app, context, "generate", kGenerate, false, [&context, wish] { run(context, *wish); });
  command->add_option("--families", wish->options.families, "How many families")->capture_default_str();
  command->add_option("--from", wish->from, "First day of a first visit")->type_name("DAY")->capture_default_str();
  command->add_option("--to", wish->to, "Last day of anything")->type_name("DAY")->capture_default_str();
  command->add_option("--seed", wish->options.seed, "The same seed gives the same bytes")->capture_default_str();
  command->add_option("--faults", wish->options.faults, "0: every line is taken; 1: every fault of the field, often")->capture_default_str();
  command->add_option("--doubles", wish->options.doubles, "Share of families that another service opens again, with names written otherwise")->capture_default_str();
  command->add_option("--truth", wish->truth, "Where it goes which family each opened case is of, one JSON object a line")->type_name("FILE");
  command->add_option("--out", wish->out, "Where the commands go; - for the standard output")->type_name("FILE")->capture_default_str();
  command->add_option("--expected", wish->expected, "Where the expected classes of answers go, one a line")->type_name("FILE");
}

}  // namespace ritrovo::tools
