#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "engine/runtime/backup.h"
#include "engine/vault/vault.h"
#include "tools/apart.h"
#include "tools/case_folder.h"
#include "tools/commands.h"
#include "tools/console.h"

namespace ritrovo::tools {
namespace {

namespace fs = std::filesystem;

constexpr Teaching kBackup{
    "Copy the folder while it is whole: what didn't change since the last copy isn't copied again. Keys go elsewhere, for a time of their own",
    "  ritrovo backup /mnt/backup --vault /mnt/vault-copies --data milano\n"
    "  ritrovo backup /mnt/backup --keep 14            and remove all copies but the newest 14",
    "  ritrovo restore /mnt/backup --help              how to come back"};
constexpr Teaching kRestore{
    "Make a folder of a backup: the same log, a new incarnation. Whoever was forgotten since stays forgotten",
    "  ritrovo restore /mnt/backup --vault /mnt/vault-copies/2026-05-03T02-00-00.000Z --register milano/erasures \\\n"
    "          --master-key-file milano/vault/master.key --data milano-2\n"
    "  ritrovo restore /mnt/backup --vault … --register-lost …    where the old folder's register is gone",
    "  ritrovo verify --deep --data milano-2           whether all is there"};

constexpr std::int64_t kDayMs = 24LL * 3600 * 1000;

struct BackupWish {
  std::string place;
  std::string vault;
  std::uint32_t keep = 0;
  std::uint32_t vault_days = 30;
  std::optional<std::uint32_t> id;
  std::vector<std::string> registers;
  bool register_lost = false;
};

/// A copy that is lost with what it is a copy of is none, and keys beside the log protect nothing.
void check_places(const Context& context, const BackupWish& wish) {
  must_be_apart(wish.place, context.data, "a backup belongs elsewhere, best on another machine");
  if (wish.vault.empty()) return;
  must_be_apart(wish.vault, context.data, "a copy of the vault belongs elsewhere");
  must_be_apart(wish.vault, wish.place, "keys don't go beside the log that they open");
  must_be_apart(wish.place, wish.vault, "keys don't go beside the log that they open");
}

void run_backup(const Context& context, const BackupWish& wish) {
  check_places(context, wish);
  const std::unique_ptr<CaseFolder> folder = CaseFolder::open(context);
  const Timestamp now = SystemClock().now();
  std::optional<fs::path> copy;
  const Timestamp expires(now.value() + wish.vault_days * kDayMs);
  if (!wish.vault.empty()) {
    copy = must(new_vault_copy(wish.vault, now));
    must(note_vault_copy(folder->folder(), {*copy, now, expires}));
  }
  const LogBackup backup = folder->back_up(wish.place, copy);
  if (copy) must(expire_vault_copies(wish.vault, Timestamp(now.value() - wish.vault_days * kDayMs)));
  must(verify_backup(fs::path(wish.place) / "log", backup.id));
  if (wish.keep > 0) must(keep_newest(wish.place, wish.keep));
  folder->close();
  if (context.json) {
    boost::json::object said{{"backup", backup.id}, {"place", wish.place}, {"bytes", backup.bytes}};
    if (copy) said["vault"] = copy->string();
    std::cout << boost::json::serialize(said) << '\n';
    return;
  }
  std::cout << fmt::format("Backup {} in {}: {}, read back and whole.\n", backup.id, wish.place, bytes_text(backup.bytes));
  if (copy) std::cout << fmt::format("The vault's keys are in {}, until {}; the master key isn't in either.\n", copy->string(), to_string(expires));
  else std::cout << "It holds no key: without a copy of the vault (--vault DIR) personal values can't be read again from it.\n";
}

void run_restore(const Context& context, const BackupWish& wish) {
  if (wish.registers.empty() && !wish.register_lost)
    throw Failure{{ErrorCode::kMalformed, "who was forgotten since this backup? Give the register of the folder that it replaces (--register DIR/erasures), or say that it is lost (--register-lost)"}};
  // It is in no copy, and without it the new folder wouldn't open.
  if (context.master_key_file.empty()) throw Failure{{ErrorCode::kMalformed, "the master key is in no backup: name its file with --master-key-file"}};
  SecretKey master = must(read_master_key(context.master_key_file));
  wipe(master);
  RestoreWish restore{wish.place, wish.id, wish.vault, {wish.registers.begin(), wish.registers.end()}, SystemClock().now()};
  const FolderSettings settings = must(restore_folder(restore, context.data));
  for (const std::string& file : wish.registers)
    if (!fs::exists(file) && !context.json) std::cout << fmt::format("{} has no register of erasures: nobody was forgotten there.\n", fs::path(file).parent_path().string());
  // The first opening checks vault, log and checkpoints against each other, and forgets again whoever the registers name.
  const std::unique_ptr<CaseFolder> folder = CaseFolder::open(context);
  const std::size_t erased = must(folder->folder().erased()).size();
  folder->close();
  if (context.json) {
    std::cout << boost::json::serialize(boost::json::object{{"data", context.data.string()}, {"log_id", settings.log_id}, {"incarnation", settings.incarnation}, {"erased", erased}}) << '\n';
    return;
  }
  std::cout << fmt::format("{} is restored: log {}, incarnation {}; {} forgotten.\n", context.data.string(), settings.log_id, settings.incarnation, counted(erased, "person stays", "persons stay"));
  if (wish.register_lost) std::cout << "Whoever was forgotten after this backup is known again: ask whoever approved erasures, and have them done again.\n";
  std::cout << fmt::format("Next: ritrovo verify --deep --data {}\n", context.data.string());
}

}  // namespace

void add_backup(CLI::App& app, Context& context) {
  auto wish = std::make_shared<BackupWish>();
  CLI::App* backup = add_command(app, context, "backup", kBackup, true, [&context, wish] { run_backup(context, *wish); });
  backup->add_option("place", wish->place, "Where the copies are")->type_name("DIR")->required();
  backup->add_option("--vault", wish->vault, "Where copies of the vault's keys go: another place, which fewer people can read")->type_name("DIR");
  backup->add_option("--vault-days", wish->vault_days, "How long those are kept; older ones are overwritten and removed")->type_name("DAYS")->check(CLI::Range(1U, 3650U))->capture_default_str();
  backup->add_option("--keep", wish->keep, "Remove all copies of the log but the newest N")->type_name("N");
  CLI::App* restore = add_command(app, context, "restore", kRestore, true, [&context, wish] { run_restore(context, *wish); });
  restore->add_option("place", wish->place, "Where the copies are")->type_name("DIR")->required();
  restore->add_option("--vault", wish->vault, "The folder of one copy of the vault")->type_name("DIR")->required();
  restore->add_option("--backup", wish->id, "Which copy; the newest unless said")->type_name("N");
  restore->add_option("--register", wish->registers, "A register of erasures: the file 'erasures' of the folder that this one replaces")->type_name("FILE");
  restore->add_flag("--register-lost", wish->register_lost, "There is none any more");
}

}  // namespace ritrovo::tools
