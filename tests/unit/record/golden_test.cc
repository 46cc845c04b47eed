#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "engine/digest/encoding.h"
#include "engine/record/command_codec.h"
#include "engine/record/engine_bodies.h"
#include "engine/record/record_codec.h"
#include "engine/record/value_codec.h"
#include "tests/unit/record/samples.h"

namespace ritrovo {
namespace {

/// Compares bytes with the hex text in tests/golden/record. UPDATE=1 rewrites it, which is right for a new type or version only: what a
/// release has written is on somebody's disk.
void expect_golden(const std::string& name, const std::string& bytes) {
  const std::filesystem::path file = std::filesystem::path(RITROVO_SOURCE_DIR) / "tests/golden/record" / (name + ".hex");
  std::string text;
  const std::string hex = to_hex(bytes);
  for (std::size_t i = 0; i < hex.size(); i += 64) text += hex.substr(i, 64) + "\n";
  if (std::getenv("UPDATE") != nullptr) std::ofstream(file) << text;
  std::ifstream in(file);
  ASSERT_TRUE(in.good()) << file << " is missing: run with UPDATE=1";
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), text) << file;
}

Event engine_record(RecordTag tag, std::string body) {
  Event event = first_event();
  event.tag = tag;
  event.version = Version(0);
  event.cause = Version(0);
  event.body = std::move(body);
  event.boxes.clear();
  return event;
}

TEST(Golden, RecordsKeepTheirBytes) {
  expect_golden("event_first_v1", encode_record(first_event()));
  expect_golden("event_consequence_v1", encode_record(consequence()));
  expect_golden("values_v1", encode_values(full_command().data));
  expect_golden("command_v1", encode_command(full_command()));
}

TEST(Golden, TheEnginesOwnRecordsKeepTheirBytes) {
  expect_golden("rejection_v1",
                encode_record(engine_record(RecordTag::kRejection, encode_body(RejectionBody{"unknown_fact", "No such fact.", "report"}))));
  ParkedBody parked;
  parked.key_hash.fill(0x11);
  expect_golden("command_parked_v1", encode_record(engine_record(RecordTag::kCommandParked, encode_body(parked))));
  QuarantineBody quarantine{QuarantineCause::kApply, "report", "apply.cc:7: assertion failed", {}};
  quarantine.culprit.fill(0x22);
  expect_golden("case_quarantined_v1", encode_record(engine_record(RecordTag::kCaseQuarantined, encode_body(quarantine))));
  expect_golden("quarantine_released_v1", encode_record(engine_record(RecordTag::kQuarantineReleased, encode_body(ReleaseBody{"mended"}))));
  expect_golden("erasure_v1", encode_record(engine_record(kErasureTag, encode_body(ErasureBody{ErasureStage::kApproved, PersonId(7), "GDPR art. 17"}))));
  EXPECT_EQ(decode_erasure(encode_body(ErasureBody{ErasureStage::kHeld, PersonId(), "appeal"})).value(), (ErasureBody{ErasureStage::kHeld, PersonId(), "appeal"}));
  PublicationBody publication{{{"milan/a.yaml", "pathway: a\n"}, {"milan/b.yaml", ""}}, {}};
  publication.hash = hash_of(publication.documents);
  expect_golden("publication_v1", encode_record(engine_record(RecordTag::kPublication, encode_body(publication))));
  EXPECT_EQ(decode_publication(encode_body(publication)).value(), publication);
  std::swap(publication.documents[0], publication.documents[1]);
  EXPECT_FALSE(decode_publication(encode_body(publication)).has_value());
}

TEST(Golden, BodiesComeBack) {
  EXPECT_EQ(decode_rejection(encode_body(RejectionBody{"a", "b", "c"})).value(), (RejectionBody{"a", "b", "c"}));
  EXPECT_EQ(decode_release(encode_body(ReleaseBody{"n"})).value(), ReleaseBody{"n"});
  EXPECT_EQ(decode_parked(encode_body(ParkedBody{})).value(), ParkedBody{});
  const QuarantineBody quarantine{QuarantineCause::kRestless, "wake", "d", {}};
  EXPECT_EQ(decode_quarantine(encode_body(quarantine)).value(), quarantine);
  EXPECT_FALSE(decode_rejection("\x02").has_value());
}

}  // namespace
}  // namespace ritrovo
