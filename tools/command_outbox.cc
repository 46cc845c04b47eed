#include <algorithm>
#include <future>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "tools/case_folder.h"
#include "tools/commands.h"
#include "tools/configuration.h"
#include "tools/console.h"
#include "tools/outbox_link.h"
#include "workflows/pathway/instance_names.h"

namespace ritrovo::tools {
namespace {

using projections::MessageName;
using projections::Outbox;
using projections::OutboxEntry;

constexpr Teaching kOutboxGroup{"Messages to families and staff: what waits, what failed, sending it",
                          "  ritrovo outbox list\n"
                          "  ritrovo outbox send --config ritrovo.yaml",
                          "  ritrovo serve --config ritrovo.yaml             sends them as they come (docs/notifications.md)"};
constexpr Teaching kOutboxList{"What waits to be sent, and what was tried", "  ritrovo outbox list --json", "  ritrovo outbox show fam-….17"};
constexpr Teaching kDead{"What wasn't delivered and is tried no more, with the reason", "  ritrovo outbox dead", "  ritrovo outbox retry fam-….17                    once the reason is gone"};
constexpr Teaching kOutboxShow{"One message: why it was asked for, what was tried", "  ritrovo outbox show fam-lusab-babad-gutih-tugad-4.17", "  ritrovo case timeline fam-…                     what became of it"};
constexpr Teaching kRetry{"Puts messages that failed or were withheld in the queue again",
                          "  ritrovo outbox retry fam-lusab-babad-gutih-tugad-4.17\n"
                          "  ritrovo outbox retry --all --reason refused",
                          "  ritrovo outbox send --config ritrovo.yaml"};
constexpr Teaching kSend{"Sends what is due, once; exit code 1 if something couldn't be sent now",
                         "  ritrovo outbox send --config ritrovo.yaml\n"
                         "  ritrovo outbox send --config ritrovo.yaml --now   also what waits for the end of quiet hours, a digest or its next try",
                         "  ritrovo outbox dead"};

constexpr Teaching kOutboxRebuild{"Makes the outbox anew from the log, where it was made from another history (a folder that was restored, or copied into place)",
                            "  ritrovo outbox rebuild",
                            "  ritrovo outbox list                             what isn't recorded as delivered, and goes (again) with the next round"};

struct OutboxWish {
  std::string name;
  std::string config;
  std::string reason;
  std::string actor = "operator";
  bool all = false;
  bool now = false;
  std::size_t limit = 40;
};

/// Calls with the outbox: that of the server, or opened for this call; brought up to date, or made anew.
void with_outbox(const Context& context, const CaseFolder& folder, const std::function<void(Outbox&)>& call, bool anew = false) {
  std::unique_ptr<Outbox> own;
  if (context.outbox == nullptr) own = open_outbox(folder, context.data);
  Outbox& outbox = own ? *own : context.outbox->outbox();
  folder.with_log([&outbox, anew](const CaseLog& log) { return anew ? outbox.rebuild(log) : outbox.catch_up(log); });
  call(outbox);
}

boost::json::object json_of(const OutboxEntry& entry, const projections::Attempts& attempts) {
  boost::json::object object = projections::json_of(entry.message);
  object["state"] = pathway::name_of(entry.fate);
  if (!entry.channel.empty()) object["channel"] = entry.channel;
  if (!entry.reason.empty()) object["reason"] = entry.reason;
  object["tries"] = attempts.count;
  if (attempts.count > 0) object["next_try"] = to_string(attempts.next);
  if (!attempts.answer.empty()) object["last_answer"] = attempts.answer;
  return object;
}

void print_entries(const Context& context, const Outbox& outbox, const std::vector<OutboxEntry>& entries, std::size_t limit, std::string_view nothing) {
  Table table({{"message", false, 44}, {"to"}, {"about"}, {"step", false, 30}, {"since"}, {"tries", true}, {"state"}});
  std::size_t shown = 0;
  for (const OutboxEntry& entry : entries) {
    const projections::Attempts attempts = must(outbox.attempts(projections::name_of(entry.message)));
    if (context.json) {
      std::cout << boost::json::serialize(json_of(entry, attempts)) << '\n';
    } else if (shown++ < limit) {
      const std::string_view word = entry.reason.empty() ? std::string_view(attempts.answer) : std::string_view(entry.reason);
      table.row({entry.message.name(), entry.message.to, std::string(name_of(entry.message.about)), entry.message.step, to_string(entry.message.effective), std::to_string(attempts.count),
                 fmt::format("{}{}{}", pathway::name_of(entry.fate), word.empty() ? "" : ": ", word)});
    }
  }
  if (context.json) return;
  if (entries.empty()) std::cout << nothing;
  else table.print(std::cout);
  if (entries.size() > limit) std::cout << fmt::format("… and {} more: --limit {} shows all.\n", grouped(entries.size() - limit), entries.size());
}

void run_list(const Context& context, const OutboxWish& wish, bool dead) {
  const std::unique_ptr<CaseFolder> folder = CaseFolder::open(context);
  with_outbox(context, *folder, [&](Outbox& outbox) {
    print_entries(context, outbox, must(dead ? outbox.dead() : outbox.queued()), wish.limit,
                  dead ? "Nothing failed.\n" : fmt::format("Nothing waits. Messages asked for before {} aren't sent (docs/notifications.md).\n", to_string(outbox.since())));
  });
  folder->close();
}

void run_outbox_rebuild(const Context& context) {
  const std::unique_ptr<CaseFolder> folder = CaseFolder::open(context);
  std::size_t queued = 0;
  std::size_t dead = 0;
  const auto count = [&](Outbox& outbox) {
    queued = must(outbox.queued()).size();
    dead = must(outbox.dead()).size();
  };
  with_outbox(context, *folder, count, true);
  folder->close();
  if (context.json) std::cout << boost::json::serialize(boost::json::object{{"queued", queued}, {"dead", dead}}) << '\n';
  else std::cout << fmt::format("{} to be sent, {} that failed.\n", counted(queued, "message is", "messages are"), dead);
}

void run_show(const Context& context, const OutboxWish& wish) {
  const MessageName name = must(MessageName::parse(wish.name));
  const std::unique_ptr<CaseFolder> folder = CaseFolder::open(context);
  with_outbox(context, *folder, [&](Outbox& outbox) {
    const std::optional<OutboxEntry> entry = must(outbox.find(name));
    if (!entry) throw Failure{{ErrorCode::kNotFound, fmt::format("{} isn't in the outbox: it is delivered, or was never asked for; 'ritrovo case timeline {}' says which", wish.name, name.case_id.printed())}};
    const boost::json::object object = json_of(*entry, must(outbox.attempts(name)));
    if (context.json) {
      std::cout << boost::json::serialize(object) << '\n';
      return;
    }
    for (const auto& [key, value] : object) std::cout << fmt::format("{:<13} {}\n", std::string_view(key), value.is_string() ? std::string(value.as_string()) : boost::json::serialize(value));
  });
  folder->close();
}

/// Records that a message is to be tried again.
void queue_again(CaseFolder& folder, const OutboxEntry& entry, const std::string& actor) {
  Command command;
  command.key = fmt::format("outbox.{}.{}.again", entry.message.version.value(), entry.reports);
  command.case_id = entry.message.case_id;
  command.verb = "message";
  command.action = "queued";
  set(command.data, "event", std::int64_t{entry.message.version.value()});
  command.actor = operator_actor(actor);
  command.at = folder.simulated_now();
  std::promise<Answer> answered;
  folder.submit(command, [&answered](const Answer& answer) { answered.set_value(answer); });
  const Answer answer = answered.get_future().get();
  if (answer.kind != AnswerKind::kAccepted) throw Failure{{ErrorCode::kUnavailable, fmt::format("{}: {}", entry.message.name(), answer.rejection ? answer.rejection->reason : answer.message)}};
}

void run_retry(const Context& context, const OutboxWish& wish) {
  if (wish.all == !wish.name.empty()) throw Failure{{ErrorCode::kMalformed, "name a message, or say --all"}};
  const std::unique_ptr<CaseFolder> folder = CaseFolder::open_to_record(context);
  std::vector<OutboxEntry> again;
  with_outbox(context, *folder, [&](Outbox& outbox) {
    const std::optional<MessageName> name = wish.all ? std::nullopt : std::optional(must(MessageName::parse(wish.name)));
    for (OutboxEntry& entry : must(outbox.dead()))
      if ((!name || projections::name_of(entry.message) == *name) && (wish.reason.empty() || entry.reason == wish.reason)) again.push_back(std::move(entry));
  });
  if (again.empty() && !wish.all) throw Failure{{ErrorCode::kNotFound, fmt::format("{} isn't among those that failed; 'ritrovo outbox dead' lists them", wish.name)}};
  for (const OutboxEntry& entry : again) queue_again(*folder, entry, wish.actor);
  folder->close();
  if (context.json) std::cout << boost::json::serialize(boost::json::object{{"queued", again.size()}}) << '\n';
  else std::cout << fmt::format("{} in the queue again.\n", counted(again.size(), "message is", "messages are"));
}

void run_send(Context& context, const OutboxWish& wish) {
  std::optional<MessageSettings> settings;
  if (!wish.config.empty()) {
    const Configuration configuration = read_configuration(wish.config);
    apply(configuration, context);
    settings = configuration.messages;
  }
  const std::unique_ptr<CaseFolder> folder = CaseFolder::open_to_record(context);
  projections::Round round;
  if (context.served != nullptr) {
    if (context.outbox == nullptr) throw Failure{{ErrorCode::kNotFound, "the server of this folder sends no messages: its configuration has no setting 'messages' (docs/notifications.md)"}};
    round = context.outbox->round(wish.now);
  } else {
    if (!settings) throw Failure{{ErrorCode::kNotFound, "by which server? --config names a file with the setting 'messages' (docs/notifications.md)"}};
    AccessLog accesses(context.data / "access");
    OutboxLink link(*folder, context.data, *settings, accesses);
    round = link.round(wish.now);
  }
  folder->close();
  if (round.later > 0) context.leave_with(ExitCode::kWorldFailed);
  if (context.json) {
    std::cout << boost::json::serialize(boost::json::object{{"delivered", round.delivered}, {"withheld", round.withheld}, {"failed", round.failed}, {"later", round.later}, {"waiting", round.waiting}, {"last_trouble", round.last_trouble}})
              << '\n';
    return;
  }
  std::cout << fmt::format("{} delivered, {} withheld, {} failed for good, {} to be tried again{}, {} not due.\n", round.delivered, round.withheld, round.failed, round.later,
                           round.last_trouble.empty() ? "" : fmt::format(" (last answer: {})", round.last_trouble), round.waiting);
}

}  // namespace

void add_outbox(CLI::App& app, Context& context) {
  auto wish = std::make_shared<OutboxWish>();
  CLI::App* group = add_command(app, context, "outbox", kOutboxGroup, false, nullptr);
  group->require_subcommand(1);
  const auto limited = [&wish](CLI::App* command) { command->add_option("--limit", wish->limit, "Rows shown to a person; --json gives all")->type_name("N")->capture_default_str(); };
  limited(add_command(*group, context, "list", kOutboxList, true, [&context, wish] { run_list(context, *wish, false); }));
  limited(add_command(*group, context, "dead", kDead, true, [&context, wish] { run_list(context, *wish, true); }));
  add_command(*group, context, "rebuild", kOutboxRebuild, true, [&context] { run_outbox_rebuild(context); });
  CLI::App* show = add_command(*group, context, "show", kOutboxShow, true, [&context, wish] { run_show(context, *wish); });
  show->add_option("message", wish->name, "The message")->type_name("NAME")->required();
  CLI::App* retry = add_command(*group, context, "retry", kRetry, true, [&context, wish] { run_retry(context, *wish); });
  retry->add_option("message", wish->name, "The message")->type_name("NAME");
  retry->add_flag("--all", wish->all, "Every one that failed or was withheld");
  retry->add_option("--reason", wish->reason, "Only those with this reason")->type_name("WORD");
  retry->add_option("--actor", wish->actor, "Pseudonymous id of who does it")->type_name("ID")->capture_default_str();
  CLI::App* send = add_command(*group, context, "send", kSend, true, [&context, wish] { run_send(context, *wish); });
  send->add_option("--config", wish->config, "Settings, as docs/notifications.md says")->type_name("FILE");
  send->add_flag("--now", wish->now, "Also what isn't due yet");
}

}  // namespace ritrovo::tools
