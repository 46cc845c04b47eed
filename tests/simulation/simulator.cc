#include "tests/simulation/simulator.h"

#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <utility>
#include <vector>

#include "engine/digest/sha256.h"
#include "tests/simulation/audit.h"
#include "tests/simulation/house.h"

namespace ritrovo::simulation {
namespace {

constexpr int kSteps = 220;

/// One command of a client, and the answer it holds.
struct Issued {
  Command command;
  std::optional<Answer> answer;  ///< one with a receipt, or nothing yet
};

class Simulation {
 public:
  Simulation(std::uint64_t seed, PlantedBug bug)
      : random_(seed), bug_(bug), world_(seed + 1, static_cast<std::uint16_t>(1 + seed % 3)), zone_(*TimeZone::find("Europe/Rome")) {
    settings_.clock = seed % 4 == 0 ? ClockKind::kReal : ClockKind::kSimulated;
    settings_.snapshots.when = static_cast<SnapshotPolicy::When>(pick(3));
    settings_.snapshots.events_min = 3;
    settings_.cache.cases = 1 + pick(6);
    settings_.trusts_unsynced_keys = bug == PlantedBug::kUnsyncedKeys;
    world_.disk.faults.skip_sync = bug == PlantedBug::kMissingSync;
  }

  Outcome play() {
    try {
      storm();
      calm_down();
      audit(true);
    } catch (const Violation& violation) {
      outcome_.violation = violation.what;
    }
    toy::control() = {};
    outcome_.hash = hash_of_disk();
    outcome_.commands = issued_.size();
    return outcome_;
  }

 private:
  std::uint64_t pick(std::uint64_t below) { return random_() % below; }
  bool chance(int percent) { return pick(100) < static_cast<std::uint64_t>(percent); }
  std::optional<Timestamp> instant() const { return settings_.clock == ClockKind::kSimulated ? std::optional(world_.clock.wall) : std::nullopt; }
  Day today() const { return zone_.day_of(world_.clock.wall); }

  void storm() {
    world_.disk.faults.crash_before = world_.disk.faults.crash_unsynced = world_.disk.faults.crash_synced = 0.02;
    world_.disk.faults.failed_sync = 0.02;
    world_.vault.at_sync = [this]() -> Result<void> {
      if (chance(3)) throw Crash{};
      if (chance(3)) return failure(ErrorCode::kUnavailable, "the vault's sync failed");
      return {};
    };
    recover();
    for (int i = 0; i < kSteps; ++i) {
      try {
        step();
        if (!stopped()) continue;
      } catch (const Crash&) {
      }
      recover();
    }
  }

  /// One random thing that a client, the operator, the clock or the scheduler does.
  void step() {
    mend(chance(50));
    const std::uint64_t choice = pick(100);
    if (choice < 25) return send(issue());
    if (choice < 33 && !issued_.empty()) return send(pick(issued_.size()));
    if (choice < 36 && !issued_.empty()) return send_conflict(issued_[pick(issued_.size())]);
    if (choice < 60) return void(house_->run(static_cast<std::uint16_t>(pick(world_.partitions))));
    if (choice < 75) return void(house_->commit());
    if (choice < 90) return void(house_->deliver());
    if (choice < 93) return pass_time();
    if (choice < 95) return release_one();
    if (choice < 96) return publish();
    if (choice < 98) throw Crash{};
    house_->settle();
  }

  /// What a new version of the program would mend; verbs that fail do so half of the time.
  void mend(bool mended) {
    toy::control().decide_broken = !mended;
    toy::control().apply_broken = !mended;
    toy::control().on_crash = mended ? std::function<void()>() : [] { throw Crash{}; };
  }

  std::size_t issue() {
    const std::string key = "key-" + std::to_string(issued_.size());
    Command command;
    if (cases_.size() < 3 || chance(10)) {
      command = open_account(key, instant());
      cases_.push_back(command.case_id);
    } else {
      command = random_report(key, cases_[pick(cases_.size())]);
      if (chance(10)) command.expect_version = Version(static_cast<std::uint32_t>(pick(6)));
    }
    issued_.push_back({std::move(command), std::nullopt});
    return issued_.size() - 1;
  }

  Command random_report(const std::string& key, CaseId id) {
    const std::uint64_t choice = pick(100);
    const auto tell = [&](const char* fact, Values data = {}) { return report(key, id, fact, instant(), std::move(data)); };
    if (choice < 20) return tell("plan", {{"day", Value(to_string(today().plus(static_cast<std::int32_t>(pick(20)) - 2)))}});
    if (choice < 26) return tell("many", {{"count", Value(static_cast<std::int64_t>(1 + pick(5)))}});
    if (choice < 32) return tell("refuse");
    if (choice < 36) return tell("fail");
    if (choice < 39) return tell("fail_apply");
    if (choice < 41) return tell("crash");
    if (choice < 43) return tell("crash_apply");
    if (choice < 44) return tell("deposit", {{"name", Value(std::string(limits::kRecordBytesMax, 'x'))}});
    Values data{{"amount", Value(static_cast<std::int64_t>(1 + pick(9)))}};
    if (chance(40)) data.emplace_back("name", Value("Ada"));
    return tell("deposit", std::move(data));
  }

  void send(std::size_t number) {
    Command command = issued_[number].command;
    command.at = instant();
    House::Part& part = house_->part_of(command.case_id);
    (void)part.offer(House::Part::Submitted{std::move(command), [this, number](const Answer& answer) { take(issued_[number], answer); }});
  }

  /// The same key with other content: refused, once the first was recorded.
  void send_conflict(const Issued& first) {
    if (!first.answer) return;
    Command command = first.command;
    command.at = instant();
    command.correlation = "conflict";
    set(command.data, "other", Value(true));
    House::Part& part = house_->part_of(command.case_id);
    (void)part.offer(House::Part::Submitted{std::move(command), [](const Answer& answer) {
                                              if (answer.kind == AnswerKind::kFailed) return;
                                              if (!answer.rejection || answer.rejection->code != "key_reused")
                                                throw Violation{"another command under the key " + answer.key + " was taken"};
                                            }});
  }

  /// A client's view: an answer with a receipt is a promise, and each later one must repeat it.
  void take(Issued& issued, const Answer& answer) {
    if (answer.kind == AnswerKind::kFailed || answer.kind == AnswerKind::kBusy || answer.kind == AnswerKind::kStopped) return;
    if (!answer.receipt) {
      if (answer.rejection->code != "unknown_case" && answer.rejection->code != "record_too_large") throw Violation{answer.key + " was refused: " + answer.rejection->code};
      if (issued.answer) throw Violation{answer.key + " had an answer, and its case is unknown now"};
      return;
    }
    const bool first = !issued.answer;
    const bool ran_since = issued.answer && issued.answer->kind == AnswerKind::kParked && answer.kind != AnswerKind::kParked;
    if (!first && !ran_since && !same_answer(*issued.answer, answer)) throw Violation{answer.key + " got another answer on its retry"};
    issued.answer = answer;
  }

  void pass_time() {
    constexpr std::int64_t kHourMs = 3'600'000;
    world_.clock.forward(static_cast<std::int64_t>(pick(72)) * kHourMs);
    const auto partition = static_cast<std::uint16_t>(pick(world_.partitions));
    if (settings_.clock == ClockKind::kReal) {
      house_->part(partition).push(House::Part::Tick{});
    } else {
      house_->part(partition).push(House::Part::Advance{world_.clock.wall, [](const Answer&) {}});
    }
  }

  void release_one() {
    for (std::uint16_t i = 0; i < world_.partitions; ++i)
      for (const CaseId id : house_->part(i).quarantined())
        if (chance(50)) house_->part(i).push(House::Part::Release{id, {}, "simulated", instant(), [](const Answer&) {}});
  }

  void publish() {
    publications_.push_back("publication " + std::to_string(publications_.size()));
    for (std::uint16_t i = 0; i < world_.partitions; ++i) push_publication(i, publications_.size());
  }

  void push_publication(std::uint16_t partition, std::size_t number) {
    house_->part(partition).push(House::Part::Publish{machine(number), std::make_shared<const std::string>(publications_[number - 1]), {}, instant(), [](const Answer&) {}});
  }

  std::shared_ptr<const toy::Machine> machine(std::size_t publications) const {
    auto made = std::make_shared<toy::Machine>();
    made->published.assign(publications_.begin(), publications_.begin() + static_cast<std::ptrdiff_t>(publications));
    return made;
  }

  bool stopped() {
    for (std::uint16_t i = 0; i < world_.partitions; ++i) {
      if (!house_->part(i).stopped()) continue;
      if (!house_->committer().poison()) throw Violation{"a partition stopped: " + house_->part(i).stopped()->message};
      return true;
    }
    return false;
  }

  /// The process is gone or has to go: what a machine that stops leaves is opened again, and every promise looked up in it.
  void recover() {
    for (bool open = false; !open;) open = start_again();
    audit(false);
  }

  /// False where the new process ends before it has opened the folder.
  bool start_again() {
    ++outcome_.crashes;
    house_.reset();
    world_.disk.crash();
    // A process that ends leaves what it wrote in the system's cache; a machine that stops takes that along, perhaps much later.
    chance(50) ? world_.vault.end_process() : world_.vault.lose_power();
    try {
      return open();
    } catch (const Crash&) {
      return false;
    }
  }

  bool open() {
    house_ = std::make_unique<House>(world_, settings_);
    plant();
    if (Result<void> opened = house_->open(); !opened) {
      if (opened.error().code == ErrorCode::kUnavailable) return false;
      throw Violation{"the folder doesn't open: " + opened.error().message};
    }
    for (std::uint16_t i = 0; i < world_.partitions; ++i) {
      House::Part& part = house_->part(i);
      const std::size_t known = part.publications().value();
      if (known > publications_.size()) throw Violation{"more publications than were made"};
      part.use(machine(known));
      part.start_timers();
      for (std::size_t number = known + 1; number <= publications_.size(); ++number) push_publication(i, number);
    }
    return true;
  }

  void plant() {
    if (bug_ == PlantedBug::kAnswerBeforeCommit)
      house_->hand_over_to([this](StagedRun run) {
        run.done({});
        run.done = [](const Result<void>&) {};
        house_->committer().hand_over(std::move(run));
      });
    if (bug_ == PlantedBug::kForgottenKey || bug_ == PlantedBug::kForgottenTimer)
      house_->hand_over_to([this](StagedRun run) {
        const Column forgotten = bug_ == PlantedBug::kForgottenKey ? Column::kAnswers : Column::kTimers;
        Batch kept;
        run.batch.for_each([&](const Batch::Write& write) {
          if (write.column != forgotten) write.erase ? kept.erase(write.column, write.key) : kept.put(write.column, write.key, write.value);
        });
        run.batch = std::move(kept);
        house_->committer().hand_over(std::move(run));
      });
  }

  /// The storm is over: clients retry until each has its answer, cases are released, time passes beyond every plan.
  void calm_down() {
    world_.disk.faults = {};
    world_.vault.at_sync = nullptr;
    world_.disk.faults.skip_sync = bug_ == PlantedBug::kMissingSync;
    recover();
    mend(true);
    house_->settle();
    for (int round = 0; round < 3; ++round) {
      for (std::size_t i = 0; i < issued_.size(); ++i) send(i);
      house_->settle();
      for (std::uint16_t i = 0; i < world_.partitions; ++i)
        for (const CaseId id : std::set(house_->part(i).quarantined()))
          house_->part(i).push(House::Part::Release{id, {}, "simulated", instant(), [](const Answer&) {}});
      house_->settle();
    }
    world_.clock.forward(60LL * 24 * 3'600'000);
    for (std::uint16_t i = 0; i < world_.partitions; ++i) {
      if (settings_.clock == ClockKind::kReal) {
        house_->part(i).push(House::Part::Tick{});
      } else {
        house_->part(i).push(House::Part::Advance{world_.clock.wall, [](const Answer&) {}});
      }
    }
    house_->settle();
    if (stopped()) throw Violation{"a commit failed on a healthy disk"};
    house_.reset();
    world_.disk.crash();
    world_.vault.lose_power();
    (void)open();
  }

  /// Looks up every promise in the log; `all`: every command must have been answered, and every timer have fired.
  void audit(bool all) {
    toy::control() = {};
    const CaseLog log(house_->log());
    Audit audit(log, zone_, world_.partitions);
    for (std::uint16_t i = 0; i < world_.partitions; ++i) audit.read(PartitionId(i));
    for (const Issued& issued : issued_) {
      if (issued.answer) audit.promised(*issued.answer, world_.partitions);
      if (!all) continue;
      if (!issued.answer) throw Violation{issued.command.key + " was never answered"};
      if (issued.answer->kind == AnswerKind::kParked) throw Violation{issued.command.key + " is parked for ever"};
    }
    for (const CaseId id : cases_) {
      const auto processed = house_->state(id, true);
      const auto replayed = house_->state(id, false);
      if (processed.has_value() != replayed.has_value() || (processed && toy::Machine::encode(*processed) != toy::Machine::encode(*replayed)))
        throw Violation{id.printed() + ": processing and replay differ"};
    }
    outcome_.wakes = audit.wakes();
    if (all) audit.at_rest(publications_.size());
  }

  Hash256 hash_of_disk() const {
    Sha256 hash;
    for (const auto& table : world_.disk.seen())
      for (const auto& [key, value] : table) {
        hash.add(key);
        hash.add(std::string(1, '\0'));
        hash.add(value);
      }
    return hash.finish();
  }

  std::mt19937_64 random_;
  PlantedBug bug_;
  World world_;
  TimeZone zone_;
  HouseSettings settings_;
  std::unique_ptr<House> house_;
  std::vector<Issued> issued_;
  std::vector<CaseId> cases_;
  std::vector<std::string> publications_;
  Outcome outcome_;
};

}  // namespace

Outcome simulate(std::uint64_t seed, PlantedBug bug) { return Simulation(seed, bug).play(); }

}  // namespace ritrovo::simulation
