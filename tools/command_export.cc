#include <algorithm>
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
#include "engine/log/case_log.h"
#include "engine/log/stored_tree.h"
#include "engine/record/engine_bodies.h"
#include "tools/access.h"
#include "tools/apart.h"
#include "tools/bare_log.h"
#include "tools/bundle.h"
#include "tools/case_folder.h"
#include "tools/case_reading.h"
#include "tools/case_sheet.h"
#include "tools/commands.h"
#include "tools/console.h"
#include "tools/event_view.h"
#include "tools/history_page.h"

namespace ritrovo::tools {
namespace {

namespace fs = std::filesystem;

constexpr Teaching kExportExport{
    "Write a case's whole history as a sealed bundle: events, definitions, proofs, checkpoint, and a page to read; it can be checked anywhere",
    "  ritrovo export fam-lusab-babad-gutih-tugad-4 --out for-the-court\n"
    "  ritrovo export fam-… --out for-the-court --names    call persons by their names on the page, opened from the vault",
    "  ritrovo verify-bundle for-the-court             what whoever gets it does first"};
constexpr Teaching kVerify{
    "Check a sealed bundle, where nothing else of the installation is that wrote it",
    "  ritrovo verify-bundle for-the-court --key milano.keys\n"
    "  python3 docs/examples/verify_bundle.py for-the-court --key milano.keys    the same without this program",
    "  open for-the-court/history.html                 the history, to read or print"};

struct ExportWish {
  std::string case_id;
  std::string out;
  std::string language = "en";
  bool names = false;
  std::vector<std::string> keys;
  Reader reader;
};

/// The history as JSON lines and as a page.
std::vector<BundleFile> readings(const Context& context, CaseId case_id, const ExportWish& wish) {
  const std::unique_ptr<CaseFolder> folder = CaseFolder::open(context);
  const CaseReading reading = read_case(*folder, case_id, Moment());
  note_read(context, wish.reader, case_id, "export", wish.names);
  const pathway::CaseNames names(reading.state.core);
  const std::shared_ptr<const definition::Pathway> pathway = reading.pathway();
  std::string json;
  for (std::size_t i = 0; i < reading.events.size(); ++i)
    json += event_json(reading.events[i], [&](const Event& event) { return view_of(event, names, pathway.get()); }, RecordPlace{folder->home_of(case_id), reading.positions[i]}) + "\n";
  projections::Timeline timeline(case_id);
  const auto fold = feed_reading(reading, timeline);
  const TimeZone zone = folder->zone();
  projections::Telling telling;
  telling.language = wish.language;
  telling.local_day = [&zone](Timestamp instant) { return zone.day_of(instant); };
  telling.library = reading.library().get();
  const NamesOfPersons called = wish.names ? names_of_persons(reading) : NamesOfPersons();
  telling.name = [&called](std::string_view alias, PersonId) { return called.of(alias); };
  const HistoryPage page{case_id.printed(), pathway ? std::string(pathway->title.in(wish.language)) : std::string(), wish.language, reading.events.size(), folder->today(),
                         timeline.entries(telling), timeline.next(telling, reading.today)};
  // Closing signs what the proofs rest on; a folder that a server keeps open isn't closed.
  if (context.served != nullptr) (void)folder->checkpoint();
  folder->close();
  return {{bundle::kHistory, std::move(json)}, {bundle::kPage, history_page(page)}};
}

/// The stored bytes and proofs of the case and of what was published before its last event.
class Proving {
 public:
  Proving(const BareLog& bare, PartitionId partition)
      : log_(bare.log()),
        partition_(partition),
        checkpoint_(read_checkpoint(bare.folder().checkpoint_file(partition), must(bare.folder().note_keys()))),
        tree_(stored_tree(bare.log(), partition)) {
    if (must(root_of(checkpoint_.checkpoint.size, tree_)) != checkpoint_.checkpoint.root)
      throw Failure{{ErrorCode::kCorrupt, fmt::format("the log isn't the one that {} was signed over: 'ritrovo verify' says what is wrong", checkpoint_.place)}};
  }
  [[nodiscard]] const SignedCheckpoint& checkpoint() const { return checkpoint_; }

  std::uint64_t add_case(CaseId case_id, std::vector<BundleFile>& files) {
    std::uint64_t events = 0;
    must(log_.read_case(partition_, case_id, Version(1), [&](const StoredRecord& record) {
      add(bundle::numbered("events", ++events), record, files);
      last_ = record.position;
      return true;
    }));
    return events;
  }
  std::uint64_t add_publications(std::vector<BundleFile>& files) {
    std::uint64_t publications = 0;
    must(log_.read_case(partition_, CaseId(0), Version(1), [&](const StoredRecord& record) {
      if (record.position > last_) return false;
      add(bundle::numbered("publications", ++publications), record, files);
      for (PublishedDocument& document : must(decode_publication(record.event.body)).documents)
        files.push_back({bundle::definition(publications, document.path), std::move(document.text)});
      return true;
    }));
    return publications;
  }

 private:
  void add(const std::string& name, const StoredRecord& record, std::vector<BundleFile>& files) {
    const TreeSize size = checkpoint_.checkpoint.size;
    const InclusionText proof{record.bytes, record.position, must(inclusion_proof(record.position, size, tree_)), checkpoint_.note};
    files.push_back({name + ".record", record.bytes});
    files.push_back({name + ".tlog-proof", inclusion_text(proof)});
  }

  CaseLog log_;
  PartitionId partition_;
  SignedCheckpoint checkpoint_;
  SubtreeReader tree_;
  Position last_;
};

void write_bundle(const fs::path& place, const std::vector<BundleFile>& files) {
  std::error_code made;
  fs::create_directories(place, made);
  if (!made) fs::permissions(place, fs::perms::owner_all, made);
  if (made) throw Failure{{ErrorCode::kUnavailable, fmt::format("{} can't be made: {}", place.string(), made.message())}};
  for (const BundleFile& file : files) {
    const fs::path path = place / file.path;
    std::error_code error;
    fs::create_directories(path.parent_path(), error);
    if (error) throw Failure{{ErrorCode::kUnavailable, fmt::format("{} can't be made: {}", path.parent_path().string(), error.message())}};
    must(write_file_atomically(path, file.content));
  }
}

void run_export(const Context& context, const ExportWish& wish) {
  const CaseId case_id = case_id_from(wish.case_id);
  must_be_apart(wish.out, context.data, kBelongsElsewhere);
  const fs::path place = fs::absolute(wish.out);
  std::error_code error;
  if (fs::exists(place, error) && !fs::is_empty(place, error)) throw Failure{{ErrorCode::kExists, fmt::format("{} isn't empty: choose another place for the bundle", place.string())}};
  std::vector<BundleFile> files = readings(context, case_id, wish);
  const BareLog bare(context);
  Proving proving(bare, partition_of(case_id, bare.settings().partitions));
  const std::uint64_t events = proving.add_case(case_id, files);
  const std::uint64_t publications = proving.add_publications(files);
  files.push_back({bundle::kCheckpoint, proving.checkpoint().note});
  files.push_back({bundle::kKeys, must(read_file(bare.folder().path() / "checkpoints" / "keys"))});
  std::sort(files.begin(), files.end(), [](const BundleFile& a, const BundleFile& b) { return a.path < b.path; });
  std::string manifest = fmt::format("{}\ncase {}\nlog {}\nevents {}\npublications {}\n", bundle::kFirstLine, case_id.printed(), proving.checkpoint().checkpoint.origin, events, publications);
  for (const BundleFile& file : files) manifest += fmt::format("file {} {}\n", sha256(file.content).hex(), file.path);
  files.push_back({bundle::kManifest, must(bare.folder().sign(manifest))});
  write_bundle(place, files);
  if (context.json) {
    std::cout << boost::json::serialize(boost::json::object{{"case", case_id.printed()}, {"out", wish.out}, {"events", events}, {"publications", publications}, {"files", files.size()}}) << '\n';
    return;
  }
  std::cout << fmt::format("{}: {} with their proofs, and the definitions they were pinned to, in {}.\n", case_id.printed(), counted(events, "event", "events"), wish.out)
            << (wish.names ? "The page names persons: it lies outside this folder now, where erasing them doesn't reach.\n" : "Personal values stay sealed.\n")
            << fmt::format("Next: ritrovo verify-bundle {}\n", wish.out);
}

void run_verify(Context& context, const ExportWish& wish) {
  if (!fs::is_directory(wish.out)) throw Failure{{ErrorCode::kNotFound, fmt::format("{} isn't a folder", wish.out)}};
  const BundleCheck check = check_bundle(wish.out, keys_from(wish.keys));
  if (!check.faults.empty()) context.leave_with(ExitCode::kWorldFailed);
  if (context.json) {
    boost::json::array faults;
    for (const BundleFault& fault : check.faults) faults.push_back(boost::json::object{{"file", fault.file}, {"what", fault.what}});
    std::cout << boost::json::serialize(boost::json::object{{"holds", check.faults.empty()}, {"case", check.case_id}, {"log", check.log}, {"events", check.events},
                                                            {"signed_by", check.signed_by}, {"key_given", !wish.keys.empty()}, {"faults", std::move(faults)}})
              << '\n';
    return;
  }
  for (const BundleFault& fault : check.faults) std::cout << fmt::format("{}: {}.\n", fault.file, fault.what);
  if (!check.faults.empty()) {
    std::cout << "This bundle doesn't hold: nothing in it should be relied on.\n";
    return;
  }
  std::cout << fmt::format("The bundle holds: {} of {}, as {} has them.\nSigned by {}\n", counted(check.events, "event", "events"), check.case_id, check.log, check.signed_by);
  if (wish.keys.empty()) std::cout << "That key came with the bundle: ask the log's keeper for it, and give it with --key, before you rely on this.\n";
}

}  // namespace

void add_export(CLI::App& app, Context& context) {
  auto wish = std::make_shared<ExportWish>();
  CLI::App* write = add_command(app, context, "export", kExportExport, true, [&context, wish] { run_export(context, *wish); });
  write->add_option("case", wish->case_id, "The case")->type_name("ID")->required();
  write->add_option("--out", wish->out, "A folder that is made, for its owner's eyes only")->type_name("DIR")->required();
  write->add_option("--language", wish->language, "Of the page: it or en")->check(CLI::IsMember({"it", "en"}))->capture_default_str();
  write->add_flag("--names", wish->names, "Call persons by their names on the page");
  add_reader(*write, wish->reader);
  CLI::App* check = add_command(app, context, "verify-bundle", kVerify, false, [&context, wish] { run_verify(context, *wish); });
  check->add_option("bundle", wish->out, "The bundle")->type_name("DIR")->required();
  check->add_option("--key", wish->keys, "The log's public key, or a file of keys, as its keeper gave it to you")->type_name("KEY|FILE");
}

}  // namespace ritrovo::tools
