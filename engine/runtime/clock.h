#pragma once

#include <cstdint>
#include <string_view>

#include "engine/base/result.h"
#include "engine/base/time.h"

namespace ritrovo {

/// Which clock a folder was made with; never changed.
enum class ClockKind : std::uint8_t { kReal, kSimulated };

[[nodiscard]] std::string_view name_of(ClockKind kind);
[[nodiscard]] Result<ClockKind> parse_clock_kind(std::string_view name);

/// The wall clock and a clock that only goes forward, as the runtime reads them. Runs on: any thread.
class ClockPort {
 public:
  virtual ~ClockPort() = default;
  /// Milliseconds since the Unix epoch.
  [[nodiscard]] virtual Timestamp now() const = 0;
  /// Milliseconds since some fixed moment of this process; never set back.
  [[nodiscard]] virtual std::int64_t steady_ms() const = 0;
};

class SystemClock : public ClockPort {
 public:
  [[nodiscard]] Timestamp now() const override;
  [[nodiscard]] std::int64_t steady_ms() const override;
};

/// Tells a clock that was set from time that went by: the wall clock must follow the steady one within kClockJumpMsMax.
/// Runs on: one thread.
class JumpGuard {
 public:
  /// Takes both clocks as they are for right.
  explicit JumpGuard(const ClockPort& clock);
  /// False from the moment that the wall clock left the steady one by more than a day, in either direction, and ever after.
  [[nodiscard]] bool steady(const ClockPort& clock);
  /// The wall clock as of the last look.
  [[nodiscard]] Timestamp wall() const { return wall_; }

 private:
  Timestamp wall_;
  std::int64_t steady_ms_;
  bool jumped_ = false;
};

/// What is answered from a jump of the clock on: a sentence for the operator.
inline constexpr std::string_view kClockJumped = "the clock jumped by over a day; check it and start again with --accept-clock-jump";

/// Whether a folder that was open last at `last` may record at `now`: kUnavailable, naming both and the option that accepts it, where the clock
/// stands over a day before it (it was set back, or was wrong then) or over kRestMsMax after it. A clock that was set forward by less while the
/// folder was closed can't be told from rest.
[[nodiscard]] Result<void> check_rest(Timestamp last, Timestamp now);

}  // namespace ritrovo
