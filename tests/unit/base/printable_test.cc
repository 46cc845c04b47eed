#include "engine/base/printable.h"

#include <gtest/gtest.h>

namespace ritrovo {
namespace {

TEST(Printable, LeavesNamesAsTheyAreWritten) {
  for (const char* name : {"Ada Lovelace", "Nguyễn Thị Hường", "محمد", "علی\u200cرضا", "李小龍", "O'Brien-Ñandú", ""}) EXPECT_EQ(printable(name), name);
}

TEST(Printable, EscapesWhatMovesTheCursorOrTurnsTheWriting) {
  EXPECT_EQ(printable("a\x1b[2Jb"), "a\\u001b[2Jb");
  EXPECT_EQ(printable("\u202Egnp.exe\u202C"), "\\u202egnp.exe\\u202c");
  EXPECT_EQ(printable("\u2066x\u2069"), "\\u2066x\\u2069");
  EXPECT_EQ(printable("a\u200Bb\uFEFF"), "a\\u200bb\\ufeff");
  EXPECT_EQ(printable("\u009B31m"), "\\u009b31m") << "CSI as one C1 character";
  EXPECT_EQ(printable("\x7f"), "\\u007f");
  EXPECT_EQ(printable("\U000E0041"), "\\udb40\\udc41");
}

TEST(Printable, EscapesBytesThatAreNoText) {
  EXPECT_EQ(printable("\x9b" "31m"), "\\ufffd31m");
  EXPECT_EQ(printable("\xC3"), "\\ufffd");
  EXPECT_EQ(printable("\xED\xA0\x80"), "\\ufffd\\ufffd\\ufffd") << "a surrogate";
}

TEST(Printable, KeepsLinesOnlyWhereTheyAreWanted) {
  EXPECT_EQ(printable("a\nb\tc"), "a\\u000ab\\u0009c");
  EXPECT_EQ(printable("a\nb\tc", true), "a\nb\tc");
}

TEST(Printable, SaysWhereTheFirstHiddenCharacterStands) {
  EXPECT_FALSE(hidden_character("Domanda\nè\n"));
  const auto found = hidden_character("è\u202Ex");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->at, 2U);
  EXPECT_EQ(code_point_name(found->code), "U+202E");
  EXPECT_EQ(code_point_name(hidden_character("a\x07")->code), "U+0007");
  EXPECT_EQ(code_point_name(0xE0041), "U+E0041");
}

}  // namespace
}  // namespace ritrovo
