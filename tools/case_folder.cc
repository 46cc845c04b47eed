#include "tools/case_folder.h"

#include <utility>

#include <fmt/format.h>

namespace ritrovo {
template class Engine<pathway::PathwayMachine>;
}  // namespace ritrovo

namespace ritrovo::tools {
namespace {

/// What to do about a folder that doesn't open.
Error with_remedy(Error error, const std::filesystem::path& path) {
  if (error.code == ErrorCode::kNotFound && !std::filesystem::exists(path / "ritrovo.folder")) {
    error.message = fmt::format("there is no data folder at {}: make one with 'ritrovo init --data {}', or name another with --data", path.string(), path.string());
  }
  return error;
}

Failure unknown_case(CaseId case_id) {
  return Failure{{ErrorCode::kNotFound, fmt::format("the folder has no case {}; 'ritrovo case list' shows those it has", case_id.printed())}};
}

}  // namespace

std::unique_ptr<CaseFolder> CaseFolder::open(const Context& context) {
  EngineOptions options;
  options.path = context.data;
  if (!context.master_key_file.empty()) options.master_key_file = context.master_key_file;
  options.accept_clock_jump = context.accept_clock_jump;
  return open(std::move(options));
}

std::unique_ptr<CaseFolder> CaseFolder::open(EngineOptions options) {
  const std::filesystem::path path = options.path;
  Result<std::unique_ptr<CaseEngine>> engine = CaseEngine::open(std::move(options), pathway::PathwayMachine());
  if (!engine) throw Failure{with_remedy(std::move(engine.error()), path)};
  return std::unique_ptr<CaseFolder>(new CaseFolder(std::move(*engine)));
}

void CaseFolder::close() { must(engine_->close()); }

std::shared_ptr<const definition::Pathway> CaseFolder::pathway_of(CaseId case_id) {
  const std::lock_guard lock(mutex_);
  if (const auto found = pathways_.find(case_id); found != pathways_.end()) return found->second;
  const Result<std::optional<CaseStateView>> view = engine_->state(case_id);
  if (!view || !*view) return nullptr;
  std::shared_ptr<const definition::Pathway> pathway = library()->with_identity((*view)->state.core.identity);
  pathways_[case_id] = pathway;
  return pathway;
}

Day CaseFolder::today() const {
  const Timestamp now = simulated() ? engine_->latest_instant() : SystemClock().now();
  return engine_->zone().day_of(now);
}

std::optional<Timestamp> CaseFolder::simulated_now() const {
  if (!simulated()) return std::nullopt;
  return engine_->latest_instant();
}

std::vector<StoredRecord> CaseFolder::history(CaseId case_id) const {
  std::vector<StoredRecord> records;
  must(engine_->with_log([&](const CaseLog& log) {
    return log.read_case(home_of(case_id), case_id, Version(1), [&records](const StoredRecord& record) {
      records.push_back(record);
      return true;
    });
  }));
  if (records.empty()) throw unknown_case(case_id);
  return records;
}

CaseStateView CaseFolder::state(CaseId case_id) const {
  std::optional<CaseStateView> view = must(engine_->state(case_id));
  if (!view) throw unknown_case(case_id);
  return std::move(*view);
}

CaseId case_id_from(const std::string& text) { return must(CaseId::parse(text)); }

Actor operator_actor(const std::string& id) { return {id, "operator", {"operator"}}; }

}  // namespace ritrovo::tools
