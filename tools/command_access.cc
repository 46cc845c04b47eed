#include <iostream>
#include <memory>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "engine/runtime/access_checkpoint.h"
#include "projections/text_table.h"
#include "tools/access.h"
#include "tools/bare_log.h"
#include "tools/case_reading.h"
#include "tools/commands.h"
#include "tools/console.h"

namespace ritrovo::tools {
namespace {

constexpr Teaching kAccess{"Who read which case, when and for what; checked line by line against their tree, and its end against what was signed",
                           "  ritrovo access --data milano\n"
                           "  ritrovo access fam-lusab-babad-gutih-tugad-4 --json",
                           "  ritrovo case show fam-… --reader u-17 --purpose \"hearing of 3 March\""};

struct AccessWish {
  std::string case_id;
  std::size_t limit = 40;
};

/// Whether the end of it is there, too, by what was signed.
Result<void> check(const Context& context) {
  const BareLog bare(context);
  return check_accesses(bare.folder(), bare.log());
}

void run_access(const Context& context, const AccessWish& wish) {
  const std::optional<CaseId> only = wish.case_id.empty() ? std::nullopt : std::optional(case_id_from(wish.case_id));
  const Result<void> whole = check(context);
  const std::unique_ptr<CaseFolder> folder = CaseFolder::open(context);
  std::vector<std::vector<std::string>> rows;
  const Result<void> read = AccessLog(context.data / "access").read([&](const AccessBatch& batch) {
    for (const AccessRead& one : batch.reads) {
      if (only && one.case_id != *only) continue;
      if (context.json) {
        std::cout << boost::json::serialize(boost::json::object{{"at", to_string(batch.at)}, {"who", batch.who}, {"purpose", batch.purpose}, {"case", one.case_id.printed()}, {"what", one.what}, {"personal", one.personal}}) << '\n';
      } else {
        rows.push_back({local_time(*folder, batch.at), batch.who, one.what, one.personal ? "yes" : "", one.case_id.printed(), batch.purpose});
      }
    }
  });
  folder->close();
  if (!context.json) {
    projections::TextTable table({{"read"}, {"who", false, 20}, {"what", false, 32}, {"personal"}, {"case"}, {"purpose", false, 40}});
    const std::size_t first = rows.size() > wish.limit ? rows.size() - wish.limit : 0;
    for (std::size_t i = first; i < rows.size(); ++i) table.row(rows[i]);
    std::cout << fmt::format("{}{}\n", counted(rows.size(), "reading", "readings"), first > 0 ? fmt::format(", the last {} shown", wish.limit) : std::string());
    for (const std::string& line : table.lines()) std::cout << line << '\n';
  }
  must(read);
  must(whole);
}

}  // namespace

void add_access(CLI::App& app, Context& context) {
  auto wish = std::make_shared<AccessWish>();
  CLI::App* access = add_command(app, context, "access", kAccess, true, [&context, wish] { run_access(context, *wish); });
  access->add_option("case", wish->case_id, "Of this case alone")->type_name("ID");
  access->add_option("--limit", wish->limit, "Rows shown to a person, the latest; --json gives all")->type_name("N")->capture_default_str();
}

}  // namespace ritrovo::tools
