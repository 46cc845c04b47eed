#pragma once

#include <memory>
#include <string>

#include <boost/json/object.hpp>

#include "adapters/kafka/event_message.h"
#include "adapters/kafka/intake.h"
#include "adapters/kafka/publisher.h"
#include "tools/answer_printer.h"
#include "tools/case_folder.h"

namespace ritrovo::tools {

/// What a folder shows to whoever publishes it. Requires: the folder outlives it.
[[nodiscard]] kafka::Published published_of(const CaseFolder& folder);

/// A served folder's connection to Kafka, for as long as it lives. Runs on: threads of its own; its functions on any.
class KafkaLink {
 public:
  /// `folder` outlives it. Lets its timers fire once the commands that were sent before are read.
  KafkaLink(CaseFolder& folder, kafka::Connection connection);
  /// Something was committed: what is published has to be looked at.
  void committed() { publisher_->wake(); }
  /// How it stands: {"publisher": {state, published, backlog, last_error}, "intake": {state, taken, refused, under_way, last_error}}.
  [[nodiscard]] boost::json::object status() const;

 private:
  kafka::Published published_;
  AnswerPrinter printer_;
  std::unique_ptr<kafka::Publisher> publisher_;
  std::unique_ptr<kafka::Intake> intake_;
};

}  // namespace ritrovo::tools
