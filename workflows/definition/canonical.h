#pragma once

#include <string>

#include "engine/digest/hash256.h"
#include "workflows/definition/yaml_source.h"

namespace ritrovo::definition {

/// The content of a document, without its comments and layout: JSON as RFC 8785 has it (keys sorted, no blanks), in which maps whose order
/// means something (steps, outcomes, results, deadlines, persons, data, values, parties, roles) are lists of [key, value].
/// Two documents with equal canonical forms compile to equal models, indices included. Requires: a tree that was read without a problem.
[[nodiscard]] std::string canonical_form(const Node& root);

/// SHA-256 of "ritrovo.definition/1", a line feed, and the canonical form.
[[nodiscard]] Hash256 identity_of(const Node& root);

}  // namespace ritrovo::definition
