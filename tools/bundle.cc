#include "tools/bundle.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <utility>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "engine/digest/sha256.h"
#include "engine/ledger/proof.h"
#include "engine/ledger/proof_text.h"
#include "engine/record/engine_bodies.h"
#include "engine/record/event_json.h"
#include "engine/record/record_codec.h"
#include "engine/runtime/folder.h"
#include "tools/documents.h"
#include "tools/event_view.h"
#include "workflows/pathway/event_body.h"
#include "workflows/pathway/instance_names.h"
#include "workflows/pathway/machine.h"

namespace ritrovo::tools {
namespace bundle {

std::string numbered(const char* folder, std::uint64_t number) { return fmt::format("{}/{:06}", folder, number); }

std::string definition(std::uint64_t publication, std::string_view path) { return numbered("definitions", publication) + "/" + path_within(path); }

}  // namespace bundle

namespace {

namespace fs = std::filesystem;

/// Ends the check: what follows would rest on what isn't good.
struct Refused {
  BundleFault fault;
};

[[noreturn]] void refuse(std::string file, std::string what) { throw Refused{{std::move(file), std::move(what)}}; }

template <class T>
T good(const std::string& file, Result<T> result) {
  if (!result) refuse(file, result.error().message);
  return std::move(*result);
}

/// One line "word rest"; nothing where it begins otherwise.
std::optional<std::string_view> after(std::string_view line, std::string_view word) {
  if (!line.starts_with(word) || line.size() <= word.size() || line[word.size()] != ' ') return std::nullopt;
  return line.substr(word.size() + 1);
}

class Checking {
 public:
  Checking(fs::path place, std::vector<NoteVerifier> keys) : place_(std::move(place)), keys_(std::move(keys)) {}

  BundleCheck run() {
    try {
      read_manifest();
      read_files();
      read_checkpoint();
      read_publications();
      read_events();
    } catch (const Refused& refused) {
      check_.faults.push_back(refused.fault);
    }
    return std::move(check_);
  }

 private:
  std::string content(const std::string& file) const {
    const fs::path path = place_ / file;
    std::error_code error;
    const fs::file_status status = fs::symlink_status(path, error);
    if (fs::is_symlink(status)) refuse(file, "it is a link to somewhere else");
    if (fs::exists(status) && !fs::is_regular_file(status)) refuse(file, "it isn't a file");
    Result<std::string> read = read_file(path);
    if (!read) refuse(file, read.error().code == ErrorCode::kNotFound ? "it is missing" : read.error().message);
    return std::move(*read);
  }

  void read_manifest() {
    if (keys_.empty()) keys_ = good(bundle::kKeys, parse_note_keys(content(bundle::kKeys)));
    const std::string note = content(bundle::kManifest);
    const std::string text = good(bundle::kManifest, verified_text(note, keys_));
    for (const NoteVerifier& key : keys_)
      if (verified_text(note, key)) check_.signed_by = key.printed();
    std::string_view rest = text;
    for (std::size_t number = 1; !rest.empty(); ++number) {
      const std::string_view line = rest.substr(0, rest.find('\n'));
      rest.remove_prefix(line.size() + 1);
      if (!take_line(number, line)) refuse(bundle::kManifest, fmt::format("line {} isn't one of a manifest", number));
    }
    if (check_.events == 0) refuse(bundle::kManifest, "it names no events");
  }

  bool take_line(std::size_t number, std::string_view line) {
    const auto count = [](std::string_view digits, std::uint64_t& into) {
      return std::from_chars(digits.data(), digits.data() + digits.size(), into).ptr == digits.data() + digits.size();
    };
    if (number == 1) return line == bundle::kFirstLine;
    if (const auto text = after(line, "case")) return check_.case_id = *text, true;
    if (const auto text = after(line, "log")) return check_.log = *text, true;
    if (const auto text = after(line, "events")) return count(*text, check_.events);
    if (const auto text = after(line, "publications")) return count(*text, check_.publications);
    const auto text = after(line, "file");
    if (!text || text->size() < 66 || (*text)[64] != ' ') return false;
    const Result<Hash256> hash = Hash256::parse(text->substr(0, 64));
    const fs::path path(text->substr(65));
    const bool inside = path.is_relative() && std::none_of(path.begin(), path.end(), [](const fs::path& part) { return part == ".."; });
    return hash && inside && files_.emplace(path.generic_string(), *hash).second;
  }

  /// Every file has the hash that the manifest says, and no other file is there.
  void read_files() {
    for (const auto& [file, hash] : files_)
      if (sha256(content(file)) != hash) refuse(file, "it was changed: its hash isn't the one that was signed");
    std::error_code error;
    for (fs::recursive_directory_iterator at(place_, error), end; !error && at != end; at.increment(error)) {
      if (at->is_symlink()) refuse(fs::relative(at->path(), place_).generic_string(), "it is a link to somewhere else");
      if (at->is_directory()) continue;
      const std::string file = fs::relative(at->path(), place_).generic_string();
      if (file != bundle::kManifest && !files_.contains(file)) refuse(file, "it isn't in the manifest");
    }
  }

  void read_checkpoint() {
    note_ = content(bundle::kCheckpoint);
    checkpoint_ = good(bundle::kCheckpoint, parse_checkpoint(good(bundle::kCheckpoint, verified_text(note_, keys_))));
    if (checkpoint_.origin != check_.log) refuse(bundle::kCheckpoint, "it is of another log than the manifest says: " + checkpoint_.origin);
    const std::string digits = check_.log.substr(check_.log.rfind('/') + 1);
    std::uint16_t number = 0;
    if (std::from_chars(digits.data(), digits.data() + digits.size(), number).ec != std::errc()) refuse(bundle::kCheckpoint, "it isn't of a partition");
    partition_ = PartitionId(number);
  }

  /// A record whose proof leads to the checkpoint.
  Event proved(const std::string& name) {
    const std::string bytes = content(name + ".record");
    const InclusionText proof = good(name + ".tlog-proof", parse_inclusion_text(content(name + ".tlog-proof")));
    if (proof.checkpoint != note_) refuse(name + ".tlog-proof", "it leads to another checkpoint");
    if (proof.extra != bytes) refuse(name + ".tlog-proof", "it is of another record");
    if (!verify_inclusion(leaf_hash(bytes), proof.index, checkpoint_.size, proof.path, checkpoint_.root))
      refuse(name + ".tlog-proof", "it doesn't lead to the checkpoint");
    if (last_ && proof.index <= *last_) refuse(name + ".tlog-proof", "its record stands before the one that came earlier");
    last_ = proof.index;
    return good(name + ".record", decode_record(bytes));
  }

  void read_publications() {
    std::size_t definitions = 0;
    for (std::uint64_t number = 1; number <= check_.publications; ++number) {
      const std::string name = bundle::numbered("publications", number);
      const Event event = proved(name);
      if (event.tag != RecordTag::kPublication || event.version.value() != number) refuse(name + ".record", "it isn't the publication of that number");
      for (const PublishedDocument& document : good(name + ".record", decode_publication(event.body)).documents) {
        const std::string file = bundle::definition(number, document.path);
        if (content(file) != document.text) refuse(file, "it isn't the text that was published");
        ++definitions;
      }
      machine_ = good(name + ".record", machine_.publish(event.body));
    }
    const auto listed = std::count_if(files_.begin(), files_.end(), [](const auto& file) { return file.first.starts_with("definitions/"); });
    if (static_cast<std::size_t>(listed) != definitions) refuse(bundle::kManifest, "it lists definitions that no publication holds");
    last_.reset();
  }

  void read_events() {
    std::vector<std::pair<Position, Event>> events;
    pathway::CaseNames names;
    for (std::uint64_t number = 1; number <= check_.events; ++number) {
      const std::string name = bundle::numbered("events", number);
      Event event = proved(name);
      if (event.case_id.printed() != check_.case_id) refuse(name + ".record", "it is of another case");
      if (event.version.value() != number) refuse(name + ".record", fmt::format("it is event {}", event.version.value()));
      names.note(good(name + ".record", pathway::decode_body(event.tag, event.body)));
      events.emplace_back(*last_, std::move(event));
    }
    check_history(events, names);
  }

  /// The JSON is made anew from the records and the definitions: a line says exactly what its event says.
  void check_history(const std::vector<std::pair<Position, Event>>& events, const pathway::CaseNames& names) const {
    const std::shared_ptr<const definition::Pathway> pinned = machine_.library()->with_identity(names.identity());
    if (pinned == nullptr) refuse("events/000001.record", "what the case is pinned to isn't among the definitions");
    const std::string history = content(bundle::kHistory);
    std::string_view rest = history;
    for (const auto& [position, event] : events) {
      const std::string_view line = rest.substr(0, rest.find('\n'));
      rest.remove_prefix(std::min(line.size() + 1, rest.size()));
      if (!says(line, event, position, names, *pinned)) refuse(bundle::kHistory, fmt::format("line {} doesn't say what its event says", event.version.value()));
    }
    if (!rest.empty()) refuse(bundle::kHistory, "it has more lines than there are events");
  }

  [[nodiscard]] bool says(std::string_view line, const Event& event, Position position, const pathway::CaseNames& names, const definition::Pathway& pinned) const {
    const RecordPlace place{partition_, position};
    boost::json::error_code error;
    const boost::json::value said = boost::json::parse(line, error);
    if (error) return false;
    try {
      return said == boost::json::parse(event_json(event, [&](const Event& one) { return view_of(one, names, &pinned); }, place));
    } catch (const std::out_of_range&) {
      refuse(bundle::numbered("events", event.version.value()) + ".record", "it names what its definition doesn't have");
    }
  }

  fs::path place_;
  std::vector<NoteVerifier> keys_;
  std::map<std::string, Hash256> files_;
  std::string note_;
  Checkpoint checkpoint_;
  PartitionId partition_;
  std::optional<Position> last_;
  pathway::PathwayMachine machine_;
  BundleCheck check_;
};

}  // namespace

BundleCheck check_bundle(const fs::path& place, const std::vector<NoteVerifier>& keys) { return Checking(place, keys).run(); }

}  // namespace ritrovo::tools
