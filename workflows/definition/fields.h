#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/period.h"
#include "engine/base/time.h"
#include "workflows/definition/model.h"
#include "workflows/definition/problem.h"
#include "workflows/definition/yaml_source.h"

namespace ritrovo::definition {

/// Takes the known keys out of a map and reports the ones left over. Each reader reports what is missing or of the wrong type and returns
/// nothing then. `node` and `problems` must outlive it.
class Fields {
 public:
  /// `what` names the map in messages: "step file". A node that isn't a map is reported, and then has no fields.
  Fields(const Node& node, std::string what, Problems& problems);

  /// The value under `key`, or nullptr; a key without a value is reported and counts as absent.
  [[nodiscard]] const Node* take(std::string_view key);
  /// As `take`; its absence is reported.
  [[nodiscard]] const Node* require(std::string_view key);
  /// Reports every key that was never asked for, with the name that was probably meant.
  void finish();

  [[nodiscard]] bool whole() const { return node_.is(Node::Kind::kMap); }
  [[nodiscard]] const std::string& what() const { return what_; }
  [[nodiscard]] Place place() const { return node_.place; }

 private:
  const Node& node_;
  std::string what_;
  Problems& problems_;
  std::vector<std::string> asked_;
};

// Readers of one value; `what` names it in messages. A null node gives nothing, without a problem.
[[nodiscard]] std::optional<std::string> read_text(const Node* node, std::string_view what, Problems& problems);
[[nodiscard]] std::optional<bool> read_boolean(const Node* node, std::string_view what, Problems& problems);
/// A whole number from `least` to `most`.
struct Bounds {
  std::int64_t least = 0;
  std::int64_t most = 0;
};
[[nodiscard]] std::optional<std::int64_t> read_integer(const Node* node, std::string_view what, Bounds bounds, Problems& problems);
[[nodiscard]] std::optional<Day> read_day(const Node* node, std::string_view what, Problems& problems);
[[nodiscard]] std::optional<Period> read_period(const Node* node, std::string_view what, Problems& problems);
/// A text in languages, Italian and English at least.
[[nodiscard]] Text read_languages(const Node* node, std::string_view what, Problems& problems);
/// `law` and `verified` of a map.
[[nodiscard]] Ground read_ground(Fields& fields, Problems& problems);
/// A text or a list of texts, each with its place.
struct Named {
  std::string name;
  Place place;
};
[[nodiscard]] std::vector<Named> read_names(const Node* node, std::string_view what, Problems& problems);

/// The shapes of names: "lower_snake_case", "two.or_more.dotted_parts", "with-hyphens".
enum class NameShape : std::uint8_t { kSnake, kDotted, kHyphens };
/// Whether `name` has that shape and can be named in guards; reports it otherwise, with the name as it would do. A pathway's name may hold
/// underscores here: what was published so stays readable (check_pathway refuses it in what is new).
bool check_name(std::string_view name, NameShape shape, Place place, Problems& problems);

}  // namespace ritrovo::definition
