#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "engine/runtime/folder.h"
#include "engine/vault/escrow.h"
#include "engine/vault/vault.h"
#include "tools/commands.h"

namespace ritrovo::tools {
namespace {

namespace fs = std::filesystem;

constexpr Teaching kVaultGroup{"The master key that wraps every person's key", "  ritrovo vault rotate --data milano\n  ritrovo vault escrow --to 3q2+7w… --out milano.escrow",
                          "  ritrovo doctor                                  whether the folder opens with it"};
constexpr Teaching kVaultRotate{
    "Wrap every key anew with a new master key: whoever knew the old one knows nothing of what is sealed from now on, nor of a copy made from now on",
    "  ritrovo vault rotate --data milano\n  ritrovo vault rotate --new-key-file /run/secrets/next --master-key-file /run/secrets/now",
    "  ritrovo vault escrow --to KEY --out FILE        leave the new one with somebody you trust"};
constexpr Teaching kEscrow{"Leave the master key with somebody else, sealed so that they alone can read it", "  ritrovo vault escrow --to 3q2+7w… --out milano.escrow",
                           "  ritrovo vault escrow-open milano.escrow --key-file notary.key --out master.key"};
constexpr Teaching kEscrowKey{"Make a key for taking a master key into escrow, and print its public half", "  ritrovo vault escrow-key --key-file notary.key",
                              "  ritrovo vault escrow --to PUBLIC …              by the folder's keeper"};
constexpr Teaching kEscrowOpen{"Open what was left in escrow, and write it as a master key's file", "  ritrovo vault escrow-open milano.escrow --key-file notary.key --out master.key",
                               "  ritrovo doctor --master-key-file master.key"};

struct VaultWish {
  std::string new_key_file;
  std::string to;
  std::string key_file;
  std::string file;
  std::string out;
};

fs::path master_file(const Context& context) { return context.master_key_file.empty() ? context.data / "vault" / "master.key" : context.master_key_file; }

void say(const Context& context, const boost::json::object& json, const std::string& text) {
  if (context.json) std::cout << boost::json::serialize(json) << '\n';
  else std::cout << text << '\n';
}

void run_rotate(const Context& context, const VaultWish& wish) {
  const std::unique_ptr<Folder> folder = must(Folder::open(context.data));
  const bool closed = folder->closed_cleanly();
  const fs::path old_file = fs::absolute(master_file(context));
  const bool beside = wish.new_key_file.empty();
  const fs::path new_file = beside ? fs::path(old_file.string() + ".new") : fs::absolute(wish.new_key_file);
  std::error_code error;
  if (fs::equivalent(old_file, new_file, error)) throw Failure{{ErrorCode::kMalformed, fmt::format("{} is the master key that is to be replaced: name another file, or none", new_file.string())}};
  SecretKey next = must(fs::exists(new_file) ? read_master_key(new_file) : create_master_key(new_file));
  SecretKey master = must(read_master_key(old_file));
  // An interrupted rotation may have wrapped the keys anew already: then only the names are left to do.
  const bool done = Vault::open(folder->path() / "vault", next).has_value();
  if (!done) must(Vault::rotate(folder->path() / "vault", master, next));
  wipe(next);
  wipe(master);
  if (beside) must(replace_and_wipe(new_file, old_file));
  if (closed) must(folder->mark_closed());
  const fs::path now = beside ? old_file : new_file;
  say(context, {{"master_key_file", now.string()}},
      fmt::format("Every key is wrapped with the new master key in {}. Keep a copy of it elsewhere.{}", now.string(),
                  beside ? std::string() : fmt::format(" The old one in {} opens nothing any more but copies of the vault from before.", old_file.string())));
}

void run_escrow(const Context& context, const VaultWish& wish) {
  SecretKey master = must(read_master_key(master_file(context)));
  Result<std::string> sealed = seal_for_escrow(master, wish.to);
  wipe(master);
  must(write_file_atomically(fs::absolute(wish.out), must(std::move(sealed))));
  say(context, {{"out", wish.out}}, fmt::format("The master key is sealed in {}: only who has the other half of {} can open it.", wish.out, wish.to));
}

void run_escrow_key(const Context& context, const VaultWish& wish) {
  const std::string key = must(create_escrow_key(fs::absolute(wish.key_file)));
  say(context, {{"key", key}}, key);
}

void run_escrow_open(const Context& context, const VaultWish& wish) {
  SecretKey master = must(open_escrow(must(read_file(wish.file)), wish.key_file));
  const auto given = [&master](std::span<std::uint8_t> bytes) { std::copy_n(master.bytes.begin(), bytes.size(), bytes.begin()); };
  SecretKey written = must(create_master_key(fs::absolute(wish.out), given));
  wipe(written);
  wipe(master);
  say(context, {{"out", wish.out}}, fmt::format("The master key is in {}.", wish.out));
}

}  // namespace

void add_vault(CLI::App& app, Context& context) {
  auto wish = std::make_shared<VaultWish>();
  CLI::App* group = add_command(app, context, "vault", kVaultGroup, false, nullptr);
  group->require_subcommand(1);
  CLI::App* rotate = add_command(*group, context, "rotate", kVaultRotate, true, [&context, wish] { run_rotate(context, *wish); });
  rotate->add_option("--new-key-file", wish->new_key_file, "Where the new master key is, or is made; in the old one's place unless said")->type_name("FILE");
  CLI::App* escrow = add_command(*group, context, "escrow", kEscrow, true, [&context, wish] { run_escrow(context, *wish); });
  escrow->add_option("--to", wish->to, "The public key of who keeps it")->type_name("KEY")->required();
  escrow->add_option("--out", wish->out, "Where to write it")->type_name("FILE")->required();
  CLI::App* key = add_command(*group, context, "escrow-key", kEscrowKey, false, [&context, wish] { run_escrow_key(context, *wish); });
  key->add_option("--key-file", wish->key_file, "Where the secret half is made")->type_name("FILE")->required();
  CLI::App* open = add_command(*group, context, "escrow-open", kEscrowOpen, false, [&context, wish] { run_escrow_open(context, *wish); });
  open->add_option("file", wish->file, "What was left in escrow")->type_name("FILE")->required();
  open->add_option("--key-file", wish->key_file, "The secret half")->type_name("FILE")->required();
  open->add_option("--out", wish->out, "Where the master key is written")->type_name("FILE")->required();
}

}  // namespace ritrovo::tools
