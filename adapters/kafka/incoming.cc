#include "adapters/kafka/incoming.h"

#include <string_view>

#include <fmt/format.h>

#include "engine/base/limits.h"
#include "engine/base/murmur2.h"
#include "engine/record/case_ids.h"
#include "engine/record/command_json.h"

namespace ritrovo::kafka {
namespace {

/// Why a command's message isn't where its case's messages go; empty: it is.
std::string misrouted(const rd_kafka_message_t& message, std::string_view key, const Command& command, int partitions, const std::string& tenant) {
  const std::string case_id = command.case_id.printed();
  const std::string remedy = fmt::format("Key each message by its case's id ({}) or by the key of the command that opened it, and set partitioner=murmur2_random (Java clients have it)", case_id);
  if (key.empty()) return "the message has no key, by which the commands of a case stay in order. " + remedy;
  if (key != case_id && case_id_for(tenant, key) != command.case_id) return fmt::format("the message's key doesn't name the case of its command. {}", remedy);
  const auto home = static_cast<int>((static_cast<std::uint32_t>(murmur2(key)) & 0x7fffffffU) % static_cast<std::uint32_t>(partitions));
  if (home != message.partition) return fmt::format("the message lies in partition {}, and its key belongs to partition {}. {}", message.partition, home, remedy);
  return {};
}

}  // namespace

std::vector<std::pair<std::string, std::string>> headers_of(const rd_kafka_message_t& message) {
  std::vector<std::pair<std::string, std::string>> headers;
  rd_kafka_headers_t* list = nullptr;
  if (rd_kafka_message_headers(&message, &list) != RD_KAFKA_RESP_ERR_NO_ERROR) return headers;
  const char* name = nullptr;
  const void* value = nullptr;
  std::size_t bytes = 0;
  for (std::size_t i = 0; rd_kafka_header_get_all(list, i, &name, &value, &bytes) == RD_KAFKA_RESP_ERR_NO_ERROR; ++i)
    headers.emplace_back(name, std::string(static_cast<const char*>(value), value == nullptr ? 0 : bytes));
  return headers;
}

Incoming read_command(const rd_kafka_message_t& message, int partitions, const std::string& tenant) {
  Incoming incoming;
  if (message.key != nullptr) incoming.key.assign(static_cast<const char*>(message.key), message.key_len);
  for (const auto& [name, value] : headers_of(message)) incoming.wants_answer = incoming.wants_answer || (name == "answer" && value == "true");
  const std::string_view value(static_cast<const char*>(message.payload), message.payload == nullptr ? 0 : message.len);
  incoming.value = value;
  incoming.code = "malformed";
  if (value.size() > limits::kCommandBytesMax) {
    incoming.command = tl::unexpected(std::vector<Problem>{{"", fmt::format("the message is longer than {} bytes (kCommandBytesMax)", limits::kCommandBytesMax)}});
    return incoming;
  }
  incoming.command = parse_command(value, {tenant, true});
  if (!incoming.command) return incoming;
  if (std::string why = misrouted(message, incoming.key, *incoming.command, partitions, tenant); !why.empty()) {
    incoming.code = "misrouted";
    incoming.command = tl::unexpected(std::vector<Problem>{{"", std::move(why)}});
  }
  return incoming;
}

}  // namespace ritrovo::kafka
