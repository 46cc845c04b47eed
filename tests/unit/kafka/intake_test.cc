#include "adapters/kafka/intake.h"

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "engine/base/murmur2.h"
#include "tests/unit/kafka/mock_cluster.h"

namespace ritrovo::kafka {
namespace {

using kafka_tests::MockCluster;

constexpr std::uint32_t kPartitions = 2;

std::int32_t home_of(const std::string& key) { return static_cast<std::int32_t>((static_cast<std::uint32_t>(murmur2(key)) & 0x7fffffffU) % kPartitions); }

std::string opening(const std::string& key) {
  return R"({"key":")" + key + R"(","command":"open","pathway":"p","persons":[{"alias":"sponsor","role":"sponsor","data":{}}],"effective_on":"2024-01-01","actor":{"id":"u","organisation":"o","roles":["caseworker"]}})";
}

/// A folder that notes what it is given, and answers as it is told.
class Folder {
 public:
  Taker taker() {
    Taker taker;
    taker.log_id = "log-1";
    taker.tenant = "default";
    taker.submit = [this](const Command& command, const AnswerCallback& answer) {
      Answer given;
      {
        const std::lock_guard lock(mutex_);
        if (turning_away_ > 0) {
          --turning_away_;
          given = busy(command.key, command.case_id, "full");
        } else {
          keys_.push_back(command.key);
          sources_.push_back(*command.source);
          given.kind = AnswerKind::kAccepted;
        }
      }
      answer(given);
    };
    taker.answer_json = [](const Answer&, const std::vector<Problem>&) { return std::string("{}"); };
    return taker;
  }
  void turn_away(int times) {
    const std::lock_guard lock(mutex_);
    turning_away_ = times;
  }
  [[nodiscard]] std::vector<std::string> keys() const {
    const std::lock_guard lock(mutex_);
    return keys_;
  }
  std::atomic<bool> caught_up = false;

 private:
  mutable std::mutex mutex_;
  int turning_away_ = 0;
  std::vector<std::string> keys_;
  std::vector<Source> sources_;
};

class IntakeFaults : public testing::Test {
 protected:
  kafka_tests::Changes changes;  // before the intakes, which note them
  MockCluster cluster{kPartitions};
  Folder folder;

  void send(const std::vector<std::pair<std::string, std::string>>& messages, std::optional<std::int32_t> partition = std::nullopt) {
    const Result<Client> producer = make_client(RD_KAFKA_PRODUCER, cluster.connection(), {}, nullptr);
    ASSERT_TRUE(producer);
    for (const auto& [key, value] : messages) {
      ASSERT_TRUE(produce(producer->get(), {"t.commands", partition.value_or(home_of(key)), key, {}, value}, nullptr, [] { return false; }));
    }
    ASSERT_EQ(rd_kafka_flush(producer->get(), 20'000), RD_KAFKA_RESP_ERR_NO_ERROR);
  }
  void wait_for(const Intake& intake, const std::function<bool(const IntakeStatus&)>& claim) {
    const bool came = changes.come_to([&] { return claim(intake.status()); });
    const IntakeStatus status = intake.status();
    ASSERT_TRUE(came) << status.state << ", taken " << status.taken << ", " << status.last_error;
  }
};

TEST_F(IntakeFaults, NothingOvertakesACommandThatAFullInboxTurnedAway) {
  std::vector<std::pair<std::string, std::string>> messages;
  for (int i = 0; i < 20; ++i) messages.emplace_back("a", opening("a"));
  folder.turn_away(3);
  send(messages);
  Taker taker = folder.taker();
  taker.caught_up = [this, note = changes.note()] {
    folder.caught_up = true;
    note();
  };
  Intake intake(std::move(taker), cluster.connection(), changes.note());
  // That a partition has no more than this is told apart from the last message of another.
  wait_for(intake, [this](const IntakeStatus& status) { return status.taken == 20 && folder.caught_up; });
  EXPECT_EQ(folder.keys(), std::vector<std::string>(20, "a"));
}

TEST_F(IntakeFaults, WhatIsFinishedIsNotReadAgain) {
  send({{"a", opening("a")}, {"b", opening("b")}});
  {
    Intake intake(folder.taker(), cluster.connection(), changes.note());
    wait_for(intake, [](const IntakeStatus& status) { return status.taken == 2; });
  }
  send({{"c", opening("c")}});
  Intake intake(folder.taker(), cluster.connection(), changes.note());
  wait_for(intake, [](const IntakeStatus& status) { return status.taken == 1; });
  ASSERT_EQ(folder.keys().size(), 3U);
  EXPECT_EQ(folder.keys().back(), "c");
}

TEST_F(IntakeFaults, WhatNoMessageCouldTellHoldsNothingUp) {
  // A key that fills a message alone, and a command with so many mistakes that naming them all would.
  std::string mistakes = "{";
  for (int i = 0; mistakes.size() < 60'000; ++i) mistakes += fmt::format("\"m{}\":1,", i);
  mistakes.back() = '}';
  send({{std::string(999'950, 'k'), "x"}, {"a", mistakes}, {"a", opening("a")}});
  Intake intake(folder.taker(), cluster.connection(), changes.note());
  wait_for(intake, [](const IntakeStatus& status) { return status.taken == 3; });
  EXPECT_EQ(intake.status().refused, 2U);
  EXPECT_EQ(folder.keys(), std::vector<std::string>{"a"});
}

TEST_F(IntakeFaults, AMisroutedMessageIsToldWhereItBelongsAndIsNotTaken) {
  send({{"a", opening("a")}}, 1 - home_of("a"));
  send({{"x", opening("a")}, {"a", "not json"}, {"a", opening("a")}});
  Intake intake(folder.taker(), cluster.connection(), changes.note());
  wait_for(intake, [](const IntakeStatus& status) { return status.taken == 4; });
  EXPECT_EQ(intake.status().refused, 3U);
  EXPECT_EQ(folder.keys(), std::vector<std::string>{"a"});
  EXPECT_EQ(cluster.messages("t.rejections", 0) + cluster.messages("t.rejections", 1), 3U);
}

TEST_F(IntakeFaults, AfterTheBrokerWasDownTheCommandsGoOn) {
  Intake intake(folder.taker(), cluster.connection(), changes.note());
  wait_for(intake, [](const IntakeStatus& status) { return status.state == "taking"; });
  cluster.down();
  wait_for(intake, [](const IntakeStatus& status) { return !status.last_error.empty(); });
  cluster.up();
  send({{"a", opening("a")}});
  wait_for(intake, [](const IntakeStatus& status) { return status.taken == 1 && status.last_error.empty(); });
}

TEST_F(IntakeFaults, ARejectionThatTheBrokersRefuseIsToldAgain) {
  send({{"a", "not json"}});
  cluster.fail(MockCluster::kProduce, {RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED});
  Intake intake(folder.taker(), cluster.connection(), changes.note());
  wait_for(intake, [](const IntakeStatus& status) { return status.taken == 1; });
  EXPECT_EQ(cluster.messages("t.rejections", 0) + cluster.messages("t.rejections", 1), 1U);
}

}  // namespace
}  // namespace ritrovo::kafka
