#include "tools/message_settings.h"

#include <array>
#include <cstdio>
#include <string_view>

#include <fmt/format.h>

#include "tools/settings_map.h"

namespace ritrovo::tools {
namespace {

using definition::Node;
using definition::Problems;

constexpr std::int64_t kDaySeconds = 86'400;
constexpr std::size_t kKeyBytesMin = 16;

/// "07:30" as a minute of the day.
std::optional<projections::MinuteOfDay> minute_of(std::string_view text) {
  const auto digit = [text](std::size_t i) { return text[i] >= '0' && text[i] <= '9'; };
  if (text.size() != 5 || text[2] != ':' || !digit(0) || !digit(1) || !digit(3) || !digit(4)) return std::nullopt;
  const int hours = (text[0] - '0') * 10 + text[1] - '0';
  const int minutes = (text[3] - '0') * 10 + text[4] - '0';
  if (hours > 23 || minutes > 59) return std::nullopt;
  return hours * 60 + minutes;
}

/// Whether a URL names this machine itself.
bool is_own(std::string_view url) {
  const std::size_t scheme = url.find("://");
  const std::string_view rest = scheme == std::string_view::npos ? url : url.substr(scheme + 3);
  if (rest.find('@') != std::string_view::npos) return false;  // what stands before it is a login, not the host
  for (const std::string_view host : {"127.0.0.1", "localhost", "[::1]"})
    if (rest.starts_with(host) && (rest.size() == host.size() || rest[host.size()] == ':' || rest[host.size()] == '/')) return true;
  return false;
}

mail::MailServer read_smtp(const Node& map, const std::filesystem::path& folder, Problems& problems) {
  mail::MailServer server;
  SettingsMap settings(map, folder, problems);
  std::filesystem::path ca_file;
  std::int64_t timeout = server.timeout_ms / 1000;
  settings.text("url", server.url);
  settings.flag("tls", server.tls);
  settings.path("ca_file", ca_file);
  settings.text("user", server.user);
  settings.secret("password_file", server.password);
  settings.number("timeout_seconds", 600, timeout);
  settings.refuse_others();
  server.ca_file = ca_file.string();
  server.timeout_ms = timeout * 1000;
  const bool known = server.url.starts_with("smtp://") || server.url.starts_with("smtps://");
  if (!known) problems.error(map.place, "'url' of smtp is smtp://host:port (with STARTTLS) or smtps://host:port");
  else if (!server.tls && !is_own(server.url)) problems.error(map.place, "'tls: false' is for a server on this machine alone", "mail holds names: leave TLS on");
  return server;
}

mail::WebhookTarget read_webhook(const Node& map, const std::filesystem::path& folder, Problems& problems) {
  mail::WebhookTarget target;
  SettingsMap settings(map, folder, problems);
  std::filesystem::path ca_file;
  std::int64_t timeout = target.timeout_ms / 1000;
  settings.text("url", target.url);
  settings.secret("key_file", target.key);
  settings.path("ca_file", ca_file);
  settings.flag("with_text", target.with_text);
  settings.number("timeout_seconds", 600, timeout);
  settings.refuse_others();
  target.ca_file = ca_file.string();
  target.timeout_ms = timeout * 1000;
  if (!target.url.starts_with("https://") && !(target.url.starts_with("http://") && is_own(target.url))) problems.error(map.place, "'url' of webhook is https://…; http:// for this machine alone");
  if (target.key.size() < kKeyBytesMin) problems.error(map.place, fmt::format("'key_file' names a file with a key of at least {} bytes, by which the other side checks who it is", kKeyBytesMin));
  return target;
}

void read_hours(SettingsMap& settings, const Node& map, projections::Timetable& timetable, Problems& problems) {
  std::string quiet;
  std::string digest;
  settings.text("quiet", quiet);
  settings.text("digest_at", digest);
  if (!quiet.empty()) {
    const auto from = minute_of(std::string_view(quiet).substr(0, 5));
    const auto to = quiet.size() == 11 && quiet[5] == '-' ? minute_of(std::string_view(quiet).substr(6)) : std::nullopt;
    if (!from || !to) problems.error(map.find("quiet")->place, "'quiet' is two times of the day: \"20:00-08:00\"");
    else timetable.quiet_from = *from, timetable.quiet_to = *to;
  }
  if (digest.empty()) return;
  if (const auto at = minute_of(digest)) timetable.digest_at = *at;
  else problems.error(map.find("digest_at")->place, "'digest_at' is a time of the day: \"07:30\"");
}

void read_readers(const Node* node, MessageSettings& settings, Problems& problems) {
  if (node == nullptr) return;
  for (const definition::Entry& entry : node->entries) {
    std::string_view rest = entry.value.text;
    while (!rest.empty()) {
      const std::size_t comma = std::min(rest.find(','), rest.size());
      std::string_view one = rest.substr(0, comma);
      rest = rest.substr(std::min(comma + 1, rest.size()));
      while (!one.empty() && one.front() == ' ') one.remove_prefix(1);
      while (!one.empty() && one.back() == ' ') one.remove_suffix(1);
      if (mail::is_address(one)) settings.readers[entry.key].emplace_back(one);
      else problems.error(entry.place, fmt::format("{}: an address of those who work as that was expected", entry.key), "several with commas between them");
    }
  }
}

/// A way must be described to be chosen.
void check_way(const std::string& way, const char* name, const MessageSettings& settings, const Node& map, Problems& problems) {
  if (way == "nothing" || (way == "mail" && settings.smtp) || (way == "webhook" && settings.webhook)) return;
  problems.error(map.place, way == "mail" || way == "webhook" ? fmt::format("'{}' goes by {}, and there is no '{}'", name, way, way == "mail" ? "smtp" : "webhook")
                                                               : fmt::format("'{}' is mail, webhook or nothing", name));
}

}  // namespace

MessageSettings read_message_settings(const Node& map, const std::filesystem::path& folder, Problems& problems) {
  MessageSettings made;
  SettingsMap settings(map, folder, problems);
  std::string since;
  std::int64_t first = made.timetable.retry_first_ms / 1000;
  std::int64_t most = made.timetable.retry_most_ms / 1000;
  std::int64_t give_up = made.timetable.give_up_after_ms / 1000 / kDaySeconds;
  auto at_once = static_cast<std::int64_t>(made.at_once);
  settings.text("centre", made.centre);
  settings.text("language", made.language);
  settings.path("wording", made.wording);
  settings.text("since", since);
  settings.text("families", made.families);
  settings.text("staff", made.staff);
  settings.number("at_once", 64, at_once);
  settings.number("retry_first_seconds", kDaySeconds, first);
  settings.number("retry_most_seconds", 7 * kDaySeconds, most);
  settings.number("give_up_after_days", 60, give_up);
  settings.text("from", made.sender.from);
  settings.text("from_name", made.sender.name);
  settings.text("domain", made.sender.domain);
  settings.text("unsubscribe", made.sender.unsubscribe);
  read_hours(settings, map, made.timetable, problems);
  read_readers(settings.map("readers"), made, problems);
  if (const Node* smtp = settings.map("smtp")) made.smtp = read_smtp(*smtp, folder, problems);
  if (const Node* webhook = settings.map("webhook")) made.webhook = read_webhook(*webhook, folder, problems);
  settings.refuse_others();
  made.at_once = static_cast<std::size_t>(at_once);
  made.timetable.retry_first_ms = first * 1000;
  made.timetable.retry_most_ms = most * 1000;
  made.timetable.give_up_after_ms = give_up * kDaySeconds * 1000;
  if (!since.empty()) {
    if (const Result<Day> day = parse_day(since)) made.since = *day;
    else problems.error(map.find("since")->place, "'since' is a day: 2026-01-31");
  }
  for (const std::string* address : {&made.sender.from, &made.sender.unsubscribe})
    if (!address->empty() && !mail::is_address(*address)) problems.error(map.place, fmt::format("'{}' is no address", *address));
  if (made.smtp && made.sender.from.empty()) problems.error(map.place, "'from' is missing: the address that mail comes from");
  if (made.sender.domain.empty() && !made.sender.from.empty()) made.sender.domain = made.sender.from.substr(made.sender.from.find('@') + 1);
  check_way(made.families, "families", made, map, problems);
  check_way(made.staff, "staff", made, map, problems);
  return made;
}

}  // namespace ritrovo::tools
