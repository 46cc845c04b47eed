#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <ostream>
#include <string>
#include <string_view>

#include "engine/base/result.h"

namespace ritrovo {

/// A number that is only comparable with numbers of its own kind. `Tag` names the kind, `T` holds it.
template <class Tag, class T>
class Strong {
 public:
  using Rep = T;
  constexpr Strong() = default;
  constexpr explicit Strong(T value) : value_(value) {}
  [[nodiscard]] constexpr T value() const { return value_; }
  constexpr auto operator<=>(const Strong&) const = default;
  [[nodiscard]] constexpr Strong next() const { return Strong(static_cast<T>(value_ + 1)); }

 private:
  T value_{};
};

template <class Tag, class T>
std::ostream& operator<<(std::ostream& out, Strong<Tag, T> id) {
  return out << +id.value();
}

/// A partition of a folder, 0 … partitions-1: the unit of order, ledger and ownership.
using PartitionId = Strong<struct PartitionTag, std::uint16_t>;
/// A record's place in its partition, gap-free from 0.
using Position = Strong<struct PositionTag, std::uint64_t>;
/// An event's place in its case, gap-free from 1; 0 means "none" (a case that has no event, a record that is not an event).
using Version = Strong<struct VersionTag, std::uint32_t>;

/// One family's journey. Derived from the key of the command that opened it (see engine/record/case_ids.h), so that a retry finds the
/// same case. Printed as `fam-` and four pronounceable five-letter groups (16 bits each, proquints) and one check character
/// (ISO/IEC 7064, MOD 37,36), for instance `fam-lusab-babad-gutih-tugad-4`. Value 0 is reserved for the folder's own stream.
class CaseId {
 public:
  constexpr CaseId() = default;
  constexpr explicit CaseId(std::uint64_t value) : value_(value) {}
  [[nodiscard]] constexpr std::uint64_t value() const { return value_; }
  [[nodiscard]] std::string printed() const;
  /// Reads what `printed` wrote, in either letter case. kMalformed names what is wrong: prefix, group, or check character.
  [[nodiscard]] static Result<CaseId> parse(std::string_view text);
  constexpr auto operator<=>(const CaseId&) const = default;

 private:
  std::uint64_t value_ = 0;
};

/// One person, the same in every case that knows them. Printed as CaseId, with `per-`.
class PersonId {
 public:
  constexpr PersonId() = default;
  constexpr explicit PersonId(std::uint64_t value) : value_(value) {}
  [[nodiscard]] constexpr std::uint64_t value() const { return value_; }
  [[nodiscard]] std::string printed() const;
  [[nodiscard]] static Result<PersonId> parse(std::string_view text);
  constexpr auto operator<=>(const PersonId&) const = default;

 private:
  std::uint64_t value_ = 0;
};

inline std::ostream& operator<<(std::ostream& out, CaseId id) { return out << id.printed(); }
inline std::ostream& operator<<(std::ostream& out, PersonId id) { return out << id.printed(); }

/// The partition that owns a case: Kafka's murmur2 of the printed id, made positive, modulo `partitions` (as Kafka's Java clients have it).
/// Requires: partitions > 0.
[[nodiscard]] PartitionId partition_of(CaseId id, std::uint16_t partitions);

}  // namespace ritrovo

template <>
struct std::hash<ritrovo::CaseId> {
  std::size_t operator()(ritrovo::CaseId id) const noexcept { return std::hash<std::uint64_t>{}(id.value()); }
};
template <>
struct std::hash<ritrovo::PersonId> {
  std::size_t operator()(ritrovo::PersonId id) const noexcept { return std::hash<std::uint64_t>{}(id.value()); }
};
