#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "workflows/definition/yaml_source.h"

namespace ritrovo::definition {

/// A person role of a used pathway, and who plays it where it is used; with the names of their lists, where they are many.
struct RenamedPerson {
  std::string from;
  std::string to;
  std::string from_group;
  std::string to_group;
};

/// Gives the names of a pathway those that they have where it is used: each step gets a prefix and a slash ("school/assessment"; in guards
/// "school.assessment"), each person role the name of who plays it. Facts, actor roles and parties keep theirs.
class Renaming {
 public:
  /// `tree` is the pathway's own tree and must outlive this; `at`: the place that everything gets, because it is told of in another file.
  Renaming(const Node& tree, std::string prefix, std::vector<RenamedPerson> persons, Place at);
  /// Renames within a copy of the tree.
  void apply(Node& copy) const;

  /// The guard with its names renamed; names inside quotes, and those that a macro binds, stay.
  [[nodiscard]] std::string guard(std::string_view source) const;

 private:
  void steps(Node& node) const;
  void step(Node& body) const;
  void outcomes(Node& node, bool of_stage) const;
  void deadline(Node& node) const;
  void sentry(Node& node) const;
  void guard_under(Node& map, std::string_view key) const;
  void sentry_under(Node& map, std::string_view key) const;
  void step_names(Node* node) const;
  void person_under(Node& map, std::string_view key) const;
  [[nodiscard]] std::string step_name(const std::string& name) const;
  [[nodiscard]] std::string dotted(std::string_view name) const;

  std::string prefix_;
  std::vector<RenamedPerson> persons_;
  Place at_;
  std::set<std::string, std::less<>> step_names_;
  std::set<std::string, std::less<>> fact_names_;
};

}  // namespace ritrovo::definition
