#pragma once

#include <memory>
#include <string>

#include <boost/json/object.hpp>

#include "adapters/kafka/event_message.h"
#include "adapters/kafka/intake.h"
#include "adapters/kafka/publisher.h"
#include "adapters/kafka/view_publisher.h"
#include "projections/store.h"
#include "tools/answer_printer.h"
#include "tools/case_folder.h"

namespace ritrovo::tools {

/// What a folder shows to whoever publishes it. Requires: the folder outlives it.
[[nodiscard]] kafka::Published published_of(const CaseFolder& folder);

/// A served folder's connection to Kafka, for as long as it lives. Runs on: threads of its own; its functions on any.
class KafkaLink {
 public:
  /// `folder` outlives it. Lets its timers fire once the commands that were sent before are read.
  KafkaLink(CaseFolder& folder, const kafka::Connection& connection);
  /// Takes no more commands, signs what is recorded, and sends what is still to send, if the brokers take it within some seconds.
  ~KafkaLink();
  KafkaLink(const KafkaLink&) = delete;
  KafkaLink& operator=(const KafkaLink&) = delete;
  /// Something was committed: what is published has to be looked at.
  void committed();
  /// How it stands: {"publisher": {state, published, backlog, last_error}, "intake": {state, taken, refused, under_way, last_error}, "views": {state, sent,
  /// last_error, views: [{view, lag, problem}]}}; "views" where any has a topic.
  [[nodiscard]] boost::json::object status() const;
  [[nodiscard]] const kafka::Connection& connection() const { return connection_; }

 private:
  kafka::Published published_;
  AnswerPrinter printer_;
  CaseFolder& folder_;
  const kafka::Connection connection_;
  std::unique_ptr<kafka::Publisher> publisher_;
  std::unique_ptr<projections::ViewStore> view_rows_;
  std::unique_ptr<kafka::ViewPublisher> views_;
  std::unique_ptr<kafka::Intake> intake_;
};

}  // namespace ritrovo::tools
