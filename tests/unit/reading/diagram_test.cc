#include "workflows/reading/diagram.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/reading/small_pathway.h"
#include "workflows/reading/chart.h"
#include "workflows/reading/routes.h"
#include "workflows/reading/text_width.h"

namespace ritrovo::reading {
namespace {

/// Whether every element is closed in order and no text holds a bare "<" or "&": enough of XML for what is written here.
::testing::AssertionResult well_formed(const std::string& svg) {
  std::vector<std::string> open;
  for (std::size_t at = 0; at < svg.size(); ++at) {
    if (svg[at] == '&' && svg.find(';', at) > at + 5) return ::testing::AssertionFailure() << "a bare & at " << at;
    if (svg[at] != '<') continue;
    const std::size_t end = svg.find('>', at);
    if (end == std::string::npos) return ::testing::AssertionFailure() << "an element isn't closed at " << at;
    const std::string tag = svg.substr(at + 1, end - at - 1);
    const std::string name = tag.substr(tag[0] == '/' ? 1 : 0, tag.find_first_of(" />", 1) - (tag[0] == '/' ? 1 : 0));
    if (tag[0] == '/') {
      if (open.empty() || open.back() != name) return ::testing::AssertionFailure() << "</" << name << "> without its beginning at " << at;
      open.pop_back();
    } else if (tag.back() != '/') {
      open.push_back(name);
    }
    at = end;
  }
  return open.empty() ? ::testing::AssertionSuccess() : ::testing::AssertionFailure() << open.back() << " stays open";
}

struct Case {
  definition::Library library = test::shipped();
  const definition::Pathway& pathway = *library.pathways.at(0);
};

TEST(Diagram, IsWellFormedAndSaysWhatItShows) {
  const Case given;
  for (const auto& pathway : given.library.pathways) {
    for (const Language language : {Language::kItalian, Language::kEnglish}) {
      const std::string svg = diagram(*pathway, given.library.almanac.get(), language);
      EXPECT_TRUE(well_formed(svg)) << pathway->name;
      EXPECT_NE(svg.find("role=\"img\" aria-labelledby=\"title desc\""), std::string::npos);
      EXPECT_NE(svg.find("<desc id=\"desc\">"), std::string::npos);
    }
  }
}

TEST(Diagram, IsTheSameBytesEachTime) {
  const Case given;
  EXPECT_EQ(diagram(given.pathway, given.library.almanac.get(), Language::kItalian), diagram(given.pathway, given.library.almanac.get(), Language::kItalian));
}

TEST(Diagram, AStageThatRepeatsSaysForWhatAndWhenItIsDropped) {
  const Case given;
  const auto intake = std::find_if(given.library.pathways.begin(), given.library.pathways.end(), [](const auto& pathway) { return pathway->name == "welcome-intake"; });
  ASSERT_NE(intake, given.library.pathways.end());
  const std::string svg = diagram(**intake, given.library.almanac.get(), Language::kEnglish);
  EXPECT_NE(svg.find("Anew at each report: “Referral to a service”."), std::string::npos);
  EXPECT_NE(svg.find("Dropped when “Consent withdrawn” is reported."), std::string::npos);
}

TEST(Chart, HasABoxOrAFrameForEveryStepWithItsWholeTitle) {
  const Case given;
  const Wording words(given.pathway, given.library.almanac.get(), Language::kItalian);
  const Chart chart = make_chart(words);
  std::vector<std::string> shown(given.pathway.steps.size());
  for (const Box& box : chart.boxes) {
    for (const Line& line : box.lines)
      if (line.style == Line::Style::kTitle) shown[box.step] += (shown[box.step].empty() ? "" : " ") + line.text;
  }
  for (const Group& group : chart.groups)
    if (group.stage != definition::kNone) shown[group.stage] += group.title;
  for (std::size_t i = 0; i < shown.size(); ++i) EXPECT_NE(shown[i].find(words.title(given.pathway.steps[i])), std::string::npos) << shown[i];
}

TEST(Chart, NoTextIsWiderThanItsBox) {
  const Case given;
  for (const auto& pathway : given.library.pathways) {
    const Wording words(*pathway, given.library.almanac.get(), Language::kItalian);
    for (const Box& box : make_chart(words).boxes) {
      for (const Line& line : box.lines) {
        const bool title = line.style == Line::Style::kTitle;
        const int indent = (title || line.style == Line::Style::kDeadline ? kIcon : 0) + (title && box.colour < pathway->parties.size() ? kBadge : 0);
        EXPECT_LE(text_width(line.text, title ? kTitleSize : kTextSize, title) + indent, kBoxWidth - 2 * kPadding) << line.text;
      }
    }
  }
}

TEST(Chart, NoConditionIsCut) {
  const Case given;
  for (const auto& pathway : given.library.pathways) {
    for (const Language language : {Language::kItalian, Language::kEnglish}) {
      const Wording words(*pathway, given.library.almanac.get(), language);
      for (const Box& box : make_chart(words).boxes)
        for (const Line& line : box.lines) EXPECT_FALSE(line.text.ends_with("…")) << pathway->name << ": " << line.text;
    }
  }
}

TEST(Chart, EveryPartyHasTwoLettersOfItsOwn) {
  EXPECT_EQ(codes_of({"Famiglia", "Comune di Milano", "Scuola", "Scuola di italiano", "Servizio sanitario (ASST)", "Servizi del territorio"}),
            (std::vector<std::string>{"FA", "CM", "SC", "SI", "SS", "ST"}));
  EXPECT_EQ(codes_of({"A", "Aa", "Aa", "学校"}), (std::vector<std::string>{"00", "AA", "01", "02"}));
  const Case given;
  for (const auto& pathway : given.library.pathways) {
    std::vector<std::string> codes = make_chart(Wording(*pathway, given.library.almanac.get(), Language::kItalian)).codes;
    std::sort(codes.begin(), codes.end());
    EXPECT_EQ(std::adjacent_find(codes.begin(), codes.end()), codes.end()) << pathway->name;
  }
}

TEST(Routes, KeepBoxesApartAndWithinTheirFrames) {
  const Case given;
  const Wording words(given.pathway, given.library.almanac.get(), Language::kItalian);
  const Chart chart = make_chart(words);
  const Picture picture = arrange(chart);
  ASSERT_EQ(picture.boxes.size(), chart.boxes.size());
  for (std::size_t i = 0; i < picture.boxes.size(); ++i) {
    const PlacedBox& a = picture.boxes[i];
    bool framed = false;
    for (const Frame& frame : picture.frames) {
      framed = framed || (a.x > frame.x && a.x + kBoxWidth < frame.x + frame.width && a.y >= frame.y && a.y + height_of(chart.boxes[a.box]) < frame.y + frame.height);
    }
    EXPECT_TRUE(framed) << i;
    for (std::size_t j = i + 1; j < picture.boxes.size(); ++j) {
      const PlacedBox& b = picture.boxes[j];
      const bool apart = a.x + kBoxWidth <= b.x || b.x + kBoxWidth <= a.x || a.y + height_of(chart.boxes[a.box]) <= b.y || b.y + height_of(chart.boxes[b.box]) <= a.y;
      EXPECT_TRUE(apart) << i << " and " << j;
    }
  }
}

TEST(Routes, NoArrowRunsThroughABox) {
  const Case given;
  const Wording words(given.pathway, given.library.almanac.get(), Language::kItalian);
  const Chart chart = make_chart(words);
  const Picture picture = arrange(chart);
  ASSERT_FALSE(picture.strokes.empty());
  for (const Stroke& stroke : picture.strokes) {
    for (std::size_t i = 0; i + 1 < stroke.points.size(); ++i) {
      const Point a = stroke.points[i];
      const Point b = stroke.points[i + 1];
      EXPECT_TRUE(a.x == b.x || a.y == b.y) << "neither upright nor level";
      for (const PlacedBox& box : picture.boxes) {
        const bool beside = std::max(a.x, b.x) <= box.x || std::min(a.x, b.x) >= box.x + kBoxWidth;
        const bool above_or_below = std::max(a.y, b.y) <= box.y || std::min(a.y, b.y) >= box.y + height_of(chart.boxes[box.box]);
        EXPECT_TRUE(beside || above_or_below) << chart.boxes[box.box].words;
      }
    }
  }
}

TEST(TextWidth, BreaksLongWordsAndMarksWhatIsLeftOut) {
  const std::vector<std::string> lines = broken("Donaudampfschifffahrtselektrizitätenhauptbetriebswerk und mehr und noch mehr", 100, 12, true, 3);
  ASSERT_EQ(lines.size(), 3U);
  for (const std::string& line : lines) EXPECT_LE(text_width(line, 12, true), 112) << line;
  EXPECT_TRUE(lines.back().ends_with("…"));
}

}  // namespace
}  // namespace ritrovo::reading
