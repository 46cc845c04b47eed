#include <sys/stat.h>
#include <sys/statvfs.h>

#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "engine/runtime/access_checkpoint.h"
#include "engine/runtime/backup.h"
#include "engine/vault/vault.h"
#include "tools/bare_log.h"
#include "tools/case_folder.h"
#include "tools/commands.h"
#include "tools/console.h"

namespace ritrovo::tools {
namespace {

namespace fs = std::filesystem;

constexpr Teaching kDoctor{
    "Look a data folder over, and say in plain words what is wrong with it and what to do",
    "  ritrovo doctor --data milano",
    "  ritrovo verify --deep --data milano             reads all of it; doctor only looks at what must be there"};

constexpr std::uint64_t kFreeBytesMin = 1U << 30;

/// Something to know: what is wrong, and what to do. `bad`: the folder can't be used, or something is lost, as it is.
struct Remark {
  bool bad = false;
  std::string what;
  std::string remedy;
};

class Looking {
 public:
  explicit Looking(const Context& context) : context_(context) {}

  std::vector<Remark> run() {
    if (!has_folder() || !has_parts()) return std::move(remarks_);
    look_at_secrets();
    look_at_space();
    look_at_leftovers();
    open();
    return std::move(remarks_);
  }

 private:
  void bad(std::string what, std::string remedy) { remarks_.push_back({true, std::move(what), std::move(remedy)}); }
  void note(std::string what, std::string remedy) { remarks_.push_back({false, std::move(what), std::move(remedy)}); }

  bool has_folder() {
    std::error_code error;
    if (!fs::exists(context_.data, error)) return bad(fmt::format("There is no folder {}.", context_.data.string()), "Name the right one with --data, or make one with 'ritrovo init'."), false;
    const Result<std::string> json = read_file(context_.data / "ritrovo.folder");
    if (!json && fs::exists(context_.data / "folder-000001", error))
      return bad(fmt::format("{} holds backups; it isn't a data folder.", context_.data.string()), "Make a folder of one with 'ritrovo restore'."), false;
    if (!json)
      return bad(fmt::format("{} isn't a data folder, or its file ritrovo.folder is lost.", context_.data.string()),
                 fs::exists(context_.data / "log", error) ? "It has a log: put ritrovo.folder back from the newest backup, where it is in folder-…; nothing else is needed." : "Name the right folder with --data."), false;
    const Result<FolderSettings> settings = parse_folder_json(*json);
    if (!settings && settings.error().code == ErrorCode::kWrongFolder) return bad("This folder was made by a newer ritrovo: " + settings.error().message + ".", "Use that one, or a newer one."), false;
    if (!settings) return bad("The file ritrovo.folder can't be read: " + settings.error().message + ".", "Put it back from the newest backup, where it is in folder-…."), false;
    return true;
  }

  bool has_parts() {
    bool all = true;
    const auto want = [&](const fs::path& part, const char* what, std::string remedy) {
      std::error_code error;
      if (fs::exists(part, error)) return;
      bad(fmt::format("{} is missing: {}.", part.string(), what), std::move(remedy));
      all = false;
    };
    want(context_.data / "log", "the log, which is the truth", "Restore a backup to another place ('ritrovo restore'); leave this folder as it is meanwhile.");
    want(context_.data / "vault" / "keys", "the keys of all persons", fmt::format("Put vault/keys back from {}. Nobody was erased by this, but nobody can be read either.", newest_copy("keys")));
    want(master(), "the master key", "Put it back from where you keep it, or from escrow ('ritrovo vault escrow-open'); name another place with --master-key-file.");
    want(context_.data / "signing.key", "the key that signs checkpoints", fmt::format("Put it back from {}; if it is lost for good, make another with 'ritrovo checkpoint rotate'.", newest_copy("signing.key")));
    return all;
  }

  void look_at_secrets() {
    for (const fs::path& file : {master(), context_.data / "signing.key", context_.data / "vault" / "keys"}) {
      struct stat status {};
      if (::stat(file.c_str(), &status) == 0 && (status.st_mode & (S_IRWXO | S_IRWXG)) != 0)
        bad(fmt::format("Others on this machine may read {}.", file.string()), "chmod 600 it, and consider what it holds known: 'ritrovo vault rotate', 'ritrovo checkpoint rotate'.");
    }
    if (const Result<SecretKey> key = read_master_key(master()); !key) bad("The master key can't be used: " + key.error().message + ".", "Put it back from where you keep it.");
    if (context_.master_key_file.empty())
      note("The master key lies in the folder it protects.", "Keep it elsewhere (--master-key-file), so that a copy of the folder alone opens nothing.");
  }

  void look_at_space() {
    struct statvfs space {};
    if (::statvfs(context_.data.c_str(), &space) != 0) return;
    const std::uint64_t free = static_cast<std::uint64_t>(space.f_bavail) * space.f_frsize;
    if (free < kFreeBytesMin) bad(fmt::format("Only {} are free on this disk.", bytes_text(free)), "Make room: without it commands are refused, and nothing is lost.");
  }

  void look_at_leftovers() {
    std::error_code error;
    for (const char* name : {"signing.key.new", "vault/keys.new", "vault/master.key.new"})
      if (fs::exists(context_.data / name, error)) note(fmt::format("{} is left over: a key's rotation was interrupted.", name), "Run it again ('ritrovo vault rotate' or 'ritrovo checkpoint rotate'): it goes on where it stopped.");
  }

  /// The newest copy of the vault that can be seen, and in it the file of that name.
  [[nodiscard]] std::string newest_copy(const char* file) const {
    const Result<std::unique_ptr<Folder>> folder = Folder::open(context_.data);
    std::optional<VaultCopy> newest;
    if (folder) {
      for (VaultCopy& copy : vault_copies(**folder, SystemClock().now()).value_or(std::vector<VaultCopy>()))
        if (std::error_code error; fs::exists(copy.place / file, error) && (!newest || newest->made < copy.made)) newest = std::move(copy);
      if ((*folder)->closed_cleanly()) (void)(*folder)->mark_closed();
    }
    return newest ? fmt::format("{}, of {}", (newest->place / file).string(), to_string(newest->made)) : std::string("the newest copy of the vault");
  }

  /// What to do about an opening that failed: an error names the file that it is about, and mostly that one alone is to be put right.
  [[nodiscard]] std::string remedy_of(const std::string& message) const {
    const auto about = [&](const char* file) { return message.find((fs::absolute(context_.data) / file).string()) != std::string::npos; };
    if (message.find("checkpoint resign") != std::string::npos)
      return "Only that file: the log itself opens. Hold it against what is kept elsewhere ('ritrovo verify --anchor DIR'), then 'ritrovo checkpoint resign'.";
    if (about("checkpoints/keys")) return "Put checkpoints/keys back from the newest backup (folder-…/checkpoints/keys): it changes only when the signing key does.";
    if (about("vault/keys")) return fmt::format("Put vault/keys back from {}.", newest_copy("keys"));
    if (about("signing.key")) return fmt::format("Put signing.key back from {}; or make another with 'ritrovo checkpoint rotate', and give its public half to whoever checks.", newest_copy("signing.key"));
    if (about("erasures")) return "Put the file erasures back from the newest backup, where it lies beside the copies, and add a line for everybody who was forgotten since ('ritrovo erase list' of a restored backup, your own notes): whoever it names stays forgotten.";
    if (about("inflight")) return "Remove the file inflight: a command that was under way in a crash is then no longer suspected, and nothing else is lost.";
    if (message.find("ritrovo.folder says") != std::string::npos) return "Put ritrovo.folder back from the newest backup (folder-…/ritrovo.folder); nothing else is wrong.";
    return "Restore a backup to another place ('ritrovo restore'); 'ritrovo verify' says how far this one can be trusted.";
  }

  /// All checks of an opening; then what an open folder knows.
  void open() {
    try {
      {
        const std::unique_ptr<CaseFolder> folder = CaseFolder::open(context_);
        look_inside(*folder);
        folder->close();
      }
      look_at_accesses();
    } catch (const Failure& failed) {
      const bool busy = failed.error.code == ErrorCode::kUnavailable;
      bad("The folder doesn't open: " + failed.error.message + ".", busy ? "See to that, then look again." : remedy_of(failed.error.message));
    }
  }

  /// Closing signed them, if they are what was signed before.
  void look_at_accesses() {
    const BareLog bare(context_);
    if (const Result<void> accesses = check_accesses(bare.folder(), bare.log()); !accesses)
      bad("The log of who read what isn't what it was: " + accesses.error().message + ".", "Put access/ and checkpoints/access back from a backup, and ask who could write there.");
  }

  void look_inside(const CaseFolder& folder) {
    if (const std::size_t count = folder.quarantined().size(); count > 0)
      bad(fmt::format("{} in quarantine.", counted(count, "case is", "cases are")), "'ritrovo quarantine list' says why, and what to do.");
    const std::int64_t now = SystemClock().now().value();
    const Result<std::vector<VaultCopy>> known = vault_copies(folder.folder(), Timestamp(now));
    if (!known) bad(known.error().message + ".", "Write it anew, a line for each copy of the vault that you know of (docs/formats.md); or remove it, and remove those copies yourself when their time is over.");
    const std::vector<VaultCopy> copies = known.value_or(std::vector<VaultCopy>());
    for (const VaultCopy& copy : copies)
      if (copy.expires.value() < now) bad(fmt::format("The copy of the vault in {} should have been removed on {}: it may hold keys of persons who were forgotten.", copy.place.string(), to_string(copy.expires)), "Remove it, or run 'ritrovo backup' with the same --vault.");
    if (known && copies.empty()) note("No copy of the vault is known.", "Make one with 'ritrovo backup DIR --vault OTHER-DIR': a log without its keys is of no use.");
    for (const ErasureStatus& status : folder.erasures())
      if (status.stage == ErasureStage::kProposed) {
        note("Erasures wait for a second person's approval.", "'ritrovo erase list' shows them.");
        return;
      }
  }

  [[nodiscard]] fs::path master() const { return context_.master_key_file.empty() ? context_.data / "vault" / "master.key" : context_.master_key_file; }

  const Context& context_;
  std::vector<Remark> remarks_;
};

void run(Context& context) {
  const std::vector<Remark> remarks = Looking(context).run();
  bool sound = true;
  for (const Remark& remark : remarks) {
    sound = sound && !remark.bad;
    if (context.json) std::cout << boost::json::serialize(boost::json::object{{"bad", remark.bad}, {"what", remark.what}, {"remedy", remark.remedy}}) << '\n';
    else std::cout << fmt::format("{} {}\n    {}\n", remark.bad ? "!" : "-", remark.what, remark.remedy);
  }
  if (!sound) context.leave_with(ExitCode::kWorldFailed);
  if (sound && !context.json) std::cout << "The folder opens, and all its parts are there.\n";
}

}  // namespace

void add_doctor(CLI::App& app, Context& context) {
  add_command(app, context, "doctor", kDoctor, true, [&context] { run(context); });
}

}  // namespace ritrovo::tools
