#pragma once

#include <string>

namespace ritrovo::calendar {

/// What a thing is called in the two languages of the catalogue.
struct Title {
  std::string it;
  std::string en;
  bool operator==(const Title&) const = default;
};

/// Where a rule or a figure comes from, and whether somebody read that source: `verified: false` is shown wherever the rule is explained.
struct Source {
  std::string law;
  bool verified = false;
  std::string note;
  bool operator==(const Source&) const = default;
};

}  // namespace ritrovo::calendar
