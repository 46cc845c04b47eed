#include "adapters/kafka/topics.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include <fmt/format.h>

namespace ritrovo::kafka {
namespace {

constexpr int kPatienceMs = 15'000;
constexpr int kPollMs = 100;
constexpr std::size_t kReasonBytes = 512;
/// Publications are the largest records: kPublicationBytesMax, with room for what goes around it.
constexpr std::int64_t kLargestMessageBytes = 8LL << 20;
constexpr std::int64_t kWeekMs = 7LL * 24 * 3600 * 1000;
/// What holds personal values in clear is gone after this at the latest, whatever the operator prefers.
constexpr std::int64_t kPersonalRetentionMsMax = 31LL * 24 * 3600 * 1000;

struct Destroy {
  void operator()(rd_kafka_queue_t* it) const { rd_kafka_queue_destroy(it); }
  void operator()(rd_kafka_event_t* it) const { rd_kafka_event_destroy(it); }
  void operator()(rd_kafka_NewTopic_t* it) const { rd_kafka_NewTopic_destroy(it); }
  void operator()(rd_kafka_topic_partition_list_t* it) const { rd_kafka_topic_partition_list_destroy(it); }
  void operator()(rd_kafka_ConfigResource_t* it) const { rd_kafka_ConfigResource_destroy(it); }
};
template <class T>
using Owned = std::unique_ptr<T, Destroy>;

Result<Owned<rd_kafka_event_t>> answer_in(rd_kafka_t* client, rd_kafka_queue_t* queue, const char* doing) {
  const auto* callbacks = static_cast<const Callbacks*>(rd_kafka_opaque(client));
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(kPatienceMs);
  Owned<rd_kafka_event_t> event;
  while (!event && std::chrono::steady_clock::now() < until) {
    event.reset(rd_kafka_queue_poll(queue, kPollMs));
    rd_kafka_poll(client, 0);
    if (!event && callbacks->last.lasting()) return failure(ErrorCode::kUnavailable, callbacks->last.behind(fmt::format("{}: no broker can be reached with these settings", doing)));
  }
  if (!event) return failure(ErrorCode::kUnavailable, with_trouble(client, fmt::format("{}: no broker answered within {} s", doing, kPatienceMs / 1000)));
  if (rd_kafka_event_error(event.get()) != RD_KAFKA_RESP_ERR_NO_ERROR) return failure(ErrorCode::kUnavailable, fmt::format("{}: {}", doing, rd_kafka_event_error_string(event.get())));
  return event;
}

/// Makes a topic; kExists where there is one.
Result<void> make_topic(rd_kafka_t* client, const TopicPlan& plan, int replication) {
  std::array<char, kReasonBytes> reason{};
  const Owned<rd_kafka_NewTopic_t> topic(rd_kafka_NewTopic_new(plan.name.c_str(), plan.partitions, replication, reason.data(), reason.size()));
  if (!topic) return failure(ErrorCode::kMalformed, fmt::format("{}: {}", plan.name, reason.data()));
  for (const auto& [name, value] : plan.config) rd_kafka_NewTopic_set_config(topic.get(), name.c_str(), value.c_str());
  const Owned<rd_kafka_queue_t> queue(rd_kafka_queue_new(client));
  std::array<rd_kafka_NewTopic_t*, 1> wanted{topic.get()};
  rd_kafka_CreateTopics(client, wanted.data(), wanted.size(), nullptr, queue.get());
  const auto event = answer_in(client, queue.get(), "making topics");
  if (!event) return tl::unexpected(event.error());
  std::size_t count = 0;
  const rd_kafka_topic_result_t** results = rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event->get()), &count);
  const rd_kafka_resp_err_t code = count == 1 ? rd_kafka_topic_result_error(results[0]) : RD_KAFKA_RESP_ERR_UNKNOWN;
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  if (code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) return failure(ErrorCode::kExists, plan.name);
  const char* said = count == 1 ? rd_kafka_topic_result_error_string(results[0]) : nullptr;
  return failure(ErrorCode::kUnavailable, fmt::format("the brokers don't make {}: {}", plan.name, said != nullptr ? said : rd_kafka_err2str(code)));
}

Result<std::map<std::string, std::string>> config_of(rd_kafka_t* client, const std::string& topic) {
  const Owned<rd_kafka_ConfigResource_t> resource(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str()));
  const Owned<rd_kafka_queue_t> queue(rd_kafka_queue_new(client));
  std::array<rd_kafka_ConfigResource_t*, 1> wanted{resource.get()};
  rd_kafka_DescribeConfigs(client, wanted.data(), wanted.size(), nullptr, queue.get());
  const auto event = answer_in(client, queue.get(), "looking at topics");
  if (!event) return tl::unexpected(event.error());
  std::size_t count = 0;
  const rd_kafka_ConfigResource_t** found = rd_kafka_DescribeConfigs_result_resources(rd_kafka_event_DescribeConfigs_result(event->get()), &count);
  std::map<std::string, std::string> config;
  for (std::size_t i = 0; i < count; ++i) {
    if (rd_kafka_ConfigResource_error(found[i]) != RD_KAFKA_RESP_ERR_NO_ERROR) return tl::unexpected(error_of(topic, rd_kafka_ConfigResource_error(found[i])));
    std::size_t entries = 0;
    const rd_kafka_ConfigEntry_t** entry = rd_kafka_ConfigResource_configs(found[i], &entries);
    for (std::size_t j = 0; j < entries; ++j) {
      const char* value = rd_kafka_ConfigEntry_value(entry[j]);
      config[rd_kafka_ConfigEntry_name(entry[j])] = value == nullptr ? "" : value;
    }
  }
  return config;
}

std::int64_t number_in(const std::map<std::string, std::string>& config, const char* name) {
  const auto found = config.find(name);
  return found == config.end() ? 0 : std::strtoll(found->second.c_str(), nullptr, 10);
}

std::vector<std::string> misfits_of(const TopicPlan& plan, int partitions, const std::map<std::string, std::string>& config) {
  std::vector<std::string> misfits;
  if (partitions != plan.partitions) misfits.push_back(fmt::format("it has {} partitions, and this folder needs {}; partitions can't be taken away, and adding them moves keys: make it anew", partitions, plan.partitions));
  const auto policy = config.find("cleanup.policy");
  if (const std::string& wanted = plan.config.at("cleanup.policy"); policy != config.end() && policy->second != wanted)
    misfits.push_back(fmt::format("its cleanup.policy is {}, and must be {}", policy->second, wanted));
  const std::int64_t retention = number_in(config, "retention.ms");
  if (plan.personal && (retention < 0 || retention > kPersonalRetentionMsMax))
    misfits.push_back(fmt::format("it holds personal values in clear, and keeps them for {}: set retention.ms to at most {}", retention < 0 ? "ever" : fmt::format("{} ms", retention), kPersonalRetentionMsMax));
  if (plan.whole && (retention >= 0 || number_in(config, "retention.bytes") >= 0))
    misfits.push_back("it forgets what is old, and must keep all: set retention.ms and retention.bytes to -1");
  if (const std::int64_t lag = number_in(plan.config, "max.compaction.lag.ms"); lag > 0 && number_in(config, "max.compaction.lag.ms") > kPersonalRetentionMsMax)
    misfits.push_back(fmt::format("it may keep what a row was before for ever: set max.compaction.lag.ms to {}", lag));
  if (const std::int64_t largest = number_in(plan.config, "max.message.bytes"); number_in(config, "max.message.bytes") < largest)
    misfits.push_back(fmt::format("it takes messages of {} bytes: set max.message.bytes to {}", number_in(config, "max.message.bytes"), largest));
  return misfits;
}

}  // namespace

std::vector<TopicPlan> topic_plans(const Connection& connection, std::uint16_t partitions) {
  const std::map<std::string, std::string> kept{{"cleanup.policy", "delete"}, {"retention.ms", "-1"}, {"retention.bytes", "-1"}};
  const std::map<std::string, std::string> passing{{"cleanup.policy", "delete"}, {"retention.ms", std::to_string(kWeekMs)}};
  const std::map<std::string, std::string> compacted{{"cleanup.policy", "compact"}};
  std::map<std::string, std::string> large = kept;
  large["max.message.bytes"] = std::to_string(kLargestMessageBytes);
  std::vector<TopicPlan> plans{
      {"events", partitions, kept, "every event of every case, personal values sealed", false, true},
      {"records", partitions, large, "the stored bytes of every record: what a folder is rebuilt from", false, true},
      {"notifications", 1, passing, "what events ask to be told to whom, nothing sealed", false, false},
      {"cursor", 1, compacted, "how far this folder is published", false, false},
      {"checkpoints", 1, kept, "the signed checkpoints of the ledger", false, true},
      {"commands", partitions, passing, "commands that others send", true, false},
      {"rejections", partitions, passing, "commands that couldn't be taken, as they came", true, false},
      {"answers", partitions, passing, "answers to commands that ask for one", true, false},
  };
  // What a row was before is gone after that time, too, though nothing sealed stands in it.
  std::map<std::string, std::string> rows = compacted;
  rows["max.compaction.lag.ms"] = std::to_string(kWeekMs);
  rows["max.message.bytes"] = std::to_string(kLargestMessageBytes);
  for (const std::string& view : connection.views) plans.push_back({"view." + view, partitions, rows, "what the view " + view + " says of each case", false, false});
  for (TopicPlan& plan : plans) plan.name = topic_name(connection, plan.name);
  return plans;
}

Result<std::vector<TopicReport>> make_topics(const Connection& connection, std::uint16_t partitions, int replication) {
  Callbacks callbacks;
  Result<Client> client = make_client(RD_KAFKA_PRODUCER, connection, {}, &callbacks);
  if (!client) return tl::unexpected(client.error());
  std::vector<TopicReport> reports;
  for (const TopicPlan& plan : topic_plans(connection, partitions)) {
    TopicReport report{plan.name, true, {}};
    if (const Result<void> made = make_topic(client->get(), plan, replication); !made) {
      if (made.error().code != ErrorCode::kExists) return tl::unexpected(made.error());
      report.made = false;
      const Result<int> has = partitions_of(client->get(), plan.name, std::chrono::milliseconds(kPatienceMs));
      if (!has) return tl::unexpected(has.error());
      const Result<std::map<std::string, std::string>> config = config_of(client->get(), plan.name);
      if (!config) return tl::unexpected(config.error());
      report.misfits = misfits_of(plan, *has, *config);
    }
    reports.push_back(std::move(report));
  }
  return reports;
}

namespace {

/// Messages of one topic, and how many of them the group hasn't finished.
Result<void> count_messages(rd_kafka_t* client, TopicStanding& topic, int partitions, int patience_ms) {
  const std::unique_ptr<rd_kafka_topic_partition_list_t, Destroy> taken(rd_kafka_topic_partition_list_new(partitions));
  for (int i = 0; i < partitions; ++i) rd_kafka_topic_partition_list_add(taken.get(), topic.name.c_str(), i);
  if (topic.waiting)
    if (const rd_kafka_resp_err_t code = rd_kafka_committed(client, taken.get(), patience_ms); code != RD_KAFKA_RESP_ERR_NO_ERROR) return tl::unexpected(error_of("asking how far commands were taken", code));
  for (int i = 0; i < partitions; ++i) {
    std::int64_t first = 0;
    std::int64_t end = 0;
    if (const rd_kafka_resp_err_t code = rd_kafka_query_watermark_offsets(client, topic.name.c_str(), i, &first, &end, patience_ms); code != RD_KAFKA_RESP_ERR_NO_ERROR) return tl::unexpected(error_of(topic.name, code));
    topic.messages += static_cast<std::uint64_t>(end - first);
    if (topic.waiting) *topic.waiting += static_cast<std::uint64_t>(end - std::clamp(taken->elems[i].offset, first, end));
  }
  return {};
}

}  // namespace

Result<std::vector<TopicStanding>> look_at_topics(const Connection& connection, std::uint16_t partitions, const std::string& group, std::chrono::milliseconds patience) {
  Callbacks callbacks;
  const Result<Client> client = make_client(RD_KAFKA_CONSUMER, connection, {{"group.id", group}}, &callbacks);
  if (!client) return tl::unexpected(client.error());
  std::vector<TopicStanding> standings;
  for (const TopicPlan& plan : topic_plans(connection, partitions)) {
    TopicStanding topic{plan.name, plan.holds, 0, std::nullopt, {}};
    if (plan.name == topic_name(connection, "commands")) topic.waiting = 0;
    const Result<int> has = partitions_of(client->get(), plan.name, patience);
    if (!has && has.error().code != ErrorCode::kNotFound) return tl::unexpected(has.error());
    if (!has) {
      topic.problem = has.error().message;
    } else {
      if (*has != plan.partitions) topic.problem = fmt::format("it has {} partitions, and this folder needs {}", *has, plan.partitions);
      if (Result<void> counted = count_messages(client->get(), topic, *has, static_cast<int>(patience.count())); !counted) return tl::unexpected(counted.error());
    }
    standings.push_back(std::move(topic));
  }
  return standings;
}

}  // namespace ritrovo::kafka
