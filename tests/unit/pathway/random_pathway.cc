#include "tests/unit/pathway/random_pathway.h"

#include <random>
#include <vector>

namespace ritrovo::pathway::test {
namespace {

constexpr const char* kHead = R"(pathway: by-chance
version: 1
valid_from: 2018-01-01
title: {it: Caso, en: By chance}
parties: {family: {it: Famiglia, en: Family}}
roles: {clerk: {it: Operatore, en: Clerk}, head: {it: Responsabile, en: Head}}
persons:
  sponsor: {count: one, data: {minor: {type: boolean, optional: true, public: true}, name: string}}
  relative: {count: many, group: relatives, data: {minor: {type: boolean, optional: true}, tie: {type: enum, values: [spouse, child], public: true}}}
facts:
  f.a: {by: [clerk], data: {day: {type: date, public: true}, flag: {type: boolean, optional: true, public: true}, amount: decimal}}
  f.b: {by: [clerk], data: {day: {type: date, public: true}, flag: {type: boolean, optional: true}, amount: decimal}}
  f.c: {by: [clerk], once: true, data: {day: {type: date, public: true}}}
  s.a: {by: [clerk], per: sponsor, data: {day: {type: date, public: true}, flag: {type: boolean, optional: true}}}
  p.a: {by: [clerk], per: relative, data: {day: {type: date, public: true}, flag: {type: boolean, optional: true}}}
  p.b: {by: [clerk], per: relative, data: {day: {type: date, public: true}}}
)";

/// A step that stands in the text already.
struct Written {
  std::string name;
  std::vector<std::string> outcomes;
  bool branch = false;
  bool deadline = false;
  bool value = false;
  bool task = false;
};

class Author {
 public:
  explicit Author(unsigned seed) : random_(seed) {}

  std::string write() {
    std::string steps;
    while (written_.size() < 4 + random_() % 7) steps += step(1, false, false);
    std::string top = one_in(5) ? "completes_when: " + sentry(false, 1) + "\n" : "";
    return kHead + top + "steps:\n" + steps;
  }

 private:
  bool one_in(unsigned n) { return random_() % n == 0; }
  template <class T>
  const T& any(const std::vector<T>& of) { return of[random_() % of.size()]; }
  std::string fact(bool branch) { return any(branch ? std::vector<std::string>{"f.a", "f.b", "f.c", "s.a", "p.a", "p.b"} : std::vector<std::string>{"f.a", "f.b", "f.c", "s.a"}); }
  std::string day_of(bool branch) { return fact(branch) + ".day"; }

  std::string part(bool branch, int depth) {
    switch (random_() % (depth > 0 ? 9 : 7)) {
      case 0: return fact(branch);
      case 1: return branch ? "p.a" : "{" + std::string(one_in(2) ? "every" : "some") + ": p.a}";
      case 2: return "{day: 'plus(" + day_of(branch) + ", period(\"P" + std::to_string(1 + random_() % 3) + "M\"))'}";
      case 7: return "{" + std::string(one_in(2) ? "all" : "any") + ": [" + part(branch, depth - 1) + ", " + part(branch, depth - 1) + "]}";
      case 8: return "{at_least: 2, of: [" + part(branch, depth - 1) + ", " + part(branch, depth - 1) + ", " + part(branch, depth - 1) + "]}";
      default: break;
    }
    if (written_.empty()) return fact(branch);
    const Written& target = any(written_);
    std::string name = target.name;
    if (target.deadline && one_in(2)) name = "{overdue: " + name + "}";
    else if (!target.outcomes.empty() && one_in(2)) name += "/" + any(target.outcomes);
    if (target.branch && !branch) return "{" + std::string(one_in(2) ? "every" : "some") + ": " + name + "}";
    return name;
  }
  std::string sentry(bool branch, int depth) { return part(branch, depth); }

  std::string guard(bool branch) {
    std::vector<std::string> guards = {"f.a.amount > decimal(\"9000\")", "known(f.b.day)", "f.a.flag", "!f.b.flag", "f.b.flag != true", "s.a.flag == true",
                                       "today >= plus(f.a.day, period(\"P20D\"))", "today < plus(f.c.day, period(\"P30D\"))", "relatives.exists(r, r.minor)",
                                       "relatives.all(r, r.tie == \"child\")", "sponsor.minor == true", "working_days_between(f.a.day, f.c.day) > 3"};
    if (branch) guards.insert(guards.end(), {"relative.minor", "relative.tie == \"child\"", "p.a.flag", "today > plus(p.b.day, period(\"P5D\"))"});
    for (const Written& step : written_) {
      if (step.branch && !branch) continue;
      if (step.value) guards.push_back(step.name + ".value > decimal(\"9000\")");
      if (!step.outcomes.empty()) guards.push_back(step.name + ".outcome == \"" + step.outcomes.front() + "\"");
    }
    return "'" + any(guards) + "'";
  }

  std::string deadline(bool branch, const Written& self, bool opens) {
    std::string out = ", deadline: {term: " + any(std::vector<std::string>{"nulla_osta", "entry_notice"}) + ", from: " + (one_in(3) ? "opened" : day_of(branch));
    if (one_in(3)) out += ", interrupted_on: f.b.day, restarts_on: f.a.day";
    if (one_in(2)) out += ", warn_before: P" + std::to_string(1 + random_() % 120) + "D";
    if (one_in(4)) out += ", when: " + guard(branch);
    if (one_in(4)) out += ", met_by: " + fact(branch);
    for (const Written& step : written_)
      if (step.branch == branch && one_in(6)) {
        out += ", suspended_while: " + step.name;
        break;
      }
    if (one_in(4)) out += ", while_suspended: stops";
    if (one_in(3)) out += one_in(2) ? ", on_overdue: {notify: clerk}" : ", on_overdue: {escalate: head}";
    else if (opens && !self.outcomes.empty() && self.outcomes.back() == "lapsed") out += ", on_overdue: {complete: lapsed}";
    return out + "}";
  }

  /// Outcomes for a step that waits or is worked on.
  std::string outcomes(Written& self, bool branch, bool task) {
    if (task && one_in(3)) return "";
    if (one_in(3)) return ", done_when: {fact: " + fact(branch) + "}";
    std::string out = ", outcomes: {good: " + fact(branch);
    self.outcomes = {"good"};
    if (task && one_in(2)) {
      out += ", bad: by_hand";
      self.outcomes.push_back("bad");
    } else if (one_in(2)) {
      out += ", bad: {when: " + guard(branch) + "}";
      self.outcomes.push_back("bad");
    }
    if (one_in(3)) {
      out += ", lapsed: by_deadline";
      self.outcomes.push_back("lapsed");
    }
    return out + "}";
  }

  std::string stage(int depth, bool branch, Written self, const std::string& common) {
    const std::string pad(static_cast<std::size_t>(depth) * 2, ' ');
    const bool each = !branch && one_in(2);
    std::string out = pad + self.name + ":\n" + pad + "  stage: {" + (each ? "each: relative" + (one_in(3) ? ", where: " + guard(true) : std::string()) : "") + "}\n";
    self.branch = branch || each;
    if (!common.empty()) out += common;
    if (!each && one_in(5)) out += pad + "  repeat: {" + repetition(branch) + "}\n";
    if (one_in(3)) out += pad + "  completes_when: " + sentry(self.branch, 1) + "\n";
    out += pad + "  steps:\n";
    for (unsigned i = 0; i < 1 + random_() % 3; ++i) out += step(depth + 2, self.branch, true);
    written_.push_back(self);
    return out;
  }

  std::string step(int depth, bool branch, bool inside) {
    const std::string pad(static_cast<std::size_t>(depth) * 2, ' ');
    Written self{"s" + std::to_string(++names_), {}, branch, false, false, false};
    const bool waits = !written_.empty() && !one_in(4);
    const std::string after = waits ? sentry(branch, 2) : "";
    const std::string when = one_in(4) ? guard(branch) : "";
    const std::string cancel = one_in(8) ? sentry(branch, 1) : "";
    if (depth < 5 && one_in(inside ? 5 : 3)) {
      std::string common;
      for (const auto& [key, value] : {std::pair("after", after), std::pair("when", when), std::pair("cancel_when", cancel)})
        if (!value.empty()) common += pad + "  " + key + ": " + value + "\n";
      return stage(depth, branch, self, common);
    }
    std::string out;
    if (!after.empty()) out += ", after: " + after;
    if (!when.empty()) out += ", when: " + when;
    if (!cancel.empty()) out += ", cancel_when: " + cancel;
    if (one_in(4)) out += ", required: false";
    switch (random_() % 6) {
      case 0: out = "milestone: true" + out; break;
      case 1: out = "notify: {to: family, message: {it: Ecco, en: Here}}" + out; break;
      case 2:
        self.value = true;
        out = "compute: {value: '" + std::string(one_in(2) ? "f.a.amount" : "decimal(size(relatives)) * decimal(\"5000\")") + "', type: decimal" +
              (one_in(2) && !written_.empty() ? ", until: " + sentry(branch, 1) : "") + "}" + out;
        break;
      case 3: out = "wait_for: true" + out + lived(self, branch, false); break;
      default:
        self.task = true;
        out = "task: {role: clerk" + std::string(one_in(4) ? ", form: " + fact(branch) : "") + who(branch) + "}" + out + lived(self, branch, true);
        break;
    }
    written_.push_back(self);
    return pad + self.name + ": {" + out + "}\n";
  }

  /// Whose the task is, by another task before it.
  std::string who(bool branch) {
    for (const Written& step : written_)
      if (step.task && step.branch == branch && one_in(5)) return one_in(2) ? ", assign_to: " + step.name : ", four_eyes: [" + step.name + "]";
    return "";
  }

  std::string repetition(bool branch) {
    if (one_in(3)) return "while: " + guard(branch) + ", at_most: " + std::to_string(2 + random_() % 3);
    std::string out = "for: " + fact(branch);
    if (one_in(4)) out += ", match: day";
    if (one_in(4)) out += ", until: " + fact(branch);
    return out + ", at_most: " + std::to_string(2 + random_() % 3);
  }

  /// What steps have that stay active for a while.
  std::string lived(Written& self, bool branch, bool task) {
    std::string out = outcomes(self, branch, task);
    if (!task && out.empty()) out = ", done_when: {fact: " + fact(branch) + "}";
    self.deadline = one_in(2) || (!self.outcomes.empty() && self.outcomes.back() == "lapsed");
    if (self.deadline) out += deadline(branch, self, true);
    if (task && one_in(5)) out += ", manual: true";
    else if (task && one_in(6)) out += ", discretionary: true";
    else if (one_in(5)) out += ", repeat: {" + repetition(branch) + "}";
    if (one_in(6)) out += ", reopen: {" + std::string(one_in(3) ? "by: [head]" : "for: " + fact(branch)) + ", clock: " + any(std::vector<std::string>{"restarts", "continues", "stays"}) + "}";
    return out;
  }

  std::mt19937 random_;
  std::vector<Written> written_;
  unsigned names_ = 0;
};

}  // namespace

std::string random_pathway(unsigned seed) { return Author(seed).write(); }

}  // namespace ritrovo::pathway::test
