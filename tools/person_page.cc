#include <boost/json.hpp>
#include <fmt/format.h>

#include "engine/base/period.h"
#include "projections/phrases.h"
#include "tools/html_page.h"
#include "tools/person_file.h"

namespace ritrovo::tools {
namespace {

namespace json = boost::json;

json::array values_json(const KnownFact& fact) {
  json::array values;
  for (const KnownValue& value : fact.values) values.push_back(json::object{{"field", value.field}, {"title", value.title}, {"value", value.value}, {"kept", value.kept}});
  return values;
}

json::object case_json(const PersonInCase& in) {
  json::array known;
  for (const KnownFact& fact : in.known) {
    json::object one{{"version", fact.version.value()}, {"on", to_string(fact.day)}, {"recorded", to_string(fact.recorded)}, {"what", fact.what}, {"of", fact.of_family ? "family" : "person"}};
    if (!fact.from.empty()) one["from"] = fact.from;
    one["values"] = values_json(fact);
    known.push_back(std::move(one));
  }
  json::array told;
  for (const projections::TimelineEntry& entry : in.told) {
    json::object one{{"on", to_string(entry.day)}, {"text", entry.text}};
    if (!entry.why.empty()) one["why"] = entry.why;
    if (!entry.law.empty()) one["law"] = entry.law;
    told.push_back(std::move(one));
  }
  json::array next;
  for (const projections::NextAction& action : in.next) next.push_back(json::string(action.text));
  json::object object{{"case", in.case_id.printed()}, {"used_for", in.pathway}, {"role", in.role}, {"called", in.alias}, {"state", in.life}, {"opened_on", to_string(in.opened_on)}};
  if (!in.kept_for.empty()) object["kept_after_its_end"] = in.kept_for;
  if (!in.erasure.empty()) object["erasure"] = in.erasure;
  object["known"] = std::move(known);
  object["happened"] = std::move(told);
  object["open"] = std::move(next);
  return object;
}

/// Words in the language of the page.
class Words {
 public:
  explicit Words(const PersonFile& file, const TimeZone& zone) : file_(file), zone_(zone) {}
  [[nodiscard]] std::string operator()(std::string_view it, std::string_view en) const { return std::string(file_.language == "it" ? it : en); }
  [[nodiscard]] const std::string& language() const { return file_.language; }
  [[nodiscard]] std::string day_of(Timestamp instant) const { return to_string(zone_.day_of(instant)); }

 private:
  const PersonFile& file_;
  const TimeZone& zone_;
};

/// How a value is kept, where it isn't encrypted.
std::string kept_words(const Words& say, const std::string& kept) {
  if (kept == "public") return say("in chiaro", "in clear");
  if (kept == "statistical") return say("in chiaro, per le statistiche", "in clear, for statistics");
  return {};
}

std::string known_table(const PersonInCase& in, const Words& say) {
  std::string html = fmt::format("<p>{}</p>\n", say("È cifrato tutto ciò che non è detto «in chiaro».", "All is encrypted that isn't said to be in clear."));
  html += fmt::format("<table>\n<thead><tr><th>{}</th><th>{}</th><th>{}</th></tr></thead>\n<tbody>\n", say("Giorno", "Day"), say("Dato", "What"), say("Valore", "Value"));
  for (const KnownFact& fact : in.known) {
    std::string values;
    for (const KnownValue& value : fact.values) {
      const std::string kept = kept_words(say, value.kept);
      values += fmt::format("{}{}: {}{}", values.empty() ? "" : "<br>", escaped(value.title), escaped(value.value), kept.empty() ? "" : " (" + kept + ")");
    }
    std::string about = fact.from.empty() ? say("calcolato secondo le regole", "worked out by the rules") : say("riferito da ", "reported by ") + fact.from;
    about += say("; registrato il ", "; recorded on ") + say.day_of(fact.recorded);
    if (fact.of_family) about += say("; riguarda tutta la famiglia", "; about the whole family");
    html += fmt::format("<tr><td class=\"day\">{}</td><td>{}<small>{}</small></td><td>{}</td></tr>\n", to_string(fact.day), escaped(fact.what), escaped(about), values);
  }
  return html + "</tbody>\n</table>\n";
}

std::string told_table(const PersonInCase& in, const Words& say) {
  std::string html = fmt::format("<table>\n<thead><tr><th>{}</th><th>{}</th></tr></thead>\n<tbody>\n", say("Giorno", "Day"), say("Che cosa è accaduto", "What happened"));
  for (const projections::TimelineEntry& entry : in.told) {
    std::string more;
    if (!entry.why.empty()) more += fmt::format("<small>{}</small>", escaped(entry.why));
    if (!entry.law.empty()) more += fmt::format("<small>{}</small>", escaped(entry.law));
    html += fmt::format("<tr><td class=\"day\">{}</td><td>{}{}</td></tr>\n", to_string(entry.day), escaped(entry.text), more);
  }
  html += "</tbody>\n</table>\n";
  if (in.next.empty()) return html;
  html += fmt::format("<h3>{}</h3>\n<ul>\n", say("Che cosa resta da fare", "What is open"));
  for (const projections::NextAction& action : in.next) html += fmt::format("<li>{}</li>\n", escaped(action.text));
  return html + "</ul>\n";
}

/// "10 anni" for "P10Y".
std::string length_of(const std::string& period, const std::string& language) {
  const Result<Period> parsed = parse_period(period);
  return parsed ? projections::in_words(*parsed, false, language) : period;
}

std::string case_section(const PersonInCase& in, const Words& say) {
  std::string about = fmt::format("{}: {}. {} {}, {}. ", say("A che cosa servono i dati", "What the data is for"), in.pathway, say("Pratica aperta il", "Case opened on"), to_string(in.opened_on), in.case_id.printed());
  about += say("Nella pratica questa persona è: ", "In the case this person is: ") + in.role + " (" + in.alias + "). ";
  about += in.kept_for.empty() ? say("La definizione non dice per quanto tempo i dati si conservano.", "The definition doesn't say for how long the data is kept.")
                               : say("Finita la pratica, i dati si conservano per ", "Once the case has ended, the data is kept for ") + length_of(in.kept_for, say.language()) + say("; poi se ne propone la cancellazione.", "; then erasing it is proposed.");
  if (!in.erasure.empty()) about += say(" Cancellazione: ", " Erasure: ") + in.erasure + ".";
  return fmt::format("<h2>{}</h2>\n<p class=\"about\">{}</p>\n<h3>{}</h3>\n{}<h3>{}</h3>\n{}", escaped(in.pathway), escaped(about), say("Dati registrati", "What is recorded"), known_table(in, say),
                     say("Che cosa è accaduto nella pratica", "What happened in the case"), told_table(in, say));
}

std::string readings_section(const PersonFile& file, const Words& say) {
  std::string html = fmt::format("<h2>{}</h2>\n", say("Chi ha consultato la pratica, e perché", "When the case was read, and what for"));
  if (file.readings.empty()) return html + fmt::format("<p>{}</p>\n", say("Nessuna consultazione è registrata.", "No reading is on record."));
  html += fmt::format("<table>\n<thead><tr><th>{}</th><th>{}</th><th>{}</th></tr></thead>\n<tbody>\n", say("Giorno", "Day"), say("Che cosa", "What"), say("Scopo dichiarato", "Stated purpose"));
  for (const ReadingOfThem& reading : file.readings)
    html += fmt::format("<tr><td class=\"day\">{}</td><td>{}<small>{}</small></td><td>{}</td></tr>\n", say.day_of(reading.at), escaped(reading.what),
                        reading.personal ? say("con i dati personali in chiaro", "with personal values opened") : say("senza dati personali", "without personal values"), escaped(reading.purpose));
  return html + "</tbody>\n</table>\n";
}

}  // namespace

std::string person_json(const PersonFile& file) {
  json::array cases;
  for (const PersonInCase& in : file.cases) cases.push_back(case_json(in));
  json::array readings;
  for (const ReadingOfThem& reading : file.readings)
    readings.push_back(json::object{{"at", to_string(reading.at)}, {"case", reading.case_id.printed()}, {"what", reading.what}, {"purpose", reading.purpose}, {"personal", reading.personal}});
  return json::serialize(json::object{{"person", file.person.printed()}, {"name", file.name}, {"controller", file.controller}, {"language", file.language}, {"written_on", to_string(file.written_on)},
                                      {"cases", std::move(cases)}, {"readings", std::move(readings)}});
}

std::string person_page(const PersonFile& file, const TimeZone& zone) {
  const Words say(file, zone);
  const std::string title = file.name.empty() ? file.person.printed() : file.name;
  std::string html = fmt::format("<h1>{}</h1>\n<p class=\"about\">{}</p>\n", escaped(title),
                                 escaped(say("Tutto ciò che è registrato su questa persona (", "All that is recorded of this person (") + file.person.printed() + say(") al ", ") as of ") + to_string(file.written_on) +
                                         say(", dal titolare ", ", by the controller ") + file.controller + say(". Copia secondo l'articolo 15 del regolamento (UE) 2016/679.", ". A copy under article 15 of Regulation (EU) 2016/679.")));
  for (const PersonInCase& in : file.cases) html += case_section(in, say);
  html += readings_section(file, say);
  html += fmt::format("<h2>{}</h2>\n<p>{}</p>\n", say("I suoi diritti", "Your rights"),
                      say("Può chiedere di correggere ciò che è sbagliato, di cancellare i dati o di limitarne l'uso, e opporsi al loro uso; può rivolgersi al Garante per la protezione dei dati personali. "
                          "Passi e termini sono stati calcolati dai fatti riferiti, secondo regole pubblicate: di ognuno può chiedere la spiegazione.",
                          "You may ask to have what is wrong corrected, to have the data erased or its use restricted, and object to its use; you may complain to the data protection authority (in Italy the "
                          "Garante). Steps and terms were worked out from the facts reported, by published rules: you may ask for the explanation of each."));
  return html_document(file.language, title, html);
}

}  // namespace ritrovo::tools
