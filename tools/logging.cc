#include "tools/logging.h"

#include <chrono>
#include <cstdlib>
#include <memory>
#include <string_view>

#include <boost/json.hpp>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "engine/base/time.h"

namespace ritrovo::tools {
namespace {

class JsonLine final : public spdlog::formatter {
 public:
  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override {
    const auto instant = std::chrono::duration_cast<std::chrono::milliseconds>(message.time.time_since_epoch()).count();
    const auto level = spdlog::level::to_string_view(message.level);
    const std::string line = boost::json::serialize(boost::json::object{
        {"time", to_string(Timestamp(instant))},
        {"level", std::string_view(level.data(), level.size())},
        {"message", std::string_view(message.payload.data(), message.payload.size())},
    });
    out.append(line.data(), line.data() + line.size());
    out.push_back('\n');
  }
  [[nodiscard]] std::unique_ptr<spdlog::formatter> clone() const override { return std::make_unique<JsonLine>(); }
};

}  // namespace

void log_as_json_lines() {
  auto logger = std::make_shared<spdlog::logger>(std::string(), std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_formatter(std::make_unique<JsonLine>());
  const char* level = std::getenv("RITROVO_LOG");
  logger->set_level(spdlog::level::from_str(level != nullptr ? level : "warning"));
  logger->flush_on(spdlog::level::warn);
  spdlog::set_default_logger(std::move(logger));
}

}  // namespace ritrovo::tools
