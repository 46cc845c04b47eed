#include <boost/json.hpp>

#include "engine/runtime/folder.h"

namespace ritrovo {
namespace {

constexpr std::uint32_t kFormatMax = 1;

tl::unexpected<Error> malformed(const std::string& what) { return failure(ErrorCode::kMalformed, "ritrovo.folder: " + what); }

}  // namespace

std::string folder_json(const FolderSettings& settings) {
  const boost::json::object json{
      {"format", settings.format},
      {"log_id", settings.log_id},
      {"incarnation", settings.incarnation},
      {"partitions", settings.partitions},
      {"clock", name_of(settings.clock)},
      {"zone", settings.zone},
      {"zone_version", settings.zone_version},
      {"tenant", settings.tenant},
      {"origin", settings.origin},
  };
  return boost::json::serialize(json) + "\n";
}

Result<FolderSettings> parse_folder_json(std::string_view text) {
  boost::json::error_code error;
  const boost::json::value json = boost::json::parse(text, error);
  if (error || !json.is_object()) return malformed("not a JSON object");
  const boost::json::object& object = json.as_object();
  try {
    FolderSettings settings;
    settings.format = object.at("format").to_number<std::uint32_t>();
    if (settings.format > kFormatMax)
      return failure(ErrorCode::kWrongFolder, "ritrovo.folder: format " + std::to_string(settings.format) + " is newer than this program, which knows " +
                                                  std::to_string(kFormatMax) + "; use a newer ritrovo");
    settings.log_id = object.at("log_id").as_string();
    settings.incarnation = object.at("incarnation").to_number<std::uint64_t>();
    settings.partitions = object.at("partitions").to_number<std::uint16_t>();
    settings.zone = object.at("zone").as_string();
    settings.zone_version = object.at("zone_version").as_string();
    settings.tenant = object.at("tenant").as_string();
    settings.origin = object.at("origin").as_string();
    Result<ClockKind> clock = parse_clock_kind(object.at("clock").as_string());
    if (!clock) return malformed(clock.error().message);
    settings.clock = *clock;
    if (settings.partitions == 0 || settings.partitions > limits::kPartitionsMax) return malformed("partitions out of range");
    return settings;
  } catch (const std::exception& problem) {
    return malformed(problem.what());
  }
}

}  // namespace ritrovo
