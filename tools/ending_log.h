#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "engine/log/log_port.h"

namespace ritrovo::tools {

/// What a subcommand is told that is still reading when its server ends.
[[nodiscard]] Error server_ends();

/// A log that is read until its server ends: from then on each call, and a scan at its next row, fails with `server_ends`. Requires: log and flag outlive it.
class EndingLog final : public LogPort {
 public:
  EndingLog(const LogPort& log, const std::atomic<bool>& ending) : log_(log), ending_(ending) {}
  [[nodiscard]] Result<std::optional<std::string>> get(Column column, std::string_view key) const override;
  [[nodiscard]] Result<void> scan(Column column, std::string_view from, std::string_view to, const Visit& visit) const override;
  [[nodiscard]] Result<std::optional<std::pair<std::string, std::string>>> last(Column column, std::string_view from, std::string_view to) const override;
  /// Refuses: who reads writes nothing.
  [[nodiscard]] Result<void> write(const Batch& batch) override;

 private:
  const LogPort& log_;
  const std::atomic<bool>& ending_;
};

}  // namespace ritrovo::tools
