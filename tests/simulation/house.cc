#include "tests/simulation/house.h"

#include <random>
#include <utility>

#include "engine/record/case_ids.h"

namespace ritrovo::simulation {
namespace {

RandomBytes seeded(std::uint64_t seed) {
  auto random = std::make_shared<std::mt19937_64>(seed);
  return [random](std::span<std::uint8_t> bytes) {
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>((*random)());
  };
}

}  // namespace

World::World(std::uint64_t seed, std::uint16_t count) : partitions(count), disk(seed), vault(seeded(seed)), slots(count) {
  clock.wall = at("2025-03-01");
}

House::House(World& world, HouseSettings settings)
    : world_(world), settings_(std::move(settings)), log_(world.disk), inflight_(world.slots) {
  committer_ = std::make_unique<Committer>(log_, world.vault);
  port_.committer = committer_.get();
  port_.take = [this](StagedRun run) { committer_->hand_over(std::move(run)); };
  make_partitions(world.vault);
}

void House::make_partitions(VaultPort& vault) {
  const TimeZone zone = *TimeZone::find("Europe/Rome");
  for (std::uint16_t i = 0; i < world_.partitions; ++i) {
    PartitionSettings mine{PartitionId(i), world_.partitions, "log-1", settings_.clock, zone, DigestKey{}, settings_.snapshots, settings_.cache};
    PartitionPorts ports{&log_, &vault, &world_.clock, &inflight_, &port_, [this](std::function<void()> f) { posted_.push_back(std::move(f)); }};
    parts_.push_back(std::make_unique<Part>(std::move(mine), std::move(ports), std::make_shared<const toy::Machine>()));
  }
}

Result<void> House::open() {
  const Result<std::optional<VaultMark>> durable = remembered_vault(log_);
  if (!durable) return tl::unexpected(durable.error());
  if (!settings_.trusts_unsynced_keys)
    if (Result<void> opened = world_.vault.open_again(durable->value_or(VaultMark())); !opened) return opened;
  if (Result<void> checked = check_vault(log_, world_.vault.mark(), "vault/keys"); !checked) return checked;
  for (auto& part : parts_)
    if (Result<void> opened = part->open(); !opened) return opened;
  return {};
}

void House::use(VaultPort& vault) {
  parts_.clear();
  make_partitions(vault);
  (void)open();
}

void House::hand_over_to(std::function<void(StagedRun)> port) { port_.take = std::move(port); }

bool House::run(std::uint16_t partition) {
  if (!part(partition).ready()) return false;
  part(partition).run();
  return true;
}

bool House::commit() { return committer_->step(); }

bool House::deliver() {
  if (posted_.empty()) return false;
  std::function<void()> next = std::move(posted_.front());
  posted_.pop_front();
  next();
  return true;
}

void House::settle() {
  for (bool moved = true; moved;) {
    moved = false;
    for (std::uint16_t i = 0; i < world_.partitions; ++i) moved = run(i) || moved;
    moved = commit() || moved;
    while (deliver()) moved = true;
  }
}

AnswerCallback House::into(std::optional<Answer>& answer) {
  return [&answer](const Answer& given) { answer = given; };
}

Answer House::ask(Command command) {
  std::optional<Answer> answer;
  Part& owner = part_of(command.case_id);
  owner.push(Part::Submitted{std::move(command), into(answer)});
  settle();
  return answer.value();
}

Answer House::release(CaseId case_id, std::optional<Timestamp> when) {
  std::optional<Answer> answer;
  part_of(case_id).push(Part::Release{case_id, {}, "mended", when, into(answer)});
  settle();
  return answer.value();
}

Answer House::advance(Timestamp to, std::uint16_t partition) {
  std::optional<Answer> answer;
  part(partition).push(Part::Advance{to, into(answer)});
  settle();
  return answer.value();
}

Answer House::publish(std::string body, std::optional<Timestamp> when, std::uint16_t partition) {
  std::optional<Answer> answer;
  auto machine = std::make_shared<const toy::Machine>(*toy::Machine().publish(body));
  part(partition).push(Part::Publish{std::move(machine), std::make_shared<const std::string>(std::move(body)), {}, when, into(answer)});
  settle();
  return answer.value();
}

void House::tick() {
  for (auto& part : parts_) part->push(Part::Tick{});
  settle();
}

std::optional<toy::Machine::State> House::state(CaseId case_id, bool from_snapshot) const {
  auto loaded = load_case<toy::Machine>(CaseLog(log_), partition_of(case_id, world_.partitions), case_id, from_snapshot);
  if (!loaded || loaded->version.value() == 0) return std::nullopt;
  return std::move(loaded->state);
}

Timestamp at(const char* day, int hour) {
  constexpr std::int64_t kHourMs = 3'600'000;
  return Timestamp(parse_day(day)->value() * 24 * kHourMs + hour * kHourMs);
}

Command open_account(const std::string& key, std::optional<Timestamp> when) {
  Command command;
  command.key = key;
  command.case_id = case_id_for("tenant", key);
  command.verb = "open";
  command.at = when;
  return command;
}

Command report(const std::string& key, CaseId case_id, const std::string& fact, std::optional<Timestamp> when, Values data) {
  Command command;
  command.key = key;
  command.case_id = case_id;
  command.verb = "report";
  command.fact = fact;
  command.data = std::move(data);
  command.at = when;
  return command;
}

}  // namespace ritrovo::simulation
