#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/runtime/machine.h"

namespace ritrovo::toy {

/// What a test sets while the machine runs: bugs that a new program version would mend.
struct Control {
  bool decide_broken = false;           ///< "fail" hits an assertion in decide
  bool apply_broken = false;            ///< "fail_apply" hits one in apply
  bool wake_refused = false;            ///< a wake is refused
  bool wake_names = false;              ///< a wake seals something for the person "owner"
  std::function<void()> on_crash;       ///< called by "crash" inside decide, and by whoever applies what "crash_apply" led to or reads its snapshot
  std::function<void()> on_encode;      ///< called where a case's state is encoded
};

/// The control of the machine under test; apply is static, so this is too.
Control& control();

/// An account: the smallest machine that has facts, secrets, days to wake on, and verbs that fail.
///
/// `open` · `report` with fact
///   deposit     data.amount, and data.name (sealed for the person "owner")
///   plan        data.day: wakes on that day, and records it then
///   many        data.count: so many events
///   refuse      is refused
///   boxes       is refused with the number of open boxes
///   restless    wakes itself for ever on the day of the command
///   fail, fail_apply, crash, crash_apply   see Control
struct Machine {
  struct State {
    std::int64_t balance = 0;
    std::uint32_t events = 0;
    std::uint32_t wakes = 0;
    bool restless = false;
    bool crashes = false;
    std::optional<Day> wake;
    std::vector<std::pair<Version, Box>> boxes;
  };
  Decision decide(const State& state, const Opened& opened, const Command& command, Now now) const;
  static void apply(State& state, const Event& event);
  static std::optional<Day> wake_on(const State& state) { return state.wake; }
  static std::vector<KeptBox> kept_boxes(const State& state);
  static std::string encode(const State& state);
  static Result<State> decode(std::string_view bytes);
  Result<Machine> publish(std::string_view documents) const;

  std::vector<std::string> published;
};
static_assert(CaseMachine<Machine>);

inline constexpr RecordTag kOpened{100};
inline constexpr RecordTag kDeposited{101};
inline constexpr RecordTag kPlanned{102};
inline constexpr RecordTag kWoken{103};
inline constexpr RecordTag kRestless{104};
inline constexpr RecordTag kApplyFails{105};
inline constexpr RecordTag kApplyCrashes{106};

}  // namespace ritrovo::toy
