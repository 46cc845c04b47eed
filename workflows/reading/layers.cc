#include "workflows/reading/layers.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <tuple>

namespace ritrovo::reading {
namespace {

constexpr int kBoxGap = 20;
constexpr int kWayHeight = 8;
constexpr int kSweeps = 6;
constexpr std::size_t kColumnsMin = 4;  ///< boxes that nothing ties spread over at least so many

class LayerMaker {
 public:
  LayerMaker(const Chart& chart, std::size_t group) : chart_(chart), group_(group), boxes_(chart.groups[group].boxes) {}

  Layers make() {
    sort_arrows();
    assign_columns();
    spread_loose();
    build_columns();
    order();
    place();
    return std::move(layers_);
  }

 private:
  std::size_t local(std::size_t box) const { return static_cast<std::size_t>(std::find(boxes_.begin(), boxes_.end(), box) - boxes_.begin()); }

  /// An arrow that would close a circle is drawn as one that leaves the group. Boxes are few: reachability is searched anew each time.
  bool reaches(std::size_t from, std::size_t to) const {
    std::vector<std::size_t> open = {from};
    std::vector<bool> seen(boxes_.size(), false);
    while (!open.empty()) {
      const std::size_t at = open.back();
      open.pop_back();
      if (at == to) return true;
      if (seen[at]) continue;
      seen[at] = true;
      for (const std::size_t arrow : inner_)
        if (local(chart_.arrows[arrow].from) == at) open.push_back(local(chart_.arrows[arrow].to));
    }
    return false;
  }

  void sort_arrows() {
    for (std::size_t i = 0; i < chart_.arrows.size(); ++i) {
      const Arrow& arrow = chart_.arrows[i];
      if (arrow.from_group != group_ && arrow.to_group != group_) continue;
      const bool inner = arrow.from_group == group_ && arrow.to_group == group_ && arrow.from != Arrow::kStage && arrow.to != Arrow::kStage;
      if (inner && !reaches(local(arrow.to), local(arrow.from))) {
        inner_.push_back(i);
      } else {
        layers_.arrows_left.push_back(i);
      }
    }
  }

  void assign_columns() {
    column_.assign(boxes_.size(), 0);
    for (bool moved = true; moved;) {  // ends: the inner arrows have no circle
      moved = false;
      for (const std::size_t i : inner_) {
        std::size_t& to = column_[local(chart_.arrows[i].to)];
        const std::size_t least = column_[local(chart_.arrows[i].from)] + 1;
        moved = moved || to < least;
        to = std::max(to, least);
      }
    }
  }

  /// Boxes without inner arrows go where there is room.
  void spread_loose() {
    const std::size_t columns = std::max(kColumnsMin, boxes_.empty() ? 0 : 1 + *std::max_element(column_.begin(), column_.end()));
    std::vector<int> heights(columns, 0);
    std::vector<bool> tied(boxes_.size(), false);
    for (const std::size_t i : inner_) tied[local(chart_.arrows[i].from)] = tied[local(chart_.arrows[i].to)] = true;
    for (std::size_t i = 0; i < boxes_.size(); ++i)
      if (tied[i]) heights[column_[i]] += height_of(chart_.boxes[boxes_[i]]) + kBoxGap;
    for (std::size_t i = 0; i < boxes_.size(); ++i) {
      if (tied[i]) continue;
      column_[i] = static_cast<std::size_t>(std::min_element(heights.begin(), heights.end()) - heights.begin());
      heights[column_[i]] += height_of(chart_.boxes[boxes_[i]]) + kBoxGap;
    }
  }

  std::size_t port_of(const Arrow& arrow) {
    const Port port{arrow.from, arrow.line};
    const auto found = std::find(layers_.ports.begin(), layers_.ports.end(), port);
    if (found != layers_.ports.end()) return static_cast<std::size_t>(found - layers_.ports.begin());
    layers_.ports.push_back(port);
    return layers_.ports.size() - 1;
  }

  void build_columns() {
    const std::size_t columns = boxes_.empty() ? 1 : 1 + *std::max_element(column_.begin(), column_.end());
    layers_.columns.resize(columns);
    std::vector<std::size_t> item(boxes_.size());
    for (std::size_t i = 0; i < boxes_.size(); ++i) {
      std::vector<Item>& column = layers_.columns[column_[i]];
      item[i] = column.size();
      column.push_back({boxes_[i], 0, 0, height_of(chart_.boxes[boxes_[i]])});
    }
    std::map<std::tuple<std::size_t, std::size_t, std::size_t>, std::size_t> ways;  // (bundle's target, port or 0, column) → item
    for (const std::size_t i : inner_) {
      const Arrow& arrow = chart_.arrows[i];
      const std::size_t port = port_of(arrow);
      const std::size_t bundle = arrow.bundled ? arrow.to : Item::kWay;
      bool fresh = true;  // once a bundle's way is met, the rest is drawn already
      std::size_t at = item[local(arrow.from)];
      const std::size_t last = column_[local(arrow.to)];
      for (std::size_t column = column_[local(arrow.from)]; column + 1 < last; ++column) {
        const auto [way, made] = ways.try_emplace({bundle, arrow.bundled ? 0 : port, column + 1}, layers_.columns[column + 1].size());
        if (made) layers_.columns[column + 1].push_back({Item::kWay, port, 0, kWayHeight});
        if (arrow.bundled ? fresh : made) layers_.hops.push_back({port, column, at, way->second, arrow.overdue, bundle});
        fresh = made;
        at = way->second;
      }
      if (fresh || !arrow.bundled) layers_.hops.push_back({port, last - 1, at, item[local(arrow.to)], arrow.overdue, bundle});
    }
  }

  /// Sorts a column by the average place of its neighbours on one side.
  void sweep(std::size_t column, bool from_left) {
    std::vector<Item>& items = layers_.columns[column];
    std::vector<double> weight(items.size());
    for (std::size_t i = 0; i < items.size(); ++i) {
      double sum = 0;
      std::size_t count = 0;
      for (const Hop& hop : layers_.hops) {
        const bool here = from_left ? hop.column + 1 == column && hop.to == i : hop.column == column && hop.from == i;
        if (!here) continue;
        const std::size_t other = from_left ? hop.from : hop.to;
        const std::vector<Item>& beside = layers_.columns[from_left ? column - 1 : column + 1];
        sum += (static_cast<double>(other) + port_share(hop, from_left)) / static_cast<double>(beside.size());
        ++count;
      }
      weight[i] = count > 0 ? sum / static_cast<double>(count) : static_cast<double>(i) / static_cast<double>(items.size());
    }
    std::vector<std::size_t> places(items.size());
    std::iota(places.begin(), places.end(), 0);
    std::stable_sort(places.begin(), places.end(), [&](std::size_t a, std::size_t b) { return weight[a] < weight[b]; });
    std::vector<Item> sorted;
    std::vector<std::size_t> now(items.size());
    for (std::size_t i = 0; i < places.size(); ++i) {
      now[places[i]] = i;
      sorted.push_back(items[places[i]]);
    }
    items = std::move(sorted);
    for (Hop& hop : layers_.hops) {
      if (hop.column == column) hop.from = now[hop.from];
      if (hop.column + 1 == column) hop.to = now[hop.to];
    }
  }

  /// Arrows from lower lines of a box end lower.
  double port_share(const Hop& hop, bool from_left) const {
    if (!from_left) return 0;
    const Port& port = layers_.ports[hop.port];
    return static_cast<double>(port.line) / static_cast<double>(1 + chart_.boxes[port.box].lines.size());
  }

  void order() {
    for (int i = 0; i < kSweeps; ++i) {
      for (std::size_t column = 1; column < layers_.columns.size(); ++column) sweep(column, true);
      if (i + 1 == kSweeps) break;
      for (std::size_t column = layers_.columns.size() - 1; column-- > 0;) sweep(column, false);
    }
  }

  int leaving_y(const Hop& hop) const {
    const Item& item = layers_.columns[hop.column][hop.from];
    if (item.box == Item::kWay) return item.y + kWayHeight / 2;
    return item.y + middle_of(chart_.boxes[item.box], layers_.ports[hop.port].line);
  }

  static int entry(const Item& item) { return item.box == Item::kWay ? kWayHeight / 2 : kPadding + kTitleHeight / 2; }

  /// Columns from left to right; each item as near to what leads to it as its neighbours above let it.
  void place() {
    for (std::size_t column = 0; column < layers_.columns.size(); ++column) {
      int bottom = -kBoxGap;
      for (std::size_t i = 0; i < layers_.columns[column].size(); ++i) {
        Item& item = layers_.columns[column][i];
        int sum = 0;
        int count = 0;
        for (const Hop& hop : layers_.hops) {
          if (hop.column + 1 != column || hop.to != i) continue;
          sum += leaving_y(hop);
          ++count;
        }
        item.y = bottom + kBoxGap;
        if (count > 0) item.y = std::max(item.y, sum / count - entry(item));
        bottom = item.y + item.height;
      }
      layers_.height = std::max(layers_.height, bottom);
    }
  }

  const Chart& chart_;
  const std::size_t group_;
  const std::vector<std::size_t>& boxes_;
  std::vector<std::size_t> inner_;   ///< arrows within the group, without circles
  std::vector<std::size_t> column_;  ///< by place in the group
  Layers layers_;
};

}  // namespace

Layers lay_out(const Chart& chart, std::size_t group) { return LayerMaker(chart, group).make(); }

}  // namespace ritrovo::reading
