#include "tools/ending_log.h"

namespace ritrovo::tools {

Error server_ends() { return {ErrorCode::kUnavailable, "the server is ending, and this would have gone on for longer: ask again once it runs, or without it"}; }

Result<std::optional<std::string>> EndingLog::get(Column column, std::string_view key) const {
  if (ending_) return tl::unexpected(server_ends());
  return log_.get(column, key);
}

Result<void> EndingLog::scan(Column column, std::string_view from, std::string_view to, const Visit& visit) const {
  if (ending_) return tl::unexpected(server_ends());
  bool ended = false;
  const Result<void> scanned = log_.scan(column, from, to, [&](std::string_view key, std::string_view value) {
    ended = ending_;
    return !ended && visit(key, value);
  });
  if (scanned && ended) return tl::unexpected(server_ends());
  return scanned;
}

Result<std::optional<std::pair<std::string, std::string>>> EndingLog::last(Column column, std::string_view from, std::string_view to) const {
  if (ending_) return tl::unexpected(server_ends());
  return log_.last(column, from, to);
}

Result<void> EndingLog::write(const Batch& batch) {
  (void)batch;
  return failure(ErrorCode::kUnavailable, "this log is for reading");
}

}  // namespace ritrovo::tools
