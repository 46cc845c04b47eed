#pragma once

#include "tools/context.h"

/// One function for each subcommand: adds it to the program, with its options and its help. Each stands in command_<name>.cc.
namespace ritrovo::tools {

void add_init(CLI::App& app, Context& context);
void add_check(CLI::App& app, Context& context);
void add_coverage(CLI::App& app, Context& context);
void add_catalogue(CLI::App& app, Context& context);
void add_publish(CLI::App& app, Context& context);
void add_submit(CLI::App& app, Context& context);
void add_kafka(CLI::App& app, Context& context);  ///< kafka init, kafka status
void add_serve(CLI::App& app, Context& context);
void add_case(CLI::App& app, Context& context);
void add_access(CLI::App& app, Context& context);
void add_case_diff(CLI::App& group, Context& context);  ///< case diff
void add_caseload(CLI::App& app, Context& context);
void add_explain(CLI::App& app, Context& context);
/// `case split`, `case merge` and `case links`, for that group.
void add_case_links(CLI::App& group, Context& context);
void add_lists(CLI::App& app, Context& context);  ///< tasks, deadlines, stuck
void add_outbox(CLI::App& app, Context& context);  ///< list, show, dead, retry, send
void add_quarantine(CLI::App& app, Context& context);
void add_advance(CLI::App& app, Context& context);
void add_receipts(CLI::App& app, Context& context);
void add_checkpoint(CLI::App& app, Context& context);  ///< and checkpoint key, checkpoint rotate
void add_verify(CLI::App& app, Context& context);
void add_prove(CLI::App& app, Context& context);  ///< prove, check-receipt, consistency
void add_person(CLI::App& app, Context& context);  ///< person export
void add_erase(CLI::App& app, Context& context);   ///< propose, approve, withdraw, hold, end-hold, list
void add_vault(CLI::App& app, Context& context);   ///< rotate, escrow, escrow-key, escrow-open
void add_backup(CLI::App& app, Context& context);  ///< and restore
void add_doctor(CLI::App& app, Context& context);
void add_export(CLI::App& app, Context& context);  ///< and verify-bundle
void add_witness(CLI::App& app, Context& context);
void add_definitions(CLI::App& app, Context& context);  ///< and definitions diff
void add_describe(CLI::App& app, Context& context);
void add_diagram(CLI::App& app, Context& context);
void add_generate(CLI::App& app, Context& context);
void add_demo(CLI::App& app, Context& context);
void add_try(CLI::App& app, Context& context);
void add_view(CLI::App& app, Context& context);
void add_version(CLI::App& app, Context& context);

}  // namespace ritrovo::tools
