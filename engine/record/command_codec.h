#pragma once

#include <string>
#include <string_view>

#include "engine/base/result.h"
#include "engine/digest/keyed_hash.h"
#include "engine/record/command.h"
#include "engine/record/compact_archive.h"

namespace ritrovo {

template <class Archive>
void serialize(Archive& archive, Actor& actor) {
  archive(actor.id, actor.organisation, actor.roles);
}

template <class Archive>
void serialize(Archive& archive, Source& source) {
  archive(source.name, source.offset);
}

/// A command's bytes, all of it, versioned: what a parked command's box holds.
[[nodiscard]] std::string encode_command(const Command& command);
/// What `encode_command` wrote; kMalformed otherwise.
[[nodiscard]] Result<Command> decode_command(std::string_view bytes);

/// The fingerprint of a command's content under the folder's digest key, so that a record doesn't let anybody guess at erased values.
/// Counted: case, verb, pathway, persons, fact, step, action, person, occurrence, of, data, effective_on, expect_version, the actor's id and
/// organisation. Left out, since an honest retry may differ in them: key, source, correlation, traceparent, `at`, the actor's roles.
[[nodiscard]] Fingerprint fingerprint_of(const Command& command, const DigestKey& key);

}  // namespace ritrovo
