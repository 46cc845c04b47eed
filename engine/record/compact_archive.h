#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <limits>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <cereal/cereal.hpp>

#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/base/time.h"
#include "engine/digest/hash256.h"

/// The bytes inside records, snapshots and answers: a pair of cereal archives, small, canonical and bounded.
///
/// How to store a type: give it a `serialize` (member, or free in its own namespace) and call `compact::encode` and `compact::decode<T>`.
///
///     struct StepOpened { std::string path; std::optional<PersonId> person; std::vector<Version> because; };
///     template <class Archive> void serialize(Archive& archive, StepOpened& it) { archive(it.path, it.person, it.because); }
///     std::string bytes = compact::encode_versioned(compact::TypeVersion(1), StepOpened{…});
///     Result<StepOpened> back = compact::decode_versioned<StepOpened>(bytes, compact::TypeVersion(1));
///
/// Every type that is stored on its own is written with `encode_versioned`, from its first day: one byte, then the object. Fields are
/// neither named nor skippable, so a change of fields is a new version and a new struct; the old one's code stays as it is.
///
/// An enum that is stored names its last enumerator, so that no other number is ever read:
///
///     template <> struct ritrovo::EnumLast<StepState> { static constexpr StepState kValue = StepState::kFailed; };
///
/// What is written: unsigned numbers as LEB128 varints of the fewest bytes; signed ones zigzag first; bytes and bools as one byte; enums as
/// unsigned numbers; strings, vectors and maps as their length and their elements; an optional as 0, or 1 and its value; a variant as the
/// alternative's index and its value; arrays, pairs and structs as their elements; case and person ids as 8 bytes, big-endian.
/// There are no floats and no pointers. Equal objects give equal bytes.
///
/// What is refused on reading: a length greater than the bytes that are left, a varint longer than needed or too large for its type, a bool
/// other than 0 and 1, an unknown alternative or enumerator, map keys out of order, nesting over kStoredNestingMax, and bytes left at the end.
/// Don't include cereal's own `cereal/types/…`: the types above stand here.
namespace ritrovo {

/// Specialise with `static constexpr E kValue`, the last enumerator of E; enumerators run from 0 to it without a gap.
template <class E>
struct EnumLast;

namespace compact {

/// Levels of recursive types (a value in a list in a map …) that reading follows.
inline constexpr int kStoredNestingMax = 16;

/// Thrown while reading, and caught by `decode`: it never leaves the room.
class Malformed : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace compact

/// Appends to a string, which has all bytes once `finish` was called. Not for direct use: see `compact::encode`.
class CompactOutput : public cereal::OutputArchive<CompactOutput, cereal::AllowEmptyClassElision> {
 public:
  explicit CompactOutput(std::string& out) : cereal::OutputArchive<CompactOutput, cereal::AllowEmptyClassElision>(this), out_(out) {}
  /// What was written may be personal.
  ~CompactOutput() { ::explicit_bzero(few_.data(), few_.size()); }
  CompactOutput(const CompactOutput&) = delete;
  CompactOutput& operator=(const CompactOutput&) = delete;
  void put_byte(std::uint8_t byte) {
    if (held_ == few_.size()) finish();
    few_[held_++] = static_cast<char>(byte);
  }
  void put_varint(std::uint64_t value) {
    while (value >= 0x80) {
      put_byte(static_cast<std::uint8_t>(value | 0x80));
      value >>= 7;
    }
    put_byte(static_cast<std::uint8_t>(value));
  }
  void put_bytes(std::string_view bytes) {
    if (bytes.size() > few_.size() - held_) finish();
    if (bytes.size() > few_.size()) {
      out_.append(bytes);
      return;
    }
    std::memcpy(few_.data() + held_, bytes.data(), bytes.size());
    held_ += bytes.size();
  }
  void finish() {
    out_.append(few_.data(), held_);
    held_ = 0;
  }

 private:
  std::string& out_;
  // Most of what is written is single bytes, which a string appends dearly.
  std::array<char, 64> few_;
  std::size_t held_ = 0;
};

/// Reads from bytes that outlive it. Not for direct use: see `compact::decode`.
class CompactInput : public cereal::InputArchive<CompactInput, cereal::AllowEmptyClassElision> {
 public:
  explicit CompactInput(std::string_view bytes) : cereal::InputArchive<CompactInput, cereal::AllowEmptyClassElision>(this), rest_(bytes) {}

  std::uint8_t take_byte() {
    if (rest_.empty()) throw compact::Malformed("the bytes end early");
    const auto byte = static_cast<std::uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return byte;
  }
  std::uint64_t take_varint() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const std::uint8_t byte = take_byte();
      if (shift == 63 && byte > 1) throw compact::Malformed("a number over 64 bits");
      value |= static_cast<std::uint64_t>(byte & 0x7fU) << shift;
      if (byte < 0x80) {
        if (byte == 0 && shift > 0) throw compact::Malformed("a number written longer than needed");
        return value;
      }
    }
    throw compact::Malformed("a number over 64 bits");
  }
  /// A count of elements, each of which takes at least a byte.
  std::size_t take_length() {
    const std::uint64_t length = take_varint();
    if (length > rest_.size())
      throw compact::Malformed("a length of " + std::to_string(length) + " with " + std::to_string(rest_.size()) + " bytes left");
    return static_cast<std::size_t>(length);
  }
  std::string_view take_bytes(std::size_t count) {
    if (count > rest_.size()) throw compact::Malformed("the bytes end early");
    const std::string_view taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }
  [[nodiscard]] std::size_t left() const { return rest_.size(); }
  void expect_end() const {
    if (!rest_.empty()) throw compact::Malformed(std::to_string(rest_.size()) + " bytes left at the end");
  }

  /// Held while a recursive type reads one level of itself.
  class Level {
   public:
    explicit Level(CompactInput& input) : input_(input) {
      if (++input_.level_ > compact::kStoredNestingMax) throw compact::Malformed("nested too deeply");
    }
    ~Level() { --input_.level_; }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;

   private:
    CompactInput& input_;
  };

 private:
  std::string_view rest_;
  int level_ = 0;
};

namespace compact::detail {

inline std::uint64_t zigzag(std::int64_t value) { return static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63); }
inline std::int64_t unzigzag(std::uint64_t value) { return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1U); }

template <class T>
inline constexpr bool kIsByte = std::integral<T> && sizeof(T) == 1 && !std::same_as<T, bool>;

}  // namespace compact::detail

template <class T>
  requires std::integral<T>
void save(CompactOutput& out, const T& value) {
  if constexpr (sizeof(T) == 1) {
    out.put_byte(static_cast<std::uint8_t>(value));
  } else if constexpr (std::is_signed_v<T>) {
    out.put_varint(compact::detail::zigzag(value));
  } else {
    out.put_varint(value);
  }
}

template <class T>
  requires std::integral<T>
void load(CompactInput& in, T& value) {
  if constexpr (std::same_as<T, bool>) {
    const std::uint8_t byte = in.take_byte();
    if (byte > 1) throw compact::Malformed("a truth value that is neither 0 nor 1");
    value = byte == 1;
  } else if constexpr (sizeof(T) == 1) {
    value = static_cast<T>(in.take_byte());
  } else if constexpr (std::is_signed_v<T>) {
    const std::int64_t wide = compact::detail::unzigzag(in.take_varint());
    if (!std::in_range<T>(wide)) throw compact::Malformed("a number too large for its field");
    value = static_cast<T>(wide);
  } else {
    const std::uint64_t wide = in.take_varint();
    if (!std::in_range<T>(wide)) throw compact::Malformed("a number too large for its field");
    value = static_cast<T>(wide);
  }
}

template <class E>
  requires std::is_enum_v<E>
void save(CompactOutput& out, const E& value) { out.put_varint(static_cast<std::uint64_t>(value)); }

template <class E>
  requires std::is_enum_v<E>
void load(CompactInput& in, E& value) {
  static_assert(
      requires { EnumLast<E>::kValue; }, "a stored enum specialises ritrovo::EnumLast");
  const std::uint64_t number = in.take_varint();
  if (number > static_cast<std::uint64_t>(EnumLast<E>::kValue))
    throw compact::Malformed("an unknown enumerator, " + std::to_string(number));
  value = static_cast<E>(number);
}

inline void save(CompactOutput& out, const std::string& value) {
  out.put_varint(value.size());
  out.put_bytes(value);
}
inline void load(CompactInput& in, std::string& value) { value.assign(in.take_bytes(in.take_length())); }

template <class T>
void save(CompactOutput& out, const std::vector<T>& values) {
  out.put_varint(values.size());
  for (const T& value : values) out(value);
}
template <class T>
void load(CompactInput& in, std::vector<T>& values) {
  static_assert(!std::same_as<T, bool>, "a vector<bool> has no elements to refer to");
  const std::size_t count = in.take_length();
  values.clear();
  // Elements are larger in memory than in bytes: a corrupt count must not reserve for all of them at once.
  values.reserve(std::min<std::size_t>(count, 4096));
  for (std::size_t i = 0; i < count; ++i) in(values.emplace_back());
}

template <class T, std::size_t N>
void save(CompactOutput& out, const std::array<T, N>& values) {
  if constexpr (compact::detail::kIsByte<T>) {
    out.put_bytes({reinterpret_cast<const char*>(values.data()), N});
  } else {
    for (const T& value : values) out(value);
  }
}
template <class T, std::size_t N>
void load(CompactInput& in, std::array<T, N>& values) {
  if constexpr (compact::detail::kIsByte<T>) {
    std::memcpy(values.data(), in.take_bytes(N).data(), N);
  } else {
    for (T& value : values) in(value);
  }
}

template <class T>
void save(CompactOutput& out, const std::optional<T>& value) {
  out.put_byte(value ? 1 : 0);
  if (value) out(*value);
}
template <class T>
void load(CompactInput& in, std::optional<T>& value) {
  bool present = false;
  load(in, present);
  value.reset();
  if (present) in(value.emplace());
}

template <class A, class B>
void save(CompactOutput& out, const std::pair<A, B>& value) {
  out(value.first, value.second);
}
template <class A, class B>
void load(CompactInput& in, std::pair<A, B>& value) {
  in(value.first, value.second);
}

template <class K, class V>
void save(CompactOutput& out, const std::map<K, V>& values) {
  out.put_varint(values.size());
  for (const auto& [key, value] : values) out(key, value);
}
template <class K, class V>
void load(CompactInput& in, std::map<K, V>& values) {
  const std::size_t count = in.take_length();
  values.clear();
  for (std::size_t i = 0; i < count; ++i) {
    K key{};
    in(key);
    if (!values.empty() && !(values.rbegin()->first < key)) throw compact::Malformed("a map's keys out of order");
    in(values.emplace_hint(values.end(), std::move(key), V{})->second);
  }
}

inline void save(CompactOutput& /*out*/, const std::monostate& /*nothing*/) {}
inline void load(CompactInput& /*in*/, std::monostate& /*nothing*/) {}

template <class... Ts>
void save(CompactOutput& out, const std::variant<Ts...>& value) {
  out.put_varint(value.index());
  std::visit([&out](const auto& alternative) { out(alternative); }, value);
}

namespace compact::detail {

template <std::size_t I, class Variant>
void load_alternative(CompactInput& in, Variant& value) {
  in(value.template emplace<I>());
}

template <class Variant, std::size_t... I>
void load_variant(CompactInput& in, Variant& value, std::size_t index, std::index_sequence<I...> /*alternatives*/) {
  using Load = void (*)(CompactInput&, Variant&);
  static constexpr std::array<Load, sizeof...(I)> kLoads = {&load_alternative<I, Variant>...};
  kLoads[index](in, value);
}

}  // namespace compact::detail

template <class... Ts>
void load(CompactInput& in, std::variant<Ts...>& value) {
  const std::uint64_t index = in.take_varint();
  if (index >= sizeof...(Ts)) throw compact::Malformed("an unknown alternative, " + std::to_string(index));
  compact::detail::load_variant(in, value, static_cast<std::size_t>(index), std::index_sequence_for<Ts...>{});
}

template <class Tag, class T>
void save(CompactOutput& out, const Strong<Tag, T>& value) {
  save(out, value.value());
}
template <class Tag, class T>
void load(CompactInput& in, Strong<Tag, T>& value) {
  T held{};
  load(in, held);
  value = Strong<Tag, T>(held);
}

/// Ids are hashes: as varints most would take ten bytes.
template <class Id>
  requires std::same_as<Id, CaseId> || std::same_as<Id, PersonId>
void save(CompactOutput& out, const Id& id) {
  for (int shift = 56; shift >= 0; shift -= 8) out.put_byte(static_cast<std::uint8_t>(id.value() >> shift));
}
template <class Id>
  requires std::same_as<Id, CaseId> || std::same_as<Id, PersonId>
void load(CompactInput& in, Id& id) {
  std::uint64_t value = 0;
  for (const char byte : in.take_bytes(sizeof(value))) value = value << 8 | static_cast<unsigned char>(byte);
  id = Id(value);
}

inline void save(CompactOutput& out, const Day& day) { save(out, day.value()); }
inline void load(CompactInput& in, Day& day) {
  std::int32_t days = 0;
  load(in, days);
  day = Day(days);
}

inline void save(CompactOutput& out, const Hash256& hash) { save(out, hash.bytes); }
inline void load(CompactInput& in, Hash256& hash) { load(in, hash.bytes); }

namespace compact {

/// The version of a stored type's bytes, from 1.
using TypeVersion = Strong<struct TypeVersionTag, std::uint8_t>;

/// The object's bytes. Equal objects give equal bytes.
template <class T>
[[nodiscard]] std::string encode(const T& object) {
  std::string bytes;
  CompactOutput out(bytes);
  out(object);
  out.finish();
  return bytes;
}

/// The object that `encode` wrote. kMalformed says what is wrong with the bytes; whoever knows where they came from adds that (and makes it
/// kCorrupt, if they came from disk).
template <class T>
[[nodiscard]] Result<T> decode(std::string_view bytes) {
  try {
    CompactInput in(bytes);
    T object{};
    in(object);
    in.expect_end();
    return object;
  } catch (const Malformed& problem) {
    return failure(ErrorCode::kMalformed, problem.what());
  }
}

/// The version's byte, then the object's bytes.
template <class T>
[[nodiscard]] std::string encode_versioned(TypeVersion version, const T& object) {
  std::string bytes;
  bytes.reserve(64);  // most bodies take less
  bytes.push_back(static_cast<char>(version.value()));
  CompactOutput out(bytes);
  out(object);
  out.finish();
  return bytes;
}

/// The version that `encode_versioned` wrote first; kMalformed where there are no bytes.
[[nodiscard]] inline Result<TypeVersion> version_of(std::string_view bytes) {
  if (bytes.empty()) return failure(ErrorCode::kMalformed, "no bytes, where a version should stand");
  return TypeVersion(static_cast<std::uint8_t>(bytes.front()));
}

/// The object that `encode_versioned` wrote with that version; kMalformed for another version or bad bytes.
template <class T>
[[nodiscard]] Result<T> decode_versioned(std::string_view bytes, TypeVersion version) {
  const Result<TypeVersion> found = version_of(bytes);
  if (!found) return tl::unexpected(found.error());
  if (*found != version) {
    return failure(ErrorCode::kMalformed,
                   "version " + std::to_string(found->value()) + ", where this program reads " + std::to_string(version.value()));
  }
  return decode<T>(bytes.substr(1));
}

}  // namespace compact
}  // namespace ritrovo

/// cereal would store enums unchecked; these send it to the functions above instead.
namespace cereal {
template <class E>
  requires std::is_enum_v<E>
struct specialize<ritrovo::CompactOutput, E, specialization::non_member_load_save> : std::true_type {
};
template <class E>
  requires std::is_enum_v<E>
struct specialize<ritrovo::CompactInput, E, specialization::non_member_load_save> : std::true_type {
};
}  // namespace cereal

/// Which of the two archives reads what the other writes; cereal asks when it looks for ways to read an enum.
CEREAL_SETUP_ARCHIVE_TRAITS(ritrovo::CompactInput, ritrovo::CompactOutput)
