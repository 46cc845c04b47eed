#pragma once

#include <cstddef>
#include <cstdint>

/// Every limit of the engine, with its unit and its reason. What exceeds one is refused at the edge, with the limit's name in the message.
namespace ritrovo::limits {

/// Bytes of one command as JSON. A form with a hundred fields takes about 8 KiB.
inline constexpr std::size_t kCommandBytesMax = 64 * 1024;
/// Levels of nesting in a command's JSON: data holds at most lists of maps.
inline constexpr std::size_t kCommandNestingMax = 8;
/// Characters (bytes of UTF-8) of a command's key.
inline constexpr std::size_t kKeyBytesMax = 128;
/// Bytes of any one name: fact, step, role, field, actor id, organisation.
inline constexpr std::size_t kNameBytesMax = 128;
/// Bytes of one text value.
inline constexpr std::size_t kTextBytesMax = 16 * 1024;
/// Entries in one list or map of a value.
inline constexpr std::size_t kValueEntriesMax = 256;
/// Levels of lists and maps inside one value.
inline constexpr std::size_t kValueNestingMax = 4;
/// Roles of one actor.
inline constexpr std::size_t kActorRolesMax = 32;
/// Persons of one case, those who left included. The largest family in the literature has under thirty.
inline constexpr std::size_t kPersonsMax = 64;
/// Events that one command may lead to, its own included. A family of ten opens about eighty; the checker's bound, which lets everything happen
/// at once, is under this for fifteen relatives in the largest pathway of the catalogue. So many events take about two megabytes of a batch.
inline constexpr std::size_t kConsequencesMax = 6 * 1024;
/// Events that deriving a case afresh may come to, for a correction or a late fact: all that a case had in thirty years of such commands.
inline constexpr std::size_t kRederivedEventsMax = 32 * 1024;
/// Step instances of one case, finished ones included; a command that would open more is refused.
inline constexpr std::size_t kStepInstancesMax = 8192;
/// Bytes of one stored record: envelope, header, body and boxes.
inline constexpr std::size_t kRecordBytesMax = 256 * 1024;
/// Bytes of a publication (all documents of a catalogue together, in canonical form): a record of its own kind, larger than others.
inline constexpr std::size_t kPublicationBytesMax = 4 * 1024 * 1024;
/// Bytes of one definition file as written.
inline constexpr std::size_t kDefinitionBytesMax = 512 * 1024;
/// Levels of lists and maps in one definition file. Stages in stages in stages with a nested sentry take about twelve.
inline constexpr std::size_t kDefinitionNestingMax = 32;
/// Keys, values, lists and maps of one definition file. The largest pathway of the catalogue has about three thousand.
inline constexpr std::size_t kDefinitionNodesMax = 60'000;
/// Bytes of the source text of one guard.
inline constexpr std::size_t kGuardBytesMax = 4 * 1024;
/// Nesting of one guard's syntax tree.
inline constexpr std::size_t kGuardNestingMax = 64;
/// Evaluation steps of one guard.
inline constexpr std::size_t kGuardStepsMax = 20'000;
/// Commands that wait in one partition's inbox; more get "busy, retry after".
inline constexpr std::size_t kInboxCommandsMax = 1024;
/// Bytes of the commands that wait in one partition's inbox: a hundred of the largest that come as JSON. More get "busy, retry after".
inline constexpr std::size_t kInboxBytesMax = 8 * 1024 * 1024;
/// Characters of an alias: a word or two.
inline constexpr std::size_t kAliasBytesMax = 32;
/// Commands that one run of a partition takes at most.
inline constexpr std::size_t kRunCommandsMax = 256;
/// Bytes that one run of a partition stages before it is handed over; what its last command adds comes on top. A few runs of each partition
/// may wait in memory for their commit.
inline constexpr std::size_t kRunBytesMax = 4 * 1024 * 1024;
/// Partitions of a folder: two bytes of key, and what a consumer group can share.
inline constexpr std::uint16_t kPartitionsMax = 1024;
/// Partitions of a new folder, unless said otherwise.
inline constexpr std::uint16_t kPartitionsDefault = 16;
/// Days that the clock may jump in one step before a real folder stops and asks.
inline constexpr std::int64_t kClockJumpMsMax = 24LL * 3600 * 1000;
/// How long a real folder may rest, closed, before what would be recorded next needs somebody's word that the clock is right: longer than any
/// holiday, short enough that a year mistyped isn't taken for one.
inline constexpr std::int64_t kRestMsMax = 31LL * 24 * 3600 * 1000;

static_assert(kClockJumpMsMax < kRestMsMax, "a night isn't a jump");
static_assert(kConsequencesMax < kRederivedEventsMax, "a case takes many commands");
static_assert(kCommandBytesMax < kRecordBytesMax, "a command's values fit into its event");
static_assert(kRecordBytesMax < kPublicationBytesMax, "publications are the largest records");
static_assert(kRecordBytesMax < kRunBytesMax, "a run holds many records");
static_assert(kCommandBytesMax < kInboxBytesMax, "an empty inbox takes any command");
static_assert(kRunCommandsMax <= kInboxCommandsMax, "a run takes from one inbox");
static_assert(kDefinitionBytesMax < kPublicationBytesMax, "one file fits into a publication");

}  // namespace ritrovo::limits
