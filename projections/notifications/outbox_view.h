#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "projections/notifications/notification.h"
#include "projections/stored_view.h"

namespace ritrovo::projections {

/// A message that isn't delivered.
struct OutboxEntry {
  Notification message;
  pathway::MessageFate fate = pathway::MessageFate::kQueued;  ///< queued, failed or withheld
  std::string channel;      ///< of the last report, or empty
  std::string reason;       ///< why it failed or was withheld
  std::uint32_t reports = 0;  ///< how often something was reported of it: names the next report
  bool operator==(const OutboxEntry&) const = default;
  [[nodiscard]] std::string encode() const;
  [[nodiscard]] static Result<OutboxEntry> decode(std::string_view bytes);
};

/// What is kept of a case: what isn't delivered, by version.
struct OutboxRow {
  std::vector<OutboxEntry> entries;
  const definition::Pathway* pathway = nullptr;
  [[nodiscard]] std::string encode() const;
  [[nodiscard]] static Result<OutboxRow> decode(std::string_view bytes);
};

/// Every message that was asked for and isn't delivered: one entry for each event that asked, by construction, because entries and cursor are
/// written together. What became of a message comes back as an event (message_reported).
class OutboxView final : public CaseRows<OutboxRow> {
 public:
  [[nodiscard]] static ViewKind kind();
  void apply(const CaseEvent& event) override;
  /// One table, `messages`: case, version, and the entry's bytes. It is read by OutboxStore alone.
  [[nodiscard]] const std::vector<Table>& tables() const override;
  void tabulate(CaseId case_id, const TableSink& sink) const override;
  /// What is known of a case, or nullptr.
  [[nodiscard]] const OutboxRow* of(CaseId case_id) const;
};

}  // namespace ritrovo::projections
