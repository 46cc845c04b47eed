#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "adapters/kafka/client.h"
#include "engine/log/case_log.h"
#include "engine/runtime/folder.h"
#include "workflows/definition/model.h"
#include "workflows/pathway/instance_names.h"

namespace ritrovo::kafka {

/// What is published of a folder: its log, read as it stands committed. Runs on: any thread.
struct Published {
  FolderSettings settings;
  std::function<Result<void>(const std::function<Result<void>(const CaseLog&)>&)> with_log;
  std::function<std::shared_ptr<const definition::Library>()> library;
  /// The signed notes of partitions' checkpoints that are new since it was asked last; all of them at first. May be missing: none is published.
  std::function<std::map<PartitionId, std::string>()> new_checkpoints;
};

/// `ce_id` of a record: incarnation-partition-position. Unique with `ce_source`.
[[nodiscard]] std::string event_id(const FolderSettings& settings, PartitionId partition, Position position);
/// `ce_source`: "/TENANT/LOG/INCARNATION", a URI reference.
[[nodiscard]] std::string event_source(const FolderSettings& settings);

/// Writes events, and what they ask to be told to whom, as CloudEvents 1.0 in binary mode: the header names and what stands in each are in
/// `cloud_event`. Runs on: one thread.
class EventMessages {
 public:
  EventMessages(const Published& published, const Connection& connection)
      : published_(published), events_(topic_name(connection, "events")), notifications_(topic_name(connection, "notifications")) {}

  /// The message for an event of a case, and the notification where it asks for one; nothing for a record that is none (a rejection, a publication,
  /// a quarantine). Takes the records of each partition in their order, and reads in `log` what came before the first. Errors: as CaseLog.
  /// Notifications have one partition: each that a transaction touches costs all of it time.
  [[nodiscard]] Result<std::vector<Outgoing>> messages(const CaseLog& log, PartitionId partition, const StoredRecord& record);
  /// Forgets which records it was given: some of them will come again.
  void start_over() { commands_.clear(), names_.clear(); }

 private:
  /// The command whose records are being read: what its first one says holds for all.
  struct UnderWay {
    CaseId case_id;
    Version cause;
    std::string correlation;
    std::string traceparent;
  };
  /// What tells one CloudEvent of a record from another.
  struct Said {
    std::string id;
    std::string type;
    std::string cause;  ///< id of the event that led to it; empty: none did
  };
  [[nodiscard]] Outgoing cloud_event(const std::string& topic, PartitionId partition, const Event& event, const Said& said) const;
  [[nodiscard]] Result<void> enter(const CaseLog& log, PartitionId partition, const StoredRecord& record);
  [[nodiscard]] Result<pathway::CaseNames*> names_before(const CaseLog& log, PartitionId partition, const StoredRecord& record);

  const Published& published_;
  std::string events_;
  std::string notifications_;
  std::unordered_map<std::uint16_t, UnderWay> commands_;
  std::unordered_map<CaseId, pathway::CaseNames> names_;
};

}  // namespace ritrovo::kafka
