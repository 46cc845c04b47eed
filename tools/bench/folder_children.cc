#include "tools/bench/folder_children.h"

#include <iostream>
#include <memory>
#include <string>
#include <utility>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "tools/bench/process.h"
#include "tools/bench/trial.h"
#include "tools/bench/workload.h"
#include "tools/context.h"

namespace ritrovo::bench {
namespace {

using tools::must;

/// Cases between two looks at the size of the write-ahead logs.
constexpr std::uint64_t kLookEvery = 256;
/// Where a writer stops waiting for its logs to grow: they may be emptied faster than they fill.
constexpr std::uint64_t kCasesMax = 200'000;

std::string line_of(Child& child, const char* what) {
  std::optional<std::string> line = child.read_line();
  if (!line) throw tools::Failure{{ErrorCode::kUnavailable, fmt::format("the process that {} ended early", what)}};
  return std::move(*line);
}

}  // namespace

FolderOpened open_in_child(const std::filesystem::path& folder) {
  Child child({"child-opens", folder.string()});
  const boost::json::object found = boost::json::parse(line_of(child, "opens the folder")).as_object();
  const std::string closed = line_of(child, "closes the folder");
  return {found.at("seconds").to_number<double>(), found.at("resident").to_number<std::uint64_t>(), found.at("records").to_number<std::uint64_t>(),
          found.at("wal_bytes").to_number<std::uint64_t>()};
}

std::uint64_t kill_a_writer(const std::filesystem::path& folder, std::uint64_t wal_bytes, std::uint64_t first) {
  Child child({"child-writes", folder.string(), std::to_string(wal_bytes), std::to_string(first)});
  const std::uint64_t answered = std::stoull(line_of(child, "writes to the folder"));
  child.kill();
  return answered;
}

void child_opens(const std::filesystem::path& folder) {
  EngineOptions options;
  options.path = folder;
  const Stopwatch time;
  const std::unique_ptr<TrialEngine> engine = open_folder(std::move(options));
  const double seconds = time.seconds();
  std::cout << boost::json::serialize(boost::json::object{{"seconds", seconds},
                                                          {"resident", memory_of_this_process().resident},
                                                          {"records", records_of(*engine)},
                                                          {"wal_bytes", engine->opening().wal_bytes}})
            << std::endl;
  must(engine->close());
  std::cout << "closed" << std::endl;
}

void child_writes(const std::filesystem::path& folder, std::uint64_t wal_bytes, std::uint64_t first) {
  EngineOptions options;
  options.path = folder;
  const std::unique_ptr<TrialEngine> engine = open_folder(std::move(options));
  const ManyCases makes(1);
  Sender sender(*engine);
  bool said = false;
  for (std::uint64_t number = first;; ++number) {
    sender.send(makes.opening(number));
    if (said || number % kLookEvery != 0) continue;
    if (bytes_of(folder / "log", ".log") < wal_bytes && number - first < kCasesMax) continue;
    std::cout << sender.tally().accepted << std::endl;
    said = true;
  }
}

}  // namespace ritrovo::bench
