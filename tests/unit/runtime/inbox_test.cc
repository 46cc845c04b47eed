#include "engine/runtime/inbox.h"

#include <gtest/gtest.h>

#include <string>

#include "engine/record/command_bounds.h"

namespace ritrovo {
namespace {

TEST(Inbox, TakesNoMoreBytesThanItsLimit) {
  Inbox<int> inbox;
  EXPECT_TRUE(inbox.offer(1, limits::kInboxBytesMax - 10));
  EXPECT_FALSE(inbox.offer(2, 11));
  EXPECT_TRUE(inbox.offer(3, 10));
  ASSERT_EQ(inbox.pop(), 1);
  EXPECT_TRUE(inbox.offer(2, 11)) << "what was taken out is counted no more";
  EXPECT_EQ(inbox.pop(), 3);
  EXPECT_EQ(inbox.pop(), 2);
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
