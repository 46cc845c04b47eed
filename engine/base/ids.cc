#include "engine/base/ids.h"

#include <array>

#include "engine/base/assert.h"
#include "engine/base/murmur2.h"

namespace ritrovo {

namespace {

// Proquints (D. Wilkerson, "A Proposal for Proquints", arXiv:0901.4016): sixteen consonants for four bits, four vowels for two.
constexpr std::string_view kConsonants = "bdfghjklmnprstvz";
constexpr std::string_view kVowels = "aiou";
constexpr std::size_t kGroups = 4;
constexpr std::size_t kGroupLetters = 5;
constexpr std::size_t kPrefixBytes = 4;
constexpr std::size_t kPrintedBytes = kPrefixBytes + kGroups * (kGroupLetters + 1) + 1;
constexpr std::string_view kPattern = "cvcvc";

using Printed = std::array<char, kPrintedBytes>;

constexpr int kModulus = 36;

int character_value(char c) { return c >= 'a' ? c - 'a' + 10 : c - '0'; }
char character_of(int value) { return static_cast<char>(value < 10 ? '0' + value : 'a' + value - 10); }

// ISO/IEC 7064:2003, hybrid system MOD 37,36: one step of the product over a character's value.
int check_step(int product, char c) {
  int sum = (product + character_value(c)) % kModulus;
  if (sum == 0) sum = kModulus;
  return sum * 2 % (kModulus + 1);
}

Printed print(std::string_view prefix, std::uint64_t value) {
  Printed out;
  std::size_t at = 0;
  for (const char c : prefix) out[at++] = c;
  int product = kModulus;
  int shift = 64;
  for (std::size_t group = 0; group < kGroups; ++group) {
    for (const char kind : kPattern) {
      const bool consonant = kind == 'c';
      shift -= consonant ? 4 : 2;
      const char letter = consonant ? kConsonants[value >> shift & 15U] : kVowels[value >> shift & 3U];
      product = check_step(product, letter);
      out[at++] = letter;
    }
    out[at++] = '-';
  }
  out[at] = character_of((kModulus + 1 - product) % kModulus);
  return out;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

Result<std::uint64_t> parse_printed(std::string_view prefix, std::string_view text) {
  const std::string what = "an id like " + std::string(prefix) + "lusab-babad-gutih-tugad-4";
  if (text.size() != kPrintedBytes)
    return failure(ErrorCode::kMalformed,
                   "expected " + what + " of " + std::to_string(kPrintedBytes) + " characters, got " + std::to_string(text.size()));
  for (std::size_t i = 0; i < kPrefixBytes; ++i)
    if (lower(text[i]) != prefix[i])
      return failure(ErrorCode::kMalformed, "expected " + what + ": the prefix isn't \"" + std::string(prefix) + "\"");
  std::uint64_t value = 0;
  int product = kModulus;
  std::size_t at = kPrefixBytes;
  for (std::size_t group = 0; group < kGroups; ++group) {
    for (const char kind : kPattern) {
      const bool consonant = kind == 'c';
      const char letter = lower(text[at++]);
      const std::size_t digit = (consonant ? kConsonants : kVowels).find(letter);
      if (digit == std::string_view::npos)
        return failure(ErrorCode::kMalformed, "expected " + what + ": group " + std::to_string(group + 1) + " isn't one");
      value = value << (consonant ? 4 : 2) | digit;
      product = check_step(product, letter);
    }
    if (text[at++] != '-')
      return failure(ErrorCode::kMalformed, "expected " + what + ": no hyphen after group " + std::to_string(group + 1));
  }
  if (lower(text[at]) != character_of((kModulus + 1 - product) % kModulus))
    return failure(ErrorCode::kMalformed, "the check character at the end of the id doesn't match: it is mistyped");
  return value;
}

constexpr std::string_view kCasePrefix = "fam-";
constexpr std::string_view kPersonPrefix = "per-";

std::string text_of(const Printed& printed) { return {printed.data(), printed.size()}; }

}  // namespace

std::string CaseId::printed() const { return text_of(print(kCasePrefix, value_)); }

Result<CaseId> CaseId::parse(std::string_view text) {
  return parse_printed(kCasePrefix, text).map([](std::uint64_t value) { return CaseId(value); });
}

std::string PersonId::printed() const { return text_of(print(kPersonPrefix, value_)); }

Result<PersonId> PersonId::parse(std::string_view text) {
  return parse_printed(kPersonPrefix, text).map([](std::uint64_t value) { return PersonId(value); });
}

PartitionId partition_of(CaseId id, std::uint16_t partitions) {
  RITROVO_ASSERT_OP(partitions, >, 0);
  const Printed printed = print(kCasePrefix, id.value());
  const auto positive = static_cast<std::uint32_t>(murmur2({printed.data(), printed.size()})) & 0x7fffffffU;
  return PartitionId(static_cast<std::uint16_t>(positive % partitions));
}

}  // namespace ritrovo
