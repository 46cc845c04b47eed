#include "engine/runtime/inbox.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "engine/record/command_bounds.h"

namespace ritrovo {
namespace {

std::optional<int> next(Inbox<int>& inbox) {
  std::optional<int> item;
  const bool taken = inbox.pop(item);
  EXPECT_EQ(taken, item.has_value());
  return item;
}

TEST(Inbox, TakesNoMoreBytesThanItsLimit) {
  Inbox<int> inbox;
  EXPECT_TRUE(inbox.offer(1, limits::kInboxBytesMax - 10));
  EXPECT_FALSE(inbox.offer(2, 11));
  EXPECT_TRUE(inbox.offer(3, 10));
  ASSERT_EQ(next(inbox), 1);
  EXPECT_TRUE(inbox.offer(2, 11)) << "what was taken out is counted no more";
  EXPECT_EQ(next(inbox), 3);
  EXPECT_EQ(next(inbox), 2);
}

TEST(Inbox, TakesOneItemHoweverLargeWhenNothingWaits) {
  Inbox<int> inbox;
  EXPECT_TRUE(inbox.offer(1, 2 * limits::kInboxBytesMax));
  EXPECT_FALSE(inbox.offer(2, 1));
  inbox.push(3);
  EXPECT_EQ(inbox.size(), 2U);
}

TEST(Inbox, CountsWhatACommandHolds) {
  Command command;
  const std::size_t empty = memory_bytes(command);
  command.data = {{"list", Value(ValueList{Value(std::string(1000, 'a')), Value(Values{{"b", Value(std::string(500, 'b'))}})})}};
  EXPECT_GE(memory_bytes(command), empty + 1500);
}

}  // namespace
}  // namespace ritrovo
