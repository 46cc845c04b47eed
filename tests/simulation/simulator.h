#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "engine/digest/hash256.h"

namespace ritrovo::simulation {

/// A bug planted into a simulation, which has to find it.
enum class PlantedBug : std::uint8_t {
  kNone,
  kMissingSync,         ///< the disk says that it synced, and didn't
  kAnswerBeforeCommit,  ///< commands are answered when they are staged
  kForgottenKey,        ///< answers' rows aren't written, so that a retry is taken for a new command
  kForgottenTimer,      ///< timers' rows aren't written
  kUnsyncedKeys,        ///< the vault takes what the system's cache shows for durable
};

/// What one simulation came to.
struct Outcome {
  std::optional<std::string> violation;  ///< the first promise that was broken
  Hash256 hash;                          ///< of every byte on the disk at the end
  std::uint64_t commands = 0;
  std::uint64_t crashes = 0;
  std::uint64_t wakes = 0;
};

/// Plays the engine from a seed: random commands on random cases from clients that retry, duplicates, conflicting keys, verbs that hit bugs or end
/// the process, timers, publications, releases; crashes between any two stages, writes lost, torn or failed. Then checks that
///   nothing acknowledged is lost, also right after each crash · nothing is recorded twice · a retry gets the same answer
///   timers fire once, on their day or, where that day had come, before the next command · state from snapshots equals state from all events
///   records, index and ledger agree
/// The same seed gives the same outcome.
[[nodiscard]] Outcome simulate(std::uint64_t seed, PlantedBug bug = PlantedBug::kNone);

}  // namespace ritrovo::simulation
