#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/digest/hash256.h"
#include "engine/ledger/frontier.h"

/// Where a view stands in the log, and which log that is. Their bytes: docs/views.md.
namespace ritrovo::projections {

/// The history that is followed. Another id or incarnation is another history: what was made of the one says nothing of the other.
struct LogIdentity {
  std::string log_id;
  std::uint64_t incarnation = 0;
  std::uint16_t partitions = 0;
  bool operator==(const LogIdentity&) const = default;
};

/// How much of one partition a view has taken.
struct PartitionCursor {
  Position next;      ///< of the first record that it hasn't taken
  Hash256 last_leaf;  ///< of the last one that it has
  Frontier ledger;    ///< of all that it has: its root is the ledger's at that size
  [[nodiscard]] std::string encode() const;
  [[nodiscard]] static Result<PartitionCursor> decode(std::string_view bytes);
};

/// One set of rows of a view, made by one version of it from one log.
struct Generation {
  std::uint64_t number = 0;
  std::uint32_t version = 0;
  LogIdentity log;
};

/// What the store knows of a view: the rows that are read, and those being made to take their place.
struct ViewEntry {
  std::optional<Generation> serving;
  std::optional<Generation> building;
  [[nodiscard]] std::string encode() const;
  [[nodiscard]] static Result<ViewEntry> decode(std::string_view bytes);
};

/// An event at which a view failed: it takes nothing more of that partition.
struct StuckAt {
  PartitionId partition;
  Position position;
  CaseId case_id;
  std::string sentence;
  [[nodiscard]] std::string encode() const;
  [[nodiscard]] static Result<StuckAt> decode(std::string_view bytes);
};

/// What is kept of a case for a view: what the fold knows of it, and the view's row.
struct KeptCase {
  std::string frame;
  std::string row;
  [[nodiscard]] std::string encode() const;
  [[nodiscard]] static Result<KeptCase> decode(std::string_view bytes);
};

}  // namespace ritrovo::projections
