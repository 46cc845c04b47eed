#include "tools/kafka_link.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <system_error>
#include <utility>
#include <vector>

#include <spdlog/spdlog.h>

#include "projections/view_runner.h"
#include "tools/context.h"

namespace ritrovo::tools {

namespace {

/// The signed notes that are new since the last call.
std::map<PartitionId, std::string> new_checkpoints(const Folder& folder, std::filesystem::file_time_type& seen) {
  std::map<PartitionId, std::string> notes;
  std::error_code error;
  const auto changed = std::filesystem::last_write_time(folder.path() / "checkpoints", error);
  if (error || changed == seen) return notes;
  seen = changed;
  for (std::uint16_t i = 0; i < folder.settings().partitions; ++i)
    if (Result<std::string> note = read_file(folder.checkpoint_file(PartitionId(i)))) notes.emplace(i, std::move(*note));
  return notes;
}

/// The views that have topics.
std::vector<projections::ViewKind> kinds_of(const std::vector<std::string>& names) {
  std::vector<projections::ViewKind> kinds = projections::all_views();
  std::erase_if(kinds, [&names](const projections::ViewKind& kind) { return std::find(names.begin(), names.end(), kind.name) == names.end(); });
  return kinds;
}

}  // namespace

kafka::Published published_of(const CaseFolder& folder) {
  return {folder.settings(),
          [&folder](const std::function<Result<void>(const CaseLog&)>& read) -> Result<void> {
            try {
              folder.with_log(read);
              return {};
            } catch (const Failure& failed) {
              return tl::unexpected(failed.error);
            }
          },
          [&folder] { return folder.library(); },
          [&folder, seen = std::filesystem::file_time_type()]() mutable { return new_checkpoints(folder.folder(), seen); }};
}

KafkaLink::KafkaLink(CaseFolder& folder, const kafka::Connection& connection)
    : published_(published_of(folder)), printer_(folder, true, "en"), folder_(folder), connection_(connection), publisher_(std::make_unique<kafka::Publisher>(published_, connection)) {
  if (!connection.views.empty()) {
    view_rows_ = must(projections::ViewStore::open(folder.folder().path() / "topics"));
    views_ = std::make_unique<kafka::ViewPublisher>(published_, connection, *view_rows_, kinds_of(connection.views));
  }
  kafka::Taker taker;
  taker.log_id = folder.settings().log_id;
  taker.tenant = folder.settings().tenant;
  taker.submit = [&folder](const Command& command, const AnswerCallback& answer) { folder.submit(command, answer); };
  taker.answer_json = [this](const Answer& answer, const std::vector<Problem>& problems) {
    std::string line = printer_.line({0, answer.key, problems, answer});
    line.pop_back();
    return line;
  };
  taker.caught_up = [&folder] { folder.fire_due(); };
  intake_ = std::make_unique<kafka::Intake>(std::move(taker), connection);
}

KafkaLink::~KafkaLink() {
  intake_.reset();
  try {
    (void)folder_.checkpoint();
  } catch (const Failure& failed) {
    spdlog::warn("the last checkpoint isn't published: {}", failed.error.message);
  }
}

void KafkaLink::committed() {
  publisher_->wake();
  if (views_) views_->wake();
}

boost::json::object KafkaLink::status() const {
  const kafka::PublisherStatus publisher = publisher_->status();
  const kafka::IntakeStatus intake = intake_->status();
  boost::json::object status{
      {"publisher", boost::json::object{{"state", publisher.state}, {"published", publisher.published}, {"backlog", publisher.backlog}, {"last_error", publisher.last_error}}},
      {"intake", boost::json::object{{"state", intake.state}, {"taken", intake.taken}, {"refused", intake.refused}, {"under_way", intake.under_way}, {"last_error", intake.last_error}}}};
  if (!views_) return status;
  const kafka::ViewPublisherStatus sending = views_->status();
  boost::json::array listed;
  for (const kafka::ViewPublisherStatus::View& view : sending.views) listed.push_back(boost::json::object{{"view", view.name}, {"lag", view.lag}, {"problem", view.problem}});
  status["views"] = boost::json::object{{"state", sending.state}, {"sent", sending.sent}, {"last_error", sending.last_error}, {"views", std::move(listed)}};
  return status;
}

}  // namespace ritrovo::tools
