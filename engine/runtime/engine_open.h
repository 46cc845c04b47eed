#pragma once

// Opening a folder, opening its log afresh after a failed commit, and closing.

#include "engine/log/stored_tree.h"
#include "engine/runtime/access_checkpoint.h"
#include "engine/runtime/backup.h"
#include "engine/runtime/engine.h"

namespace ritrovo {

template <CaseMachine M>
Result<std::unique_ptr<Engine<M>>> Engine<M>::open(EngineOptions options, M base) {
  std::unique_ptr<Engine> engine(new Engine(std::move(options), std::move(base)));
  if (!engine->options_.clock) engine->options_.clock = std::make_shared<SystemClock>();
  if (Result<void> opened = engine->open_folder(); !opened) return tl::unexpected(opened.error());
  if (Result<void> opened = engine->open_parts(); !opened) return tl::unexpected(opened.error());
  if (Result<void> checked = engine->check_clock(); !checked) return tl::unexpected(checked.error());
  engine->commit_thread_ = std::thread([raw = engine.get()] { raw->commit_loop(); });
  if (Result<void> finished = engine->finish_erasures(); !finished) return tl::unexpected(finished.error());
  if (engine->real()) engine->timer_thread_ = std::thread([raw = engine.get()] { raw->timer_loop(); });
  return engine;
}

template <CaseMachine M>
Result<void> Engine<M>::open_folder() {
  Result<std::unique_ptr<Folder>> folder = Folder::open(options_.path, options_.patience);
  if (!folder) return tl::unexpected(folder.error());
  folder_ = std::move(*folder);
  if (Result<void> signs = folder_->check_signing_key(); !signs) return signs;
  Result<TimeZone> zone = TimeZone::find(folder_->settings().zone);
  if (!zone) return tl::unexpected(zone.error());
  zone_ = *zone;
  if (TimeZone::version() != folder_->settings().zone_version)
    spdlog::info("tz database {} in use; the folder was made with {}", TimeZone::version(), folder_->settings().zone_version);
  const std::size_t partitions = folder_->settings().partitions;
  for (std::size_t i = 0; i < partitions; ++i) scheduled_.push_back(std::make_unique<std::atomic<bool>>(false));
  strands_ = std::make_unique<Strands>(std::max<std::size_t>(options_.threads, 1), partitions);
  return {};
}

/// All that a failed commit makes worthless: log, vault, partitions. Called at the start and by `reopen`.
template <CaseMachine M>
Result<void> Engine<M>::open_parts() {
  RocksLogOptions log_options;
  log_options.path = folder_->path() / "log";
  log_options.block_cache_bytes = options_.block_cache_bytes;
  log_options.write_buffer_bytes = options_.write_buffer_bytes;
  log_options.capture = options_.capture;
  log_options.drop_unfinished_record = options_.drop_unfinished_record;
  Result<std::unique_ptr<RocksLog>> log = RocksLog::open(std::move(log_options));
  if (!log) return tl::unexpected(log.error());
  log_ = std::move(*log);
  opening_ = log_->opening();
  if (opening_.dropped)
    spdlog::warn("{}: {} bytes of a torn write were cut off at {}", opening_.dropped->file, opening_.dropped->bytes, opening_.dropped->offset);
  if (Result<void> checked = check_settings(*log_, folder_->settings()); !checked) return checked;
  if (Result<void> opened = open_vault(); !opened) return opened;
  Result<std::unique_ptr<InflightFile>> inflight = InflightFile::open(folder_->path() / "inflight", folder_->settings().partitions);
  if (!inflight) return tl::unexpected(inflight.error());
  inflight_file_ = std::move(*inflight);
  inflight_ = std::make_unique<Inflight>(inflight_file_->slots());
  committer_ = std::make_unique<Committer>(*log_, *vault_);
  return make_partitions();
}

template <CaseMachine M>
Result<void> Engine<M>::open_vault() {
  const std::filesystem::path place = folder_->path() / "vault";
  Result<SecretKey> master = read_master_key(options_.master_key_file.value_or(place / "master.key"));
  if (!master) return tl::unexpected(master.error());
  Result<std::optional<VaultMark>> durable = remembered_vault(*log_);
  if (!durable) return tl::unexpected(durable.error());
  Result<std::unique_ptr<Vault>> vault = Vault::open(place, *master, durable->value_or(VaultMark()));
  wipe(*master);
  if (!vault && vault.error().code == ErrorCode::kNotFound) return missing_vault(*log_, place / "keys");
  if (!vault) return tl::unexpected(vault.error());
  vault_ = std::move(*vault);
  if (Result<void> checked = check_vault(*log_, vault_->mark(), place / "keys"); !checked) return checked;
  return vault_->digest_key().map([this](const DigestKey& key) { digest_key_ = key; });
}

template <CaseMachine M>
Result<void> Engine<M>::make_partitions() {
  const FolderSettings& folder = folder_->settings();
  ++openings_;
  machine_ = std::make_shared<const M>(base_);
  const CacheLimits cache{std::max<std::size_t>(options_.cache.cases / folder.partitions, 16), options_.cache.bytes / folder.partitions};
  for (std::uint16_t i = 0; i < folder.partitions; ++i) {
    PartitionSettings settings{PartitionId(i), folder.partitions, folder.log_id, folder.clock, *zone_, digest_key_, options_.snapshots, cache};
    PartitionPorts ports{log_.get(), vault_.get(), options_.clock.get(), inflight_.get(), committer_.get(), [this, i](std::function<void()> task) {
                           strands_->post(i, [this, i, task = std::move(task)] {
                             task();
                             if (parts_[i]->ready()) schedule(i);
                           });
                         }};
    parts_.push_back(std::make_unique<Part>(std::move(settings), std::move(ports), machine_));
    if (Result<void> opened = parts_.back()->open(); !opened) return opened;
    if (timers_started_) parts_.back()->start_timers();
  }
  if (Result<void> checked = check_checkpoints(); !checked) return checked;
  return read_publications();
}

/// Holds every partition against its last checkpoint.
template <CaseMachine M>
Result<void> Engine<M>::check_checkpoints() const {
  for (std::uint16_t i = 0; i < folder_->settings().partitions; ++i) {
    const PartitionId partition(i);
    Result<std::optional<Checkpoint>> kept = folder_->checkpoint(partition);
    if (!kept) return tl::unexpected(kept.error());
    const Result<Frontier> committed = stored_frontier(*log_, partition);
    if (!committed) return tl::unexpected(committed.error());
    Result<void> checked = check_checkpoint(*log_, partition, *committed, *kept, folder_->checkpoint_file(partition));
    if (!checked) return checked;
  }
  return {};
}

/// Holds a real clock against the moment at which the folder was open last: the last clean close, or a record that came after it. A clock that
/// can't be right stops what would be recorded, and nothing else.
template <CaseMachine M>
Result<void> Engine<M>::check_clock() {
  since_opening_.emplace(*options_.clock);
  if (!real() || options_.accept_clock_jump) return {};
  Result<std::optional<Rest>> rest = remembered_rest(*log_);
  if (!rest) return tl::unexpected(rest.error());
  Timestamp last;
  for (const auto& part : parts_) last = std::max(last, part->end().last_instant());
  if (*rest) last = last == (*rest)->last_record ? (*rest)->open_until : std::max(last, (*rest)->open_until);
  if (last == Timestamp()) return {};
  if (Result<void> checked = check_rest(last, options_.clock->now()); !checked) {
    clock_doubt_ = checked.error();
    clock_jumped_ = true;
  }
  return {};
}

/// Makes the machine that the publications lead to. They stand in every partition in one order; the partition that has most has all.
template <CaseMachine M>
Result<void> Engine<M>::read_publications() {
  PartitionId fullest;
  for (std::uint16_t i = 0; i < parts_.size(); ++i)
    if (parts_[i]->publications() > parts_[fullest.value()]->publications()) fullest = PartitionId(i);
  std::vector<Event> records;
  Result<void> read = CaseLog(*log_).read_case(fullest, CaseId(0), Version(1), [&records](const StoredRecord& record) {
    records.push_back(record.event);
    return true;
  });
  if (!read) return read;
  return finish_publications(records);
}

/// Gives each partition the machine that its records lead to, and records what an interrupted publication left out: in a simulated folder at the
/// instant at which it stands elsewhere, so that what was due before has its turn before.
template <CaseMachine M>
Result<void> Engine<M>::finish_publications(const std::vector<Event>& records) {
  const std::lock_guard lock(machine_mutex_);
  published_.clear();
  std::vector<std::shared_ptr<const M>> machines{std::make_shared<const M>(base_)};
  for (const Event& record : records) {
    Result<PublicationBody> publication = decode_publication(record.body);
    if (!publication) return failure(ErrorCode::kCorrupt, "publication " + std::to_string(machines.size()) + ": " + publication.error().message);
    published_[publication->hash] = Version(static_cast<std::uint32_t>(machines.size()));
    Result<M> next = machines.back()->publish(record.body);
    if (!next)
      return failure(ErrorCode::kWrongFolder, "publication " + std::to_string(machines.size()) + " isn't understood by this program: " + next.error().message);
    machines.push_back(std::make_shared<const M>(std::move(*next)));
  }
  machine_ = machines.back();
  for (auto& part : parts_) {
    part->use(machines[part->publications().value()]);
    for (std::size_t i = part->publications().value(); i < records.size(); ++i) {
      const std::optional<Timestamp> at = real() ? std::nullopt : std::optional(records[i].recorded);
      part->push(typename Part::Publish{machines[i + 1], std::make_shared<const std::string>(records[i].body), Actor{"ritrovo:opening", {}, {}}, at, [](const Answer&) {}});
    }
  }
  come_to_rest();
  for (const auto& part : parts_)
    if (part->stopped()) return tl::unexpected(*part->stopped());
  return {};
}

template <CaseMachine M>
void Engine<M>::commit_loop() {
  while (committer_->wait()) {
    (void)committer_->step();
    if (committer_->poison()) reopen();
    if (options_.committed) options_.committed();
  }
}

/// Answers all that waits with kFailed, drops everything staged, and reads the log again. Runs on: the committer's thread.
template <CaseMachine M>
void Engine<M>::reopen() {
  const std::unique_lock alone(gate_);
  spdlog::error("a commit failed: {}; the folder is opened again", committer_->poison()->message);
  come_to_rest();
  parts_.clear();
  log_.reset();
  vault_.reset();
  auto failed_committer = std::move(committer_);
  inflight_.reset();
  inflight_file_.reset();
  const Result<void> opened = open_parts();
  if (!opened) {
    down_ = opened.error();
    spdlog::error("the folder can't be opened again: {}", opened.error().message);
    parts_.clear();
    if (!committer_) committer_ = std::move(failed_committer);
  }
  if (stopping_) committer_->stop();
}

/// Runs what waits until nothing does and no run is scheduled; after a failure all of it fails. Requires: nothing new comes in.
template <CaseMachine M>
void Engine<M>::come_to_rest() {
  for (bool resting = false; !resting;) {
    std::atomic<bool> busy = committer_->step();
    // Each partition is looked at on its own strand: seen from here, a run that has taken its last item and not ended yet looks like rest.
    for (std::size_t i = 0; i < parts_.size(); ++i)
      strands_->post(i, [this, i, &busy] {
        if (!scheduled_[i]->load() && parts_[i]->waiting() == 0 && parts_[i]->calm()) return;
        busy = true;
        schedule(i);
      });
    strands_->drain();
    resting = !busy;
  }
}

template <CaseMachine M>
void Engine<M>::stop_threads() {
  stopping_ = true;
  timer_wake_.notify_all();
  if (timer_thread_.joinable()) timer_thread_.join();
  if (commit_thread_.joinable()) {
    {
      const std::shared_lock shared(gate_);
      committer_->stop();
    }
    commit_thread_.join();
  }
  if (strands_) strands_->join();
}

template <CaseMachine M>
Engine<M>::~Engine() {
  stop_threads();
}

/// Signs and keeps checkpoints of what is committed, then has the log remember them: in this order a file that is older than what the log
/// remembers was set back. Never signs what doesn't extend what was signed before.
template <CaseMachine M>
Result<std::vector<Checkpoint>> Engine<M>::sign(const std::function<Result<void>(Batch)>& write) {
  const std::lock_guard lock(signing_);
  if (Result<void> checked = check_checkpoints(); !checked) return tl::unexpected(checked.error());
  std::vector<Checkpoint> checkpoints;
  Batch batch;
  for (std::uint16_t i = 0; i < folder_->settings().partitions; ++i) {
    const Result<Frontier> committed = stored_frontier(*log_, PartitionId(i));
    if (!committed) return tl::unexpected(committed.error());
    checkpoints.push_back({folder_->origin_of(PartitionId(i)), committed->size(), committed->root(), {}});
    remember_checkpoint(PartitionId(i), checkpoints.back(), batch);
  }
  if (Result<void> written = folder_->write_checkpoints(checkpoints); !written) return tl::unexpected(written.error());
  if (Result<void> signed_too = sign_accesses(*folder_, *log_, batch); !signed_too) return tl::unexpected(signed_too.error());
  if (Result<void> written = write(std::move(batch)); !written) return tl::unexpected(written.error());
  return checkpoints;
}

template <CaseMachine M>
void Engine<M>::note_rest(Batch& batch) {
  // A clock that jumped while the folder was open is no measure for the next opening.
  if (!real() || clock_jumped_ || !since_opening_->steady(*options_.clock)) return;
  Rest rest{options_.clock->now(), Timestamp()};
  for (const auto& part : parts_) rest.last_record = std::max(rest.last_record, part->end().last_instant());
  remember_rest(rest, batch);
}

template <CaseMachine M>
Result<std::vector<Checkpoint>> Engine<M>::checkpoint() {
  std::shared_lock shared(gate_);
  if (down_) return tl::unexpected(*down_);
  if (stopping_) return failure(ErrorCode::kUnavailable, "the folder is closing");
  return sign([this, &shared](Batch batch) {
    auto committed = std::make_shared<std::promise<Result<void>>>();
    std::future<Result<void>> outcome = committed->get_future();
    committer_->hand_over({PartitionId(), std::move(batch), [committed](const Result<void>& done) { committed->set_value(done); }});
    // After a failed commit only `reopen` answers what still waits, and it waits for the gate.
    shared.unlock();
    return outcome.get();
  });
}

template <CaseMachine M>
Result<LogBackup> Engine<M>::back_up(const std::filesystem::path& place, const std::optional<std::filesystem::path>& vault_copy) {
  const std::shared_lock shared(gate_);
  if (down_) return tl::unexpected(*down_);
  // No checkpoint may be signed between copying the notes and copying the log, which remembers the last one.
  const std::lock_guard lock(signing_);
  if (Result<void> copied = copy_folder_files(*folder_, place); !copied) return tl::unexpected(copied.error());
  Result<LogBackup> backup = log_->back_up(place / "log");
  if (!backup) return backup;
  if (Result<void> kept = keep_folder_files(*folder_, place, backup->id); !kept) return tl::unexpected(kept.error());
  if (!vault_copy) return backup;
  if (Result<void> copied = vault_->copy_to(*vault_copy); !copied) return tl::unexpected(copied.error());
  const Result<std::string> key = read_file(folder_->path() / "signing.key");
  if (!key) return tl::unexpected(key.error());
  if (Result<void> written = write_private_file_atomically(*vault_copy / "signing.key", *key); !written) return tl::unexpected(written.error());
  return backup;
}

template <CaseMachine M>
Result<void> Engine<M>::close() {
  stopping_ = true;
  { const std::unique_lock nobody_submits_any_more(gate_); }
  timer_wake_.notify_all();
  if (timer_thread_.joinable()) timer_thread_.join();
  // The committer's thread goes on until nothing waits; then this one finishes what partitions stage in the meantime.
  if (commit_thread_.joinable()) {
    {
      const std::shared_lock shared(gate_);
      committer_->stop();
    }
    commit_thread_.join();
  }
  if (down_) return tl::unexpected(*down_);
  come_to_rest();
  stop_threads();
  if (committer_->poison()) return tl::unexpected(*committer_->poison());
  for (const auto& part : parts_)
    if (part->stopped()) return tl::unexpected(*part->stopped());
  const auto write = [this](Batch batch) {
    note_rest(batch);
    return log_->write(batch);
  };
  if (const Result<std::vector<Checkpoint>> signed_all = sign(write); !signed_all) return tl::unexpected(signed_all.error());
  if (Result<void> closed = log_->close(); !closed) return closed;
  return folder_->mark_closed();
}

}  // namespace ritrovo
