#include "workflows/reading/routes.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "workflows/reading/layers.h"
#include "workflows/reading/text_width.h"

namespace ritrovo::reading {
namespace {

constexpr int kFar = 1'000'000;      ///< beyond any group
constexpr int kLaneGap = 9;
constexpr int kGutterPad = 18;
constexpr int kBandPad = 12;
constexpr int kBandMin = 26;
constexpr int kStageDrop = 26;       ///< where arrows meet a frame, from its corner
constexpr std::size_t kBundled = SIZE_MAX;
constexpr int kNoteWidth = 1100;     ///< longer lines are hard to read
constexpr std::size_t kNotes = 4;    ///< lines for each of a frame's notes

/// A strip in which lines run side by side. First all stretches are added, then they get lanes, then lanes are asked for.
class Channel {
 public:
  void add(std::size_t source, int from, int to) {
    const auto [lo, hi] = std::minmax(from, to);
    const auto [at, fresh] = stretches_.try_emplace(source, Stretch{lo, hi, 0});
    if (fresh) return;
    at->second.lo = std::min(at->second.lo, lo);
    at->second.hi = std::max(at->second.hi, hi);
  }
  void assign() {
    std::vector<std::pair<std::size_t, Stretch*>> sorted;
    for (auto& [source, stretch] : stretches_) sorted.emplace_back(source, &stretch);
    std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.second->lo < b.second->lo; });
    std::vector<int> ends;  // of each lane
    for (auto& [source, stretch] : sorted) {
      std::size_t lane = 0;
      while (lane < ends.size() && ends[lane] >= stretch->lo) ++lane;
      if (lane == ends.size()) ends.push_back(0);
      ends[lane] = stretch->hi;
      stretch->lane = static_cast<int>(lane);
    }
    lanes_ = static_cast<int>(ends.size());
  }
  [[nodiscard]] int lanes() const { return lanes_; }
  [[nodiscard]] bool has(std::size_t source) const { return stretches_.contains(source); }
  [[nodiscard]] int offset(std::size_t source) const { return stretches_.at(source).lane * kLaneGap; }
  /// Whether the line goes on to both sides of that place.
  [[nodiscard]] bool passes(std::size_t source, int place) const { return stretches_.at(source).lo < place && place < stretches_.at(source).hi; }

 private:
  struct Stretch {
    int lo;
    int hi;
    int lane;
  };
  std::map<std::size_t, Stretch> stretches_;
  int lanes_ = 0;
};

/// A group with its columns' places.
struct Block {
  Layers layers;
  std::vector<Channel> gutters;   ///< one before each column, and one after the last
  std::vector<int> gutter_x;
  std::vector<int> column_x;
  int width = 0;
  int top = 0;                    ///< of the frame
  int content = 0;                ///< of the boxes
  int bottom = 0;
};

/// An arrow that leaves its group: out through a gutter, along a band, perhaps the bus and another band, in through a gutter.
struct FarWay {
  const Arrow* arrow = nullptr;
  std::size_t source = 0;
  std::size_t band_out = 0;
  std::size_t band_in = 0;
  std::size_t gutter_out = 0;
  std::size_t gutter_in = 0;
  int y_out = 0;  ///< within the group
  int y_in = 0;
};

class Arranger {
 public:
  explicit Arranger(const Chart& chart) : chart_(chart) {}

  Picture make() {
    for (std::size_t i = 0; i < chart_.groups.size(); ++i) blocks_.push_back({lay_out(chart_, i), {}, {}, {}, 0, 0, 0, 0});
    for (Block& block : blocks_) block.gutters.resize(block.layers.columns.size() + 1);
    bands_.resize(blocks_.size() + 1);
    for (const Block& block : blocks_) add_hops(block);
    collect_far();
    place_columns();
    add_to_bands();
    place_rows();
    for (std::size_t i = 0; i < blocks_.size(); ++i) draw_near(i);
    for (const FarWay& way : far_) draw_far(way);
    return std::move(picture_);
  }

 private:
  /// A number for all that is drawn as one line: what leaves one line of a box, or what runs together into one thing.
  std::size_t source_of(const Arrow& arrow) {
    if (arrow.bundled) return sources_.try_emplace(std::tuple(arrow.to, kBundled, arrow.to == Arrow::kStage ? arrow.to_group : 0), sources_.size()).first->second;
    const auto key = std::tuple(arrow.from, arrow.from == Arrow::kStage ? arrow.from_group : 0, arrow.line);
    return sources_.try_emplace(key, sources_.size()).first->second;
  }
  std::size_t source_of(const Block& block, const Hop& hop) {
    if (hop.bundle != Item::kWay) return sources_.try_emplace(std::tuple(hop.bundle, kBundled, std::size_t{0}), sources_.size()).first->second;
    const Port& port = block.layers.ports[hop.port];
    return sources_.try_emplace(std::tuple(port.box, std::size_t{0}, port.line), sources_.size()).first->second;
  }

  int leaving_y(const Block& block, const Hop& hop) const {
    const Item& item = block.layers.columns[hop.column][hop.from];
    return item.y + (item.box == Item::kWay ? item.height / 2 : middle_of(chart_.boxes[item.box], block.layers.ports[hop.port].line));
  }
  static int arriving_y(const Item& item) { return item.y + (item.box == Item::kWay ? item.height / 2 : kPadding + kTitleHeight / 2); }

  void add_hops(const Block& block) {
    Block& own = blocks_[static_cast<std::size_t>(&block - blocks_.data())];
    for (const Hop& hop : block.layers.hops) {
      const int from = leaving_y(block, hop);
      const int to = arriving_y(block.layers.columns[hop.column + 1][hop.to]);
      const std::size_t source = source_of(block, hop);
      if (from != to) own.gutters[hop.column + 1].add(source, from, to);
    }
  }

  /// Column and y of a box within its group.
  std::pair<std::size_t, const Item*> find(std::size_t group, std::size_t box) const {
    const auto& columns = blocks_[group].layers.columns;
    for (std::size_t column = 0; column < columns.size(); ++column)
      for (const Item& item : columns[column])
        if (item.box == box) return {column, &item};
    return {0, nullptr};
  }

  void collect_far() {
    for (std::size_t group = 0; group < blocks_.size(); ++group) {
      for (const std::size_t index : blocks_[group].layers.arrows_left) {
        const Arrow& arrow = chart_.arrows[index];
        if (arrow.from_group != group) continue;  // each is met in both of its groups
        FarWay way{&arrow, source_of(arrow), 0, 0, 0, 0, 0, 0};
        const bool down = arrow.to_group > arrow.from_group;
        const bool same = arrow.to_group == arrow.from_group;
        way.band_out = down || same || arrow.from == Arrow::kStage ? arrow.from_group + 1 : arrow.from_group;
        way.band_in = down || arrow.to == Arrow::kStage ? arrow.to_group : arrow.to_group + 1;
        if (arrow.from != Arrow::kStage) {
          const auto [column, item] = find(group, arrow.from);
          way.gutter_out = column + 1;
          way.y_out = item->y + middle_of(chart_.boxes[arrow.from], arrow.line);
          blocks_[group].gutters[way.gutter_out].add(way.source, way.y_out, way.band_out > arrow.from_group ? kFar : -kFar);
        }
        if (arrow.to != Arrow::kStage) {
          const auto [column, item] = find(arrow.to_group, arrow.to);
          way.gutter_in = column;
          way.y_in = arriving_y(*item);
          blocks_[arrow.to_group].gutters[way.gutter_in].add(way.source, way.y_in, way.band_in > arrow.to_group ? kFar : -kFar);
        }
        if (way.band_in != way.band_out) bus_.add(way.source, static_cast<int>(way.band_out), static_cast<int>(way.band_in));
        far_.push_back(way);
      }
    }
  }

  void place_columns() {
    bus_.assign();
    const int left = kMargin + (bus_.lanes() > 0 ? bus_.lanes() * kLaneGap + 8 : 0);
    for (Block& block : blocks_) {
      int x = left;
      for (std::size_t i = 0; i < block.gutters.size(); ++i) {
        block.gutters[i].assign();
        block.gutter_x.push_back(x + kGutterPad);
        x += 2 * kGutterPad + std::max(0, block.gutters[i].lanes() - 1) * kLaneGap;
        if (i >= block.layers.columns.size()) break;
        block.column_x.push_back(x);
        x += kBoxWidth;
      }
      block.width = x - left;
      frame_width_ = std::max(frame_width_, block.width);
    }
    left_ = left;
    picture_.width = left + frame_width_ + kMargin;
  }

  int gutter_lane(std::size_t group, std::size_t gutter, std::size_t source) const {
    return blocks_[group].gutter_x[gutter] + blocks_[group].gutters[gutter].offset(source);
  }
  int out_x(const FarWay& way) const {
    return way.arrow->from == Arrow::kStage ? left_ + frame_width_ - kStageDrop : gutter_lane(way.arrow->from_group, way.gutter_out, way.source);
  }
  int in_x(const FarWay& way) const {
    return way.arrow->to == Arrow::kStage ? left_ + kStageDrop : gutter_lane(way.arrow->to_group, way.gutter_in, way.source);
  }

  void add_to_bands() {
    for (const FarWay& way : far_) {
      if (way.band_in == way.band_out) {
        bands_[way.band_in].add(way.source, out_x(way), in_x(way));
      } else {
        bands_[way.band_out].add(way.source, out_x(way), 0);
        bands_[way.band_in].add(way.source, in_x(way), 0);
      }
    }
    for (Channel& band : bands_) band.assign();
  }

  void place_rows() {
    int y = kTopHeight;
    for (std::size_t i = 0; i <= blocks_.size(); ++i) {
      band_y_.push_back(y + kBandPad);
      y += std::max(kBandMin, 2 * kBandPad + bands_[i].lanes() * kLaneGap);
      if (i == blocks_.size()) break;
      Block& block = blocks_[i];
      Frame frame{i, left_, y, frame_width_, 0, {}};
      int header = kFramePadding;
      if (!chart_.groups[i].title.empty()) {
        for (const std::string& note : chart_.groups[i].notes)
          for (std::string& line : broken(note, std::min(kNoteWidth, frame_width_ - 2 * kFramePadding), kTextSize, false, kNotes)) frame.notes.push_back(std::move(line));
        header = kFrameTitleHeight + static_cast<int>(frame.notes.size()) * kTextHeight + kFramePadding;
      }
      block.top = y;
      block.content = y + header;
      block.bottom = block.content + block.layers.height + kFramePadding;
      frame.height = block.bottom - block.top;
      picture_.frames.push_back(std::move(frame));
      for (std::size_t column = 0; column < block.layers.columns.size(); ++column)
        for (const Item& item : block.layers.columns[column])
          if (item.box != Item::kWay) picture_.boxes.push_back({item.box, block.column_x[column], block.content + item.y});
      y = block.bottom;
    }
    picture_.height = y;
  }

  void join(const Channel& channel, std::size_t source, int place, Point where) {
    if (channel.has(source) && channel.passes(source, place) && std::find(picture_.joints.begin(), picture_.joints.end(), where) == picture_.joints.end()) {
      picture_.joints.push_back(where);
    }
  }

  void draw_near(std::size_t group) {
    const Block& block = blocks_[group];
    for (const Hop& hop : block.layers.hops) {
      const Item& from = block.layers.columns[hop.column][hop.from];
      const Item& to = block.layers.columns[hop.column + 1][hop.to];
      const std::size_t source = source_of(block, hop);
      const Channel& gutter = block.gutters[hop.column + 1];
      const int y_from = leaving_y(block, hop);
      const int y_to = arriving_y(to);
      Stroke stroke{{}, source, to.box != Item::kWay, false, false, hop.overdue};
      stroke.points.push_back({block.column_x[hop.column] + (from.box == Item::kWay ? 0 : kBoxWidth), block.content + y_from});
      if (y_from != y_to) {
        const int x = block.gutter_x[hop.column + 1] + gutter.offset(source);
        stroke.points.push_back({x, block.content + y_from});
        stroke.points.push_back({x, block.content + y_to});
        join(gutter, source, y_from, {x, block.content + y_from});
        join(gutter, source, y_to, {x, block.content + y_to});
      }
      stroke.points.push_back({block.column_x[hop.column + 1], block.content + y_to});
      picture_.strokes.push_back(std::move(stroke));
    }
  }

  void draw_far(const FarWay& way) {
    const Arrow& arrow = *way.arrow;
    const Block& from = blocks_[arrow.from_group];
    const Block& to = blocks_[arrow.to_group];
    Stroke stroke{{}, way.source, true, arrow.to == Arrow::kStage, true, arrow.overdue};
    const int x_out = out_x(way);
    const int x_in = in_x(way);
    if (arrow.from == Arrow::kStage) {
      stroke.points.push_back({x_out, from.bottom});
    } else {
      stroke.points.push_back({from.column_x[way.gutter_out - 1] + kBoxWidth, from.content + way.y_out});
      stroke.points.push_back({x_out, from.content + way.y_out});
      join(from.gutters[way.gutter_out], way.source, way.y_out, stroke.points.back());
    }
    const int y_out = band_y_[way.band_out] + bands_[way.band_out].offset(way.source);
    stroke.points.push_back({x_out, y_out});
    if (way.band_in != way.band_out) {
      const int x_bus = kMargin + bus_.offset(way.source);
      const int y_bus = band_y_[way.band_in] + bands_[way.band_in].offset(way.source);
      stroke.points.push_back({x_bus, y_out});
      stroke.points.push_back({x_bus, y_bus});
      join(bus_, way.source, static_cast<int>(way.band_in), {x_bus, y_bus});
    }
    const int y_in = band_y_[way.band_in] + bands_[way.band_in].offset(way.source);
    stroke.points.push_back({x_in, y_in});
    join(bands_[way.band_in], way.source, x_in, {x_in, y_in});
    if (arrow.to == Arrow::kStage) {
      stroke.points.push_back({x_in, way.band_in > arrow.to_group ? to.bottom : to.top});
    } else {
      stroke.points.push_back({x_in, to.content + way.y_in});
      stroke.points.push_back({to.column_x[way.gutter_in], to.content + way.y_in});
    }
    picture_.strokes.push_back(std::move(stroke));
  }

  const Chart& chart_;
  std::vector<Block> blocks_;
  std::vector<Channel> bands_;  ///< above each group, and below the last
  std::vector<int> band_y_;
  Channel bus_;
  std::vector<FarWay> far_;
  std::map<std::tuple<std::size_t, std::size_t, std::size_t>, std::size_t> sources_;
  int left_ = 0;
  int frame_width_ = 620;       ///< at least: the heading and the legend need room
  Picture picture_;
};

}  // namespace

Picture arrange(const Chart& chart) { return Arranger(chart).make(); }

}  // namespace ritrovo::reading
