#include "workflows/definition/loader.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "workflows/definition/almanac_reader.h"
#include "workflows/definition/canonical.h"
#include "workflows/definition/checker.h"
#include "workflows/definition/documents_reader.h"
#include "workflows/definition/draft.h"
#include "workflows/definition/language_reader.h"
#include "workflows/definition/message_reader.h"
#include "workflows/definition/report_reader.h"
#include "workflows/definition/sub_pathway_reader.h"
#include "workflows/definition/yaml_source.h"

namespace ritrovo::definition {
namespace {

/// One document on its way.
struct Source {
  Source(const Document& document) : problems(document.path, document.text) {}  // NOLINT(google-explicit-constructor): emplaced
  Problems problems;
  Node root;
  std::string kind;  ///< "pathway", "term", "calendar", "parameter", "report", "messages", "language"; empty: unknown
  Place place{1, 1};
  std::string name;
  std::uint32_t version = 0;
  Day valid_from;                    ///< of a pathway
  Hash256 identity;
  std::shared_ptr<const Node> tree;  ///< of a pathway: with the pathways that it uses put in
  std::shared_ptr<Pathway> pathway;
  enum class Stage : std::uint8_t { kRead, kWorking, kDone } stage = Stage::kRead;
};

const std::vector<std::string> kKinds = {"pathway", "term", "calendar", "parameter", "report", "messages", "language"};

void find_kind(Source& source) {
  if (!source.root.is(Node::Kind::kMap)) return;
  for (const std::string& kind : kKinds) {
    const Node* named = source.root.find(kind);
    if (named == nullptr) continue;
    source.kind = kind;
    source.place = named->place;
    source.name = named->text;
    const Node* version = source.root.find("version");
    if (version != nullptr && version->is(Node::Kind::kInteger) && version->integer > 0 && version->integer <= 1'000'000)
      source.version = static_cast<std::uint32_t>(version->integer);
    const Node* from = source.root.find("valid_from");
    if (from != nullptr) source.valid_from = parse_day(from->text).value_or(Day());
    return;
  }
  const std::string first = source.root.entries.empty() ? std::string() : source.root.entries.front().key;
  const Place place = source.root.entries.empty() ? Place{1, 1} : source.root.entries.front().place;
  if (!source.problems.any_error()) source.problems.error(place, "this is no pathway, term, calendar, parameter, report, messages or language", suggest(first, kKinds));
}

void read_almanac_item(Source& source, calendar::AlmanacParts& parts) {
  std::vector<std::string> problems;
  if (source.kind == "calendar") {
    parts.calendars.push_back(read_calendar(source.root, source.problems));
    problems = calendar::problems_of(parts.calendars.back());
  } else if (source.kind == "term") {
    parts.terms.push_back(read_term(source.root, source.problems));
    problems = calendar::problems_of(parts.terms.back());
  } else if (source.kind == "parameter") {
    parts.parameters.push_back(read_parameter(source.root, source.problems));
    problems = calendar::problems_of(parts.parameters.back());
  } else if (source.kind == "report") {
    // No case depends on it: it is looked through here, and read again by whoever makes it.
    static_cast<void>(read_report(source.root, source.problems));
    return;
  } else if (source.kind == "language") {
    static_cast<void>(read_translation(source.root, source.problems));
    return;
  } else {
    return;
  }
  if (source.problems.any_error()) return;  // what couldn't be read has problems of its own
  for (std::string& problem : problems) source.problems.error(source.place, std::move(problem));
}

template <class Item>
const std::string& name_in(const Item& item) {
  return item.name;
}

/// `base` with the items of `added` in place of those of the same name; of several in `added`, the highest version.
template <class Item>
std::vector<Item> overlaid(const std::vector<Item>& base, const std::vector<Item>& added) {
  std::vector<Item> out = base;
  std::vector<Item> newest = added;
  std::stable_sort(newest.begin(), newest.end(), [](const Item& a, const Item& b) { return a.version < b.version; });
  for (const Item& item : newest) {
    const auto found = std::find_if(out.begin(), out.end(), [&](const Item& each) { return name_in(each) == item.name; });
    if (found == out.end()) out.push_back(item);
    else *found = item;
  }
  return out;
}

calendar::AlmanacParts overlaid(const calendar::AlmanacParts& base, const calendar::AlmanacParts& added) {
  return {overlaid(base.calendars, added.calendars), overlaid(base.terms, added.terms), overlaid(base.parameters, added.parameters)};
}

/// The almanac of the parts; an empty one where they don't fit together, which is reported at the document that holds the item.
std::shared_ptr<const calendar::Almanac> make_almanac(const calendar::AlmanacParts& parts, std::vector<Source>& sources, bool& whole) {
  auto made = calendar::Almanac::make(parts);
  if (made) return std::make_shared<const calendar::Almanac>(std::move(*made));
  whole = false;
  for (const std::string& problem : calendar::problems_of(parts)) {
    Source* found = nullptr;
    for (Source& source : sources) {
      if (problem.rfind(fmt::format("{} {}: ", source.kind, source.name), 0) == 0) found = &source;
    }
    if (found == nullptr && !sources.empty()) found = &sources.front();
    if (found != nullptr && !found->problems.any_error()) found->problems.error(found->place, problem);
  }
  return std::make_shared<const calendar::Almanac>();
}

void compile_pathway(Source& source, const calendar::Almanac& almanac, bool almanac_whole, Scrutiny scrutiny) {
  Draft draft(source.problems);
  const Node& root = *source.tree;
  read_outline(root, draft);
  if (source.problems.full()) return;
  declare_variables(draft);
  read_steps(root, draft);
  if (source.problems.full()) return;
  index_touches(draft);
  settle_managers(draft);
  if (scrutiny == Scrutiny::kFull && almanac_whole) check_pathway(draft, almanac, source.place);
  if (source.problems.any_error()) return;
  draft.pathway->identity = source.identity;
  draft.pathway->tree = source.tree;
  source.pathway = std::move(draft.pathway);
}

/// How many pathways may use each other in a row. The deepest of the catalogue has three.
constexpr std::size_t kUseDepthMax = 8;

/// Compiles the pathways of the documents, each after those that it uses.
class PathwayMaker {
 public:
  PathwayMaker(std::vector<Source>& sources, const Library* base, const calendar::Almanac& almanac, bool almanac_whole, Scrutiny scrutiny)
      : sources_(sources), base_(base), almanac_(almanac), almanac_whole_(almanac_whole), scrutiny_(scrutiny) {}

  void make(Source& source) {  // NOLINT(misc-no-recursion): bounded by kUseDepthMax
    if (source.kind != "pathway" || source.stage != Source::Stage::kRead) return;
    source.stage = Source::Stage::kWorking;
    way_.push_back(&source);
    const FindUsed find = [&](const UseRequest& request) { return find_used(request, source); };
    bool whole = pin_uses(source.root, find, source.problems);
    source.identity = identity_of(source.root);
    whole = expand_documents(source.root, source.problems) && whole;
    whole = whole && put_in_uses(source.root, find, source.problems);
    source.tree = std::make_shared<const Node>(std::move(source.root));
    // Without the steps of what it uses, much would seem to be missing.
    if (whole) compile_pathway(source, almanac_, almanac_whole_, scrutiny_);
    way_.pop_back();
    source.stage = Source::Stage::kDone;
  }

 private:
  /// A version that could be meant: of a document, or published.
  struct Candidate {
    std::uint32_t version = 0;
    Day valid_from;
    Source* source = nullptr;
    const Pathway* published = nullptr;
  };

  [[nodiscard]] std::vector<Candidate> versions_of(std::string_view name, std::vector<std::string>& names) const {
    std::vector<Candidate> found;
    for (Source& source : sources_) {
      if (source.kind != "pathway") continue;
      names.push_back(source.name);
      if (source.name == name) found.push_back({source.version, source.valid_from, &source, nullptr});
    }
    for (std::size_t i = 0; base_ != nullptr && i < base_->pathways.size(); ++i) {
      const Pathway& pathway = *base_->pathways[i];
      names.push_back(pathway.name);
      const bool given = std::any_of(found.begin(), found.end(), [&](const Candidate& each) { return each.version == pathway.version; });
      if (pathway.name == name && !given) found.push_back({pathway.version, pathway.valid_from, nullptr, &pathway});
    }
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return found;
  }

  std::optional<Used> find_used(const UseRequest& request, Source& by) {  // NOLINT(misc-no-recursion): as make
    const auto refuse = [&](std::string message, std::string hint) {
      by.problems.error(request.place, std::move(message), std::move(hint));
      return std::nullopt;
    };
    std::vector<std::string> names;
    const std::vector<Candidate> versions = versions_of(request.name, names);
    if (versions.empty())
      return refuse(fmt::format("there is no pathway \"{}\" among the files given and the published ones", request.name), suggest(request.name, names));
    const Candidate* best = nullptr;
    for (const Candidate& each : versions) {
      const bool meant = request.version ? each.version == *request.version : each.valid_from <= by.valid_from;
      if (meant && (best == nullptr || best->version < each.version)) best = &each;
    }
    if (best == nullptr && request.version) return refuse(fmt::format("pathway {} has no version {}", request.name, *request.version), "");
    if (best == nullptr)
      return refuse(fmt::format("no version of pathway {} holds on {}, from which day this one does", request.name, to_string(by.valid_from)),
                    "name one: \"version: N\"");
    if (best->published != nullptr) return Used{best->published->tree, {}, best->version, best->published->identity};
    if (best->source->stage == Source::Stage::kWorking) return refuse(fmt::format("pathways can't use each other: {}", ring_to(*best->source)), "break the ring");
    if (way_.size() > kUseDepthMax) return refuse(fmt::format("pathways use each other more than {} deep", kUseDepthMax), "");
    make(*best->source);
    if (!best->source->pathway)
      return refuse(fmt::format("pathway {} has problems of its own", request.name), fmt::format("mend {} first", best->source->problems.path()));
    return Used{best->source->tree, best->source->problems.path(), best->version, best->source->identity};
  }

  [[nodiscard]] std::string ring_to(const Source& source) const {
    std::string names;
    for (auto at = std::find(way_.begin(), way_.end(), &source); at != way_.end(); ++at) names += (*at)->name + " → ";
    return names + source.name;
  }

  std::vector<Source>& sources_;
  const Library* base_;
  const calendar::Almanac& almanac_;
  bool almanac_whole_;
  Scrutiny scrutiny_;
  std::vector<Source*> way_;  ///< from the document asked for to the one being made
};

/// Reports what stands in several documents, or in `base` with other content.
void check_versions(std::vector<Source>& sources, const Library* base) {
  for (std::size_t i = 0; i < sources.size(); ++i) {
    Source& source = sources[i];
    if (source.kind.empty() || source.version == 0) continue;
    for (std::size_t j = 0; j < i; ++j) {
      if (std::tie(sources[j].kind, sources[j].name, sources[j].version) == std::tie(source.kind, source.name, source.version))
        source.problems.error(source.place, fmt::format("{} {} version {} stands in {} as well", source.kind, source.name, source.version, sources[j].problems.path()));
    }
    if (base == nullptr) continue;
    const std::string_view remedy = "what is published doesn't change: give it the next version";
    for (const auto& pathway : base->pathways) {
      if (source.kind == "pathway" && pathway->name == source.name && pathway->version == source.version && pathway->identity != source.identity)
        source.problems.error(source.place, fmt::format("pathway {} version {} is published with other content", source.name, source.version), std::string(remedy));
    }
    for (const AlmanacItem& item : base->almanac_items) {
      if (item.kind != source.kind || item.name != source.name) continue;
      if (item.version == source.version && item.identity != source.identity)
        source.problems.error(source.place, fmt::format("{} {} version {} is published with other content", source.kind, source.name, source.version), std::string(remedy));
      if (item.version > source.version)
        source.problems.error(source.place, fmt::format("{} {} version {} is in force, and this is version {}", source.kind, source.name, item.version, source.version));
    }
  }
}

/// Why `later` can't follow on `earlier`, the version before it: days would be covered twice, or not at all. Empty if it can.
std::string not_following(const Pathway& earlier, const Pathway& later) {
  if (later.valid_from <= earlier.valid_from)
    return fmt::format("version {} of this pathway holds from {}, so version {} must hold from a later day", earlier.version, to_string(earlier.valid_from), later.version);
  if (!earlier.valid_to) return {};
  const Day next = earlier.valid_to->plus(1);
  if (later.valid_from == next) return {};
  return fmt::format("version {} of this pathway holds to {}, so version {} must hold from {}: {}", earlier.version, to_string(*earlier.valid_to), later.version,
                     to_string(next), later.valid_from < next ? "days would be covered twice" : "days would be covered by none");
}

/// Reports a version whose days overlap with those of the version before it, or leave a gap.
void check_valid_from(std::vector<Source>& sources, const Library* base) {
  for (Source& source : sources) {
    if (!source.pathway) continue;
    const Pathway* earlier = nullptr;
    const Pathway* later = nullptr;
    const auto consider = [&](const Pathway& other) {
      if (other.name != source.pathway->name) return;
      if (other.version < source.pathway->version && (earlier == nullptr || earlier->version < other.version)) earlier = &other;
      if (other.version > source.pathway->version && (later == nullptr || other.version < later->version)) later = &other;
    };
    for (std::size_t i = 0; base != nullptr && i < base->pathways.size(); ++i) consider(*base->pathways[i]);
    const Pathway* published_later = later;
    for (const Source& other : sources)
      if (other.pathway) consider(*other.pathway);
    const Node* node = source.tree->find("valid_from");
    const auto report = [&](const std::string& problem) {
      if (!problem.empty()) source.problems.error(node == nullptr ? source.place : node->place, problem);
    };
    if (earlier != nullptr) report(not_following(*earlier, *source.pathway));
    // A later version among the documents reports this itself.
    if (later != nullptr && later == published_later) report(not_following(*source.pathway, *later));
  }
}

/// Reads documents of messages against every pathway that is known by now.
void hold_messages(std::vector<Source>& sources, const Library* base) {
  std::vector<std::shared_ptr<const Pathway>> pathways;
  if (base != nullptr) pathways = base->pathways;
  for (const Source& source : sources)
    if (source.pathway) pathways.push_back(source.pathway);
  for (Source& source : sources) {
    if (source.kind != "messages") continue;
    const MessagePlan plan = read_messages(source.root, source.problems);
    if (!source.problems.any_error()) check_messages(plan, pathways, source.problems);
  }
}

bool before(const std::shared_ptr<const Pathway>& a, const std::shared_ptr<const Pathway>& b) {
  return std::tie(a->name, a->version) < std::tie(b->name, b->version);
}

void sort_items(std::vector<AlmanacItem>& items) {
  std::sort(items.begin(), items.end(), [](const AlmanacItem& a, const AlmanacItem& b) { return std::tie(a.kind, a.name, a.version) < std::tie(b.kind, b.name, b.version); });
}

}  // namespace

bool Loaded::good() const {
  return std::none_of(problems.begin(), problems.end(), [](const Problem& problem) { return problem.severity == Severity::kError; });
}

Loaded load(const std::vector<Document>& documents, const Library* base, Scrutiny scrutiny) {
  std::vector<Source> sources;
  sources.reserve(documents.size());
  calendar::AlmanacParts parts;
  Loaded loaded;
  for (const Document& document : documents) {
    Source& source = sources.emplace_back(document);
    source.root = read_yaml(document.text, source.problems);
    find_kind(source);
    source.identity = identity_of(source.root);
    read_almanac_item(source, parts);
    if (source.kind == "term" || source.kind == "calendar" || source.kind == "parameter") loaded.library.almanac_items.push_back({source.kind, source.name, source.version, source.identity});
  }
  bool almanac_whole = true;
  const calendar::AlmanacParts all = overlaid(base == nullptr ? calendar::AlmanacParts() : base->almanac_parts, parts);
  loaded.library.almanac = make_almanac(all, sources, almanac_whole);
  loaded.library.almanac_parts = std::move(parts);
  sort_items(loaded.library.almanac_items);
  PathwayMaker maker(sources, base, *loaded.library.almanac, almanac_whole, scrutiny);
  for (Source& source : sources) maker.make(source);
  check_versions(sources, base);  // with the identities of pathways that use others, which are known now
  check_valid_from(sources, base);
  hold_messages(sources, base);
  for (Source& source : sources) {
    if (source.pathway && !source.problems.any_error()) loaded.library.pathways.push_back(source.pathway);
    for (Problem& problem : source.problems.take()) loaded.problems.push_back(std::move(problem));
  }
  std::sort(loaded.library.pathways.begin(), loaded.library.pathways.end(), before);
  std::stable_sort(loaded.problems.begin(), loaded.problems.end(), [](const Problem& a, const Problem& b) { return a.path < b.path; });
  return loaded;
}

std::vector<Problem> check_documents(const std::vector<Document>& documents, const Library* base) { return load(documents, base).problems; }

Result<Library> merge(const Library& base, const Library& added) {
  std::string problems;
  const auto refuse = [&](const std::string& sentence) { problems += (problems.empty() ? "" : "\n") + sentence; };
  Library merged = base;
  for (const auto& pathway : added.pathways) {
    const auto found = std::find_if(base.pathways.begin(), base.pathways.end(),
                                    [&](const auto& each) { return each->name == pathway->name && each->version == pathway->version; });
    if (found == base.pathways.end()) merged.pathways.push_back(pathway);
    else if ((*found)->identity != pathway->identity)
      refuse(fmt::format("pathway {} version {} is published with other content", pathway->name, pathway->version));
  }
  std::sort(merged.pathways.begin(), merged.pathways.end(), before);
  for (std::size_t i = 1; i < merged.pathways.size(); ++i) {
    const Pathway& earlier = *merged.pathways[i - 1];
    const Pathway& later = *merged.pathways[i];
    const std::string problem = earlier.name == later.name ? not_following(earlier, later) : std::string();
    if (!problem.empty()) refuse(fmt::format("pathway {}: {}", later.name, problem));
  }
  for (const AlmanacItem& item : added.almanac_items) {
    const auto found = std::find_if(merged.almanac_items.begin(), merged.almanac_items.end(),
                                    [&](const AlmanacItem& each) { return each.kind == item.kind && each.name == item.name; });
    if (found == merged.almanac_items.end()) {
      merged.almanac_items.push_back(item);
    } else if (found->version == item.version && found->identity != item.identity) {
      refuse(fmt::format("{} {} version {} is published with other content", item.kind, item.name, item.version));
    } else if (found->version > item.version) {
      refuse(fmt::format("{} {} version {} is in force, which is later than {}", item.kind, item.name, found->version, item.version));
    } else {
      *found = item;
    }
  }
  if (!problems.empty()) return failure(ErrorCode::kExists, problems);
  sort_items(merged.almanac_items);
  merged.almanac_parts = overlaid(base.almanac_parts, added.almanac_parts);
  auto almanac = calendar::Almanac::make(merged.almanac_parts);
  if (!almanac) return tl::unexpected<Error>(almanac.error());
  merged.almanac = std::make_shared<const calendar::Almanac>(std::move(*almanac));
  return merged;
}

}  // namespace ritrovo::definition
