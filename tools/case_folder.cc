#include "tools/case_folder.h"

#include <utility>

#include <fmt/format.h>

#include "engine/base/printable.h"
#include "engine/runtime/case_loader.h"
#include "engine/runtime/engine.h"
#include "tools/ending_log.h"
#include "tools/served.h"
#include "workflows/pathway/machine.h"

namespace ritrovo::tools {
namespace {

using CaseEngine = Engine<pathway::PathwayMachine>;

Failure unknown_case(CaseId case_id) {
  return Failure{{ErrorCode::kNotFound, fmt::format("the folder has no case {}; 'ritrovo case list' shows those it has", case_id.printed())}};
}

std::optional<CaseStateView> ours(std::optional<CaseView<pathway::CaseState>> view) {
  if (!view) return std::nullopt;
  return CaseStateView{view->case_id, view->version, std::move(view->state)};
}

}  // namespace

struct CaseFolder::Held {
  std::shared_ptr<CaseEngine> engine;
  bool lent = false;
  const std::atomic<bool>* ending = nullptr;  ///< where it is lent
  [[nodiscard]] bool ends() const { return ending != nullptr && *ending; }
};

CaseFolder::CaseFolder(std::unique_ptr<Held> held) : held_(std::move(held)) {}
CaseFolder::~CaseFolder() = default;

std::unique_ptr<CaseFolder> CaseFolder::open(const Context& context) {
  std::unique_ptr<CaseFolder> folder = opened_folder(context);
  if (const std::optional<Error>& doubt = folder->held_->engine->clock_doubt())
    print_warning(context, doubt->message + ". Until then the folder is for reading only, and \"today\" is the clock's");
  return folder;
}

std::unique_ptr<CaseFolder> CaseFolder::open_to_record(const Context& context) {
  std::unique_ptr<CaseFolder> folder = opened_folder(context);
  if (const std::optional<Error>& doubt = folder->held_->engine->clock_doubt()) throw Failure{*doubt};
  return folder;
}

std::unique_ptr<CaseFolder> CaseFolder::opened_folder(const Context& context) {
  if (context.served != nullptr) return std::unique_ptr<CaseFolder>(new CaseFolder(std::make_unique<Held>(Held{context.served->held_->engine, true, context.ending})));
  if (!context.serves) leave_to_server(context);
  EngineOptions options;
  options.path = context.data;
  if (!context.master_key_file.empty()) options.master_key_file = context.master_key_file;
  options.patience = std::chrono::seconds(5);
  options.accept_clock_jump = context.accept_clock_jump;
  options.drop_unfinished_record = context.drop_unfinished_record;
  options.committed = context.committed;
  Result<std::unique_ptr<CaseEngine>> engine = CaseEngine::open(std::move(options), pathway::PathwayMachine());
  if (!engine) {
    // What is malformed is the folder, nothing that this call was given: exit code 1, not 2.
    if (engine.error().code == ErrorCode::kMalformed) engine.error().code = ErrorCode::kWrongFolder;
    throw Failure{std::move(engine.error())};
  }
  return std::unique_ptr<CaseFolder>(new CaseFolder(std::make_unique<Held>(Held{std::move(*engine)})));
}

void CaseFolder::leave_to_server(const Context& context) {
  if (std::optional<Descriptor> server = connect_to_server(context.data)) throw FolderIsServed{std::make_shared<Descriptor>(std::move(*server))};
}

CaseFolder::HeldLog CaseFolder::hold_log() const {
  auto held = std::make_shared<CaseEngine::HeldLog>(must(held_->engine->hold_log()));
  if (held_->ending == nullptr) return {std::shared_ptr<const LogPort>(held, held->log.get()), held->files};
  const EndingLog* log = new EndingLog(*held->log, *held_->ending);
  return {std::shared_ptr<const LogPort>(log, [held](const EndingLog* one) { delete one; }), held->files};
}

void CaseFolder::close() {
  if (!held_->lent) must(held_->engine->close());
}

std::vector<Checkpoint> CaseFolder::checkpoint() { return must(held_->engine->checkpoint()); }

LogBackup CaseFolder::back_up(const std::filesystem::path& place, const std::optional<std::filesystem::path>& vault_copy) {
  return must(held_->engine->back_up(place, vault_copy));
}

Answer CaseFolder::erase(CaseId case_id, ErasureBody stage, Actor actor) { return held_->engine->erase(case_id, std::move(stage), std::move(actor), simulated_now()); }

std::vector<ErasureStatus> CaseFolder::erasures() const { return must(held_->engine->erasures()); }

bool CaseFolder::held(CaseId case_id) const { return must(held_->engine->held(case_id)); }

const Folder& CaseFolder::folder() const { return held_->engine->folder(); }

void CaseFolder::submit(const Command& command, const AnswerCallback& answer) { held_->engine->submit(command, answer); }

Publication CaseFolder::publish(std::vector<PublishedDocument> documents, Actor actor, std::optional<Timestamp> at) {
  const Published published = must(held_->engine->publish(std::move(documents), std::move(actor), at));
  return {published.already, published.number, published.hash};
}

Answer CaseFolder::release(CaseId case_id, Actor actor, std::string note) {
  return held_->engine->release(case_id, std::move(actor), std::move(note), simulated_now());
}

void CaseFolder::start_timers() { held_->engine->start_timers(); }

void CaseFolder::advance(Timestamp to) { must(held_->engine->advance(to)); }

void CaseFolder::fire_due() {
  if (!simulated()) held_->engine->start_timers();
}

std::optional<CaseStateView> CaseFolder::find(CaseId case_id) const { return ours(must(held_->engine->state(case_id))); }

CaseStateView CaseFolder::state(CaseId case_id) const {
  std::optional<CaseStateView> view = find(case_id);
  if (!view) throw unknown_case(case_id);
  return std::move(*view);
}

CaseStateView CaseFolder::replay(CaseId case_id) const {
  std::optional<CaseStateView> view = ours(must(held_->engine->replay(case_id)));
  if (!view) throw unknown_case(case_id);
  return std::move(*view);
}

void CaseFolder::for_each_case(bool from_snapshot, const std::function<void(const CaseStateView&)>& visit) const {
  must(held_->engine->for_each_case(from_snapshot, [this, &visit](const CaseView<pathway::CaseState>& view) {
    if (held_->ends()) return false;
    visit({view.case_id, view.version, view.state});
    return true;
  }));
  if (held_->ends()) throw Failure{server_ends()};
}

Hash256 CaseFolder::exact_hash(const pathway::CaseState& state) { return CaseEngine::exact_hash(state); }

Opened::Entry CaseFolder::open_box(CaseId case_id, Version version, const Box& box) const {
  std::optional<Opened::Entry> entry;
  must(held_->engine->with_vault([&](const VaultPort& vault) {
    return ritrovo::open_box(vault, case_id, version, box).map([&entry](Opened::Entry opened) { entry = std::move(opened); });
  }));
  return std::move(*entry);
}

std::vector<StoredRecord> CaseFolder::history(CaseId case_id) const {
  std::vector<StoredRecord> records;
  with_log([&](const CaseLog& log) {
    return log.read_case(home_of(case_id), case_id, Version(1), [&records](const StoredRecord& record) {
      records.push_back(record);
      return true;
    });
  });
  if (records.empty()) throw unknown_case(case_id);
  return records;
}

void CaseFolder::with_log(const std::function<Result<void>(const CaseLog&)>& read) const {
  if (held_->ending == nullptr) return must(held_->engine->with_log(read));
  must(held_->engine->with_log([&](const CaseLog& log) {
    const EndingLog until_the_end(log.port(), *held_->ending);
    return read(CaseLog(until_the_end));
  }));
}

std::vector<QuarantinedCase> CaseFolder::quarantined() const {
  std::vector<QuarantinedCase> cases;
  for (const PartitionView& partition : held_->engine->partitions()) {
    for (const CaseId case_id : partition.quarantined) cases.push_back({partition.partition, case_id});
  }
  return cases;
}

KeyHash CaseFolder::key_hash(std::string_view key) const { return held_->engine->key_hash(key); }

std::shared_ptr<const definition::Library> CaseFolder::library() const { return held_->engine->machine()->library(); }

const FolderSettings& CaseFolder::settings() const { return held_->engine->folder().settings(); }

const TimeZone& CaseFolder::zone() const { return held_->engine->zone(); }

Timestamp CaseFolder::latest_instant() const { return held_->engine->latest_instant(); }

std::vector<Timestamp> CaseFolder::latest_instants() const {
  std::vector<Timestamp> latest;
  for (const PartitionView& partition : held_->engine->partitions()) latest.push_back(partition.last_instant);
  return latest;
}

Day CaseFolder::today() const { return zone().day_of(simulated() ? latest_instant() : SystemClock().now()); }

std::optional<Timestamp> CaseFolder::simulated_now() const {
  if (!simulated()) return std::nullopt;
  return latest_instant();
}

CaseId case_id_from(const std::string& text) { return must(CaseId::parse(text)); }

Actor operator_actor(const std::string& id) {
  if (id.empty() || hidden_character(id)) throw Failure{{ErrorCode::kMalformed, "an actor's id says who acts: it isn't empty, and holds no character that nobody sees"}};
  return {id, "operator", {"operator"}};
}

}  // namespace ritrovo::tools
