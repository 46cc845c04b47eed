#include "tools/submission.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <utility>
#include <vector>

namespace ritrovo::tools {
namespace {

using std::chrono::milliseconds;

/// Sends `count` commands that are answered by `send`; returns what came of each.
std::vector<Answer> submit(int count, const Submission::Send& send, milliseconds patience = Submission::kPatience) {
  std::vector<Answer> answers;
  Submission submission(
      8, send, [&answers](const LineAnswer& line, bool) { answers.push_back(line.answer); }, patience);
  for (int i = 0; i < count && !submission.failed(); ++i) {
    Command command;
    command.key = "k" + std::to_string(i);
    submission.offer(static_cast<std::uint64_t>(i), std::move(command));
  }
  submission.drain();
  return answers;
}

TEST(Submission, SendsACommandAgainThatCameToABusyInbox) {
  int tries = 0;
  const std::vector<Answer> answers = submit(1, [&tries](const Command& command, const AnswerCallback& answer) {
    Answer given = busy(command.key, command.case_id, "full");
    given.retry_after_ms = 0;
    if (++tries == 3) given.kind = AnswerKind::kAccepted;
    answer(given);
  });
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0].kind, AnswerKind::kAccepted);
  EXPECT_EQ(tries, 3);
}

TEST(Submission, SendsNothingBeforeACommandThatIsToBeSentAgain) {
  std::vector<std::string> taken;
  bool full = true;
  (void)submit(4, [&](const Command& command, const AnswerCallback& answer) {
    Answer given = busy(command.key, command.case_id, "full");
    given.retry_after_ms = 20;
    // Somebody else's command leaves room in between.
    if (command.key != "k1" || !std::exchange(full, false)) {
      given.kind = AnswerKind::kAccepted;
      taken.push_back(command.key);
    }
    answer(given);
  });
  EXPECT_EQ(taken, (std::vector<std::string>{"k0", "k1", "k2", "k3"}));
}

TEST(Submission, EndsWhenTheFolderSaysThatItTakesNothingMore) {
  int tries = 0;
  const std::vector<Answer> answers = submit(100, [&tries](const Command& command, const AnswerCallback& answer) {
    ++tries;
    answer(stopped(command.key, command.case_id, "the clock jumped"));
  });
  EXPECT_EQ(tries, 1);
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0].kind, AnswerKind::kStopped);
  EXPECT_EQ(answers[0].message, "the clock jumped");
}

TEST(Submission, GivesUpOnAnInboxThatStaysBusyAndSaysWhy) {
  const std::vector<Answer> answers = submit(
      3, [](const Command& command, const AnswerCallback& answer) { answer(busy(command.key, command.case_id, "partition 3 is full")); }, milliseconds(1));
  ASSERT_FALSE(answers.empty());
  for (const Answer& answer : answers) EXPECT_EQ(answer.kind, AnswerKind::kStopped);
  EXPECT_NE(answers[0].message.find("busy for too long: partition 3 is full"), std::string::npos) << answers[0].message;
}

TEST(Submission, HandsWhatItsTakerThrewToTheCallerAndSendsNothingMore) {
  int taken = 0;
  const auto fail = [&taken](const LineAnswer&, bool) {
    ++taken;
    throw std::runtime_error("the output is full");
  };
  Submission submission(
      2, [](const Command& command, const AnswerCallback& answer) { answer(stopped(command.key, command.case_id, "")); }, fail);
  for (std::uint64_t i = 0; i < 8; ++i) submission.offer(i, Command());
  EXPECT_THROW(submission.drain(), std::runtime_error);
  EXPECT_TRUE(submission.failed());
  EXPECT_EQ(taken, 1);
}

}  // namespace
}  // namespace ritrovo::tools
