#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "workflows/reading/chart.h"

/// Places for boxes and ways for arrows. Groups stand above each other; within a group, columns of boxes with gutters between them. An arrow
/// runs upright in gutters, level in the bands between groups, and upright again in the bus at the left edge: nowhere through a box. In each
/// of these channels arrows that would overlap get lanes of their own; those that leave the same line share one.
namespace ritrovo::reading {

struct Point {
  int x = 0;
  int y = 0;
  bool operator==(const Point&) const = default;
};

/// A box where it stands; its lines begin kPadding below `y`.
struct PlacedBox {
  std::size_t box = 0;
  int x = 0;
  int y = 0;
};

/// The frame of a group (not drawn for a run of steps), with its heading as it is broken over lines.
struct Frame {
  std::size_t group = 0;
  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;
  std::vector<std::string> notes;
};

/// A line of an arrow, from corner to corner.
struct Stroke {
  std::vector<Point> points;
  std::size_t source = 0;  ///< the same for all strokes that leave one line
  bool ends = false;       ///< at what it opens: with a head
  bool onto_frame = false; ///< … from above
  bool far = false;        ///< between groups
  bool overdue = false;
};

struct Picture {
  int width = 0;
  int height = 0;
  std::vector<Frame> frames;
  std::vector<PlacedBox> boxes;
  std::vector<Stroke> strokes;
  std::vector<Point> joints;  ///< where lines from one source part, so that they aren't taken for a crossing
};

inline constexpr int kMargin = 24;
inline constexpr int kTopHeight = 78;      ///< above the first group: the pathway's title
inline constexpr int kFrameTitleSize = 14;
inline constexpr int kFrameTitleHeight = 24;
inline constexpr int kFramePadding = 12;

/// Gives everything in the chart its place. Deterministic.
[[nodiscard]] Picture arrange(const Chart& chart);

}  // namespace ritrovo::reading
