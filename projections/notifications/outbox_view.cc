#include "projections/notifications/outbox_view.h"

#include <algorithm>
#include <memory>
#include <variant>

namespace ritrovo::projections {

using pathway::MessageFate;

ViewKind OutboxView::kind() {
  return {"outbox", 1, "messages that were asked for and aren't delivered", [] { return std::make_unique<OutboxView>(); }};
}

void OutboxView::apply(const CaseEvent& event) {
  if (std::optional<Notification> message = notification_of(event)) {
    rows_[event.record.case_id].entries.push_back({std::move(*message), MessageFate::kQueued, {}, {}, 0});
    return;
  }
  const auto* report = std::get_if<pathway::MessageReported>(&event.body);
  const auto row = report == nullptr ? rows_.end() : rows_.find(event.record.case_id);
  if (row == rows_.end()) return;
  std::vector<OutboxEntry>& entries = row->second.entries;
  const auto entry = std::find_if(entries.begin(), entries.end(), [report](const OutboxEntry& one) { return one.message.version == report->of; });
  if (entry == entries.end()) return;
  if (report->fate == MessageFate::kDelivered) {
    entries.erase(entry);
    return;
  }
  entry->fate = report->fate;
  entry->channel = report->channel;
  entry->reason = report->reason;
  ++entry->reports;
}

const std::vector<Table>& OutboxView::tables() const {
  static const std::vector<Table> kTables{{"messages", {{"case_id", CellKind::kText}, {"version", CellKind::kInteger}, {"entry", CellKind::kText}}}};
  return kTables;
}

void OutboxView::tabulate(CaseId case_id, const TableSink& sink) const {
  const OutboxRow* row = of(case_id);
  if (row == nullptr) return;
  for (const OutboxEntry& entry : row->entries) sink(0, {case_id.printed(), std::int64_t{entry.message.version.value()}, entry.encode()});
}

const OutboxRow* OutboxView::of(CaseId case_id) const {
  const auto row = rows_.find(case_id);
  return row == rows_.end() ? nullptr : &row->second;
}

}  // namespace ritrovo::projections
