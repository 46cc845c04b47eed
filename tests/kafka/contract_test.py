import json
import os
import subprocess
import unittest

import jsonschema
import yaml

from fixture import KafkaCase, read_keys, read_topic, run
from program import ROOT, ndjson, opening, report

EXAMPLES = ROOT / "tests/kafka/examples"


class Contract(KafkaCase):
    """docs/asyncapi.yaml against what is really sent, and the examples of docs/consuming.md."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.document = yaml.safe_load((ROOT / "docs/asyncapi.yaml").read_text())

    def reader(self, schema):
        """What checks values; references are to the document."""
        whole = {**schema, "components": self.document["components"]}
        return jsonschema.Draft202012Validator(whole, format_checker=jsonschema.FormatChecker())

    def check(self, topic, message):
        """Every message of a topic against its schemas; returns how many there were."""
        contract = self.document["components"]["messages"][message]
        key = contract.get("bindings", {}).get("kafka", {}).get("key", {})
        schemas = {"key": key, "headers": contract.get("headers", {}), "payload": {} if message in ("record", "rejection", "checkpoint") else contract["payload"]}
        readers = {part: self.reader(schema) for part, schema in schemas.items()}
        messages = (read_keys if message == "record" else read_topic)(self.broker, topic)
        for one in messages:
            readers["key"].validate(one["key"])
            readers["headers"].validate(one["headers"])
            if schemas["payload"] and one["payload"] is not None:
                readers["payload"].validate(json.loads(one["payload"]))
        return len(messages)

    def test_every_message_is_as_the_contract_says(self):
        data = self.folder()
        config, prefix = self.configure(data)
        lines, _ = self.families(families=20, faults=0.5)
        run("submit", lines, "--quiet", "--data", data)
        server = self.serve(config)
        traced = {"correlation": "ref-1", "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}
        sent = [opening("zz", at="2030-01-01T09:00:00Z", **traced), report("y", "zz", "no.such_fact", {}, at="2030-01-01T09:00:00Z"), {"nonsense": True}]
        subprocess.run(["kcat", "-P", "-b", self.broker.bootstrap, "-t", f"{prefix}.commands", "-K", "\t", "-X", "topic.partitioner=murmur2_random", "-H", "answer=true"],
                       input="".join(f"zz\t{json.dumps(one)}\n" for one in sent).encode(), check=True, timeout=60)
        self.wait_for(lambda: self.status(data)["intake"]["taken"] == 3, "the commands are taken")
        self.wait_until_published(data)
        self.wait_until_views_are_sent(data)
        server.end()
        self.assertGreaterEqual(self.check(f"{prefix}.checkpoints", "checkpoint"), 16)
        for view in ("caseload", "worklist", "deadlines"):
            self.assertGreater(self.check(f"{prefix}.view.{view}", "view"), 10)
        self.assertGreater(self.check(f"{prefix}.events", "event"), 100)
        self.assertGreater(self.check(f"{prefix}.notifications", "notification"), 10)
        self.assertGreater(self.check(f"{prefix}.records", "record"), 100)
        self.assertGreaterEqual(self.check(f"{prefix}.cursor", "cursor"), 16)
        self.assertEqual(self.check(f"{prefix}.rejections", "rejection"), 2)
        self.assertEqual(self.check(f"{prefix}.answers", "answer"), 3)

    def test_the_topics_that_are_made_are_those_of_the_contract(self):
        data = self.folder()
        config, prefix = self.configure(data, init=False)
        made = [topic["topic"].removeprefix(prefix + ".").replace(".", "-") for topic in self.succeed("kafka", "init", "--json", "--config", config).json()["topics"]]
        self.assertEqual(sorted(made), sorted(self.document["channels"]))
        for name, channel in self.document["channels"].items():
            for message in channel["messages"].values():
                self.assertIn(message["$ref"].rsplit("/", 1)[1], self.document["components"]["messages"])
            address = "ritrovo." + name.replace("view-", "view.")
            self.assertEqual(channel["address"], address)
            self.assertEqual(channel["bindings"]["kafka"]["topic"], address)

    def test_the_examples_of_the_consumers_guide_count_what_the_log_has(self):
        data = self.folder()
        config, prefix = self.configure(data)
        lines, _ = self.families(families=10)
        run("submit", lines, "--quiet", "--data", data)
        server = self.serve(config)
        self.wait_until_published(data)
        server.end()
        counted = {}
        log = self.events_of_the_log(data)
        for event in log.values():
            counted["org.ritrovo." + event["event"]] = counted.get("org.ritrovo." + event["event"], 0) + 1
        expected = {"cases": len({event["case"] for event in log.values()}), "events": counted}
        programs = [["python3", EXAMPLES / "consumer.py"]]
        if os.environ.get("RITROVO_CONSUMER_EXAMPLE"):
            programs.append([os.environ["RITROVO_CONSUMER_EXAMPLE"]])
        for program in programs:
            with self.subTest(program=program):
                done = subprocess.run([*map(str, program), self.broker.bootstrap, f"{prefix}.events"], capture_output=True, timeout=120, check=True)
                self.assertEqual(json.loads(done.stdout), expected)


if __name__ == "__main__":
    unittest.main()
