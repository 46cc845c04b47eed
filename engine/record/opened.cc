#include "engine/record/opened.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <variant>

namespace ritrovo {
namespace {

bool before(const Opened::Entry& entry, std::pair<Version, PersonId> place) {
  return std::pair(entry.version, entry.owner) < place;
}

/// Overwrites the texts among the values, however deep.
void wipe_texts(Value& value) {
  if (auto* text = std::get_if<std::string>(&value.held())) ::explicit_bzero(text->data(), text->size());
  if (auto* list = std::get_if<ValueList>(&value.held()))
    for (Value& entry : *list) wipe_texts(entry);
  if (auto* map = std::get_if<Values>(&value.held()))
    for (auto& [name, entry] : *map) wipe_texts(entry);
}

}  // namespace

Opened::Entry& Opened::Entry::operator=(Entry other) noexcept {
  version = other.version;
  owner = other.owner;
  state = other.state;
  values.swap(other.values);
  return *this;
}

Opened::Entry::~Entry() {
  for (auto& [name, value] : values) wipe_texts(value);
}

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

void Opened::erase(PersonId owner) {
  for (Entry& entry : entries_)
    if (entry.owner == owner) entry = {entry.version, owner, BoxState::kErased, {}};
}

}  // namespace ritrovo
