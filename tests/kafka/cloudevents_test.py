import fcntl
import json
import pathlib
import shutil
import subprocess
import unittest

from broker import JARS, unavailable
from fixture import KafkaCase, kcat_reads, read_topic, run
from program import ROOT, ndjson, opening

SOURCE = ROOT / "tests/kafka/cloudevents"


def library():
    """The folder in which node finds the SDK, fetched once."""
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            raise unittest.SkipTest(f"there is no {program} here")
    place = pathlib.Path(f"{JARS}-cloudevents")
    place.mkdir(parents=True, exist_ok=True)
    with (place / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for file in SOURCE.iterdir():
            shutil.copy(file, place / file.name)
        if not (place / "node_modules").exists():
            fetched = subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=place, capture_output=True, check=False)
            if fetched.returncode != 0:
                unavailable(f"the CloudEvents SDK can't be fetched: {fetched.stderr.decode()[-600:]}")
    return place


class CloudEvents(KafkaCase):
    def test_the_sdk_of_somebody_else_reads_every_event_as_documented(self):
        place = library()
        data = self.folder()
        lines, _ = self.families(families=20, faults=0.3)
        config, prefix = self.configure(data)
        server = self.serve(config)
        run("submit", lines, "--quiet", "--data", data)
        trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        run("submit", "-", "--quiet", "--data", data, stdin=ndjson(opening("zz", at="2030-01-01T09:00:00Z", correlation="ref-1", traceparent=trace)))
        self.wait_until_published(data)
        self.assertEqual(server.end(), 0)

        topic = f"{prefix}.events"
        raw = subprocess.run(kcat_reads(self.broker, topic, "-J"), capture_output=True, timeout=60, check=True).stdout
        read = subprocess.run(["node", place / "read.js"], input=raw, capture_output=True, timeout=120, check=False)
        self.assertEqual(read.returncode, 0, read.stderr.decode()[-2000:])
        events = [json.loads(line) for line in read.stdout.splitlines()]
        messages = read_topic(self.broker, topic)
        self.assertEqual(len(events), len(messages))
        self.assertGreater(len(events), 1000)
        for event, message in zip(events, messages):
            headers, value = message["headers"], json.loads(message["payload"])
            self.assertEqual(event["data"], value)
            self.assertEqual(event["datacontenttype"], "application/json")
            self.assertEqual({f"ce_{name}": told for name, told in event.items() if name not in ("data", "datacontenttype", "time")},
                             {name: told for name, told in headers.items() if name.startswith("ce_") and name != "ce_time"})
            self.assertEqual(event["partitionkey"], message["key"])
            self.assertEqual(event["sequence"], f"{value['version']:020}")
        self.assertTrue(any(event.get("correlationid") == "ref-1" and event.get("traceparent") == trace for event in events))


if __name__ == "__main__":
    unittest.main()
