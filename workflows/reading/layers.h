#pragma once

#include <cstddef>
#include <vector>

#include "workflows/reading/chart.h"

namespace ritrovo::reading {

/// What stands in a column: a box, or the way of an arrow past that column.
struct Item {
  static constexpr std::size_t kWay = SIZE_MAX;
  std::size_t box = kWay;
  std::size_t port = 0;  ///< of a way: whose arrow (Port index)
  int y = 0;             ///< of its top, from the top of the group's boxes
  int height = 0;
};

/// Where arrows leave a box: all that leave one line are drawn as one line that branches.
struct Port {
  std::size_t box = 0;
  std::size_t line = 0;
  bool operator==(const Port&) const = default;
};

/// One hop of an arrow between neighbouring columns, within a group.
struct Hop {
  std::size_t port = 0;
  std::size_t column = 0;                ///< that it leaves; it arrives in the next
  std::size_t from = 0;                  ///< item in that column
  std::size_t to = 0;                    ///< item in the next
  bool overdue = false;
  std::size_t bundle = Item::kWay;       ///< the box that a bundle of arrows leads to, or kWay
};

/// The boxes of a group in columns, left to right as they follow each other.
struct Layers {
  std::vector<std::vector<Item>> columns;
  std::vector<Port> ports;
  std::vector<Hop> hops;
  std::vector<std::size_t> arrows_left;  ///< arrows of the chart that lead into or out of this group, or back: not among the hops
  int height = 0;
};

/// Puts the boxes of a group in columns (longest path from its beginnings), orders each column so that arrows cross little (a few sweeps of
/// barycentres), and gives every item its y. Deterministic: ties are broken by document order.
/// Source: K. Sugiyama et al., Methods for Visual Understanding of Hierarchical System Structures (1981).
[[nodiscard]] Layers lay_out(const Chart& chart, std::size_t group);

}  // namespace ritrovo::reading
