#include <utility>

#include "engine/record/compact_archive.h"
#include "projections/view_cursor.h"

namespace ritrovo::projections {
namespace {

constexpr compact::TypeVersion kVersion(1);

/// PartitionCursor with its ledger in bytes.
struct KeptCursor {
  Position next;
  Hash256 last_leaf;
  std::string ledger;
};
template <class A> void serialize(A& a, KeptCursor& it) { a(it.next, it.last_leaf, it.ledger); }

}  // namespace

template <class A> void serialize(A& a, LogIdentity& it) { a(it.log_id, it.incarnation, it.partitions); }
template <class A> void serialize(A& a, Generation& it) { a(it.number, it.version, it.log); }
template <class A> void serialize(A& a, ViewEntry& it) { a(it.serving, it.building); }
template <class A> void serialize(A& a, StuckAt& it) { a(it.partition, it.position, it.case_id, it.sentence); }
template <class A> void serialize(A& a, KeptCase& it) { a(it.frame, it.row); }

std::string PartitionCursor::encode() const { return compact::encode_versioned(kVersion, KeptCursor{next, last_leaf, ledger.encode()}); }

Result<PartitionCursor> PartitionCursor::decode(std::string_view bytes) {
  Result<KeptCursor> kept = compact::decode_versioned<KeptCursor>(bytes, kVersion);
  if (!kept) return tl::unexpected(kept.error());
  Result<Frontier> ledger = Frontier::decode(kept->ledger);
  if (!ledger) return tl::unexpected(ledger.error());
  return PartitionCursor{kept->next, kept->last_leaf, std::move(*ledger)};
}

std::string ViewEntry::encode() const { return compact::encode_versioned(kVersion, *this); }
Result<ViewEntry> ViewEntry::decode(std::string_view bytes) { return compact::decode_versioned<ViewEntry>(bytes, kVersion); }
std::string StuckAt::encode() const { return compact::encode_versioned(kVersion, *this); }
Result<StuckAt> StuckAt::decode(std::string_view bytes) { return compact::decode_versioned<StuckAt>(bytes, kVersion); }
std::string KeptCase::encode() const { return compact::encode_versioned(kVersion, *this); }
Result<KeptCase> KeptCase::decode(std::string_view bytes) { return compact::decode_versioned<KeptCase>(bytes, kVersion); }

}  // namespace ritrovo::projections
