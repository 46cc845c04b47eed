#pragma once

#include "tools/case_folder.h"
#include "tools/context.h"

namespace ritrovo::tools {

/// Prints each place where something about the persons of a case may stand in clear, or under a key that was copied before it was destroyed, and
/// until when: this is what destroying a key doesn't reach.
void print_left_in_clear(const Context& context, const CaseFolder& folder, const CaseStateView& view);

}  // namespace ritrovo::tools
