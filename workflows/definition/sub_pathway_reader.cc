#include "workflows/definition/sub_pathway_reader.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "engine/base/limits.h"
#include "workflows/definition/canonical.h"
#include "workflows/definition/fields.h"
#include "workflows/definition/renaming.h"
#include "workflows/definition/tree_building.h"

namespace ritrovo::definition {
namespace {

using Kind = Node::Kind;

std::size_t nodes_in(const Node& node) {  // NOLINT(misc-no-recursion): bounded by kDefinitionNestingMax
  std::size_t count = 1;
  for (const Node& item : node.items) count += nodes_in(item);
  for (const Entry& entry : node.entries) count += nodes_in(entry.value);
  return count;
}

/// Calls `act(entry, each)` for each step that uses a pathway; `each`: the person role whose branch it stands in, or empty.
template <class Act>
void over_uses(Node& steps, const std::string& each, const Act& act) {  // NOLINT(misc-no-recursion): bounded by kDefinitionNestingMax
  if (!steps.is(Kind::kMap)) return;
  for (Entry& entry : steps.entries) {
    if (!entry.value.is(Kind::kMap)) continue;
    const Node* uses = entry.value.find("pathway");
    if (uses != nullptr) {
      act(entry, each);
      continue;
    }
    const Node* stage = entry.value.find("stage");
    const Node* own = stage == nullptr ? nullptr : stage->find("each");
    if (Node* inner = find_in(entry.value, "steps")) over_uses(*inner, own != nullptr && own->is(Kind::kText) ? own->text : each, act);
  }
}

/// What a step's `pathway` says; reported where it is wrong.
std::optional<UseRequest> read_use(const Entry& step, Problems& problems) {
  const Node& node = *step.value.find("pathway");
  Fields fields(node, fmt::format("\"pathway\" of step {}", step.key), problems);
  const Node* use = fields.require("use");
  const auto name = read_text(use, "\"use\"", problems);
  const auto version = read_integer(fields.take("version"), "\"version\"", {1, 1'000'000}, problems);
  if (const Node* with = fields.take("with"); with != nullptr && !with->is(Kind::kMap))
    problems.error(with->place, "\"with\" must be a map: what the used pathway calls it, and what it is here");
  fields.finish();
  for (const std::string_view own : {"steps", "outcomes", "completes_when", "done_when", "stage"}) {
    const Node* found = step.value.find(own);
    if (found != nullptr) problems.error(found->place, fmt::format("step {} has the {} of the pathway that it uses", step.key, own), "remove it here");
  }
  if (!name) return std::nullopt;
  UseRequest request{*name, std::nullopt, use->place};
  if (version) request.version = static_cast<std::uint32_t>(*version);
  return request;
}

/// What a field of a person is declared as, without its title.
std::string shape_of(const Node* node) {
  if (node == nullptr) return {};
  if (!node->is(Kind::kMap)) return node->text + ", sealed";
  const auto flag = [node](std::string_view key) {
    const Node* found = node->find(key);
    return found != nullptr && found->is(Kind::kBoolean) && found->boolean;
  };
  const Node* type = node->find("type");
  std::string shape = (type == nullptr ? std::string() : type->text) + (flag("public") ? ", public" : flag("statistical") ? ", statistical" : ", sealed");
  if (flag("optional")) shape += ", optional";
  if (const Node* values = node->find("values")) {
    for (const Node& value : values->items) shape += " " + value.text;
    for (const Entry& value : values->entries) shape += " " + value.key;
  }
  return shape;
}

/// Puts one used pathway in.
class Inlining {
 public:
  Inlining(Node& root, Entry& step, const Used& used, std::string each, Problems& problems)
      : root_(root), step_(step), used_(used), each_(std::move(each)), problems_(problems), place_(step.value.find("pathway")->find("use")->place) {
    name_ = used.tree->find("pathway")->text;
  }

  /// Returns whether everything fits.
  bool put_in() {
    if (!map_persons()) return false;
    Renaming renaming(*used_.tree, step_.key, persons_, place_);
    Node copy = *used_.tree;
    renaming.apply(copy);
    give_parameters(copy);
    declare_facts(copy);
    declare_missing(copy, "roles");
    declare_missing(copy, "parties");
    for (const std::string_view key : {"steps", "completes_when", "title"})
      if (Node* found = find_in(copy, key); found != nullptr && step_.value.find(key) == nullptr) put(step_.value, key, std::move(*found));
    if (Node* results = find_in(copy, "results")) put(step_.value, "outcomes", std::move(*results));
    if (step_.value.find("law") == nullptr) {
      for (const std::string_view key : {"law", "verified"})
        if (Node* found = find_in(copy, key)) put(step_.value, key, std::move(*found));
    }
    return errors_ == 0;
  }

 private:
  [[nodiscard]] const Node* with() const { return step_.value.find("pathway")->find("with"); }
  [[nodiscard]] static const Node* member(const Node& tree, std::string_view map, std::string_view key) {
    const Node* found = tree.find(map);
    return found == nullptr ? nullptr : found->find(key);
  }
  [[nodiscard]] static bool many(const Node& person) {
    const Node* count = person.find("count");
    return count != nullptr && count->text == "many";
  }

  /// A compute step of the used pathway, at its top, that says `parameter: true`.
  [[nodiscard]] const Node* parameter(const std::string& key) const {
    const Node* step = member(*used_.tree, "steps", key);
    const Node* compute = step == nullptr ? nullptr : step->find("compute");
    const Node* marked = compute == nullptr ? nullptr : compute->find("parameter");
    return marked != nullptr && marked->is(Kind::kBoolean) && marked->boolean ? compute : nullptr;
  }

  bool map_persons() {
    const std::size_t before = errors_;
    std::vector<std::string> known;
    const Node* persons = used_.tree->find("persons");
    static const std::vector<Entry> kNone;
    for (const Entry& person : persons == nullptr ? kNone : persons->entries) {
      known.push_back(person.key);
      const Node* given = with() == nullptr ? nullptr : with()->find(person.key);
      const std::string target = given == nullptr ? person.key : given->text;
      map_person(person, target, given == nullptr ? place_ : given->place);
    }
    if (const Node* steps = used_.tree->find("steps")) {
      for (const Entry& step : steps->entries)
        if (parameter(step.key) != nullptr) known.push_back(step.key);
    }
    for (const Entry& entry : with() == nullptr ? kNone : with()->entries) {
      if (std::find(known.begin(), known.end(), entry.key) == known.end())
        error(entry.place, fmt::format("pathway {} has no person or parameter \"{}\"", name_, entry.key), suggest(entry.key, known));
    }
    return errors_ == before;
  }

  void map_person(const Entry& person, const std::string& target, Place place) {
    const Node* here = member(root_, "persons", target);
    if (here == nullptr) {
      std::vector<std::string> names;
      if (const Node* persons = root_.find("persons"))
        for (const Entry& entry : persons->entries) names.push_back(entry.key);
      error(place, fmt::format("there is no person \"{}\" for the {} of pathway {}", target, person.key, name_),
            fmt::format("write \"with: {{{}: …}}\"; {}", person.key, suggest(target, names)));
      return;
    }
    if (many(*here) && !many(person.value) && each_ != target)
      return error(place, fmt::format("the {} of pathway {} is one person, and {} are many", person.key, name_, target), fmt::format("put this step into a stage with \"each: {}\"", target));
    if (many(*here) && many(person.value) && !each_.empty())
      return error(place, fmt::format("the {} of pathway {} are many, and this step is one {}'s", person.key, name_, each_), "put this step outside the stage with \"each\"");
    if (!many(*here) && many(person.value)) return error(place, fmt::format("the {} of pathway {} are many, and {} is one", person.key, name_, target), "");
    const Node* read = person.value.find("data");
    const Node* have = here->find("data");
    static const std::vector<Entry> kNone;
    for (const Entry& field : read == nullptr ? kNone : read->entries) {
      const std::string wanted = shape_of(&field.value);
      const std::string found = shape_of(have == nullptr ? nullptr : have->find(field.key));
      if (wanted == found) continue;
      error(place, fmt::format("pathway {} reads {}.{} ({}), and {} has {}", name_, person.key, field.key, wanted, target,
                               found.empty() ? std::string("no such field") : fmt::format("it as {}", found)),
            "declare it in the same way in both");
    }
    const auto group = [](const Node& role) { return role.find("group") == nullptr ? std::string() : role.find("group")->text; };
    persons_.push_back({person.key, target, group(person.value), group(*here)});
  }

  /// What `with` gives takes the place of a parameter's own value. It is an expression of this file, at its place.
  void give_parameters(Node& copy) {
    if (with() == nullptr) return;
    for (const Entry& entry : with()->entries) {
      if (parameter(entry.key) == nullptr) continue;
      Node& step = *find_in(*find_in(copy, "steps"), step_.key + "/" + entry.key);
      put(*find_in(step, "compute"), "value", entry.value);
    }
  }

  void declare_facts(const Node& copy) {
    const Node* facts = copy.find("facts");
    if (facts == nullptr) return;
    Node& here = map_in(root_, "facts", place_);
    for (const Entry& fact : facts->entries) {
      const Entry* known = nullptr;
      for (const Entry& entry : here.entries)
        if (entry.key == fact.key) known = &entry;
      if (known == nullptr) {
        here.entries.push_back(fact);
      } else if (canonical_form(known->value) != canonical_form(fact.value)) {
        const Node* original = member(*used_.tree, "facts", fact.key);
        const std::string there = used_.path.empty() ? fmt::format("pathway {} version {}", name_, used_.version)
                                                     : fmt::format("{}:{}:{}", used_.path, original->place.line, original->place.column);
        error(place_, fmt::format("fact {} is declared otherwise here (line {}) and in {}", fact.key, known->place.line, there),
              "declare it with the same content in both, or rename one");
      }
    }
  }

  void declare_missing(const Node& copy, std::string_view key) {
    const Node* named = copy.find(key);
    if (named == nullptr) return;
    Node& here = map_in(root_, key, place_);
    for (const Entry& entry : named->entries)
      if (here.find(entry.key) == nullptr) here.entries.push_back(entry);
  }

  void error(Place place, std::string message, std::string hint) {
    ++errors_;
    problems_.error(place, std::move(message), std::move(hint));
  }

  Node& root_;
  Entry& step_;
  const Used& used_;
  std::string each_;
  Problems& problems_;
  Place place_;
  std::string name_;
  std::vector<RenamedPerson> persons_;
  std::size_t errors_ = 0;
};

}  // namespace

bool pin_uses(Node& root, const FindUsed& find, Problems& problems) {
  Node* steps = find_in(root, "steps");
  bool whole = true;
  if (steps == nullptr) return whole;
  over_uses(*steps, {}, [&](Entry& step, const std::string& /*each*/) {
    const auto request = read_use(step, problems);
    const auto used = request ? find(*request) : std::nullopt;
    whole = whole && used;
    if (!used) return;
    Node& node = *find_in(step.value, "pathway");
    Node version;
    version.kind = Kind::kInteger;
    version.integer = used->version;
    version.text = std::to_string(used->version);
    version.place = request->place;
    put(node, "version", std::move(version));
    put(node, "identity", text_node(used->identity.hex(), request->place));
  });
  return whole;
}

bool put_in_uses(Node& root, const FindUsed& find, Problems& problems) {
  Node* steps = find_in(root, "steps");
  if (steps == nullptr) return true;
  bool whole = true;
  // The root grows while its steps are walked: they are taken out, and put back.
  Node taken = std::move(*steps);
  over_uses(taken, {}, [&](Entry& step, const std::string& each) {
    const Node& node = *step.value.find("pathway");
    const Node& use = *node.find("use");
    const auto used = find({use.text, static_cast<std::uint32_t>(node.find("version")->integer), use.place});
    whole = used && Inlining(root, step, *used, each, problems).put_in() && whole;
  });
  *find_in(root, "steps") = std::move(taken);
  if (nodes_in(root) <= limits::kDefinitionNodesMax) return whole;
  problems.error(root.place, fmt::format("over kDefinitionNodesMax: with the pathways that it uses, this one has more than {} values", limits::kDefinitionNodesMax),
                 "use fewer of them");
  return false;
}

}  // namespace ritrovo::definition
