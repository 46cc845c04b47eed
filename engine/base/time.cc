#include "engine/base/time.h"

#include <optional>

namespace ritrovo {

namespace {

constexpr int kYearMin = 1800;
constexpr int kYearMax = 2200;
constexpr std::int64_t kDayMs = 24LL * 3600 * 1000;

/// Reads digits and separators one after another; after a mismatch every further read fails.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}
  int number(std::size_t digits) {
    if (!good_ || rest_.size() < digits) return fail();
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      if (rest_[i] < '0' || rest_[i] > '9') return fail();
      value = value * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(digits);
    return value;
  }
  void expect(char wanted) {
    if (!take(wanted)) good_ = false;
  }
  bool take(char wanted) {
    if (!good_ || rest_.empty() || rest_.front() != wanted) return false;
    rest_.remove_prefix(1);
    return true;
  }
  [[nodiscard]] bool at_digit() const { return good_ && !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9'; }
  [[nodiscard]] bool ended() const { return good_ && rest_.empty(); }
  [[nodiscard]] bool good() const { return good_; }

 private:
  int fail() {
    good_ = false;
    return 0;
  }
  std::string_view rest_;
  bool good_ = true;
};

std::optional<Day> read_day(Reader& reader) {
  const int year = reader.number(4);
  reader.expect('-');
  const int month = reader.number(2);
  reader.expect('-');
  const int day = reader.number(2);
  if (!reader.good() || year < kYearMin || year > kYearMax) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  return Day(date);
}

/// Milliseconds after midnight; nothing where a field is out of range. A second 60 is refused: the epoch's milliseconds can't say it.
std::optional<std::int64_t> read_time_of_day(Reader& reader) {
  const int hour = reader.number(2);
  reader.expect(':');
  const int minute = reader.number(2);
  reader.expect(':');
  const int second = reader.number(2);
  int ms = 0;
  if (reader.take('.')) {
    ms = 100 * reader.number(1);
    if (reader.at_digit()) ms += 10 * reader.number(1);
    if (reader.at_digit()) ms += reader.number(1);
  }
  if (!reader.good() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  return ((hour * 60LL + minute) * 60 + second) * 1000 + ms;
}

/// The offset from UTC in milliseconds.
std::optional<std::int64_t> read_offset(Reader& reader) {
  if (reader.take('Z') || reader.take('z')) return 0;
  const bool negative = reader.take('-');
  if (!negative) reader.expect('+');
  const int hour = reader.number(2);
  reader.expect(':');
  const int minute = reader.number(2);
  if (!reader.good() || hour > 23 || minute > 59) return std::nullopt;
  const std::int64_t offset = (hour * 60LL + minute) * 60 * 1000;
  return negative ? -offset : offset;
}

void put_digits(std::string& out, std::int64_t value, int digits) {
  std::string text = std::to_string(value);
  for (int missing = digits - static_cast<int>(text.size()); missing > 0; --missing) out.push_back('0');
  out += text;
}

}  // namespace

Result<Day> parse_day(std::string_view text) {
  Reader reader(text);
  const std::optional<Day> day = read_day(reader);
  if (!day || !reader.ended())
    return failure(ErrorCode::kMalformed, "expected a day that exists, between 1800 and 2200, like \"2025-10-04\"");
  return *day;
}

std::string to_string(Day day) {
  const std::chrono::year_month_day date = day.date();
  std::string out;
  const int year = static_cast<int>(date.year());
  if (year < 0) out.push_back('-');
  put_digits(out, year < 0 ? -year : year, 4);
  out.push_back('-');
  put_digits(out, static_cast<unsigned>(date.month()), 2);
  out.push_back('-');
  put_digits(out, static_cast<unsigned>(date.day()), 2);
  return out;
}

Result<Timestamp> parse_timestamp(std::string_view text) {
  const auto malformed = [] {
    return failure(ErrorCode::kMalformed,
                   "expected an instant with its offset, to the millisecond at most, like \"2025-10-04T08:30:00.125+02:00\"");
  };
  Reader reader(text);
  const std::optional<Day> day = read_day(reader);
  if (!day) return malformed();
  if (!reader.take('T')) reader.expect('t');
  const std::optional<std::int64_t> time_of_day_ms = read_time_of_day(reader);
  if (!time_of_day_ms) return malformed();
  const std::optional<std::int64_t> offset_ms = read_offset(reader);
  if (!offset_ms || !reader.ended()) return malformed();
  return Timestamp(day->value() * kDayMs + *time_of_day_ms - *offset_ms);
}

std::string to_string(Timestamp instant) {
  const std::chrono::sys_time<std::chrono::milliseconds> point{std::chrono::milliseconds(instant.value())};
  const auto midnight = std::chrono::floor<std::chrono::days>(point);
  std::int64_t ms = (point - midnight).count();
  std::string out = to_string(Day(static_cast<std::int32_t>(midnight.time_since_epoch().count())));
  out.push_back('T');
  put_digits(out, ms / 3'600'000, 2);
  out.push_back(':');
  put_digits(out, ms / 60'000 % 60, 2);
  out.push_back(':');
  put_digits(out, ms / 1000 % 60, 2);
  out.push_back('.');
  put_digits(out, ms % 1000, 3);
  out.push_back('Z');
  return out;
}

}  // namespace ritrovo
