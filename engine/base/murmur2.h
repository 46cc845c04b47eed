#pragma once

#include <cstdint>
#include <string_view>

namespace ritrovo {

/// The 32-bit murmur2 hash with Kafka's seed (0x9747b28c), bit for bit what `org.apache.kafka.common.utils.Utils.murmur2` returns. It only
/// spreads keys over partitions and is no defence against chosen input.
/// Source: Apache Kafka 3.9, clients, Utils.java.
[[nodiscard]] std::int32_t murmur2(std::string_view bytes);

}  // namespace ritrovo
