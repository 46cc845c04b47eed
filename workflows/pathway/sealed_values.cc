#include "workflows/pathway/sealed_values.h"

#include <algorithm>
#include <utility>

namespace ritrovo::pathway {

SealedValues::Found SealedValues::find(Version version, PersonId owner) const {
  if (version > base_) {
    const std::size_t index = version.value() - base_.value() - 1;
    if (index >= drafts_.size()) return {};
    for (const Secret& secret : drafts_[index].secrets)
      if (secret.owner == owner) return {BoxState::kOpen, &secret.values};
  }
  const std::vector<Opened::Entry>& entries = opened_.entries();
  const auto before = [](const Opened::Entry& entry, std::pair<Version, PersonId> place) { return std::pair(entry.version, entry.owner) < place; };
  const auto at = std::lower_bound(entries.begin(), entries.end(), std::pair(version, owner), before);
  if (at == entries.end() || at->version != version || at->owner != owner) return {};
  return {at->state, at->state == BoxState::kOpen ? &at->values : nullptr};
}

}  // namespace ritrovo::pathway
