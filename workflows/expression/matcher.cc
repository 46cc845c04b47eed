#include "workflows/expression/matcher.h"

#include <optional>
#include <string>

namespace ritrovo::expression {

namespace {

constexpr std::size_t kInstructionsMax = 1000;
constexpr std::size_t kGroupsMax = 32;
constexpr std::uint32_t kRepetitionsMax = 100;
constexpr std::uint32_t kLastCode = 0x10FFFF;
constexpr std::uint32_t kUnbounded = 0xFFFFFFFF;

// Reads one code point; a byte that is no UTF-8 stands for itself above Unicode, so that it matches `.` but no letter.
std::uint32_t next_code(std::string_view text, std::size_t& at) {
  auto byte = static_cast<unsigned char>(text[at++]);
  if (byte < 0x80) return byte;
  std::size_t more = byte >= 0xF0 ? 3 : byte >= 0xE0 ? 2 : 1;
  if (byte < 0xC0 || at + more > text.size()) return kLastCode + 1 + byte;
  std::uint32_t code = byte & (0x3FU >> more);
  for (std::size_t i = 0; i < more; ++i) {
    auto next = static_cast<unsigned char>(text[at + i]);
    if ((next & 0xC0) != 0x80) return kLastCode + 1 + byte;
    code = (code << 6) | (next & 0x3F);
  }
  at += more;
  return code;
}

}  // namespace

/// Compiles by recursive descent, straight into instructions; a repetition copies what it repeats.
class MatcherCompiler {
 public:
  explicit MatcherCompiler(std::string_view pattern) : pattern_(pattern) {}

  Result<Matcher> run() {
    alternatives();
    if (!error_ && at_ < pattern_.size()) error_ = Error{ErrorCode::kMalformed, "the pattern has a ) without a ("};
    emit(Matcher::Action::kMatch);
    if (error_) return tl::unexpected<Error>(*error_);
    return std::move(out_);
  }

 private:
  using Action = Matcher::Action;
  using Set = Matcher::Set;

  bool more() const { return !error_ && at_ < pattern_.size(); }
  char peek() const { return at_ < pattern_.size() ? pattern_[at_] : '\0'; }
  std::uint32_t here() const { return static_cast<std::uint32_t>(out_.instructions_.size()); }
  void fail(const char* why) {
    if (!error_) error_ = Error{ErrorCode::kMalformed, std::string("the pattern ") + why};
  }

  std::uint32_t emit(Action action, std::uint32_t first = 0, std::uint32_t second = 0) {
    if (out_.instructions_.size() >= kInstructionsMax) {
      if (!error_) error_ = Error{ErrorCode::kOverLimit, "the pattern is too long once its repetitions are written out"};
      return 0;
    }
    out_.instructions_.push_back({action, first, second});
    return here() - 1;
  }

  void emit_set(Set set) {
    out_.sets_.push_back(std::move(set));
    emit(Action::kSet, static_cast<std::uint32_t>(out_.sets_.size() - 1));
  }

  // Inserts one instruction at `where`; jumps into what follows move with it.
  void insert_split(std::uint32_t where) {
    emit(Action::kSplit);
    if (error_) return;
    auto& all = out_.instructions_;
    all.pop_back();
    for (std::size_t i = where; i < all.size(); ++i) {
      if (all[i].action != Action::kSplit && all[i].action != Action::kJump) continue;
      if (all[i].first >= where) ++all[i].first;
      if (all[i].second >= where) ++all[i].second;
    }
    all.insert(all.begin() + where, {Action::kSplit, where + 1, 0});
  }

  void alternatives() {
    std::uint32_t start = here();
    std::vector<std::uint32_t> jumps;
    sequence();
    while (more() && peek() == '|') {
      ++at_;
      insert_split(start);
      jumps.push_back(emit(Action::kJump));
      if (error_) return;
      out_.instructions_[start].second = here();
      start = here();
      sequence();
    }
    if (error_) return;
    for (auto jump : jumps) out_.instructions_[jump].first = here();
  }

  void sequence() {
    while (more() && peek() != '|' && peek() != ')') {
      std::uint32_t start = here();
      atom();
      while (more() && repetition(start)) {
      }
    }
  }

  bool repetition(std::uint32_t start) {
    std::uint32_t least = 0;
    std::uint32_t most = kUnbounded;
    if (peek() == '*') {
      ++at_;
    } else if (peek() == '+') {
      ++at_;
      least = 1;
    } else if (peek() == '?') {
      ++at_;
      most = 1;
    } else if (peek() == '{') {
      if (!bounds(least, most)) return false;
    } else {
      return false;
    }
    repeat(start, least, most);
    return !error_;
  }

  bool bounds(std::uint32_t& least, std::uint32_t& most) {
    ++at_;
    auto low = number();
    if (!low) return false;
    least = most = *low;
    if (peek() == ',') {
      ++at_;
      most = kUnbounded;
      if (peek() != '}') {
        auto high = number();
        if (!high) return false;
        most = *high;
      }
    }
    if (peek() != '}' || most < least) {
      fail("has a {n,m} that can't be read");
      return false;
    }
    ++at_;
    return true;
  }

  std::optional<std::uint32_t> number() {
    std::uint32_t value = 0;
    std::size_t begin = at_;
    while (peek() >= '0' && peek() <= '9' && value <= kRepetitionsMax)
      value = value * 10 + static_cast<std::uint32_t>(pattern_[at_++] - '0');
    if (begin == at_ || value > kRepetitionsMax) {
      fail("has a {n,m} that can't be read, or over 100");
      return std::nullopt;
    }
    return value;
  }

  // Rewrites the piece from `start` on as `least` copies and then the optional rest.
  void repeat(std::uint32_t start, std::uint32_t least, std::uint32_t most) {
    std::vector<Matcher::Instruction> piece(out_.instructions_.begin() + start, out_.instructions_.end());
    out_.instructions_.resize(start);
    for (std::uint32_t i = 0; i < least && !error_; ++i) copy(piece, start);
    if (most == kUnbounded) {
      std::uint32_t split = emit(Action::kSplit, here() + 1);
      copy(piece, start);
      emit(Action::kJump, split);
      if (!error_) out_.instructions_[split].second = here();
      return;
    }
    std::vector<std::uint32_t> splits;
    for (std::uint32_t i = least; i < most && !error_; ++i) {
      splits.push_back(emit(Action::kSplit, here() + 1));
      copy(piece, start);
    }
    if (error_) return;
    for (auto split : splits) out_.instructions_[split].second = here();
  }

  void copy(const std::vector<Matcher::Instruction>& piece, std::uint32_t from) {
    std::uint32_t shift = here() - from;
    for (auto instruction : piece) {
      if (instruction.action == Action::kSplit || instruction.action == Action::kJump) {
        instruction.first += shift;
        instruction.second += shift;
      }
      emit(instruction.action, instruction.first, instruction.second);
    }
  }

  void atom() {
    switch (peek()) {
      case '(': return group();
      case '[': return set();
      case '.': ++at_; return emit_set(Set{{{'\n', '\n'}}, true});
      case '^':
        ++at_;
        emit(Action::kBegin);
        return;
      case '$':
        ++at_;
        emit(Action::kEnd);
        return;
      case '*':
      case '+':
      case '?':
      case '{': return fail("repeats nothing");
      case '\\': {
        Set made;
        escape(made);
        return emit_set(std::move(made));
      }
      case ']':
      case '}':
      default: {
        std::uint32_t code = next_code(pattern_, at_);
        return emit_set(Set{{{code, code}}, false});
      }
    }
  }

  void group() {
    ++at_;
    if (++groups_ > kGroupsMax) return fail("has more than 32 groups");
    if (peek() == '?') {
      if (pattern_.substr(at_, 2) != "?:") return fail("has a group of a kind that isn't supported; use (…) or (?:…)");
      at_ += 2;
    }
    alternatives();
    if (error_) return;
    if (peek() != ')') return fail("has a ( without a )");
    ++at_;
  }

  // After a backslash: a class or an escaped sign, added to `into`.
  void escape(Set& into) {
    ++at_;
    if (at_ >= pattern_.size()) return fail("ends in a backslash");
    char c = pattern_[at_++];
    auto add = [&into](std::initializer_list<Matcher::Range> ranges, bool negated) {
      std::uint32_t low = 0;
      for (auto range : ranges) {
        if (!negated) into.ranges.push_back(range);
        if (negated && range.first > low) into.ranges.emplace_back(low, range.first - 1);
        low = range.second + 1;
      }
      if (negated) into.ranges.emplace_back(low, kLastCode);
    };
    switch (c) {
      case 'd':
      case 'D': return add({{'0', '9'}}, c == 'D');
      case 'w':
      case 'W': return add({{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}}, c == 'W');
      case 's':
      case 'S': return add({{'\t', '\n'}, {'\f', '\r'}, {' ', ' '}}, c == 'S');
      case 'n': return add({{'\n', '\n'}}, false);
      case 'r': return add({{'\r', '\r'}}, false);
      case 't': return add({{'\t', '\t'}}, false);
      default: break;
    }
    bool word = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
    if (word) return fail("has an escape that isn't supported; there are \\d \\w \\s, their capitals, \\n \\r \\t and escaped signs");
    auto code = static_cast<std::uint32_t>(c);
    add({{code, code}}, false);
  }

  void set() {
    ++at_;
    Set made;
    if (peek() == '^') {
      made.negated = true;
      ++at_;
    }
    bool first = true;
    while (more() && (first || peek() != ']')) {
      first = false;
      if (pattern_.substr(at_, 2) == "[:") return fail("has a named class; write the characters");
      if (peek() == '\\') {
        escape(made);
        continue;
      }
      std::uint32_t low = next_code(pattern_, at_);
      std::uint32_t high = low;
      if (peek() == '-' && at_ + 1 < pattern_.size() && pattern_[at_ + 1] != ']') {
        ++at_;
        if (peek() == '\\') return fail("has an escape at the end of a range");
        high = next_code(pattern_, at_);
      }
      if (high < low) return fail("has a range that runs backwards");
      made.ranges.emplace_back(low, high);
    }
    if (error_) return;
    if (peek() != ']') return fail("has a [ without a ]");
    ++at_;
    emit_set(std::move(made));
  }

  std::string_view pattern_;
  std::size_t at_ = 0;
  std::size_t groups_ = 0;
  std::optional<Error> error_;
  Matcher out_;
};

/// The instructions that are being tried at one place of the text, each once, with a stamp per instruction instead of clearing.
struct Matcher::Threads {
  explicit Threads(std::size_t count) : seen(count, 0) {}
  void clear() {
    active.clear();
    ++stamp;
  }
  std::vector<std::uint32_t> active;  ///< kSet and kMatch only
  std::vector<std::uint32_t> seen;
  std::vector<std::uint32_t> open;
  std::uint32_t stamp = 1;
  bool matched = false;
};

Result<Matcher> Matcher::compile(std::string_view pattern) { return MatcherCompiler(pattern).run(); }

bool Matcher::contains(const Set& set, std::uint32_t code) const {
  for (auto [low, high] : set.ranges) {
    if (code >= low && code <= high) return !set.negated;
  }
  return set.negated;
}

void Matcher::follow(Threads& threads, std::uint32_t start, bool at_begin, bool at_end) const {
  threads.open.push_back(start);
  while (!threads.open.empty()) {
    std::uint32_t at = threads.open.back();
    threads.open.pop_back();
    if (threads.seen[at] == threads.stamp) continue;
    threads.seen[at] = threads.stamp;
    const Instruction& instruction = instructions_[at];
    switch (instruction.action) {
      case Action::kSet: threads.active.push_back(at); break;
      case Action::kMatch: threads.matched = true; break;
      case Action::kJump: threads.open.push_back(instruction.first); break;
      case Action::kSplit:
        threads.open.push_back(instruction.first);
        threads.open.push_back(instruction.second);
        break;
      case Action::kBegin:
        if (at_begin) threads.open.push_back(at + 1);
        break;
      case Action::kEnd:
        if (at_end) threads.open.push_back(at + 1);
        break;
    }
  }
}

bool Matcher::found_in(std::string_view text, Meter& meter) const {
  Threads now(instructions_.size());
  Threads next(instructions_.size());
  std::size_t at = 0;
  while (true) {
    follow(now, 0, at == 0, at == text.size());  // a match may begin at every place
    if (now.matched) return true;
    if (at == text.size()) return false;
    if (!meter.charge(1 + now.active.size() / 8)) return false;
    std::uint32_t code = next_code(text, at);
    next.clear();
    for (std::uint32_t each : now.active) {
      if (contains(sets_[instructions_[each].first], code)) follow(next, each + 1, false, at == text.size());
    }
    std::swap(now, next);
    if (now.matched) return true;
  }
}

}  // namespace ritrovo::expression
