#include "engine/record/record_codec.h"

#include <gtest/gtest.h>

#include "engine/base/bytes.h"
#include "engine/digest/encoding.h"
#include "engine/record/command_codec.h"
#include "engine/record/engine_bodies.h"
#include "engine/record/event_json.h"
#include "tests/unit/record/samples.h"

namespace ritrovo {
namespace {

TEST(Crc32c, AgreesWithRfc3720) {
  EXPECT_EQ(crc32c("123456789"), 0xe3069283U);
  EXPECT_EQ(crc32c("6789", crc32c("12345")), 0xe3069283U);
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8a9136aaU);
}

TEST(Record, ComesBackFromItsBytes) {
  for (const Event& event : {first_event(), consequence()}) {
    const std::string bytes = encode_record(event);
    EXPECT_EQ(decode_record(bytes).value(), event);
    EXPECT_EQ(encode_record(decode_record(bytes).value()), bytes);
    EXPECT_TRUE(verify_record(bytes).has_value());
    const RecordPeek peek = peek_record(bytes).value();
    EXPECT_EQ(peek.tag, event.tag);
    EXPECT_EQ(peek.case_id, event.case_id);
    EXPECT_EQ(peek.version, event.version);
    EXPECT_EQ(peek.recorded, event.recorded);
  }
}

TEST(Record, OfAConsequenceIsSmall) { EXPECT_LT(encode_record(consequence()).size(), 80U); }

TEST(Record, FindsEveryFlippedBit) {
  const std::string bytes = encode_record(first_event());
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string bad = bytes;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << bit % 8));
    ASSERT_EQ(decode_record(bad).error().code, ErrorCode::kCorrupt) << bit;
  }
}

TEST(Record, FindsEveryMissingAndSpareByte) {
  const std::string bytes = encode_record(first_event());
  for (std::size_t length = 0; length < bytes.size(); ++length) EXPECT_FALSE(decode_record(bytes.substr(0, length)).has_value());
  EXPECT_FALSE(decode_record(bytes + '\0').has_value());
}

TEST(Record, OfALaterLayoutIsRefusedByName) {
  std::string bytes = encode_record(consequence());
  bytes[2] = 9;
  put_be_at(bytes, 7, crc32c(std::string_view(bytes).substr(kEnvelopeBytes), crc32c(std::string_view(bytes).substr(0, 7))));
  EXPECT_NE(decode_record(bytes).error().message.find("layout 9"), std::string::npos);
}

TEST(Record, HasAnySortOfCause) {
  Event event = consequence();
  for (const std::uint32_t cause : {0U, 14U, 15U, 0xffffffffU}) {
    event.cause = Version(cause);
    EXPECT_EQ(decode_record(encode_record(event)).value().cause, Version(cause));
  }
}

TEST(CommandBytes, ComeBack) {
  const Command command = full_command();
  const std::string bytes = encode_command(command);
  const Command back = decode_command(bytes).value();
  EXPECT_EQ(encode_command(back), bytes);
  EXPECT_EQ(back.data, command.data);
  EXPECT_EQ(back.actor, command.actor);
  EXPECT_FALSE(decode_command(bytes.substr(1)).has_value());
}

TEST(Fingerprint, LeavesOutWhatARetryMayChange) {
  const DigestKey key;
  const Fingerprint first = fingerprint_of(full_command(), key);
  Command retry = full_command();
  retry.key = "other";
  retry.source.reset();
  retry.correlation = "later";
  retry.traceparent.clear();
  retry.at.reset();
  retry.actor.roles.clear();
  EXPECT_EQ(fingerprint_of(retry, key), first);
  retry.data[0].second = "changed";
  EXPECT_NE(fingerprint_of(retry, key), first);
  DigestKey other;
  other.bytes[0] = 1;
  EXPECT_NE(fingerprint_of(full_command(), other), first);
}

TEST(Fingerprint, IsOfTheCommandsStoredBytesWithoutItsKeyAndTransport) {
  const DigestKey key{};
  Command content = full_command();
  content.key.clear();
  content.at.reset();
  content.source.reset();
  content.correlation.clear();
  content.traceparent.clear();
  content.actor.roles.clear();
  EXPECT_EQ(fingerprint_of(full_command(), key), keyed_hash(key, {"ritrovo fingerprint", encode_command(content)}));
}

TEST(EventJson, ShowsTheHeaderAndLeavesBoxesSealed) {
  Event event = first_event();
  event.tag = RecordTag::kRejection;
  event.body = encode_body(RejectionBody{"unknown_fact", "No such fact.", "report"});
  EXPECT_EQ(
      event_json(event, engine_body_view, RecordPlace{PartitionId(3), Position(41)}),
      R"({"partition":3,"position":41,"event":"rejected","tag":1,"case":"fam-lusab-babad-gutih-tugad-4","version":12,"cause":12,)"
      R"("recorded":"2025-10-04T08:00:00.125Z","effective_on":"2025-10-04","actor":{"id":"u-17","organisation":"comune-milano","roles":["caseworker"]},)"
      R"("key":"c2c1","fingerprint":"abababababababababababababababab","records":3,"source":{"name":"commands-3","offset":77},"correlation":"ref-1",)"
      R"("traceparent":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",)"
      R"("body":{"code":"unknown_fact","reason":"No such fact.","verb":"report"},)"
      R"("boxes":[{"owner":")" +
          PersonId(5).printed() + R"(","sealed":")" + to_base64(event.boxes[0].sealed) + R"("}]})");
}

}  // namespace
}  // namespace ritrovo
