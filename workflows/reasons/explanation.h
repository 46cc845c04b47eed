#pragma once

#include <string>
#include <vector>

#include "engine/base/ids.h"
#include "engine/base/time.h"
#include "engine/record/value.h"

namespace ritrovo::reasons {

/// One thing said, for people (`text`) and for programs (`kind`, `data`), and what belongs beneath it.
struct Line {
  std::string kind;  ///< "rule", "quote", "law", "value", "working", "parameter", "reporter", "holds", "waits", "never", "next", …
  std::string text;
  Values data;
  std::vector<Line> more;
};

/// One event of a chain of reasons.
struct Link {
  Version version;
  Day day;                       ///< when it happened
  std::string event;             ///< its kind: "step_opened"
  std::string text;              ///< what happened, as a sentence
  bool asked = false;            ///< it is what was asked about; the others are what it rests on
  bool told = false;             ///< somebody told or did it: nothing stands behind it
  std::vector<Line> lines;       ///< the rule, the values that it saw, the law, who reported it
  std::vector<Version> because;  ///< the events that it rests on, ascending
};

/// Why one instance of a step, or one of its deadlines, stands as it stands.
struct Explanation {
  std::string about;    ///< its title, in the language asked for
  std::string path;     ///< as it is addressed
  std::string person;   ///< alias; empty for the case's own
  Version occurrence;   ///< 0 where it doesn't repeat
  std::string life;     ///< "available", "completed", …; of a deadline "running", "missed", …
  std::string standing; ///< the same as a sentence
  std::vector<Line> definition;  ///< which version of which definition says so, where, in which words
  std::vector<Link> chain;       ///< the latest first; empty for what never opened
  std::vector<Line> waits;       ///< what is missing, and what would bring it about; empty for what has ended
};

}  // namespace ritrovo::reasons
