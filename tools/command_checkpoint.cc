#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "engine/ledger/proof.h"
#include "engine/log/stored_tree.h"
#include "engine/runtime/access_checkpoint.h"
#include "engine/runtime/remembered.h"
#include "tools/apart.h"
#include "tools/bare_log.h"
#include "tools/case_folder.h"
#include "tools/commands.h"
#include "tools/console.h"

namespace ritrovo::tools {
namespace {

namespace fs = std::filesystem;

constexpr Teaching kCheckpoint{
    "Sign where each partition's ledger stands, so that nothing before can be changed or removed unnoticed",
    "  ritrovo checkpoint --data milano\n"
    "  ritrovo checkpoint --also /mnt/elsewhere        a second place, which the log must extend for ever",
    "  ritrovo verify --anchor /mnt/elsewhere          hold the log against what is kept elsewhere\n"
    "  ritrovo checkpoint key                          the public keys to give to whoever checks"};
constexpr Teaching kKey{"The public keys of this folder's checkpoints, the current one last: give them to whoever checks its proofs",
                        "  ritrovo checkpoint key > milano.keys",
                        "  ritrovo check-receipt proof.tlog-proof --key milano.keys"};
constexpr Teaching kCheckpointRotate{"Sign with a new key from now on; what was signed before stays good",
                           "  ritrovo checkpoint rotate --data milano",
                           "  ritrovo checkpoint key                          the keys to give to whoever checks"};

constexpr Teaching kCheckpointResign{
    "Sign again what the log remembers of its last checkpoints, where their files were lost or damaged",
    "  ritrovo checkpoint resign --data milano         only what the log's own tree still proves is signed",
    "  ritrovo verify --anchor /mnt/elsewhere          hold the log against what is kept elsewhere, before and after"};

struct CheckpointWish {
  std::vector<std::string> also;
};

boost::json::object as_json(const Checkpoint& checkpoint) {
  return {{"origin", checkpoint.origin}, {"size", checkpoint.size.value()}, {"root", checkpoint.root.hex()}};
}

/// Whether the log extends what was written to a second place before.
void must_extend(const BareLog& bare, const fs::path& file, PartitionId partition, const Checkpoint& now) {
  if (!fs::exists(file)) return;
  const SignedCheckpoint before = read_checkpoint(file, must(bare.folder().note_keys()));
  (void)partition_of_checkpoint(bare.folder(), before);
  const auto differs = [&](std::string_view what) {
    return Failure{{ErrorCode::kCorrupt, fmt::format("partition {}: {} was signed at {} records, and {}; it was left as it is. Keep it: it shows that this folder's log isn't the one that it was",
                                                     partition.value(), file.string(), before.checkpoint.size.value(), what)}};
  };
  if (before.checkpoint.size > now.size) throw differs(fmt::format("the log ends at {}", now.size.value()));
  if (must(root_of(before.checkpoint.size, stored_tree(bare.log(), partition))) != before.checkpoint.root) throw differs("the log's records up to there are others");
}

/// The same for the log of who read what.
void must_extend_accesses(const BareLog& bare, const fs::path& file) {
  if (!fs::exists(file)) return;
  const SignedCheckpoint before = read_checkpoint(file, must(bare.folder().note_keys()));
  if (before.checkpoint.origin != access_origin(bare.folder())) throw Failure{{ErrorCode::kWrongFolder, fmt::format("{} is of {}", file.string(), before.checkpoint.origin)}};
  if (const Result<void> held = check_accesses_against(bare.folder(), before.checkpoint); !held)
    throw Failure{{ErrorCode::kCorrupt, fmt::format("{}; {} was left as it is", held.error().message, file.string())}};
}

void write_also(const Context& context, const fs::path& place) {
  const BareLog bare(context);
  std::error_code error;
  fs::create_directories(place, error);
  if (error) throw Failure{{ErrorCode::kUnavailable, fmt::format("{} can't be made: {}", place.string(), error.message())}};
  std::vector<std::string> notes;
  for (std::uint16_t i = 0; i < bare.settings().partitions; ++i) {
    const SignedCheckpoint now = read_checkpoint(bare.folder().checkpoint_file(PartitionId(i)), must(bare.folder().note_keys()));
    must_extend(bare, place / std::to_string(i), PartitionId(i), now.checkpoint);
    notes.push_back(now.note);
  }
  must_extend_accesses(bare, place / "access");
  for (std::size_t i = 0; i < notes.size(); ++i) must(write_file_atomically(place / std::to_string(i), notes[i]));
  if (fs::exists(access_checkpoint_file(bare.folder()))) must(write_file_atomically(place / "access", must(read_file(access_checkpoint_file(bare.folder())))));
  must(write_file_atomically(place / "keys", must(read_file(bare.folder().path() / "checkpoints" / "keys"))));
}

void run(const Context& context, const CheckpointWish& wish) {
  for (const std::string& place : wish.also) must_be_apart(place, context.data, "a second place that is lost with the first shows nothing");
  std::vector<Checkpoint> checkpoints;
  {
    const std::unique_ptr<CaseFolder> folder = CaseFolder::open(context);
    checkpoints = folder->checkpoint();
    folder->close();
  }
  for (const std::string& place : wish.also) write_also(context, place);
  if (context.json) {
    for (const Checkpoint& checkpoint : checkpoints) std::cout << boost::json::serialize(as_json(checkpoint)) << '\n';
    return;
  }
  std::uint64_t records = 0;
  for (const Checkpoint& checkpoint : checkpoints) records += checkpoint.size.value();
  std::cout << fmt::format("Signed: {} in {}, kept in {}.\n", counted(records, "record", "records"), counted(checkpoints.size(), "partition", "partitions"),
                           (context.data / "checkpoints").string());
  for (const std::string& place : wish.also) std::cout << fmt::format("Written to {} too, whose earlier checkpoints they extend.\n", place);
  if (wish.also.empty())
    std::cout << "Keep them elsewhere as well (--also DIR): what is lost together with this folder's own checkpoints can't be noticed otherwise.\n";
}

std::vector<NoteVerifier> keys_of(const Context& context) {
  if (context.served != nullptr) return must(context.served->folder().note_keys());
  CaseFolder::leave_to_server(context);
  const std::unique_ptr<Folder> folder = must(Folder::open(context.data));
  const bool closed = folder->closed_cleanly();
  std::vector<NoteVerifier> keys = must(folder->note_keys());
  if (closed) must(folder->mark_closed());
  return keys;
}

void run_key(const Context& context) {
  const std::vector<NoteVerifier> keys = keys_of(context);
  for (const NoteVerifier& key : keys) {
    if (context.json) std::cout << boost::json::serialize(boost::json::object{{"key", key.printed()}, {"current", key == keys.back()}}) << '\n';
    else std::cout << key.printed() << '\n';
  }
}

void run_rotate(const Context& context) {
  const std::unique_ptr<Folder> folder = must(Folder::open(context.data));
  const bool closed = folder->closed_cleanly();
  const NoteVerifier key = must(folder->rotate_signing_key());
  if (closed) must(folder->mark_closed());
  if (context.json) std::cout << boost::json::serialize(boost::json::object{{"key", key.printed()}, {"current", true}}) << '\n';
  else std::cout << fmt::format("Checkpoints are signed by this key from now on; give it to whoever checks them:\n{}\n", key.printed());
}

/// Whether a partition's file is there, good, and not older than what was signed last.
bool is_kept(const Folder& folder, PartitionId partition, const Checkpoint& last) {
  const Result<std::optional<Checkpoint>> kept = folder.checkpoint(partition);
  return kept && *kept && (*kept)->size >= last.size;
}

/// A file that somebody set back to one signed earlier is replaced, too: the log remembers the later one. What differs from the tree isn't signed.
void run_resign(const Context& context) {
  const BareLog bare(context);
  std::uint64_t signed_again = 0;
  for (std::uint16_t i = 0; i < bare.settings().partitions; ++i) {
    const PartitionId partition(i);
    std::optional<Checkpoint> last = must(remembered_checkpoint(bare.log(), partition));
    if (!last || is_kept(bare.folder(), partition, *last)) continue;
    if (must(stored_frontier(bare.log(), partition)).size() < last->size || must(root_of(last->size, stored_tree(bare.log(), partition))) != last->root)
      throw Failure{{ErrorCode::kCorrupt, fmt::format("partition {}: its first {} records aren't those that were signed: nothing is signed again. Restore a backup to another place, and keep this one", i, last->size.value())}};
    last->origin = bare.folder().origin_of(partition);
    must(write_file_atomically(bare.folder().checkpoint_file(partition), must(bare.folder().sign(checkpoint_text(*last)))));
    ++signed_again;
    if (context.json) std::cout << boost::json::serialize(as_json(*last)) << '\n';
  }
  if (!context.json) std::cout << (signed_again == 0 ? "Every checkpoint that the log remembers is there: nothing was signed.\n" : fmt::format("Signed again: {}.\n", counted(signed_again, "checkpoint", "checkpoints")));
}

}  // namespace

void add_checkpoint(CLI::App& app, Context& context) {
  auto wish = std::make_shared<CheckpointWish>();
  CLI::App* group = add_command(app, context, "checkpoint", kCheckpoint, true, nullptr);
  group->require_subcommand(0, 1);
  group->callback([&context, wish, group] {
    if (group->get_subcommands().empty()) run(context, *wish);
  });
  group->add_option("--also", wish->also, "A second place to write them to; refused where the log doesn't extend what is there")->type_name("DIR");
  add_command(*group, context, "key", kKey, true, [&context] { run_key(context); });
  add_command(*group, context, "rotate", kCheckpointRotate, true, [&context] { run_rotate(context); });
  add_command(*group, context, "resign", kCheckpointResign, true, [&context] { run_resign(context); });
}

}  // namespace ritrovo::tools
