#include "tests/simulation/toy_machine.h"

#include <algorithm>

#include "engine/base/assert.h"
#include "engine/base/bytes.h"
#include "engine/record/case_ids.h"

namespace ritrovo::toy {
namespace {

std::string number(std::int64_t value) {
  std::string bytes;
  put_be(bytes, static_cast<std::uint64_t>(value));
  return bytes;
}

std::int64_t number_of(std::string_view body) { return static_cast<std::int64_t>(get_be<std::uint64_t>(body)); }

std::int64_t integer(const Values& data, std::string_view name) {
  const Value* value = find(data, name);
  const std::int64_t* held = value == nullptr ? nullptr : value->get<std::int64_t>();
  return held == nullptr ? 0 : *held;
}

std::string text(const Values& data, std::string_view name) {
  const Value* value = find(data, name);
  const std::string* held = value == nullptr ? nullptr : value->get<std::string>();
  return held == nullptr ? std::string() : *held;
}

Draft draft(RecordTag tag, Day effective, std::int64_t value) { return {tag, effective, number(value), {}}; }

std::string open_boxes(const Opened& opened) {
  return std::to_string(std::ranges::count_if(opened.entries(), [](const Opened::Entry& box) { return box.state == BoxState::kOpen; })) + " open";
}

Decision report(const Machine::State& state, const Opened& opened, const Command& command, Now now) {
  if (command.fact == "deposit") {
    Draft deposit = draft(kDeposited, now.today, integer(command.data, "amount"));
    if (const std::string name = text(command.data, "name"); !name.empty())
      deposit.secrets.push_back({person_id_for(command.case_id, "owner"), {{"name", Value(name)}}});
    return std::vector<Draft>{std::move(deposit)};
  }
  if (command.fact == "plan") {
    const Result<Day> day = parse_day(text(command.data, "day"));
    if (!day) return Rejection{"malformed_day", "plan needs a day"};
    return std::vector<Draft>{draft(kPlanned, now.today, day->value())};
  }
  if (command.fact == "many") return std::vector<Draft>(static_cast<std::size_t>(integer(command.data, "count")), draft(kDeposited, now.today, 1));
  if (command.fact == "restless") return std::vector<Draft>{draft(kRestless, now.today, now.today.value())};
  if (command.fact == "fail") RITROVO_ASSERT_OP(control().decide_broken, ==, false);
  if (command.fact == "fail_apply") return std::vector<Draft>{draft(kDeposited, now.today, 1), draft(kApplyFails, now.today, 1)};
  if (command.fact == "crash" && control().on_crash) control().on_crash();
  if (command.fact == "crash_apply") return std::vector<Draft>{draft(kApplyCrashes, now.today, 1)};
  if (command.fact == "boxes") return Rejection{"refused", open_boxes(opened)};
  if (command.fact == "consequence") {
    Draft derived = draft(kDeposited, now.today, 1);
    derived.derived = true;
    derived.secrets.push_back({person_id_for(command.case_id, "owner"), {{"name", Value("Ada")}}});
    return std::vector<Draft>{draft(kDeposited, now.today, 1), std::move(derived)};
  }
  if (command.fact == "refuse") return Rejection{"refused", "balance " + std::to_string(state.balance)};
  return std::vector<Draft>{draft(kDeposited, now.today, 1)};
}

}  // namespace

Control& control() {
  static Control instance;
  return instance;
}

Decision Machine::decide(const State& state, const Opened& opened, const Command& command, Now now) const {
  for (const auto& [version, box] : state.boxes) RITROVO_ASSERT(opened.find(version, box.owner) != nullptr);
  if (command.verb == "open") return std::vector<Draft>{draft(kOpened, now.today, static_cast<std::int64_t>(published.size()))};
  if (command.verb != "wake") return report(state, opened, command, now);
  if (control().wake_refused) return Rejection{"refused", "a wake"};
  if (state.restless) return std::vector<Draft>{draft(kRestless, now.today, now.today.value())};
  if (!state.wake || *state.wake > now.today || state.balance < 0) return std::vector<Draft>{};
  Draft woken = draft(kWoken, *state.wake, now.today.value());
  woken.derived = true;
  if (control().wake_names) woken.secrets.push_back({person_id_for(command.case_id, "owner"), {{"name", Value("Ada")}}});
  return std::vector<Draft>{std::move(woken)};
}

void Machine::apply(State& state, const Event& event) {
  ++state.events;
  const std::int64_t value = number_of(event.body);
  if (event.tag == kDeposited) state.balance += value;
  if (event.tag == kPlanned) state.wake = Day(static_cast<std::int32_t>(value));
  if (event.tag == kRestless) {
    state.restless = true;
    state.wake = Day(static_cast<std::int32_t>(value));
  }
  if (event.tag == kWoken) {
    ++state.wakes;
    state.wake.reset();
  }
  if (event.tag == kApplyFails) RITROVO_ASSERT(!control().apply_broken);
  if (event.tag == kApplyCrashes) {
    state.crashes = true;
    if (control().on_crash) control().on_crash();
  }
  for (const Box& box : event.boxes) state.boxes.emplace_back(event.version, box);
  constexpr std::size_t kBoxesKept = 4;
  if (state.boxes.size() > kBoxesKept) state.boxes.erase(state.boxes.begin());
}

std::vector<KeptBox> Machine::kept_boxes(const State& state) {
  std::vector<KeptBox> kept;
  for (const auto& [version, box] : state.boxes) kept.push_back({version, &box});
  return kept;
}

std::string Machine::encode(const State& state) {
  if (control().on_encode) control().on_encode();
  std::string bytes = number(state.balance);
  put_be(bytes, state.events);
  put_be(bytes, state.wakes);
  put_be(bytes, static_cast<std::uint8_t>(state.restless + 2 * state.crashes));
  put_be(bytes, static_cast<std::uint8_t>(state.wake.has_value()));
  put_be(bytes, static_cast<std::uint32_t>(state.wake ? state.wake->value() : 0));
  for (const auto& [version, box] : state.boxes) {
    put_be(bytes, version.value());
    put_be(bytes, box.owner.value());
    put_be(bytes, static_cast<std::uint32_t>(box.sealed.size()));
    bytes += box.sealed;
  }
  return bytes;
}

Result<Machine::State> Machine::decode(std::string_view bytes) {
  constexpr std::size_t kHead = 22;
  if (bytes.size() < kHead) return failure(ErrorCode::kCorrupt, "a toy state is too short");
  State state;
  state.balance = number_of(bytes);
  state.events = get_be<std::uint32_t>(bytes, 8);
  state.wakes = get_be<std::uint32_t>(bytes, 12);
  state.restless = get_be<std::uint8_t>(bytes, 16) % 2 != 0;
  state.crashes = get_be<std::uint8_t>(bytes, 16) > 1;
  if (state.crashes && control().on_crash) control().on_crash();
  if (get_be<std::uint8_t>(bytes, 17) != 0) state.wake = Day(static_cast<std::int32_t>(get_be<std::uint32_t>(bytes, 18)));
  for (std::size_t at = kHead; at < bytes.size();) {
    const std::uint32_t size = get_be<std::uint32_t>(bytes, at + 12);
    state.boxes.emplace_back(Version(get_be<std::uint32_t>(bytes, at)),
                             Box{PersonId(get_be<std::uint64_t>(bytes, at + 4)), std::string(bytes.substr(at + 16, size))});
    at += 16 + size;
  }
  return state;
}

Result<Machine> Machine::publish(std::string_view documents) const {
  if (documents.empty()) return failure(ErrorCode::kMalformed, "nothing to publish");
  Machine next = *this;
  next.published.emplace_back(documents);
  return next;
}

}  // namespace ritrovo::toy
