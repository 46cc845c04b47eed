#include "engine/runtime/clock.h"

#include <chrono>
#include <cstdlib>

#include "engine/base/limits.h"

namespace ritrovo {

std::string_view name_of(ClockKind kind) {
  switch (kind) {
    case ClockKind::kReal: return "real";
    case ClockKind::kSimulated: return "simulated";
  }
  return "?";
}

Result<ClockKind> parse_clock_kind(std::string_view name) {
  if (name == "real") return ClockKind::kReal;
  if (name == "simulated") return ClockKind::kSimulated;
  return failure(ErrorCode::kMalformed, "clock must be real or simulated, not \"" + std::string(name) + "\"");
}

Timestamp SystemClock::now() const {
  using std::chrono::duration_cast, std::chrono::milliseconds, std::chrono::system_clock;
  return Timestamp(duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count());
}

std::int64_t SystemClock::steady_ms() const {
  using std::chrono::duration_cast, std::chrono::milliseconds, std::chrono::steady_clock;
  return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

JumpGuard::JumpGuard(const ClockPort& clock) : wall_(clock.now()), steady_ms_(clock.steady_ms()) {}

bool JumpGuard::steady(const ClockPort& clock) {
  const Timestamp wall = clock.now();
  const std::int64_t steady_ms = clock.steady_ms();
  const std::int64_t drift = (wall.value() - wall_.value()) - (steady_ms - steady_ms_);
  if (std::llabs(drift) > limits::kClockJumpMsMax) jumped_ = true;
  // Slow corrections (a time server's, one after another) may add up over a year; only a jump between two looks counts.
  wall_ = wall;
  steady_ms_ = steady_ms;
  return !jumped_;
}

Result<void> check_rest(Timestamp last, Timestamp now) {
  const std::int64_t rest_ms = now.value() - last.value();
  if (rest_ms >= -limits::kClockJumpMsMax && rest_ms <= limits::kRestMsMax) return {};
  const std::string apart = rest_ms < 0 ? "more than a day before that" : "more than " + std::to_string(limits::kRestMsMax / (24LL * 3600 * 1000)) + " days after that";
  return failure(ErrorCode::kUnavailable, "this folder was last open at " + to_string(last) + ", and the clock says " + to_string(now) + ", " + apart +
                                              ". Check the clock; if it is right, give --accept-clock-jump once");
}

}  // namespace ritrovo
