#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "workflows/reading/wording.h"

/// What a pathway's picture shows, before anything has a place.
namespace ritrovo::reading {

/// One line of text in a box.
struct Line {
  enum class Style : std::uint8_t { kTitle, kActor, kOpens, kGuard, kDeadline, kNote, kOutcome };
  Style style = Style::kTitle;
  std::string text;
  bool first = true;  ///< of what is broken over several lines
};

/// A step, or a stage within a stage, which has a group of its own besides.
struct Box {
  definition::StepIndex step = definition::kNone;
  std::vector<Line> lines;
  std::string words;               ///< all that is known about the step: shown when pointed at
  std::size_t colour = 0;          ///< of who is waited for: index into the pathway's parties; their count for nobody
  bool dashed = false;             ///< may be missing
};

/// A stage with its boxes, or a run of steps outside any stage.
struct Group {
  definition::StepIndex stage = definition::kNone;
  std::string title;               ///< empty for a run of steps
  std::vector<std::string> notes;  ///< for whom, when it opens and ends; each one sentence
  std::vector<std::size_t> boxes;  ///< indexes into Chart::boxes, in document order
};

/// From the end of a step (its title line, an outcome's or a deadline's line) to what it opens.
struct Arrow {
  static constexpr std::size_t kStage = SIZE_MAX;  ///< in place of a box: the frame of a stage
  std::size_t from = kStage;       ///< box, or kStage
  std::size_t from_group = 0;
  std::size_t line = 0;            ///< of the box that it leaves
  std::size_t to = kStage;
  std::size_t to_group = 0;
  bool overdue = false;            ///< leaves because a deadline has passed
  bool bundled = false;            ///< one of many that open the same: drawn as one line into which they all run
};

struct Chart {
  std::vector<std::string> codes;  ///< like the pathway's parties: two letters each, no two alike
  std::vector<Box> boxes;
  std::vector<Group> groups;       ///< top to bottom
  std::vector<Arrow> arrows;
};

// Measures of the picture, in pixels.
inline constexpr int kBoxWidth = 214;
inline constexpr int kTitleSize = 12;
inline constexpr int kTextSize = 11;
inline constexpr int kTitleHeight = 16;
inline constexpr int kTextHeight = 14;
inline constexpr int kPadding = 8;
inline constexpr int kIcon = 20;   ///< left of a box's title, and of a deadline
inline constexpr int kBadge = 26;  ///< right of a box's title: the code of who is waited for

/// Height of a line, of a whole box, and the middle of a line within its box.
[[nodiscard]] int height_of(const Line& line);
[[nodiscard]] int height_of(const Box& box);
[[nodiscard]] int middle_of(const Box& box, std::size_t line);

/// Two capitals for each name, no two alike: the first letters of its first long words ("City of Milan": CM), else the first letter and
/// a later one. Names beyond the alphabet's reach get digits.
[[nodiscard]] std::vector<std::string> codes_of(const std::vector<std::string>& names);

/// Reads the pathway into a chart.
[[nodiscard]] Chart make_chart(const Wording& words);

}  // namespace ritrovo::reading
