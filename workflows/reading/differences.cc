#include "workflows/reading/differences.h"

#include <algorithm>

#include <fmt/format.h>

#include "workflows/reading/sentry_words.h"
#include "workflows/reading/step_words.h"

namespace ritrovo::reading {
namespace {

using definition::Pathway;

/// One thing of a definition, ready to compare.
struct Thing {
  std::string subject;
  std::string name;
  std::string title;
  std::vector<Clause> clauses;
};

Thing pathway_itself(const Wording& words) {
  const Pathway& pathway = words.pathway();
  Thing thing{"pathway", "", std::string(words.in(pathway.title)), {}};
  const auto clause = [&](std::string_view it, std::string_view en, std::string text) {
    if (!text.empty()) thing.clauses.push_back({std::string(words.pick(it, en)), {std::move(text)}});
  };
  clause("Titolo", "Title", thing.title);
  clause("Vale", "Valid", words.from(pathway.valid_from));
  clause("Base giuridica", "Legal basis", ground_in_words(words, pathway.ground));
  clause("Si conclude", "It ends", sentry_in_words(words, pathway.completes_when));
  for (const definition::Outcome& result : pathway.results)
    clause("Risultati", "Results", fmt::format("{}: {}", words.title(result), sentry_in_words(words, result.after)));
  return thing;
}

std::vector<Thing> things_of(const Wording& words) {
  const Pathway& pathway = words.pathway();
  std::vector<Thing> things = {pathway_itself(words)};
  const std::string head(words.pick("Titolo", "Title"));
  const auto titled = [&](Thing thing) {
    thing.clauses.insert(thing.clauses.begin(), Clause{head, {thing.title}});
    things.push_back(std::move(thing));
  };
  for (const auto& [name, text] : pathway.parties) titled({"party", name, words.party(name), {}});
  for (const auto& [name, text] : pathway.roles) titled({"role", name, words.role(name), {}});
  for (const definition::PersonRole& role : pathway.persons) titled({"person", role.name, words.title(role), clauses_of(words, role)});
  for (const definition::Step& step : pathway.steps) {
    std::vector<Clause> clauses = clauses_of(words, step);
    const bool top = step.stage == definition::kNone;
    clauses.push_back({std::string(words.pick("Sta in", "It stands in")),
                       {top ? std::string(words.pick("nessuna fase", "no stage")) : words.quoted(words.title(pathway.steps[step.stage]))}});
    titled({"step", step.name, words.title(step), std::move(clauses)});
  }
  for (const definition::Fact& fact : pathway.facts) titled({"fact", fact.name, words.title(fact), clauses_of(words, fact)});
  return things;
}

const Thing* find(const std::vector<Thing>& things, const Thing& like) {
  const auto found = std::find_if(things.begin(), things.end(), [&](const Thing& each) { return each.subject == like.subject && each.name == like.name; });
  return found == things.end() ? nullptr : &*found;
}

/// All that is said under one head; a step may have several deadlines.
std::vector<std::string> under(const Thing& thing, const std::string& head) {
  std::vector<std::string> items;
  for (const Clause& clause : thing.clauses)
    if (clause.head == head) items.insert(items.end(), clause.items.begin(), clause.items.end());
  return items;
}

void compare(const Thing& older, const Thing& newer, std::vector<Difference>& found) {
  std::vector<std::string> heads;
  for (const Thing* thing : {&newer, &older})
    for (const Clause& clause : thing->clauses)
      if (std::find(heads.begin(), heads.end(), clause.head) == heads.end()) heads.push_back(clause.head);
  for (const std::string& head : heads) {
    std::vector<std::string> was = under(older, head);
    std::vector<std::string> is = under(newer, head);
    if (was == is) continue;
    // Of a list, only what changed is worth reading; if its order alone did, the whole.
    std::vector<std::string> gone, come;
    std::copy_if(was.begin(), was.end(), std::back_inserter(gone), [&](const std::string& item) { return std::find(is.begin(), is.end(), item) == is.end(); });
    std::copy_if(is.begin(), is.end(), std::back_inserter(come), [&](const std::string& item) { return std::find(was.begin(), was.end(), item) == was.end(); });
    if (gone.empty() && come.empty()) {
      gone = std::move(was);
      come = std::move(is);
    }
    found.push_back({Difference::Kind::kChanged, newer.subject, newer.name, newer.title, head, std::move(gone), std::move(come)});
  }
}

std::string_view subject_word(const Wording& words, std::string_view subject) {
  if (subject == "step") return words.pick("Passo", "Step");
  if (subject == "fact") return words.pick("Fatto", "Fact");
  if (subject == "person") return words.pick("Persona", "Person");
  if (subject == "role") return words.pick("Ruolo", "Role");
  if (subject == "party") return words.pick("Parte attesa", "Party");
  return words.pick("Percorso", "Pathway");
}

}  // namespace

std::string_view name_of(Difference::Kind kind) {
  switch (kind) {
    case Difference::Kind::kAdded: return "added";
    case Difference::Kind::kRemoved: return "removed";
    case Difference::Kind::kChanged: return "changed";
  }
  return {};
}

std::vector<Difference> differences(const Pathway& older, const Pathway& newer, const calendar::Almanac* almanac, Language language) {
  const std::vector<Thing> before = things_of(Wording(older, almanac, language));
  const std::vector<Thing> after = things_of(Wording(newer, almanac, language));
  std::vector<Difference> found;
  for (const Thing& thing : after) {
    if (const Thing* was = find(before, thing)) {
      compare(*was, thing, found);
    } else {
      found.push_back({Difference::Kind::kAdded, thing.subject, thing.name, thing.title, {}, {}, {}});
    }
  }
  for (const Thing& thing : before)
    if (find(after, thing) == nullptr) found.push_back({Difference::Kind::kRemoved, thing.subject, thing.name, thing.title, {}, {}, {}});
  return found;
}

std::string differences_in_words(const Pathway& older, const Pathway& newer, const calendar::Almanac* almanac, Language language) {
  const Wording words(newer, almanac, language);
  std::string text = say(words, "{}: che cosa cambia dalla versione {} alla versione {}\n", "{}: what changes from version {} to version {}\n",
                         words.in(newer.title).empty() ? std::string_view(newer.name) : words.in(newer.title), older.version, newer.version);
  const std::vector<Difference> found = differences(older, newer, almanac, language);
  if (found.empty()) {
    text += older.identity == newer.identity ? words.pick("\nNulla.\n", "\nNothing.\n")
                                             : words.pick("\nNulla che la descrizione dica.\n", "\nNothing that the description tells.\n");
  }
  std::string last;
  for (const Difference& difference : found) {
    const std::string subject = fmt::format("{} {}", subject_word(words, difference.subject), words.quoted(difference.title));
    if (difference.kind != Difference::Kind::kChanged) {
      const bool added = difference.kind == Difference::Kind::kAdded;
      text += fmt::format("\n{} {}\n", subject, added ? words.pick("- in più", "- added") : words.pick("- non c'è più", "- removed"));
      last.clear();
      continue;
    }
    if (subject != last) text += fmt::format("\n{}\n", subject);
    last = subject;
    text += fmt::format("  {}\n", difference.head);
    for (const std::string& item : difference.was) text += fmt::format("    {} {}\n", words.pick("prima:", "was:"), item);
    for (const std::string& item : difference.is) text += fmt::format("    {}  {}\n", words.pick("ora: ", "now:"), item);
  }
  return text;
}

}  // namespace ritrovo::reading
