#include "tools/outbox_link.h"

#include <algorithm>
#include <chrono>
#include <future>
#include <random>
#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "engine/runtime/clock.h"
#include "engine/runtime/folder.h"
#include "tools/case_reading.h"
#include "tools/documents.h"
#include "tools/folder_views.h"
#include "workflows/pathway/event_body.h"
#include "workflows/pathway/instance_names.h"

namespace ritrovo::tools {
namespace {

using projections::Letter;
using projections::LetterWriter;
using projections::Notification;

/// Between two rounds that nothing asked for.
constexpr std::int64_t kTickMsMax = 30'000;
/// In a line of the log of accesses.
constexpr std::size_t kReadsMax = 1000;
/// What comes together is sent together.
constexpr std::chrono::milliseconds kGathering{200};

LetterWriter writer_of(const CaseFolder& folder, const MessageSettings& settings) {
  std::vector<definition::Document> documents = shipped_message_documents();
  if (!settings.wording.empty()) documents.push_back({settings.wording.string(), must(read_file(settings.wording))});
  LetterWriter::Translations translations;
  std::optional<definition::MessagePlan> plan;
  for (const definition::Document& document : documents) {
    if (document.path.starts_with("languages/")) {
      definition::Translation translation = must(definition::read_translation_text(document.path, document.text));
      translations.insert_or_assign(translation.language, std::move(translation));
    } else {
      // The file that the settings name stands last.
      plan = must(definition::read_messages_text(document.path, document.text));
    }
  }
  if (!plan) throw Failure{{ErrorCode::kNotFound, "nothing says how messages are worded: name a file in 'wording'"}};
  return {std::move(*plan), std::move(translations), settings.centre, folder.settings().log_id};
}

/// What a letter is written from. It refers to the reading.
projections::CaseContents contents_of(const CaseReading& reading, const definition::Pathway& pathway) {
  projections::CaseContents contents{reading.state.core, reading.opened, pathway, reading.library().get(), {}};
  for (const Event& event : reading.events) {
    if (event.tag != pathway::MessagesChosen::kTag) continue;
    const auto chosen = std::get<pathway::MessagesChosen>(must(pathway::decode_body(event.tag, event.body)));
    const std::string& alias = reading.state.core.persons[chosen.person].alias;
    if (chosen.wanted) contents.unwanted.erase(alias);
    else contents.unwanted.insert(alias);
  }
  return contents;
}

/// Calls with what is known of the message's case; failures become results.
template <class T>
Result<T> with_contents(const CaseFolder& folder, const Notification& message, const std::function<T(const projections::CaseContents&)>& call) {
  try {
    const CaseReading reading = read_case(folder, message.case_id, Moment{});
    const std::shared_ptr<const definition::Pathway> pathway = reading.pathway();
    return call(contents_of(reading, *pathway));
  } catch (const Failure& failed) {
    return tl::unexpected(failed.error);
  }
}

}  // namespace

std::unique_ptr<projections::Outbox> open_outbox(const CaseFolder& folder, const std::filesystem::path& data, std::optional<Day> since) {
  std::optional<Timestamp> from;
  if (since) from = folder.zone().start_of(*since);
  const Timestamp now = folder.simulated() ? folder.latest_instant() : SystemClock().now();
  return must(projections::Outbox::open({data / "outbox", identity_of(folder), [&folder] { return folder.library(); }}, from, now));
}

OutboxLink::OutboxLink(CaseFolder& folder, const std::filesystem::path& data, MessageSettings settings, AccessLog& accesses)
    : folder_(folder), settings_(std::move(settings)), writer_(writer_of(folder, settings_)), outbox_(open_outbox(folder, data, settings_.since)), accesses_(accesses) {
  const auto now = [] { return SystemClock().now(); };
  if (settings_.smtp) mail_ = std::make_unique<mail::MailCarrier>(*settings_.smtp, settings_.sender, now);
  if (settings_.webhook) webhook_ = std::make_unique<mail::WebhookCarrier>(*settings_.webhook, now);
  const auto carrier = [this](const std::string& way) -> projections::Carrier* { return way == "mail" ? mail_.get() : way == "webhook" ? webhook_.get() : nullptr; };
  projections::DispatchSettings dispatch;
  dispatch.timetable = settings_.timetable;
  dispatch.staff = settings_.readers;
  dispatch.at_once = settings_.at_once;
  dispatch.families = carrier(settings_.families);
  dispatch.staff_carrier = carrier(settings_.staff);
  dispatcher_ = std::make_unique<projections::Dispatcher>(*outbox_, std::move(dispatch), ports());
}

OutboxLink::~OutboxLink() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

projections::DispatchPorts OutboxLink::ports() {
  projections::DispatchPorts ports;
  const TimeZone& zone = folder_.zone();
  ports.now = [] { return SystemClock().now(); };
  ports.age_ms = [this](Timestamp recorded) { return (folder_.simulated() ? folder_.latest_instant() : SystemClock().now()).value() - recorded.value(); };
  ports.local_day = [&zone](Timestamp at) { return zone.day_of(at); };
  ports.local_minute = [&zone](Timestamp at) { return static_cast<projections::MinuteOfDay>((at.value() - zone.start_of(zone.day_of(at)).value()) / 60'000); };
  ports.chance = [random = std::make_shared<std::mt19937_64>(std::random_device()())] { return std::uniform_real_distribution<double>(0, 1)(*random); };
  ports.write = [this](const Notification& message) {
    reads_.push_back({message.case_id, "letter", true});
    return with_contents<projections::WrittenLetter>(folder_, message, [&](const projections::CaseContents& contents) -> projections::WrittenLetter {
      tl::expected<Letter, std::string_view> letter = writer_.to_family(message, contents);
      if (!letter) return {std::nullopt, std::string(letter.error())};
      return {std::move(*letter), {}};
    });
  };
  ports.staff_line = [this](const Notification& message) {
    reads_.push_back({message.case_id, "digest", false});
    return with_contents<std::string>(folder_, message, [&](const projections::CaseContents& contents) { return writer_.staff_line(message, contents, settings_.language); });
  };
  ports.digest = [this](const projections::Digest& digest, const std::vector<std::string>& lines) { return writer_.digest(digest, lines, settings_.language); };
  ports.note_reads = [this] { return note_reads(); };
  ports.report = [this](const projections::MessageReport& one) { return report(one); };
  return ports;
}

Result<void> OutboxLink::report(const projections::MessageReport& report) {
  Command command;
  command.key = report.key;
  command.case_id = report.message.case_id;
  command.verb = "message";
  command.action = pathway::name_of(report.fate);
  set(command.data, "event", std::int64_t{report.message.version.value()});
  if (!report.channel.empty()) set(command.data, "channel", report.channel);
  if (!report.reason.empty()) set(command.data, "reason", report.reason);
  command.actor = operator_actor("outbox");
  command.at = folder_.simulated_now();
  std::promise<Answer> answered;
  folder_.submit(command, [&answered](const Answer& answer) { answered.set_value(answer); });
  const Answer answer = answered.get_future().get();
  // A case in quarantine keeps the report, and takes it when it is released.
  if (answer.kind == AnswerKind::kAccepted || answer.kind == AnswerKind::kParked) return {};
  return failure(ErrorCode::kUnavailable, fmt::format("what became of {} can't be recorded: {}", report.message.printed(), answer.rejection ? answer.rejection->reason : answer.message));
}

Result<void> OutboxLink::note_reads() {
  std::vector<AccessRead> reads = std::exchange(reads_, {});
  for (std::size_t from = 0; from < reads.size(); from += kReadsMax) {
    AccessBatch batch{SystemClock().now(), "outbox", "messages", {}};
    for (std::size_t i = from; i < std::min(reads.size(), from + kReadsMax); ++i) batch.reads.push_back(std::move(reads[i]));
    if (const Result<void> noted = accesses_.append(batch); !noted) return failure(noted.error().code, fmt::format("{}; no message leaves without it", noted.error().message));
  }
  return {};
}

projections::Round OutboxLink::round(bool at_once) {
  const std::lock_guard one_at_a_time(rounds_);
  folder_.with_log([this](const CaseLog& log) { return outbox_->catch_up(log); });
  projections::Round round = must(dispatcher_->run(at_once, [this] { return stopping_.load(); }));
  const std::lock_guard lock(mutex_);
  total_.delivered += round.delivered;
  total_.failed += round.failed;
  total_.withheld += round.withheld;
  total_.later = round.later;
  if (!round.last_trouble.empty()) total_.last_trouble = round.last_trouble;
  trouble_.clear();
  return round;
}

void OutboxLink::start() { thread_ = std::thread([this] { run(); }); }

void OutboxLink::committed() {
  {
    const std::lock_guard lock(mutex_);
    woken_ = true;
  }
  wake_.notify_one();
}

void OutboxLink::run() {
  const std::chrono::milliseconds tick(std::min(kTickMsMax, std::max<std::int64_t>(settings_.timetable.retry_first_ms / 2, 50)));
  while (!stopping_) {
    try {
      (void)round(false);
    } catch (const Failure& failed) {
      spdlog::error("messages can't be sent now: {}", failed.error.message);
      const std::lock_guard lock(mutex_);
      trouble_ = failed.error.message;
    }
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, tick, [this] { return woken_ || stopping_; });
    if (woken_) wake_.wait_for(lock, kGathering, [this] { return stopping_.load(); });
    woken_ = false;
  }
}

boost::json::object OutboxLink::status() const {
  const std::lock_guard lock(mutex_);
  const std::string_view state = !trouble_.empty() ? "failing" : total_.later > 0 ? "sending" : "waiting";
  return {{"state", state}, {"delivered", total_.delivered}, {"failed", total_.failed}, {"withheld", total_.withheld},
          {"last_trouble", trouble_.empty() ? total_.last_trouble : trouble_}};
}

}  // namespace ritrovo::tools
