#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "adapters/mail/mail_carrier.h"
#include "adapters/mail/mime.h"
#include "adapters/mail/webhook_carrier.h"
#include "projections/notifications/timetable.h"
#include "workflows/definition/problem.h"
#include "workflows/definition/yaml_source.h"

namespace ritrovo::tools {

/// How and when messages leave: `messages` of a configuration (docs/notifications.md).
struct MessageSettings {
  std::string centre = "Ritrovo";  ///< what the office calls itself
  std::string language = "it";     ///< of staff
  std::filesystem::path wording;   ///< a file of messages; empty: the one that came with the program
  std::optional<Day> since;
  std::size_t at_once = 4;
  std::string families = "mail";   ///< "mail", "webhook" or "nothing"
  std::string staff = "mail";
  projections::Timetable timetable;
  mail::Sender sender;
  std::optional<mail::MailServer> smtp;
  std::optional<mail::WebhookTarget> webhook;
  std::map<std::string, std::vector<std::string>, std::less<>> readers;  ///< addresses of staff by role
};

/// Reads that map; paths are relative to `folder`. What is wrong goes to `problems`.
[[nodiscard]] MessageSettings read_message_settings(const definition::Node& map, const std::filesystem::path& folder, definition::Problems& problems);

}  // namespace ritrovo::tools
