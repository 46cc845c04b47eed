#include "tests/unit/pathway/case_bench.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "engine/record/value_codec.h"
#include "engine/record/value_json.h"
#include "workflows/definition/loader.h"
#include "workflows/pathway/decide.h"
#include "workflows/pathway/event_view.h"
#include "workflows/pathway/machine.h"

namespace ritrovo::pathway::test {
namespace {

const std::filesystem::path kRoot = RITROVO_SOURCE_DIR;

definition::Document document(const std::filesystem::path& file) {
  std::ifstream in(file);
  EXPECT_TRUE(in.good()) << file;
  return {std::filesystem::relative(file, kRoot).string(), std::string(std::istreambuf_iterator<char>(in), {})};
}

definition::Loaded loaded_with_almanac(std::vector<definition::Document> documents) {
  for (const char* folder : {"calendars", "terms", "parameters"})
    for (const auto& entry : std::filesystem::directory_iterator(kRoot / "workflows/catalogue" / folder))
      if (entry.path().extension() == ".yaml") documents.push_back(document(entry.path()));
  return definition::load(documents);
}

std::shared_ptr<const definition::Library> load_all(std::vector<definition::Document> documents) {
  definition::Loaded loaded = loaded_with_almanac(std::move(documents));
  for (const definition::Problem& problem : loaded.problems)
    if (problem.severity == definition::Severity::kError) ADD_FAILURE() << to_string(problem);
  return std::make_shared<const definition::Library>(std::move(loaded.library));
}

Value value_of(const std::string& text) {
  if (text == "true" || text == "false") return text == "true";
  const bool whole = !text.empty() && text.size() < 10 && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  return whole ? Value(std::int64_t{std::stoll(text)}) : Value(text);
}

/// "role:alias{a=b,c=d}"
NewPerson person_of(const std::string& text) {
  const std::size_t colon = text.find(':');
  const std::size_t brace = std::min(text.find('{'), text.size());
  NewPerson person;
  person.role = text.substr(0, colon);
  person.alias = text.substr(colon + 1, brace - colon - 1);
  std::istringstream fields(brace < text.size() ? text.substr(brace + 1, text.size() - brace - 2) : "");
  for (std::string field; std::getline(fields, field, ',');) set(person.data, field.substr(0, field.find('=')), value_of(field.substr(field.find('=') + 1)));
  return person;
}

std::string line_of(const Draft& draft, const BodyView& view) {
  std::string sealed;
  for (const Secret& secret : draft.secrets) sealed += " sealed " + to_json(secret.values);
  return "  " + to_string(draft.effective) + " " + view.name + " " + to_json(view.body) + sealed + "\n";
}

bool same(const Decision& a, const Decision& b) {
  if (a.index() != b.index()) return false;
  if (const auto* rejection = std::get_if<Rejection>(&a)) return *rejection == std::get<Rejection>(b);
  const auto& left = std::get<std::vector<Draft>>(a);
  const auto& right = std::get<std::vector<Draft>>(b);
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](const Draft& x, const Draft& y) { return x.tag == y.tag && x.effective == y.effective && x.body == y.body; });
}

}  // namespace

std::shared_ptr<const definition::Library> library_of(const std::vector<std::string>& files) {
  std::vector<definition::Document> documents;
  for (const std::string& file : files) documents.push_back(document(kRoot / file));
  return load_all(std::move(documents));
}

std::shared_ptr<const definition::Library> library_from(const std::string& yaml) { return load_all({{"test.yaml", yaml}}); }

std::shared_ptr<const definition::Library> library_if_sound(const std::string& yaml) {
  definition::Loaded loaded = loaded_with_almanac({{"test.yaml", yaml}});
  return loaded.good() ? std::make_shared<const definition::Library>(std::move(loaded.library)) : nullptr;
}

Command command_of(const std::string& line, Day& today) {
  std::istringstream words(line);
  std::string word;
  words >> word;
  today = parse_day(word).value();
  Command command;
  command.case_id = CaseId(7);
  words >> command.verb;
  command.actor = {"u1", "", {"clerk"}};
  if (command.verb == "task") words >> command.action >> command.step;
  if (command.verb == "report" || command.verb == "correct" || command.verb == "withdraw") words >> command.fact;
  if (command.verb == "open") words >> command.pathway;
  while (words >> word) {
    const std::size_t equals = word.find('=');
    if (word.front() == '@') command.person = word.substr(1);
    else if (word.starts_with("on=")) command.effective_on = parse_day(word.substr(3)).value();
    else if (word.starts_with("step=")) command.step = word.substr(5);
    else if (word.starts_with("occurrence=")) command.occurrence = Version(static_cast<std::uint32_t>(std::stoul(word.substr(11))));
    else if (word.starts_with("as=")) command.actor = {word.substr(word.find(':') + 1), "", {word.substr(3, word.find(':') - 3)}};
    else if (word.find(':') < equals) command.persons.push_back(person_of(word));
    else set(command.data, word.substr(0, equals), value_of(word.substr(equals + 1)));
  }
  return command;
}

Decision CaseBench::give(const std::string& line) {
  Day today;
  const Command command = command_of(line, today);
  return give(command, today);
}

Decision CaseBench::give(const Command& command, Day today) {
  const Now now{Timestamp(std::int64_t{today.value()} * 86'400'000), today};
  Decision decision = decide(*library_, state_, opened_, command, now, Reach::kTouched);
  const Decision everything = decide(*library_, state_, opened_, command, now, Reach::kEverything);
  EXPECT_TRUE(same(decision, everything)) << "the index of what depends on what leaves something out: " << command.verb << " " << command.fact << command.step << "\n"
                                          << show(decision) << "---\n" << show(everything);
  if (const auto* drafts = std::get_if<std::vector<Draft>>(&decision)) take(*drafts, command);
  return decision;
}

void CaseBench::take(const std::vector<Draft>& drafts, const Command& command) {
  ++commands_;
  bool first = true;
  for (const Draft& draft : drafts) {
    Event event;
    event.tag = draft.tag;
    event.case_id = command.case_id;
    event.version = state_.core.version.next();
    event.effective = draft.effective;
    event.body = draft.body;
    if (first) {
      event.provenance.emplace();
      event.provenance->actor = command.actor;
    }
    first = false;
    for (const Secret& secret : draft.secrets) event.boxes.push_back({secret.owner, encode_values(secret.values)});
    const Result<Body> body = decode_body(event.tag, event.body);
    ASSERT_TRUE(body.has_value());
    EXPECT_EQ(encode_body(*body), event.body);
    names_.note(*body);
    apply(state_, event);
    events_.push_back(std::move(event));
  }
  open_boxes();
}

void CaseBench::open_boxes() {
  opened_.clear();
  for (const KeptBox& kept : PathwayMachine::kept_boxes(state_)) {
    const bool gone = std::find(erased_.begin(), erased_.end(), kept.box->owner) != erased_.end();
    opened_.put({kept.version, kept.box->owner, gone ? BoxState::kErased : BoxState::kOpen, gone ? Values() : decode_values(kept.box->sealed).value()});
  }
}

void CaseBench::erase(const std::string& alias) {
  erased_.push_back(state_.core.persons[state_.core.person_named(alias).value()].id);
  open_boxes();
}

std::string CaseBench::show(const Decision& decision) {
  if (const auto* rejection = std::get_if<Rejection>(&decision)) return "  ! " + rejection->code + ": " + rejection->reason + "\n";
  CaseNames names = names_;
  std::string lines;
  for (const Draft& draft : std::get<std::vector<Draft>>(decision)) {
    const Result<Body> body = decode_body(draft.tag, draft.body);
    names.note(*body);
    const std::shared_ptr<const definition::Pathway> pathway = library_->with_identity(names.identity());
    BodyView view = view_of(*body, names, pathway.get());
    std::erase_if(view.body, [](const auto& entry) { return entry.first == "identity"; });
    lines += line_of(draft, view);
  }
  return lines.empty() ? "  (nothing)\n" : lines;
}

namespace {
std::optional<StepRef> latest_instance(const CaseCore& core, const definition::Pathway& pathway, const std::string& step, const std::string& person) {
  const definition::StepIndex index = pathway.step_named(step);
  EXPECT_NE(index, definition::kNone) << step;
  std::optional<StepRef> found;
  const PersonIndex who = person.empty() ? kNobody : core.person_named(person).value();
  for (const StepInstance& instance : core.steps)
    if (instance.ref.step == index && instance.ref.person == who) found = instance.ref;
  return found;
}
}  // namespace

StepLife CaseBench::life(const std::string& step, const std::string& person) const {
  const auto ref = latest_instance(state_.core, *library_->with_identity(state_.core.identity), step, person);
  return ref ? state_.core.life_of(*ref) : StepLife::kAvailable;
}

std::string CaseBench::outcome(const std::string& step, const std::string& person) const {
  const auto pathway = library_->with_identity(state_.core.identity);
  const auto ref = latest_instance(state_.core, *pathway, step, person);
  const StepInstance* instance = ref ? state_.core.find(*ref) : nullptr;
  if (instance == nullptr || instance->outcome == definition::kNoOutcome) return "";
  return pathway->steps[ref->step].outcomes[instance->outcome].name;
}

const RunningDeadline* CaseBench::deadline(const std::string& step, const std::string& person) const {
  const auto ref = latest_instance(state_.core, *library_->with_identity(state_.core.identity), step, person);
  return ref ? state_.core.find(DeadlineRef{*ref, 0}) : nullptr;
}

std::size_t CaseBench::count(const std::string& kind) const {
  return static_cast<std::size_t>(std::count_if(events_.begin(), events_.end(), [&kind](const Event& event) { return name_of(*decode_body(event.tag, event.body)) == kind; }));
}

bool CaseBench::replays() const {
  CaseState again;
  for (const Event& event : events_) apply(again, event);
  const Result<CaseState> snapshot = decode_state(encode_state(state_));
  return again == state_ && encode_state(again) == encode_state(state_) && snapshot && *snapshot == state_ && outcome_bytes(again) == outcome_bytes(state_);
}

}  // namespace ritrovo::pathway::test
