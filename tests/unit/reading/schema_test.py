#!/usr/bin/env python3
"""docs/definition.schema.json: it takes the catalogue and the examples, refuses typical mistakes, and has the loader's own keys.

Usage: schema_test.py SOURCE_FOLDER. Needs Debian's python3-jsonschema and python3-yaml.
"""
import copy
import json
import pathlib
import re
import sys

import jsonschema
import yaml

ROOT = pathlib.Path(sys.argv[1])


class Strict(yaml.SafeLoader):
    """YAML as the loader reads it: dates and yes/no stay text."""


Strict.yaml_implicit_resolvers = {
    first: [(tag, rule) for tag, rule in rules if tag not in ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool", "tag:yaml.org,2002:float")]
    for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Strict.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(true|false)$"), list("tf"))


def read(text):
    return yaml.load(text, Loader=Strict)


def properties_of(schema, found):
    if isinstance(schema, dict):
        found.update(schema.get("properties", {}))
        for value in schema.values():
            properties_of(value, found)
    elif isinstance(schema, list):
        for value in schema:
            properties_of(value, found)
    return found


def words_of_loader():
    """Every word in quotes that a reader knows: some keys are looked up in tables."""
    return set(re.findall(r'"([a-z_]+)"', "".join(source.read_text() for source in (ROOT / "workflows/definition").glob("*.cc"))))


def keys_of_loader():
    keys = set()
    for source in (ROOT / "workflows/definition").glob("*reader.cc"):
        keys.update(re.findall(r'(?:take|require)\("([a-z_]+)"', source.read_text()))
        keys.update(re.findall(r'first\.key == "([a-z_]+)"', source.read_text()))
    keys.update(re.findall(r'(?:take|require)\("([a-z_]+)"', (ROOT / "workflows/definition/outline.cc").read_text()))
    keys.update(re.findall(r'take\("([a-z_]+)"', (ROOT / "workflows/definition/fields.cc").read_text()))
    return keys


def step(document, *path):
    for name in path:
        document = document["steps"][name]
    return document


def examples_of_manual():
    """The definitions of docs/definitions.md by name; those "in the frame" go on after frame.yaml."""
    blocks = re.findall(r"```yaml\n(# ([a-z0-9_-]+\.yaml)(, in the frame)?\n.*?)```", (ROOT / "docs/definitions.md").read_text(), re.S)
    frame = next(text for text, name, _ in blocks if name == "frame.yaml")
    return {name: read(frame + text if framed else text) for text, name, framed in blocks if name != "frame.yaml"}


# What is done to an example of docs/definitions.md, and must be refused.
MISTAKES = {
    "a misspelt key of a step": lambda d: step(d, "settled").update(afer="enrolment"),
    "a misspelt key of the pathway": lambda d: d.update(stepps={}),
    "no version": lambda d: d.pop("version"),
    "no steps": lambda d: d.pop("steps"),
    "a day that is none": lambda d: d.update(valid_from="1 September 2019"),
    "two kinds in one step": lambda d: step(d, "settled").update(wait_for=True),
    "no kind": lambda d: step(d, "settled").pop("milestone"),
    "yes for true": lambda d: step(d, "settled").update(milestone="yes"),
    "a period in words": lambda d: step(d, "enrolment", "answer")["deadline"].update(warn_before="7 days"),
    "a deadline without a term": lambda d: step(d, "enrolment", "answer")["deadline"].pop("term"),
    "on_overdue that does nothing": lambda d: step(d, "enrolment", "answer")["deadline"].update(on_overdue={}),
    "deadline and deadlines": lambda d: step(d, "enrolment", "answer").update(deadlines={"one": {"term": "x", "from": "opened"}}),
    "outcomes and done_when": lambda d: step(d, "enrolment", "answer").update(done_when={"fact": "place.given"}),
    "a missing translation": lambda d: step(d, "settled").update(title={"en": "Everybody at school"}),
    "a task without a role": lambda d: step(d, "enrolment", "request")["task"].pop("role"),
    "an unknown type of field": lambda d: d["facts"]["place.given"]["data"].update(class_year="number"),
    "an enum without values": lambda d: d["facts"]["place.given"]["data"].update(class_year={"type": "enum"}),
    "a fact without a dot": lambda d: d["facts"].update(requested=d["facts"].pop("place.requested")),
    "a step in capitals": lambda d: d["steps"].update(Settled=d["steps"].pop("settled")),
    "all with nothing in it": lambda d: step(d, "settled").update(after={"all": []}),
    "at_least without of": lambda d: step(d, "settled").update(after={"at_least": 2}),
    "steps outside a stage": lambda d: step(d, "settled").update(steps={"a": {"milestone": True}}),
    "a count that is neither": lambda d: d["persons"]["child"].update(count="several"),
    "two first keys": lambda d: d.update(term="nulla_osta"),
}


def main():
    schema = json.loads((ROOT / "docs/definition.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    wrong = []
    accepted = sorted((ROOT / "workflows/catalogue").rglob("*.yaml")) + sorted((ROOT / "tests/scenarios").rglob("*.yaml"))
    for path in accepted:
        for error in validator.iter_errors(read(path.read_text())):
            deepest = min([error, *error.context], key=lambda each: -len(each.absolute_path))
            wrong.append(f"{path.relative_to(ROOT)}: {'/'.join(map(str, deepest.absolute_path))}: {deepest.message[:200]}")
    examples = examples_of_manual()
    for name, example in examples.items():
        wrong += [f"docs/definitions.md: {name}: {error.message[:200]}" for error in validator.iter_errors(example)]
    for name, mistake in MISTAKES.items():
        document = copy.deepcopy(examples["place.yaml"])
        mistake(document)
        if validator.is_valid(document):
            wrong.append(f"taken, though it has {name}")
    known, read_keys = set(properties_of(schema, set())) - {"it", "en"}, keys_of_loader()
    wrong += [f"the loader reads the key {key}, the schema doesn't know it" for key in sorted(read_keys - known)]
    wrong += [f"the schema knows the key {key}, the loader doesn't read it" for key in sorted(known - words_of_loader())]
    print(f"{len(accepted)} documents, {len(examples)} examples, {len(MISTAKES)} mistakes, {len(known)} keys")
    print("\n".join(wrong))
    sys.exit(1 if wrong else 0)


main()
