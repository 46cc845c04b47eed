#include "adapters/kafka/event_message.h"

#include <utility>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "engine/record/event_json.h"
#include "projections/notifications/notification.h"
#include "workflows/pathway/event_body.h"
#include "workflows/pathway/event_view.h"

namespace ritrovo::kafka {
namespace {

/// Cases whose names are kept at hand: some megabytes.
constexpr std::size_t kNamesMax = 20'000;

/// Letters, digits and what RFC 3986 leaves unreserved; the rest in percents.
std::string in_uri(std::string_view text) {
  std::string uri;
  for (const char byte : text) {
    const bool plain = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') || byte == '-' || byte == '.' || byte == '_' || byte == '~';
    uri += plain ? std::string(1, byte) : fmt::format("%{:02X}", static_cast<unsigned char>(byte));
  }
  return uri;
}

}  // namespace

std::string event_id(const FolderSettings& settings, PartitionId partition, Position position) {
  return fmt::format("{}-{}-{}", settings.incarnation, partition.value(), position.value());
}

std::string event_source(const FolderSettings& settings) {
  return fmt::format("/{}/{}/{}", in_uri(settings.tenant), in_uri(settings.log_id), settings.incarnation);
}

/// Notes which command the record belongs to; reads its first record where that one didn't come by.
Result<void> EventMessages::enter(const CaseLog& log, PartitionId partition, const StoredRecord& record) {
  const Event& event = record.event;
  const auto note = [&](const std::optional<Provenance>& provenance) {
    commands_[partition.value()] = {event.case_id, event.cause, provenance ? provenance->correlation : std::string(), provenance ? provenance->traceparent : std::string()};
  };
  if (event.provenance) {
    note(event.provenance);
    return {};
  }
  const auto found = commands_.find(partition.value());
  if (found != commands_.end() && found->second.case_id == event.case_id && found->second.cause == event.cause) return {};
  // A command's records stand one after another.
  const Result<StoredRecord> first = log.read_record(partition, Position(record.position.value() - (event.version.value() - event.cause.value())));
  if (!first) return tl::unexpected(first.error());
  note(first->event.provenance);
  return {};
}

/// The names of a case as they stood before this event.
Result<pathway::CaseNames*> EventMessages::names_before(const CaseLog& log, PartitionId partition, const StoredRecord& record) {
  const Event& event = record.event;
  if (const auto found = names_.find(event.case_id); found != names_.end()) return &found->second;
  if (names_.size() >= kNamesMax) names_.clear();
  pathway::CaseNames names;
  if (event.version.value() > 1) {
    const Result<void> read = log.read_case(partition, event.case_id, Version(1), [&](const StoredRecord& earlier) {
      if (earlier.event.version >= event.version) return false;
      if (const Result<pathway::Body> body = pathway::decode_body(earlier.event.tag, earlier.event.body)) names.note(*body);
      return true;
    });
    if (!read) return tl::unexpected(read.error());
  }
  return &(names_[event.case_id] = std::move(names));
}

/// Requires: its command was entered.
Outgoing EventMessages::cloud_event(const std::string& topic, PartitionId partition, const Event& event, const Said& said) const {
  const std::string case_id = event.case_id.printed();
  const std::string recorded = to_string(event.recorded);
  Outgoing message;
  message.topic = topic;
  message.partition = partition.value();
  message.key = case_id;
  message.headers = {{"ce_specversion", "1.0"},
                     {"ce_id", said.id},
                     {"ce_source", event_source(published_.settings)},
                     {"ce_type", "org.ritrovo." + said.type},
                     {"ce_subject", case_id},
                     {"ce_time", recorded},
                     {"ce_recordedtime", recorded},
                     {"ce_partitionkey", case_id},
                     {"ce_sequence", fmt::format("{:020}", event.version.value())},
                     {"content-type", "application/json"}};
  if (!said.cause.empty()) message.headers.emplace_back("ce_causationid", said.cause);
  const UnderWay& command = commands_.at(partition.value());
  if (!command.correlation.empty()) message.headers.emplace_back("ce_correlationid", command.correlation);
  if (!command.traceparent.empty()) {
    // As CloudEvents' extension, and by its own name for those who trace messages of any kind.
    message.headers.emplace_back("ce_traceparent", command.traceparent);
    message.headers.emplace_back("traceparent", command.traceparent);
  }
  return message;
}

Result<std::vector<Outgoing>> EventMessages::messages(const CaseLog& log, PartitionId partition, const StoredRecord& record) {
  const Event& event = record.event;
  if (event.version.value() == 0 || event.tag < RecordTag::kFirstOfWorkflow) return std::vector<Outgoing>();
  if (Result<void> entered = enter(log, partition, record); !entered) return tl::unexpected(entered.error());
  Result<pathway::CaseNames*> names = names_before(log, partition, record);
  if (!names) return tl::unexpected(names.error());
  const Result<pathway::Body> body = pathway::decode_body(event.tag, event.body);
  if (!body) return tl::unexpected(body.error());
  (*names)->note(*body);
  const std::shared_ptr<const definition::Library> library = published_.library();
  const std::shared_ptr<const definition::Pathway> pinned = library->with_identity((*names)->identity());
  BodyView view = pathway::view_of(*body, **names, pinned.get());

  const FolderSettings& settings = published_.settings;
  const Position first(record.position.value() - (event.version.value() - event.cause.value()));
  const std::string id = event_id(settings, partition, record.position);
  std::vector<Outgoing> messages{cloud_event(events_, partition, event, {id, view.name, event.version == event.cause ? std::string() : event_id(settings, partition, first)})};
  messages.front().value = event_json(event, [&view](const Event&) { return std::move(view); }, RecordPlace{partition, record.position});
  if (pinned == nullptr) return messages;
  const auto asked = projections::notification_of(event, *body, *pinned, [known = *names](pathway::PersonIndex person) { return known->alias(person); });
  if (!asked) return messages;
  messages.push_back(cloud_event(notifications_, partition, event, {asked->name(), "notification", id}));
  messages.back().partition = 0;
  messages.back().value = boost::json::serialize(projections::json_of(*asked));
  return messages;
}

}  // namespace ritrovo::kafka
