#include <signal.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <iostream>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "engine/log/access_log.h"
#include "tools/case_folder.h"
#include "tools/commands.h"
#include "tools/configuration.h"
#include "tools/database_views.h"
#include "tools/folder_directory.h"
#include "tools/folder_views.h"
#include "tools/hang_watch.h"
#include "tools/kafka_link.h"
#include "tools/log_follower.h"
#include "tools/outbox_link.h"
#include "tools/socket_server.h"

namespace ritrovo::tools {
namespace {

/// How long a server that ends waits for its views.
constexpr std::chrono::seconds kRestWithin{20};

constexpr Teaching kServe{
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

/// Whoever wants to know that something was committed.
class Listeners {
 public:
  void set(KafkaLink* link, std::vector<std::unique_ptr<LogFollower>>* followers, OutboxLink* outbox) {
    const std::lock_guard lock(mutex_);
    link_ = link;
    followers_ = followers;
    outbox_ = outbox;
  }
  void committed() {
    const std::lock_guard lock(mutex_);
    if (link_ != nullptr) link_->committed();
    if (outbox_ != nullptr) outbox_->committed();
    if (followers_ != nullptr)
      for (const std::unique_ptr<LogFollower>& follower : *followers_) follower->committed();
  }

 private:
  std::mutex mutex_;
  KafkaLink* link_ = nullptr;
  std::vector<std::unique_ptr<LogFollower>>* followers_ = nullptr;
  OutboxLink* outbox_ = nullptr;
};

/// Nobody is told once this ends, whatever ends it.
class Listening {
 public:
  explicit Listening(Listeners& listeners) : listeners_(listeners) {}
  ~Listening() { listeners_.set(nullptr, nullptr, nullptr); }
  Listening(const Listening&) = delete;
  Listening& operator=(const Listening&) = delete;

 private:
  Listeners& listeners_;
};

/// Nothing where `views/` can't be opened: then whoever asks is told, and folds.
std::unique_ptr<FolderViews> views_of(const CaseFolder& folder, const Context& context) {
  try {
    return std::make_unique<FolderViews>(folder, context);
  } catch (const Failure& failed) {
    spdlog::error("the views aren't followed: {}", failed.error.message);
    return nullptr;
  }
}

/// Each of the folder's own views, its directory and each database on a thread of its own: none waits for another.
std::vector<std::unique_ptr<LogFollower>> followers_of(FolderViews* views, FolderDirectory& directory, std::vector<std::pair<std::string, DatabaseViews>>& databases) {
  std::vector<std::unique_ptr<LogFollower>> followers;
  const auto follow = [&followers](std::string name, std::function<Result<bool>()> step) { followers.push_back(std::make_unique<LogFollower>(Follows{std::move(name), std::move(step)})); };
  if (views != nullptr)
    for (const projections::ViewKind& kind : views->kinds()) follow("the view " + kind.name, [views, name = kind.name] { return views->follow_some(name); });
  follow("the directory", [&directory]() -> Result<bool> {
    directory.catch_up();
    return false;
  });
  for (auto& [name, database] : databases) follow(name, [&database = database] { return database.follow_some(); });
  return followers;
}

std::vector<std::pair<std::string, DatabaseViews>> databases_of(const Configuration& configuration, const CaseFolder& folder) {
  std::vector<std::pair<std::string, DatabaseViews>> databases;
  if (!configuration.sqlite.empty()) databases.emplace_back("the SQLite file", DatabaseViews(folder, [file = configuration.sqlite] { return sql::open_sqlite(file.string()); }));
  if (!configuration.postgres.empty()) databases.emplace_back("PostgreSQL", DatabaseViews(folder, [where = configuration.postgres] { return sql::open_postgres(where); }));
  return databases;
}

void serve(Context& context, const std::string& config) {
  if (context.served != nullptr) throw Failure{{ErrorCode::kExists, "this folder is served already"}};
  const Configuration configuration = config.empty() ? Configuration() : read_configuration(config);
  apply(configuration, context);
  const sigset_t ending = hold_back_signals();
  context.serves = true;
  // The folder commits before there is a link, and after.
  Listeners listeners;
  context.committed = [&listeners] { listeners.committed(); };
  // Commands that others send may name files relative to their own folder; the log must not move with that.
  context.data = std::filesystem::absolute(context.data);
  const std::unique_ptr<CaseFolder> folder = CaseFolder::open_to_record(context);
  std::unique_ptr<KafkaLink> link = configuration.kafka ? std::make_unique<KafkaLink>(*folder, *configuration.kafka) : nullptr;
  AccessLog accesses(context.data / "access");
  context.accesses = &accesses;
  std::unique_ptr<OutboxLink> outbox = configuration.messages ? std::make_unique<OutboxLink>(*folder, context.data, *configuration.messages, accesses) : nullptr;
  context.kafka = link.get();
  context.outbox = outbox.get();
  const std::unique_ptr<FolderViews> views = views_of(*folder, context);
  FolderDirectory directory(*folder);
  context.views = views.get();
  context.directory = &directory;
  std::vector<std::pair<std::string, DatabaseViews>> databases = databases_of(configuration, *folder);
  std::vector<std::unique_ptr<LogFollower>> followers = followers_of(views.get(), directory, databases);
  const std::unique_ptr<HangWatch> watch = views ? std::make_unique<HangWatch>(views->shared()) : nullptr;
  const Listening until_the_end(listeners);
  listeners.set(link.get(), &followers, outbox.get());
  if (outbox) outbox->start();
  {
    const SocketServer server(*folder, context);
    // A socket has no backlog that was sent before this opening.
    if (link == nullptr) folder->fire_due();
    tell(context, "ready");
    int signal = 0;
    ::sigwait(&ending, &signal);
  }
  listeners.set(link.get(), &followers, nullptr);
  outbox.reset();
  listeners.set(link.get(), nullptr, nullptr);
  if (views && !views->shared().at_rest_within(kRestWithin)) {
    // Its thread can't be ended, and what is committed is safe: as after a kill.
    spdlog::error("a view hangs and doesn't let the server close; it ends without");
    link.reset();
    std::_Exit(static_cast<int>(ExitCode::kWorldFailed));
  }
  followers.clear();
  listeners.set(nullptr, nullptr, nullptr);
  link.reset();
  folder->close();
  tell(context, "closed");
}

}  // namespace

void add_serve(CLI::App& app, Context& context) {
  auto config = std::make_shared<std::string>();
  CLI::App* command = add_command(app, context, "serve", kServe, true, [&context, config] { serve(context, *config); });
  command->add_option("--config", *config, "Settings, as docs/operating.md says; --data and --master-key-file go before what it names")->type_name("FILE");
}

}  // namespace ritrovo::tools
