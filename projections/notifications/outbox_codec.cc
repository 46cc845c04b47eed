#include "engine/record/compact_archive.h"
#include "projections/notifications/outbox.h"
#include "projections/notifications/outbox_view.h"

namespace ritrovo {
template <>
struct EnumLast<pathway::MessageFate> {
  static constexpr pathway::MessageFate kValue = pathway::MessageFate::kQueued;
};
template <>
struct EnumLast<projections::MessageAbout> {
  static constexpr projections::MessageAbout kValue = projections::MessageAbout::kOverdue;
};
}  // namespace ritrovo

namespace ritrovo::projections {
namespace {
constexpr compact::TypeVersion kVersion(1);
}  // namespace

template <class A> void serialize(A& a, Notification& it) {
  a(it.case_id, it.version, it.recorded, it.effective, it.about, it.to, it.pathway, it.identity, it.step, it.person, it.wording, it.language, it.term, it.due);
}
template <class A> void serialize(A& a, OutboxEntry& it) { a(it.message, it.fate, it.channel, it.reason, it.reports); }
template <class A> void serialize(A& a, OutboxRow& it) { a(it.entries); }
template <class A> void serialize(A& a, Attempts& it) { a(it.count, it.next, it.answer, it.taken_by); }
template <class A> void serialize(A& a, MessageName& it) { a(it.case_id, it.version); }
template <class A> void serialize(A& a, Digest& it) { a(it.role, it.day, it.messages); }

std::string OutboxEntry::encode() const { return compact::encode_versioned(kVersion, *this); }
Result<OutboxEntry> OutboxEntry::decode(std::string_view bytes) { return compact::decode_versioned<OutboxEntry>(bytes, kVersion); }
std::string OutboxRow::encode() const { return compact::encode_versioned(kVersion, *this); }
Result<OutboxRow> OutboxRow::decode(std::string_view bytes) { return compact::decode_versioned<OutboxRow>(bytes, kVersion); }
std::string Attempts::encode() const { return compact::encode_versioned(kVersion, *this); }
Result<Attempts> Attempts::decode(std::string_view bytes) { return compact::decode_versioned<Attempts>(bytes, kVersion); }
std::string Digest::encode() const { return compact::encode_versioned(kVersion, *this); }
Result<Digest> Digest::decode(std::string_view bytes) { return compact::decode_versioned<Digest>(bytes, kVersion); }

}  // namespace ritrovo::projections
