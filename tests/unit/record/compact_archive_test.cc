#include "engine/record/compact_archive.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace ritrovo {
enum class Sample : std::uint8_t { kOne, kTwo };
template <>
struct EnumLast<Sample> {
  static constexpr Sample kValue = Sample::kTwo;
};

namespace {

struct Part {
  std::string name;
  std::optional<Version> version;
  bool operator==(const Part&) const = default;
};
template <class Archive>
void serialize(Archive& archive, Part& it) {
  archive(it.name, it.version);
}

struct Whole {
  bool flag = false;
  std::int64_t number = 0;
  Sample sample = Sample::kOne;
  std::vector<Part> parts;
  std::variant<std::monostate, std::string, Day> either;
  std::array<std::uint8_t, 4> raw{};
  std::map<std::string, std::uint16_t> counts;
  PersonId person;
  bool operator==(const Whole&) const = default;
};
template <class Archive>
void serialize(Archive& archive, Whole& it) {
  archive(it.flag, it.number, it.sample, it.parts, it.either, it.raw, it.counts, it.person);
}

Whole sample_whole() {
  return {true,    -3,           Sample::kTwo,         {{"a", Version(300)}, {"", std::nullopt}},
          Day(-1), {1, 2, 3, 4}, {{"x", 7}, {"y", 8}}, PersonId(0x0102030405060708ULL)};
}

TEST(CompactArchive, GivesBackWhatWasWritten) {
  const Whole whole = sample_whole();
  EXPECT_EQ(compact::decode<Whole>(compact::encode(whole)).value(), whole);
  EXPECT_EQ(compact::decode_versioned<Whole>(compact::encode_versioned(compact::TypeVersion(3), whole), compact::TypeVersion(3)).value(),
            whole);
}

TEST(CompactArchive, WritesTheFewestBytes) {
  EXPECT_EQ(compact::encode(std::uint32_t{127}), "\x7f");
  EXPECT_EQ(compact::encode(std::uint32_t{128}), "\x80\x01");
  EXPECT_EQ(compact::encode(std::int32_t{-1}), "\x01");
  EXPECT_EQ(compact::encode(std::int32_t{64}), "\x80\x01");
  EXPECT_EQ(compact::encode(std::string("ab")),
            "\x02"
            "ab");
  EXPECT_EQ(compact::encode(Sample::kTwo), "\x01");
  EXPECT_EQ(compact::encode(Day(20371)).size(), 3U);
}

TEST(CompactArchive, RefusesWhatItWouldntWrite) {
  EXPECT_FALSE(compact::decode<std::uint32_t>(std::string("\x80\x00", 2)).has_value()) << "longer than needed";
  EXPECT_FALSE(compact::decode<std::uint16_t>("\x80\x80\x04").has_value()) << "too large for its type";
  EXPECT_FALSE(compact::decode<std::uint64_t>("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02").has_value()) << "over 64 bits";
  EXPECT_FALSE(compact::decode<bool>("\x02").has_value());
  EXPECT_FALSE(compact::decode<Sample>("\x02").has_value());
  EXPECT_FALSE(compact::decode<std::string>("\x05"
                                            "abc")
                   .has_value())
      << "a length over what is left";
  EXPECT_FALSE(compact::decode<std::vector<std::string>>("\xff\xff\xff\xff\x0f").has_value());
  EXPECT_FALSE(compact::decode<std::uint8_t>("\x01\x01").has_value()) << "bytes left over";
  EXPECT_FALSE((compact::decode<std::variant<bool, Day>>(std::string("\x02\x00", 2)).has_value()));
  EXPECT_FALSE((compact::decode<std::map<std::string, bool>>(std::string("\x02\x01"
                                                                         "b\x00\x01"
                                                                         "a\x00",
                                                                         7))
                    .has_value()));
  EXPECT_EQ(compact::decode<bool>("").error().code, ErrorCode::kMalformed);
  EXPECT_FALSE(compact::decode_versioned<bool>("\x02\x01", compact::TypeVersion(1)).has_value());
}

TEST(CompactArchive, HoldsTheExtremesOfItsNumbers) {
  for (const std::int64_t number : {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max(), std::int64_t{0}})
    EXPECT_EQ(compact::decode<std::int64_t>(compact::encode(number)).value(), number);
  EXPECT_EQ(compact::decode<std::uint64_t>(compact::encode(~std::uint64_t{0})).value(), ~std::uint64_t{0});
}

TEST(CompactArchive, RefusesEveryShorterText) {
  const std::string bytes = compact::encode(sample_whole());
  for (std::size_t length = 0; length < bytes.size(); ++length)
    EXPECT_FALSE(compact::decode<Whole>(bytes.substr(0, length)).has_value()) << length;
}

RC_GTEST_PROP(CompactArchive, IsCanonical, (const std::vector<std::uint8_t>& raw)) {
  // Whatever bytes can be read at all are those that would be written.
  const std::string bytes(raw.begin(), raw.end());
  const Result<Whole> whole = compact::decode<Whole>(bytes);
  if (whole) RC_ASSERT(compact::encode(*whole) == bytes);
  const auto list = compact::decode<std::vector<std::pair<std::int32_t, std::optional<bool>>>>(bytes);
  if (list) RC_ASSERT(compact::encode(*list) == bytes);
}

}  // namespace
}  // namespace ritrovo
