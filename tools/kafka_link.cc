#include "tools/kafka_link.h"

#include <utility>

#include "tools/context.h"

namespace ritrovo::tools {

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
          [&folder] { return folder.library(); }};
}

KafkaLink::KafkaLink(CaseFolder& folder, kafka::Connection connection)
    : published_(published_of(folder)), printer_(folder, true, "en"), publisher_(std::make_unique<kafka::Publisher>(published_, connection)) {
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
  intake_ = std::make_unique<kafka::Intake>(std::move(taker), std::move(connection));
}

boost::json::object KafkaLink::status() const {
  const kafka::PublisherStatus publisher = publisher_->status();
  const kafka::IntakeStatus intake = intake_->status();
  return {{"publisher", boost::json::object{{"state", publisher.state}, {"published", publisher.published}, {"backlog", publisher.backlog}, {"last_error", publisher.last_error}}},
          {"intake", boost::json::object{{"state", intake.state}, {"taken", intake.taken}, {"refused", intake.refused}, {"under_way", intake.under_way}, {"last_error", intake.last_error}}}};
}

}  // namespace ritrovo::tools
