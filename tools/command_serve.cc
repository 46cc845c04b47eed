#include <signal.h>

#include <filesystem>
#include <iostream>
#include <memory>
#include <mutex>
#include <string>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "tools/case_folder.h"
#include "tools/commands.h"
#include "tools/configuration.h"
#include "tools/kafka_link.h"
#include "tools/socket_server.h"

namespace ritrovo::tools {
namespace {

constexpr Teaching kTeaching{
    "Keep a data folder open, and take commands from many at once",
    "  ritrovo serve --data milano\n"
    "  ritrovo serve --config ritrovo.yaml             the folder, and what it is connected to\n"
    "  ritrovo submit commands.ndjson --data milano    as before: it finds the server by the socket in the folder",
    "  Every other subcommand finds the server likewise. SIGTERM ends it: what was sent is answered, then the folder is closed.\n"
    "  Who may open milano/ritrovo.socket may give commands in anybody's name: the file is its owner's alone."};

/// The signals that end a server. They wait for `sigwait` in every thread that is made from now on.
sigset_t hold_back_signals() {
  ::signal(SIGPIPE, SIG_IGN);
  sigset_t ending;
  ::sigemptyset(&ending);
  ::sigaddset(&ending, SIGTERM);
  ::sigaddset(&ending, SIGINT);
  ::sigaddset(&ending, SIGHUP);
  ::pthread_sigmask(SIG_BLOCK, &ending, nullptr);
  return ending;
}

void tell(const Context& context, std::string_view what) {
  if (context.json) {
    std::cout << boost::json::serialize(boost::json::object{{"server", what}, {"data", context.data.string()}}) << '\n';
  } else if (what == "ready") {
    std::cout << fmt::format("Serving {} (Ctrl-C ends it).\nNext: ritrovo submit commands.ndjson --data {}\n", context.data.string(), context.data.string());
  } else {
    std::cout << fmt::format("{} is closed.\n", context.data.string());
  }
  std::cout.flush();
}

void run(Context& context, const std::string& config) {
  if (context.served != nullptr) throw Failure{{ErrorCode::kExists, "this folder is served already"}};
  const Configuration configuration = config.empty() ? Configuration() : read_configuration(config);
  apply(configuration, context);
  const sigset_t ending = hold_back_signals();
  context.serves = true;
  // The folder commits before there is a link, and after.
  std::mutex linking;
  KafkaLink* listening = nullptr;
  const auto listen = [&](KafkaLink* link) {
    const std::lock_guard lock(linking);
    listening = link;
  };
  context.committed = [&] {
    const std::lock_guard lock(linking);
    if (listening != nullptr) listening->committed();
  };
  // Commands that others send may name files relative to their own folder; the log must not move with that.
  context.data = std::filesystem::absolute(context.data);
  const std::unique_ptr<CaseFolder> folder = CaseFolder::open_to_record(context);
  std::unique_ptr<KafkaLink> link = configuration.kafka ? std::make_unique<KafkaLink>(*folder, *configuration.kafka) : nullptr;
  context.kafka = link.get();
  listen(link.get());
  {
    const SocketServer server(*folder, context);
    // A socket has no backlog that was sent before this opening.
    if (link == nullptr) folder->fire_due();
    tell(context, "ready");
    int signal = 0;
    ::sigwait(&ending, &signal);
  }
  listen(nullptr);
  link.reset();
  folder->close();
  tell(context, "closed");
}

}  // namespace

void add_serve(CLI::App& app, Context& context) {
  auto config = std::make_shared<std::string>();
  CLI::App* command = add_command(app, context, "serve", kTeaching, true, [&context, config] { run(context, *config); });
  command->add_option("--config", *config, "Settings, as docs/operating.md says; --data and --master-key-file go before what it names")->type_name("FILE");
}

}  // namespace ritrovo::tools
