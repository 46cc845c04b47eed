#include "engine/runtime/machine.h"

#include <algorithm>

namespace ritrovo {
namespace {

bool before(const Opened::Entry& entry, std::pair<Version, PersonId> place) {
  return std::pair(entry.version, entry.owner) < place;
}

}  // namespace

const Opened::Entry* Opened::find(Version version, PersonId owner) const {
  const auto at = std::lower_bound(entries_.begin(), entries_.end(), std::pair(version, owner), before);
  return at != entries_.end() && at->version == version && at->owner == owner ? &*at : nullptr;
}

void Opened::put(Entry entry) {
  const auto at = std::lower_bound(entries_.begin(), entries_.end(), std::pair(entry.version, entry.owner), before);
  if (at != entries_.end() && at->version == entry.version && at->owner == entry.owner) {
    *at = std::move(entry);
    return;
  }
  entries_.insert(at, std::move(entry));
}

void Opened::drop(Version version) {
  std::erase_if(entries_, [version](const Entry& entry) { return entry.version == version; });
}

}  // namespace ritrovo
