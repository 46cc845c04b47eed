"""What families may be told has a translation in every language that is shipped: languages_test.py SOURCE_FOLDER."""

import pathlib
import re
import sys

import yaml

ROOT = pathlib.Path(sys.argv[1])
CATALOGUE = ROOT / "workflows/catalogue"
EXPECTED = {"ar", "zh", "es", "fr"}
told, wrong = set(), []


def add(text):
    if isinstance(text, dict) and "en" in text:
        told.add(text["en"])


def add_titles(named):
    for each in (named or {}).values():
        add(each)
        if isinstance(each, dict):
            add(each.get("title"))


def add_steps(steps):
    for step in (steps or {}).values():
        if not isinstance(step, dict):
            continue
        add(step.get("title"))
        add_titles(step.get("outcomes"))
        if isinstance(step.get("notify"), dict):
            add(step["notify"].get("message"))
        add_steps(step.get("steps"))


for file in sorted(CATALOGUE.glob("milan/*.yaml")) + sorted(CATALOGUE.glob("terms/*.yaml")):
    document = yaml.safe_load(file.read_text(encoding="utf-8"))
    add(document.get("title"))
    for part in ("parties", "roles", "persons", "facts", "results"):
        add_titles(document.get(part))
    add_steps(document.get("steps"))
    # What persons are called where their names aren't told.
    for role in (document.get("persons") or {}).values():
        for field in ("relationship", "kinship"):
            values = (role.get("data", {}).get(field) or {}).get("values") or {}
            add_titles({word: title for word, title in values.items() if word != "other"})

# The sentences of timelines stand before those of an office's page.
sentences = (ROOT / "projections/phrases.cc").read_text(encoding="utf-8").split("case Phrase::kPageTitle:")[0]
phrases = re.findall(r'case Phrase::k\w+:\s*return \{"(?:[^"\\]|\\.)*",\s*"((?:[^"\\]|\\.)*)"\}', sentences)
if len(phrases) < 90:
    wrong.append(f"projections/phrases.cc: only {len(phrases)} sentences were found: has its form changed?")
told |= {text.replace('\\"', '"') for text in phrases}
told = {text for text in told if re.search("[A-Za-z]", text)}

found = set()
for file in sorted(CATALOGUE.glob("languages/*.yaml")):
    document = yaml.safe_load(file.read_text(encoding="utf-8"))
    found.add(document["language"])
    if file.stem != document["language"]:
        wrong.append(f"{file.name}: holds {document['language']}")
    wrong += [f"{file.name} lacks: {text}" for text in sorted(told - set(document["texts"]))]
    wrong += [f"{file.name} says what nobody asks for: {text}" for text in sorted(set(document["texts"]) - told)]
    wrong += [f"{file.name}: other gaps than the English: {text}" for text, there in document["texts"].items() if text.count("{}") != there.count("{}")]
wrong += [f"no file for {language}" for language in sorted(EXPECTED - found)]
print(f"{len(told)} texts in {len(found)} languages")
print("\n".join(wrong))
sys.exit(1 if wrong else 0)
