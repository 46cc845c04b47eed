#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "engine/digest/sha256.h"
#include "engine/ledger/proof.h"
#include "engine/ledger/proof_text.h"
#include "engine/runtime/clock.h"
#include "engine/vault/vault.h"
#include "tools/bare_log.h"
#include "tools/commands.h"

namespace ritrovo::tools {
namespace {

namespace fs = std::filesystem;

constexpr Teaching kWitnessGroup{
    "Be a witness of somebody's log: countersign its checkpoints, each only if it adds to the last one that was seen (C2SP tlog-witness)",
    "  ritrovo witness init --key-file court.key --name court.example\n"
    "  ritrovo witness cosign growth --key-file court.key --name court.example --log-key milano.keys --state seen",
    "  ritrovo consistency OLD NEW                     how the log asks for it"};
constexpr Teaching kWitnessInit{"Make a witness's key, and print its public half", "  ritrovo witness init --key-file court.key --name court.example",
                         "  ritrovo witness cosign growth …                 countersign"};
constexpr Teaching kCosign{
    "Countersign the checkpoint in a consistency proof, once it is seen to extend the last one that was countersigned",
    "  ritrovo witness cosign growth --key-file court.key --name court.example --log-key milano.keys --state seen --out cosigned",
    "  ritrovo verify --anchor cosigned                hold the log against it"};

struct WitnessWish {
  std::string key_file;
  std::string name;
  std::string request;
  std::vector<std::string> log_keys;
  std::string state;
  std::string out;
};

NoteSigner witness_of(const WitnessWish& wish) {
  SecretKey seed = must(read_master_key(wish.key_file));
  Result<NoteSigner> signer = NoteSigner::from_seed(wish.name, seed.bytes, SignatureKind::kCosignature);
  wipe(seed);
  return must(std::move(signer));
}

void run_init(const Context& context, const WitnessWish& wish) {
  SecretKey seed = must(create_master_key(fs::absolute(wish.key_file)));
  wipe(seed);
  const std::string key = witness_of(wish).verifier().printed();
  if (context.json) std::cout << boost::json::serialize(boost::json::object{{"key", key}}) << '\n';
  else std::cout << key << '\n';
}

/// What a witness saw last, a file for each log; held alone while one request is judged, so that two can't both be the next.
class Seen {
 public:
  explicit Seen(const fs::path& place) : place_(place) {
    std::error_code error;
    fs::create_directories(place, error);
    lock_ = ::open((place / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock_ < 0 || ::flock(lock_, LOCK_EX) != 0) throw Failure{{ErrorCode::kUnavailable, fmt::format("{} can't be used to keep what was seen", place.string())}};
  }
  ~Seen() { ::close(lock_); }
  Seen(const Seen&) = delete;
  Seen& operator=(const Seen&) = delete;

  [[nodiscard]] Checkpoint last(const std::string& origin) const {
    const Result<std::string> text = read_file(file_of(origin));
    if (!text && text.error().code == ErrorCode::kNotFound) return {origin, TreeSize(0), empty_root(), {}};
    return must(parse_checkpoint(must(text)));
  }
  void keep(const Checkpoint& checkpoint) const { must(write_file_atomically(file_of(checkpoint.origin), checkpoint_text(checkpoint))); }

 private:
  [[nodiscard]] fs::path file_of(const std::string& origin) const { return place_ / sha256(origin).hex(); }
  fs::path place_;
  int lock_ = -1;
};

/// Why the witness doesn't sign; empty where it does.
std::string objection(const Checkpoint& last, const Checkpoint& next, const GrowthText& growth) {
  if (growth.before > next.size) return fmt::format("the proof begins at {} records, the checkpoint has {}", growth.before.value(), next.size.value());
  if (growth.before != last.size) return fmt::format("the last checkpoint that this witness signed is of {} records, but the proof begins at {}", last.size.value(), growth.before.value());
  if (last.size == next.size) return last.root == next.root || last.size.value() == 0 ? std::string() : std::string("the log showed this witness another root at the same size");
  if (last.size.value() == 0) return growth.path.empty() ? std::string() : std::string("a proof from an empty tree is empty");
  return verify_consistency({last.size, next.size}, growth.path, last.root, next.root) ? std::string() : std::string("the checkpoint doesn't extend the last one that this witness signed");
}

void run_cosign(Context& context, const WitnessWish& wish) {
  const Result<GrowthText> growth = parse_growth_text(must(read_file(wish.request)));
  if (!growth) return context.leave_with(ExitCode::kMalformed), print_error(context, {growth.error().code, fmt::format("{}: {}", wish.request, growth.error().message)});
  const NoteSigner witness = witness_of(wish);
  const auto refuse = [&](const std::string& why) {
    context.leave_with(ExitCode::kRejected);
    if (context.json) std::cout << boost::json::serialize(boost::json::object{{"signed", false}, {"why", why}}) << '\n';
    else std::cout << fmt::format("Not signed: {}.\n", why);
  };
  const Result<std::string> text = verified_text(growth->checkpoint, keys_from(wish.log_keys));
  if (!text) return refuse(text.error().message);
  const Result<Checkpoint> next = parse_checkpoint(*text);
  if (!next) return refuse(next.error().message);
  const Seen seen(wish.state);
  if (const std::string why = objection(seen.last(next->origin), *next, *growth); !why.empty()) return refuse(why);
  seen.keep(*next);
  const std::string line = must(witness.cosign(*text, static_cast<std::uint64_t>(SystemClock().now().value()) / 1000));
  if (!wish.out.empty()) must(write_file_atomically(wish.out, growth->checkpoint + line));
  if (context.json) std::cout << boost::json::serialize(boost::json::object{{"signed", true}, {"size", next->size.value()}, {"signature", line}}) << '\n';
  else std::cout << line;
}

}  // namespace

void add_witness(CLI::App& app, Context& context) {
  auto wish = std::make_shared<WitnessWish>();
  CLI::App* group = add_command(app, context, "witness", kWitnessGroup, false, nullptr);
  group->require_subcommand(1);
  CLI::App* init = add_command(*group, context, "init", kWitnessInit, false, [&context, wish] { run_init(context, *wish); });
  CLI::App* cosign = add_command(*group, context, "cosign", kCosign, false, [&context, wish] { run_cosign(context, *wish); });
  for (CLI::App* command : {init, cosign}) {
    command->add_option("--key-file", wish->key_file, "The witness's secret")->type_name("FILE")->required();
    command->add_option("--name", wish->name, "The witness's name in its signatures")->type_name("NAME")->required();
  }
  cosign->add_option("request", wish->request, "The consistency proof, with the checkpoint to sign")->type_name("FILE")->required();
  cosign->add_option("--log-key", wish->log_keys, "The public key of the log, or a file of keys")->type_name("KEY|FILE")->required();
  cosign->add_option("--state", wish->state, "Where the witness keeps what it saw")->type_name("DIR")->required();
  cosign->add_option("--out", wish->out, "Also write the whole checkpoint with the new signature there")->type_name("FILE");
}

}  // namespace ritrovo::tools
