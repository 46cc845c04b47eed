"""A folder served with a broker, and readers of its topics that know nothing of the program."""

import json
import pathlib
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "command_line"))

from broker import Broker  # noqa: E402
from program import PROGRAM, FolderCase, environment, run  # noqa: E402

TOPICS = ("events", "records", "cursor", "commands", "rejections", "answers")


def read_topic(broker, topic, timeout=60):
    """Every committed message of a topic as kcat reads it: partition, offset, key, headers, payload."""
    done = subprocess.run(["kcat", "-q", "-b", broker.bootstrap, "-C", "-t", topic, "-o", "beginning", "-e", "-J", "-X", "isolation.level=read_committed"],
                          capture_output=True, timeout=timeout, check=True)
    messages = []
    for line in done.stdout.decode("utf-8", "surrogateescape").splitlines():
        message = json.loads(line)
        names, values = message["headers"][::2], message["headers"][1::2]
        message["headers"] = dict(zip(names, values))
        messages.append(message)
    return messages


class Server:
    def __init__(self, config, *words):
        self.program = subprocess.Popen([PROGRAM, "serve", "--json", "--config", str(config), *map(str, words)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, env=environment())
        self.ready = self.program.stdout.readline()

    def kill(self):
        self.program.kill()
        self.program.wait()
        self.program.stdout.close()

    def end(self):
        self.program.send_signal(signal.SIGTERM)
        code = self.program.wait(timeout=60)
        self.program.stdout.close()
        return code


class KafkaCase(FolderCase):
    """One broker for all tests of a class; a prefix, and so topics, for each."""

    @classmethod
    def setUpClass(cls):
        cls.broker = Broker()
        cls.addClassCleanup(cls.broker.remove)
        cls.broker.start()

    def configure(self, data, prefix=None, init=True, broker=None, **properties):
        prefix = prefix or self._testMethodName.replace("test_", "")[:60]
        config = data.parent / f"{data.name}.yaml"
        lines = [f"data: {data.name}", "kafka:", f"  brokers: {(broker or self.broker).bootstrap}", f"  prefix: {prefix}"]
        if properties:
            lines += ["  properties:"] + [f"    {name}: {value}" for name, value in properties.items()]
        config.write_text("\n".join(lines) + "\n")
        if init:
            self.succeed("kafka", "init", "--config", config)
        return config, prefix

    def serve(self, config):
        server = Server(config)
        self.addCleanup(lambda: server.program.poll() is None and server.kill())
        self.assertIn(b"ready", server.ready)
        return server

    def status(self, data):
        return self.succeed("kafka", "status", "--json", "--data", data).json()

    def wait_for(self, claim, what, seconds=60):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if claim():
                return
            time.sleep(0.1)
        self.fail(f"after {seconds} s still not: {what}")

    def wait_until_published(self, data, seconds=60):
        self.wait_for(lambda: (status := self.status(data)["publisher"])["state"] == "publishing" and status["backlog"] == 0, "everything is published", seconds)

    def events_of_the_log(self, data):
        """What `case history` says of every case: {(partition, position): event}."""
        events = {}
        for line in self.succeed("case", "list", "--json", "--data", data).lines():
            for event in self.succeed("case", "history", line["case"], "--json", "--data", data).lines():
                events[(event["partition"], event["position"])] = event
        return events

    def check_published(self, data, prefix, broker=None):
        """Each event of the log stands in the topic exactly once, in order by case, with the content that the log has."""
        messages = read_topic(broker or self.broker, f"{prefix}.events")
        log = self.events_of_the_log(data)
        seen = [message["headers"]["ce_id"] for message in messages]
        self.assertEqual(len(seen), len(set(seen)), "an event was published twice")
        values = [json.loads(message["payload"]) for message in messages]
        self.assertEqual({(value["partition"], value["position"]) for value in values}, set(log))
        versions = {}
        for message, value in zip(messages, values):
            self.assertEqual(value, log[(value["partition"], value["position"])])
            self.assertEqual(message["key"], value["case"])
            versions.setdefault(value["case"], []).append(value["version"])
        for case, numbers in versions.items():
            self.assertEqual(numbers, list(range(1, len(numbers) + 1)), case)
        return messages
