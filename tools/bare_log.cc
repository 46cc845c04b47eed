#include "tools/bare_log.h"

#include <algorithm>

#include <fmt/format.h>

#include "engine/runtime/remembered.h"
#include "tools/case_folder.h"

namespace ritrovo::tools {
namespace {

namespace fs = std::filesystem;

bool is_number(const std::string& text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

BareLog::BareLog(const Context& context) {
  if (context.served != nullptr) {
    CaseFolder::HeldLog held = context.served->hold_log();
    folder_ = &context.served->folder();
    log_ = std::move(held.log);
    files_ = held.files;
    return;
  }
  CaseFolder::leave_to_server(context);
  own_folder_ = must(Folder::open(context.data));
  closed_cleanly_ = own_folder_->closed_cleanly();
  RocksLogOptions options;
  options.path = own_folder_->path() / "log";
  own_log_ = must(RocksLog::open(std::move(options)));
  folder_ = own_folder_.get();
  files_ = own_log_.get();
  log_ = std::shared_ptr<const LogPort>(std::shared_ptr<const LogPort>(), own_log_.get());
  must(check_settings(*log_, folder_->settings()));
}

BareLog::~BareLog() {
  if (!own_log_) return;
  if (own_log_->close() && closed_cleanly_) (void)own_folder_->mark_closed();
}

std::vector<NoteVerifier> keys_from(const std::vector<std::string>& given) {
  std::vector<NoteVerifier> keys;
  for (const std::string& one : given) {
    std::error_code error;
    const bool is_file = fs::exists(one, error);
    const std::string text = is_file ? must(read_file(one)) : one;
    Result<std::vector<NoteVerifier>> read = parse_note_keys(text);
    if (!read && !is_file) throw Failure{{ErrorCode::kMalformed, fmt::format("'{}' is neither a file nor a public key as 'ritrovo checkpoint key' prints it", one)}};
    if (!read) throw Failure{{read.error().code, fmt::format("{}: {}", one, read.error().message)}};
    keys.insert(keys.end(), read->begin(), read->end());
  }
  return keys;
}

SignedCheckpoint read_checkpoint(const fs::path& file, const std::vector<NoteVerifier>& keys) {
  SignedCheckpoint read{must(read_file(file)), {}, file.string()};
  const Result<std::string> text = verified_text(read.note, keys);
  if (!text) throw Failure{{text.error().code, fmt::format("{}: {}", file.string(), text.error().message)}};
  Result<Checkpoint> checkpoint = parse_checkpoint(*text);
  if (!checkpoint) throw Failure{{checkpoint.error().code, fmt::format("{}: {}", file.string(), checkpoint.error().message)}};
  read.checkpoint = std::move(*checkpoint);
  return read;
}

std::vector<SignedCheckpoint> read_checkpoints(const fs::path& place, const std::vector<NoteVerifier>& keys) {
  if (!fs::is_directory(place)) return {read_checkpoint(place, keys)};
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(place))
    if (is_number(entry.path().filename().string())) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  std::vector<SignedCheckpoint> read;
  if (fs::exists(place / "access")) files.push_back(place / "access");
  for (const fs::path& file : files) read.push_back(read_checkpoint(file, keys));
  if (read.empty()) throw Failure{{ErrorCode::kNotFound, fmt::format("{} holds no checkpoint: they are files named by their partition's number", place.string())}};
  return read;
}

PartitionId partition_of_checkpoint(const Folder& folder, const SignedCheckpoint& checkpoint) {
  for (std::uint16_t i = 0; i < folder.settings().partitions; ++i)
    if (folder.origin_of(PartitionId(i)) == checkpoint.checkpoint.origin) return PartitionId(i);
  throw Failure{{ErrorCode::kWrongFolder, fmt::format("{} is of {}, but this folder's checkpoints are of {} and so on", checkpoint.place,
                                                      checkpoint.checkpoint.origin, folder.origin_of(PartitionId(0)))}};
}

}  // namespace ritrovo::tools
