#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include <boost/json/object.hpp>

#include "engine/log/access_log.h"
#include "projections/notifications/dispatcher.h"
#include "projections/notifications/outbox.h"
#include "tools/case_folder.h"
#include "tools/message_settings.h"

namespace ritrovo::tools {

/// Opens a folder's outbox, which one process at a time may have. Failures are thrown. Requires: the folder outlives it.
[[nodiscard]] std::unique_ptr<projections::Outbox> open_outbox(const CaseFolder& folder, const std::filesystem::path& data, std::optional<Day> since = std::nullopt);

/// A folder's messages on their way out. `start` lets a thread of its own send them as they come, until it is destroyed.
/// Runs on: its functions on any thread.
class OutboxLink {
 public:
  /// Failures are thrown. Requires: the folder and where its readings are noted outlive it.
  OutboxLink(CaseFolder& folder, const std::filesystem::path& data, MessageSettings settings, AccessLog& accesses);
  ~OutboxLink();
  OutboxLink(const OutboxLink&) = delete;
  OutboxLink& operator=(const OutboxLink&) = delete;

  void start();
  /// Something was committed: there may be a message in it.
  void committed();
  /// One round, beside those of the thread: Dispatcher::run. Failures are thrown.
  [[nodiscard]] projections::Round round(bool at_once);
  [[nodiscard]] projections::Outbox& outbox() { return *outbox_; }
  /// {"state": "sending" | "waiting" | "failing", "delivered", "failed", "withheld", "last_trouble"}, since it began.
  [[nodiscard]] boost::json::object status() const;

 private:
  void run();
  [[nodiscard]] projections::DispatchPorts ports();
  [[nodiscard]] Result<void> report(const projections::MessageReport& report);
  [[nodiscard]] Result<void> note_reads();

  CaseFolder& folder_;
  MessageSettings settings_;
  projections::LetterWriter writer_;
  std::unique_ptr<projections::Outbox> outbox_;
  std::unique_ptr<projections::Carrier> mail_;
  std::unique_ptr<projections::Carrier> webhook_;
  std::unique_ptr<projections::Dispatcher> dispatcher_;
  std::mutex rounds_;  ///< one round at a time
  AccessLog& accesses_;
  std::vector<AccessRead> reads_;  ///< of this round, that aren't in the log of accesses yet
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  bool woken_ = false;
  std::atomic<bool> stopping_ = false;
  projections::Round total_;
  std::string trouble_;
  std::thread thread_;
};

}  // namespace ritrovo::tools
