#include <algorithm>
#include <atomic>
#include <chrono>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "engine/log/case_log.h"
#include "engine/log/keys.h"
#include "engine/runtime/access_checkpoint.h"
#include "engine/runtime/remembered.h"
#include "tools/bare_log.h"
#include "tools/commands.h"
#include "tools/console.h"
#include "tools/progress.h"
#include "tools/verify_deep.h"

namespace ritrovo::tools {
namespace {

constexpr Teaching kVerify{
    "Hash every record anew and hold the log against its ledger and its signed checkpoints; no key of the vault is needed",
    "  ritrovo verify --data milano\n"
    "  ritrovo verify --anchor /mnt/elsewhere          and against checkpoints that are kept elsewhere\n"
    "  ritrovo verify --deep                           also derive anew all that is derived, and compare",
    "  ritrovo doctor                                  what to do where something is wrong"};

struct VerifyWish {
  std::vector<std::string> anchors;
  std::vector<std::string> keys;
  bool deep = false;
};

/// All partitions' anchors: this folder's own checkpoints, what the log remembers of them, and those from elsewhere.
struct Anchors {
  std::vector<std::vector<Anchor>> of;   ///< by partition
  std::vector<std::uint64_t> elsewhere;  ///< size of the newest one kept elsewhere, by partition; 0 where there is none
  std::vector<Finding> unreadable;       ///< what should be an anchor and isn't
  bool any_elsewhere = false;
};

Anchors gather(const BareLog& bare, const VerifyWish& wish) {
  Anchors anchors;
  anchors.of.resize(bare.settings().partitions);
  anchors.elsewhere.resize(bare.settings().partitions);
  for (std::uint16_t i = 0; i < bare.settings().partitions; ++i) {
    const Result<std::optional<Checkpoint>> kept = bare.folder().checkpoint(PartitionId(i));
    const Result<std::optional<Checkpoint>> remembered = remembered_checkpoint(bare.log(), PartitionId(i));
    if (!kept) anchors.unreadable.push_back({{}, {}, kept.error().message});
    if (!remembered) anchors.unreadable.push_back({{}, {}, remembered.error().message});
    if (kept && *kept) anchors.of[i].push_back({**kept, fmt::format("checkpoints/{}", i)});
    if (remembered && *remembered) {
      if (kept && (!*kept || (*kept)->size < (*remembered)->size))
        anchors.unreadable.push_back({{}, {}, fmt::format("checkpoints/{} is missing or older than the checkpoint that was signed last", i)});
      anchors.of[i].push_back({**remembered, "the log's own memory of its last checkpoint"});
    }
  }
  if (wish.anchors.empty()) return anchors;
  const std::vector<NoteVerifier> keys = wish.keys.empty() ? must(bare.folder().note_keys()) : keys_from(wish.keys);
  anchors.any_elsewhere = true;
  for (const std::string& place : wish.anchors) {
    for (const SignedCheckpoint& read : read_checkpoints(place, keys)) {
      if (read.checkpoint.origin == access_origin(bare.folder())) {
        if (const Result<void> held = check_accesses_against(bare.folder(), read.checkpoint); !held) anchors.unreadable.push_back({{}, {}, held.error().message + " in " + read.place});
        continue;
      }
      const std::uint16_t partition = partition_of_checkpoint(bare.folder(), read).value();
      anchors.of[partition].push_back({read.checkpoint, read.place});
      anchors.elsewhere[partition] = std::max(anchors.elsewhere[partition], read.checkpoint.size.value());
    }
  }
  return anchors;
}

/// Reads all partitions, several at a time.
std::vector<PartitionCheck> check_all(const BareLog& bare, Anchors& anchors, bool quiet) {
  std::uint64_t expected = 0;
  for (std::uint16_t i = 0; i < anchors.of.size(); ++i)
    if (const auto last = CaseLog(bare.log()).last_position(PartitionId(i)); last && *last) expected += (*last)->value() + 1;
  std::vector<PartitionCheck> checks(anchors.of.size());
  std::atomic<std::size_t> next = 0;
  std::atomic<std::uint64_t> done = 0;
  std::atomic<std::size_t> finished = 0;
  std::vector<std::jthread> threads;
  for (unsigned i = 0; i < std::max(1U, std::thread::hardware_concurrency()); ++i)
    threads.emplace_back([&] {
      for (std::size_t p = next++; p < checks.size(); p = next++, ++finished)
        checks[p] = check_partition_against(bare.log(), PartitionId(static_cast<std::uint16_t>(p)), std::move(anchors.of[p]), done);
    });
  Progress progress("Verifying", "records", expected, quiet);
  while (finished < checks.size()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    progress.at(done, done);
  }
  return checks;
}

/// Rows of partitions that this folder doesn't have: nobody reads them, and so nobody put them there honestly.
std::vector<Finding> stray_rows(const BareLog& bare) {
  std::vector<Finding> stray;
  const std::string from = partition_range(PartitionId(bare.settings().partitions)).from;
  for (const Column column : {Column::kEvents, Column::kCases, Column::kLedger, Column::kAnswers, Column::kTimers, Column::kSnapshots, Column::kParked}) {
    const Result<void> scanned = bare.log().scan(column, from, {}, [&stray](std::string_view, std::string_view) {
      stray.push_back({{}, {}, "the log has rows of a partition that this folder doesn't have"});
      return false;
    });
    if (!scanned) stray.push_back({{}, {}, scanned.error().message});
  }
  return stray;
}

boost::json::object as_json(std::optional<PartitionId> partition, const Finding& finding) {
  boost::json::object json{{"what", finding.what}};
  if (partition) json["partition"] = partition->value();
  if (finding.first) json["position"] = finding.first->value();
  if (finding.last && finding.last != finding.first) json["last_position"] = finding.last->value();
  return json;
}

std::string sentence(std::optional<PartitionId> partition, const Finding& finding) {
  std::string place = partition ? fmt::format("partition {}", partition->value()) : std::string("the folder");
  if (finding.first && finding.last && finding.first != finding.last) place += fmt::format(", positions {} to {}", finding.first->value(), finding.last->value());
  else if (finding.first) place += fmt::format(", position {}", finding.first->value());
  return fmt::format("{}: {}", place, finding.what);
}

/// What was found, and how far the truth reaches.
struct Verdict {
  std::vector<PartitionCheck> checks;
  std::vector<Finding> folder;  ///< beside the partitions
  std::vector<std::uint64_t> elsewhere;
  bool any_elsewhere = false;
  double seconds = 0;
  [[nodiscard]] bool sound() const {
    return folder.empty() && std::all_of(checks.begin(), checks.end(), [](const PartitionCheck& check) { return check.findings.empty(); });
  }
  [[nodiscard]] std::uint64_t sum(std::uint64_t PartitionCheck::*what) const {
    std::uint64_t all = 0;
    for (const PartitionCheck& check : checks) all += check.*what;
    return all;
  }
  /// Records that no checkpoint kept elsewhere covers.
  [[nodiscard]] std::uint64_t uncovered() const {
    std::uint64_t all = 0;
    for (std::size_t i = 0; i < checks.size(); ++i) all += checks[i].records - std::min(checks[i].records, elsewhere[i]);
    return all;
  }
};

void print_json(const Verdict& verdict, bool deep) {
  boost::json::array partitions;
  boost::json::array findings;
  for (const PartitionCheck& check : verdict.checks) {
    partitions.push_back(boost::json::object{{"partition", check.partition.value()}, {"records", check.records}, {"bytes", check.bytes}, {"root", check.root.hex()},
                                             {"signed", check.proved}, {"signed_by", check.proved_by}, {"elsewhere", verdict.elsewhere[check.partition.value()]}});
    for (const Finding& finding : check.findings) findings.push_back(as_json(check.partition, finding));
  }
  for (const Finding& finding : verdict.folder) findings.push_back(as_json(std::nullopt, finding));
  std::cout << boost::json::serialize(boost::json::object{{"sound", verdict.sound()}, {"deep", deep}, {"records", verdict.sum(&PartitionCheck::records)},
                                                          {"bytes", verdict.sum(&PartitionCheck::bytes)}, {"signed", verdict.sum(&PartitionCheck::proved)},
                                                          {"not_covered_elsewhere", verdict.uncovered()}, {"findings", std::move(findings)},
                                                          {"partitions", std::move(partitions)}})
            << '\n';
}

void print_text(const Verdict& verdict, bool deep) {
  const std::uint64_t records = verdict.sum(&PartitionCheck::records);
  const std::uint64_t proved = verdict.sum(&PartitionCheck::proved);
  for (const PartitionCheck& check : verdict.checks)
    for (const Finding& finding : check.findings) std::cout << sentence(check.partition, finding) << ".\n";
  for (const Finding& finding : verdict.folder) std::cout << sentence(std::nullopt, finding) << ".\n";
  if (verdict.sound()) {
    std::cout << fmt::format("All is as it was recorded: {} in {}, {}{}.\n", counted(records, "record", "records"),
                             counted(verdict.checks.size(), "partition", "partitions"), bytes_text(verdict.sum(&PartitionCheck::bytes)),
                             deep ? ", and all that is derived from them" : "");
    if (verdict.seconds > 1) std::cout << fmt::format("Read and hashed in {:.1f} s.\n", verdict.seconds);
  } else {
    std::cout << fmt::format("Not all is as it was recorded. {} verify before the first bad position of their partition.\n", counted(records, "record", "records"));
  }
  std::cout << fmt::format("Signed checkpoints cover {} of them", grouped(proved));
  if (records > proved) std::cout << fmt::format("; the {} after rest on this folder's own ledger until the next checkpoint", grouped(records - proved));
  std::cout << ".\n";
  if (verdict.any_elsewhere && verdict.uncovered() == 0)
    std::cout << "Checkpoints kept elsewhere cover all of them.\n";
  else if (verdict.any_elsewhere)
    std::cout << fmt::format("Checkpoints kept elsewhere cover all but {}: if those were lost, nothing here would show it.\n", counted(verdict.uncovered(), "record", "records"));
  else
    std::cout << "No checkpoint kept elsewhere was given (--anchor): whoever holds this folder and its signing key could have written all of it anew.\n";
}

void run(Context& context, const VerifyWish& wish) {
  Verdict verdict;
  if (!wish.keys.empty() && wish.anchors.empty()) throw Failure{{ErrorCode::kMalformed, "--key says who signed anchors: name those with --anchor"}};
  if (wish.deep && context.served != nullptr)
    throw Failure{{ErrorCode::kUnavailable, "--deep compares what stands still: end the server first, or look at a restored backup; without --deep the log is verified while it is served"}};
  {
    const BareLog bare(context);
    const auto started = std::chrono::steady_clock::now();
    Anchors anchors = gather(bare, wish);
    verdict.elsewhere = anchors.elsewhere;
    verdict.any_elsewhere = anchors.any_elsewhere;
    verdict.folder = anchors.unreadable;
    verdict.checks = check_all(bare, anchors, context.json);
    if (const Result<void> accesses = check_accesses(bare.folder(), bare.log()); !accesses) verdict.folder.push_back({{}, {}, accesses.error().message});
    for (Finding& finding : stray_rows(bare)) verdict.folder.push_back(std::move(finding));
    verdict.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    if (const Result<void> files = bare.verify_files(); !files) verdict.folder.push_back({{}, {}, files.error().message});
    if (wish.deep)
      for (Finding& finding : check_rows_deeply(bare)) verdict.folder.push_back(std::move(finding));
  }
  // What replays a broken log would only stumble over the same spot.
  if (wish.deep && verdict.sound())
    for (Finding& finding : check_states_deeply(context)) verdict.folder.push_back(std::move(finding));
  if (!verdict.sound()) context.leave_with(ExitCode::kWorldFailed);
  if (context.json) print_json(verdict, wish.deep);
  else print_text(verdict, wish.deep);
}

}  // namespace

void add_verify(CLI::App& app, Context& context) {
  auto wish = std::make_shared<VerifyWish>();
  CLI::App* command = add_command(app, context, "verify", kVerify, true, [&context, wish] { run(context, *wish); });
  command->add_option("--anchor", wish->anchors, "A checkpoint that was kept elsewhere, or a folder of them")->type_name("FILE|DIR");
  command->add_option("--key", wish->keys, "Who signed the anchors: a public key, or a file of them; this folder's own unless said")->type_name("KEY|FILE");
  command->add_flag("--deep", wish->deep, "Derive anew all that is derived from the records, and compare; needs the master key");
}

}  // namespace ritrovo::tools
