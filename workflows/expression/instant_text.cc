#include "workflows/expression/instant_text.h"

#include <chrono>

namespace ritrovo::expression {

namespace {

// Reads from the front of a text; once something doesn't fit, nothing fits any more.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}
  int number(std::size_t digits) {
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      if (!next_is_digit()) {
        good_ = false;
        return 0;
      }
      value = value * 10 + (rest_.front() - '0');
      rest_.remove_prefix(1);
    }
    return value;
  }
  bool take(char wanted) {
    bool there = !rest_.empty() && rest_.front() == wanted;
    if (there) rest_.remove_prefix(1);
    return there;
  }
  void expect(char wanted) { good_ = take(wanted) && good_; }
  bool next_is_digit() const { return !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9'; }
  void refuse() { good_ = false; }
  bool good() const { return good_; }
  bool ended() const { return good_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool good_ = true;
};

// After the point: digits, of which only zeros may follow the third.
std::int64_t fraction_ms(Reader& reader) {
  std::int64_t ms = 0;
  std::int64_t worth = 100;
  if (!reader.next_is_digit()) reader.refuse();
  while (reader.next_is_digit()) {
    int digit = reader.number(1);
    if (worth == 0 && digit != 0) reader.refuse();
    ms += digit * worth;
    worth /= 10;
  }
  return ms;
}

std::int64_t hours_and_minutes_ms(Reader& reader) {
  int hours = reader.number(2);
  reader.expect(':');
  int minutes = reader.number(2);
  if (hours > 23 || minutes > 59) reader.refuse();
  return (hours * 60LL + minutes) * 60'000;
}

std::int64_t offset_ms(Reader& reader) {
  if (reader.take('Z')) return 0;
  bool minus = reader.take('-');
  if (!minus) reader.expect('+');
  std::int64_t offset = hours_and_minutes_ms(reader);
  return minus ? -offset : offset;
}

}  // namespace

std::optional<Timestamp> read_instant(std::string_view text) {
  Reader reader(text);
  std::chrono::year year(reader.number(4));
  reader.expect('-');
  std::chrono::month month(static_cast<unsigned>(reader.number(2)));
  reader.expect('-');
  std::chrono::day day(static_cast<unsigned>(reader.number(2)));
  reader.expect('T');
  std::int64_t ms = hours_and_minutes_ms(reader);
  reader.expect(':');
  int seconds = reader.number(2);
  if (seconds > 59) reader.refuse();
  ms += seconds * 1000LL;
  if (reader.take('.')) ms += fraction_ms(reader);
  ms -= offset_ms(reader);
  std::chrono::year_month_day date = year / month / day;
  if (!reader.ended() || !date.ok()) return std::nullopt;
  ms += std::chrono::milliseconds(std::chrono::sys_days(date).time_since_epoch()).count();
  if (ms < kInstantMin || ms > kInstantMax) return std::nullopt;
  return Timestamp(ms);
}

std::string instant_text(Timestamp instant) {
  std::string text = to_string(instant);
  text.pop_back();  // Z
  while (text.back() == '0') text.pop_back();
  bool whole = text.back() == '.';
  if (whole) text.pop_back();
  return text + "Z";
}

}  // namespace ritrovo::expression
