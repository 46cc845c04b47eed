#include "engine/record/command_codec.h"

#include "engine/record/value_codec.h"

namespace ritrovo {

namespace {

constexpr compact::TypeVersion kCommandVersion{1};

}  // namespace

template <class Archive>
void serialize(Archive& archive, NewPerson& person) {
  archive(person.alias, person.role, person.id, person.data);
}

template <class Archive>
void serialize(Archive& archive, Command& it) {
  archive(it.key, it.case_id, it.verb, it.pathway, it.persons, it.fact, it.step, it.action, it.person, it.occurrence, it.of, it.data, it.reason);
  archive(it.effective_on, it.expect_version, it.actor, it.at, it.source, it.correlation, it.traceparent);
}

std::string encode_command(const Command& command) { return compact::encode_versioned(kCommandVersion, command); }

Result<Command> decode_command(std::string_view bytes) { return compact::decode_versioned<Command>(bytes, kCommandVersion); }

Fingerprint fingerprint_of(const Command& it, const DigestKey& key) {
  // The bytes of the command with its key and transport left empty, written without copying it: `serialize` above, field by field.
  static const std::string kNothing;
  std::string content(1, static_cast<char>(kCommandVersion.value()));
  content.reserve(256);
  CompactOutput out(content);
  out(kNothing, it.case_id, it.verb, it.pathway, it.persons, it.fact, it.step, it.action, it.person, it.occurrence, it.of, it.data, it.reason);
  out(it.effective_on, it.expect_version, it.actor.id, it.actor.organisation, std::vector<std::string>());
  out(std::optional<Timestamp>(), std::optional<Source>(), kNothing, kNothing);
  out.finish();
  return keyed_hash(key, {"ritrovo fingerprint", content});
}

}  // namespace ritrovo
