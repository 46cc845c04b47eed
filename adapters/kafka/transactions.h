#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "adapters/kafka/client.h"

namespace ritrovo::kafka {

/// A producer whose messages go out in transactions: all of one, or none. Whoever begins under a name fences whoever began under it before.
/// Runs on: one thread.
class Transactions {
 public:
  /// What its owner does meanwhile.
  struct Watch {
    std::function<bool()> closing;                          ///< nothing is begun any more
    std::function<bool()> giving_up;                        ///< nor is anything waited for
    std::function<void(const std::string& why)> waiting;    ///< told while the brokers don't take what is sent, and are asked again
  };
  /// Begins under that name; `callbacks` outlives it, and is told which message was refused. kMalformed: settings that librdkafka refuses; kUnavailable: closing, or fenced.
  [[nodiscard]] static Result<Transactions> begin(const Connection& connection, const std::string& name, Callbacks* callbacks, Watch watch);

  /// One transaction. After an error it is of no more use, and whoever begins anew finds by what was committed how far this one came.
  [[nodiscard]] Result<void> publish(const std::vector<Outgoing>& messages);
  [[nodiscard]] rd_kafka_t* producer() const { return producer_.get(); }

 private:
  Transactions(Client producer, Callbacks* callbacks, Watch watch) : producer_(std::move(producer)), callbacks_(callbacks), watch_(std::move(watch)) {}
  [[nodiscard]] Result<void> commit();
  void abort();

  Client producer_;
  Callbacks* callbacks_;
  Watch watch_;
};

}  // namespace ritrovo::kafka
