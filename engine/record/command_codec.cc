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
  archive(it.key, it.case_id, it.verb, it.pathway, it.persons, it.fact, it.step, it.action, it.person, it.occurrence, it.of, it.data);
  archive(it.effective_on, it.expect_version, it.actor, it.at, it.source, it.correlation, it.traceparent);
}

std::string encode_command(const Command& command) { return compact::encode_versioned(kCommandVersion, command); }

Result<Command> decode_command(std::string_view bytes) { return compact::decode_versioned<Command>(bytes, kCommandVersion); }

Fingerprint fingerprint_of(const Command& command, const DigestKey& key) {
  Command content = command;
  content.key.clear();
  content.source.reset();
  content.correlation.clear();
  content.traceparent.clear();
  content.at.reset();
  content.actor.roles.clear();
  return keyed_hash(key, {"ritrovo fingerprint", encode_command(content)});
}

}  // namespace ritrovo
