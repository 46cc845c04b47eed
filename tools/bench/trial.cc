#include "tools/bench/trial.h"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "tools/context.h"
#include "tools/shipped_catalogue.h"

namespace ritrovo {
template class Engine<pathway::PathwayMachine>;
}  // namespace ritrovo

namespace ritrovo::bench {

using tools::must;

Place::Place(const Wish& wish) : keeps_(wish.keep) {
  const std::filesystem::path parent = wish.dir.empty() ? std::filesystem::temp_directory_path() : wish.dir;
  std::error_code ignored;
  std::filesystem::create_directories(parent, ignored);
  std::string pattern = (parent / "ritrovo-bench-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr)
    throw tools::Failure{{ErrorCode::kUnavailable, fmt::format("can't make a folder in {}: {}; name another with --dir", parent.string(), std::strerror(errno))}};
  path_ = pattern;
}

Place::~Place() {
  if (keeps_) return;
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

const std::string& trial_tenant() {
  static const std::string tenant = FolderSettings{}.tenant;
  return tenant;
}

void make_folder(const std::filesystem::path& path) {
  FolderSettings settings;
  settings.clock = ClockKind::kSimulated;
  must(Folder::init(path, settings));
}

std::unique_ptr<TrialEngine> open_folder(EngineOptions options) { return must(TrialEngine::open(std::move(options), pathway::PathwayMachine())); }

std::unique_ptr<TrialEngine> new_folder(EngineOptions options, const std::string& pathway_yaml) {
  make_folder(options.path);
  std::unique_ptr<TrialEngine> engine = open_folder(std::move(options));
  std::vector<PublishedDocument> documents;
  for (const tools::ShippedDocument& document : tools::shipped_catalogue()) documents.push_back({std::string(document.path), std::string(document.text)});
  if (!pathway_yaml.empty()) documents.push_back({"zz/bench.yaml", pathway_yaml});  // Documents stand in order of their paths.
  must(engine->publish(std::move(documents), {"bench", "operator", {"operator"}}, engine->latest_instant()));
  return engine;
}

std::uint64_t bytes_of(const std::filesystem::path& folder, const std::string& extension) {
  std::uint64_t bytes = 0;
  std::error_code error;
  for (std::filesystem::recursive_directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    std::error_code gone;  // A compaction may remove a file under our hands.
    const std::uint64_t size = at->is_regular_file(gone) ? at->file_size(gone) : 0;
    if (!gone && (extension.empty() || at->path().extension() == extension)) bytes += size;
  }
  return bytes;
}

std::uint64_t records_of(const TrialEngine& engine) {
  std::uint64_t records = 0;
  for (const PartitionView& view : engine.partitions()) records += view.records;
  return records;
}

void Sender::send(Command command) {
  const std::size_t home = partition_of(command.case_id, static_cast<std::uint16_t>(of_partition_.size())).value();
  if (under_way() >= kWindow) wait_for({kWindow * 3 / 4, home, kPartitionWindow});
  if (of_partition_[home] >= kPartitionWindow) wait_for({kWindow, home, kPartitionWindow / 2});
  ++under_way_;
  ++of_partition_[home];
  engine_.submit(std::move(command), [this, home](const Answer& answer) { take(answer, home); });
}

void Sender::drain() { wait_for({0, 0, 0}); }

void Sender::wait_for(Room room) {
  std::unique_lock lock(mutex_);
  wanted_ = room;
  under_way_ |= kWaits;
  answered_.wait(lock, [&] { return has(room); });
  under_way_ &= ~kWaits;
}

void Sender::take(const Answer& answer, std::size_t partition) {
  if (answer.kind == AnswerKind::kAccepted && !answer.again) {
    accepted_.fetch_add(1, std::memory_order_relaxed);
    events_.fetch_add(answer.events.size(), std::memory_order_relaxed);
  } else if (other_.fetch_add(1) == 0) {
    const std::lock_guard lock(mutex_);
    problem_ = fmt::format("{} was {}: {}{}", answer.key, name_of(answer.kind), answer.rejection ? answer.rejection->reason : "", answer.message);
  }
  --of_partition_[partition];
  // Where somebody waits, the last to leave may be destroyed over once that one wakes: nothing is touched after the lock. Where nobody does,
  // nothing is touched after the count.
  std::size_t seen = under_way_;
  while ((seen & kWaits) == 0)
    if (under_way_.compare_exchange_weak(seen, seen - 1)) return;
  const std::lock_guard lock(mutex_);
  --under_way_;
  if (has(wanted_)) answered_.notify_one();
}

std::string Sender::first_problem() const {
  const std::lock_guard lock(mutex_);
  return problem_;
}

void Sender::check(Report& report) const {
  const Tally sum = tally();
  report.check(sum.other == 0, fmt::format("{} commands weren't accepted; the first: {}", sum.other, first_problem()));
}

}  // namespace ritrovo::bench
