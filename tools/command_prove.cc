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
#include "engine/ledger/proof_text.h"
#include "engine/log/case_log.h"
#include "engine/log/stored_tree.h"
#include "engine/record/record_codec.h"
#include "tools/bare_log.h"
#include "tools/case_folder.h"
#include "tools/commands.h"

namespace ritrovo::tools {
namespace {

namespace fs = std::filesystem;

constexpr Teaching kProve{
    "Write a proof that an event is in the log: a C2SP tlog-proof, which anybody can check without this folder",
    "  ritrovo prove fam-lusab-babad-gutih-tugad-4 12 --out event-12.tlog-proof\n"
    "  ritrovo prove fam-… 12 --checkpoint cosigned    with a checkpoint that a witness signed too",
    "  ritrovo check-receipt event-12.tlog-proof --key milano.keys"};
constexpr Teaching kCheck{
    "Check a proof, offline: the record, its place in the tree, and who signed for it",
    "  ritrovo check-receipt event-12.tlog-proof --key milano.keys\n"
    "  ritrovo check-receipt event-12.tlog-proof --key milano.keys --leaf 9f3a…    the leaf of an answer's receipt",
    "  ritrovo checkpoint key                          where the keys come from"};
constexpr Teaching kConsistency{
    "Prove that a later checkpoint only adds to an earlier one; the proof is what a C2SP witness is asked with",
    "  ritrovo consistency old/3 milano/checkpoints/3 > growth\n"
    "  ritrovo consistency old/3 new/3 --proof growth --key milano.keys    check it, without the folder",
    "  ritrovo witness cosign growth …                 have it countersigned"};

struct ProveWish {
  std::string case_id;
  std::uint32_t version = 0;
  std::string file;
  std::string old_file;
  std::string checkpoint;
  std::string out;
  std::string proof;
  std::string leaf;
  std::vector<std::string> keys;
};

void write_out(const std::string& out, const std::string& text) {
  if (out.empty()) std::cout << text;
  else must(write_file_atomically(out, text));
}

/// The keys that were given, else those of the folder beside, where there is one.
std::vector<NoteVerifier> keys_or_own(const Context& context, const std::vector<std::string>& given) {
  if (!given.empty()) return keys_from(given);
  const fs::path own = context.data / "checkpoints" / "keys";
  if (fs::exists(own)) return keys_from({own.string()});
  throw Failure{{ErrorCode::kNotFound, "whose signature is to be trusted? Give the log's public key with --key: 'ritrovo checkpoint key' prints it where the log is"}};
}

void run_prove(const Context& context, const ProveWish& wish) {
  const CaseId case_id = case_id_from(wish.case_id);
  const BareLog bare(context);
  const PartitionId partition = partition_of(case_id, bare.settings().partitions);
  const CaseLog log(bare.log());
  std::optional<StoredRecord> record;
  must(log.read_case(partition, case_id, Version(wish.version), [&record](const StoredRecord& found) {
    record = found;
    return false;
  }));
  if (!record || record->event.version != Version(wish.version))
    throw Failure{{ErrorCode::kNotFound, fmt::format("{} has no event of version {}; its last is {}", wish.case_id, wish.version, must(log.last_version(partition, case_id)).value())}};
  const fs::path file = wish.checkpoint.empty() ? bare.folder().checkpoint_file(partition) : fs::path(wish.checkpoint);
  const SignedCheckpoint checkpoint = read_checkpoint(file, must(bare.folder().note_keys()));
  if (partition_of_checkpoint(bare.folder(), checkpoint) != partition)
    throw Failure{{ErrorCode::kWrongFolder, fmt::format("{} is of another partition: this event is in partition {}", checkpoint.place, partition.value())}};
  const TreeSize size = checkpoint.checkpoint.size;
  if (record->position.value() >= size.value())
    throw Failure{{ErrorCode::kNotFound, fmt::format("{} is older than this event: sign a new one with 'ritrovo checkpoint'", checkpoint.place)}};
  const SubtreeReader tree = stored_tree(bare.log(), partition);
  if (must(root_of(size, tree)) != checkpoint.checkpoint.root)
    throw Failure{{ErrorCode::kCorrupt, fmt::format("the log isn't the one that {} was signed over: 'ritrovo verify' says what is wrong", checkpoint.place)}};
  const InclusionText proof{record->bytes, record->position, must(inclusion_proof(record->position, size, tree)), checkpoint.note};
  write_out(wish.out, inclusion_text(proof));
}

/// A proof that doesn't hold: the exit code of something that isn't as it claims to be.
[[noreturn]] void refuse(Context& context, const std::string& why) {
  context.leave_with(ExitCode::kWorldFailed);
  throw Failure{{ErrorCode::kCorrupt, why}};
}

void run_check(Context& context, const ProveWish& wish) {
  const Result<InclusionText> proof = parse_inclusion_text(must(read_file(wish.file)));
  if (!proof) return context.leave_with(ExitCode::kMalformed), print_error(context, {proof.error().code, fmt::format("{}: {}", wish.file, proof.error().message)});
  const Result<std::string> text = verified_text(proof->checkpoint, keys_or_own(context, wish.keys));
  if (!text) refuse(context, fmt::format("{}: its checkpoint: {}", wish.file, text.error().message));
  const Result<Checkpoint> checkpoint = parse_checkpoint(*text);
  if (!checkpoint) refuse(context, fmt::format("{}: {}", wish.file, checkpoint.error().message));
  if (proof->extra.empty() && wish.leaf.empty())
    throw Failure{{ErrorCode::kNotFound, fmt::format("{} doesn't hold the record itself: say with --leaf which hash it should have", wish.file)}};
  const Hash256 leaf = proof->extra.empty() ? must(Hash256::parse(wish.leaf)) : leaf_hash(proof->extra);
  if (!wish.leaf.empty() && leaf.hex() != wish.leaf) refuse(context, fmt::format("{} is of another record: its leaf is {}", wish.file, leaf.hex()));
  if (!verify_inclusion(leaf, proof->index, checkpoint->size, proof->path, checkpoint->root))
    refuse(context, fmt::format("{}: the record isn't in the tree that was signed", wish.file));
  boost::json::object said{{"holds", true}, {"log", checkpoint->origin}, {"position", proof->index.value()}, {"leaf", leaf.hex()}, {"records", checkpoint->size.value()}};
  if (!proof->extra.empty()) {
    const Result<Event> event = decode_record(proof->extra);
    if (!event) refuse(context, fmt::format("{}: what was recorded can't be read: {}", wish.file, event.error().message));
    said["case"] = event->case_id.printed();
    said["version"] = event->version.value();
    said["recorded"] = to_string(event->recorded);
    said["effective"] = to_string(event->effective);
  }
  if (context.json) {
    std::cout << boost::json::serialize(said) << '\n';
    return;
  }
  std::cout << fmt::format("The proof holds: record {} of the {} that {} signed for.\n", proof->index.value(), checkpoint->size.value(), checkpoint->origin);
  if (said.contains("case"))
    std::cout << fmt::format("It is event {} of {}, recorded {}, effective {}.\n", said["version"].as_uint64(), said["case"].as_string().c_str(),
                             said["recorded"].as_string().c_str(), said["effective"].as_string().c_str());
}

void check_growth(Context& context, const SignedCheckpoint& before, const SignedCheckpoint& after, const std::string& file) {
  const Result<GrowthText> growth = parse_growth_text(must(read_file(file)));
  if (!growth) return context.leave_with(ExitCode::kMalformed), print_error(context, {growth.error().code, fmt::format("{}: {}", file, growth.error().message)});
  if (before.checkpoint.origin != after.checkpoint.origin) refuse(context, "the two checkpoints are of different logs");
  if (growth->before != before.checkpoint.size || !verify_consistency({before.checkpoint.size, after.checkpoint.size}, growth->path, before.checkpoint.root, after.checkpoint.root))
    refuse(context, fmt::format("{} doesn't prove that {} only adds to {}", file, after.place, before.place));
  if (context.json) std::cout << boost::json::serialize(boost::json::object{{"holds", true}, {"before", before.checkpoint.size.value()}, {"after", after.checkpoint.size.value()}}) << '\n';
  else std::cout << fmt::format("The proof holds: the {} records of {} are the first of the {} of {}.\n", before.checkpoint.size.value(), before.place, after.checkpoint.size.value(), after.place);
}

void run_consistency(Context& context, const ProveWish& wish) {
  const std::vector<NoteVerifier> keys = keys_or_own(context, wish.keys);
  const SignedCheckpoint before = read_checkpoint(wish.old_file, keys);
  const SignedCheckpoint after = read_checkpoint(wish.file, keys);
  if (!wish.proof.empty()) return check_growth(context, before, after, wish.proof);
  const BareLog bare(context);
  const PartitionId partition = partition_of_checkpoint(bare.folder(), after);
  if (partition_of_checkpoint(bare.folder(), before) != partition) throw Failure{{ErrorCode::kWrongFolder, "the two checkpoints are of different partitions"}};
  if (before.checkpoint.size > after.checkpoint.size)
    throw Failure{{ErrorCode::kNotFound, fmt::format("{} is the older one: give the older checkpoint first", after.place)}};
  const SubtreeReader tree = stored_tree(bare.log(), partition);
  for (const SignedCheckpoint* checkpoint : {&before, &after}) {
    const std::uint64_t end = must(stored_frontier(bare.log(), partition)).size().value();
    if (checkpoint->checkpoint.size.value() > end)
      refuse(context, fmt::format("{} was signed at {} records, but the log ends at {}", checkpoint->place, checkpoint->checkpoint.size.value(), end));
    if (must(root_of(checkpoint->checkpoint.size, tree)) != checkpoint->checkpoint.root)
      refuse(context, fmt::format("the log isn't the one that {} was signed over", checkpoint->place));
  }
  // From an empty tree nothing needs proving, and nothing can be proved.
  GrowthText growth{before.checkpoint.size, {}, after.note};
  if (before.checkpoint.size.value() > 0) growth.path = must(consistency_proof({before.checkpoint.size, after.checkpoint.size}, tree));
  write_out(wish.out, growth_text(growth));
}

}  // namespace

void add_prove(CLI::App& app, Context& context) {
  auto wish = std::make_shared<ProveWish>();
  CLI::App* prove = add_command(app, context, "prove", kProve, true, [&context, wish] { run_prove(context, *wish); });
  prove->add_option("case", wish->case_id, "The case")->type_name("ID")->required();
  prove->add_option("version", wish->version, "The event's version, as 'case history' shows it")->type_name("VERSION")->required();
  prove->add_option("--checkpoint", wish->checkpoint, "The checkpoint to prove it by; the folder's own unless said")->type_name("FILE");
  prove->add_option("--out", wish->out, "Where to write it; the standard output unless said")->type_name("FILE");
  CLI::App* check = add_command(app, context, "check-receipt", kCheck, true, [&context, wish] { run_check(context, *wish); });
  check->add_option("file", wish->file, "The proof")->type_name("FILE")->required();
  check->add_option("--leaf", wish->leaf, "The leaf that a receipt names, 64 hex digits")->type_name("HASH");
  check->add_option("--key", wish->keys, "The log's public key, or a file of keys; those of --data unless said")->type_name("KEY|FILE");
  CLI::App* consistency = add_command(app, context, "consistency", kConsistency, true, [&context, wish] { run_consistency(context, *wish); });
  consistency->add_option("old", wish->old_file, "The earlier checkpoint")->type_name("FILE")->required();
  consistency->add_option("new", wish->file, "The later one")->type_name("FILE")->required();
  consistency->add_option("--proof", wish->proof, "Check this proof instead of making one; the folder isn't needed")->type_name("FILE");
  consistency->add_option("--out", wish->out, "Where to write it; the standard output unless said")->type_name("FILE");
  consistency->add_option("--key", wish->keys, "The log's public key, or a file of keys; those of --data unless said")->type_name("KEY|FILE");
}

}  // namespace ritrovo::tools
