#include "adapters/mail/mime.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "engine/digest/encoding.h"

namespace ritrovo::mail {
namespace {

constexpr std::size_t kAddressBytesMax = 254;
/// Of a text in an encoded word, so that the word stays under 75 characters (RFC 2047, section 2).
constexpr std::size_t kWordBytesMax = 42;
constexpr std::size_t kBase64Columns = 76;

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

/// A header's value in encoded words, as many as it takes, each of whole characters.
std::string encoded(std::string_view text) {
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < 0x7F; });
  if (plain && text.size() <= 60 && text.find("=?") == std::string_view::npos) return std::string(text);
  std::string words;
  while (!text.empty()) {
    std::size_t cut = std::min(text.size(), kWordBytesMax);
    while (cut < text.size() && cut > 1 && continues(text[cut])) --cut;
    words += fmt::format("{}=?UTF-8?B?{}?=", words.empty() ? "" : "\r\n ", to_base64(text.substr(0, cut)));
    text = text.substr(cut);
  }
  return words;
}

/// "Sat, 14 Nov 2026 08:30:00 +0000"
std::string date_of(Timestamp now) {
  static constexpr std::array<const char*, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array<const char*, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  constexpr std::int64_t kDaySeconds = 86'400;
  const std::int64_t seconds = now.value() / 1000;
  const Day day(static_cast<std::int32_t>(seconds / kDaySeconds));
  const std::int64_t rest = seconds % kDaySeconds;
  const auto date = day.date();
  return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} +0000", kDays[day.weekday().c_encoding()], static_cast<unsigned>(date.day()), kMonths[static_cast<unsigned>(date.month()) - 1],
                     static_cast<int>(date.year()), rest / 3600, rest / 60 % 60, rest % 60);
}

}  // namespace

bool is_address(std::string_view text) {
  const std::size_t at = text.find('@');
  if (text.size() > kAddressBytesMax || at == 0 || at == std::string_view::npos || at + 1 == text.size() || text.find('@', at + 1) != std::string_view::npos) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    const bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return word || std::string_view("@.!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
  });
}

std::string message_id(const projections::Letter& letter, const Sender& sender) { return fmt::format("<{}@{}>", letter.id, sender.domain); }

std::string mime_message(const projections::Letter& letter, const Sender& sender, Timestamp now) {
  std::string mail = fmt::format("Date: {}\r\n", date_of(now));
  mail += sender.name.empty() ? fmt::format("From: {}\r\n", sender.from) : fmt::format("From: =?UTF-8?B?{}?= <{}>\r\n", to_base64(sender.name.substr(0, kWordBytesMax)), sender.from);
  mail += fmt::format("To: {}\r\n", letter.to);
  mail += fmt::format("Message-ID: {}\r\n", message_id(letter, sender));
  std::string subject = letter.subject;
  std::replace_if(subject.begin(), subject.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
  mail += fmt::format("Subject: {}\r\n", encoded(subject));
  if (!letter.language.empty()) mail += fmt::format("Content-Language: {}\r\n", letter.language);
  mail += "Auto-Submitted: auto-generated\r\n";
  if (letter.stoppable && !sender.unsubscribe.empty()) mail += fmt::format("List-Unsubscribe: <mailto:{}?subject={}>\r\n", sender.unsubscribe, letter.id);
  mail += "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n";
  const std::string body = to_base64(letter.text);
  for (std::size_t i = 0; i < body.size(); i += kBase64Columns) mail += body.substr(i, kBase64Columns) + "\r\n";
  return mail;
}

}  // namespace ritrovo::mail
