"""A folder served with a broker, and readers of its topics that know nothing of the program."""

import json
import pathlib
import signal
import socket
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "command_line"))

from broker import Broker, end_with_parent  # noqa: E402
from program import PROGRAM, FolderCase, environment, run  # noqa: E402

VIEWS = ("caseload", "worklist", "deadlines")
TOPICS = ("events", "records", "notifications", "cursor", "checkpoints", "commands", "rejections", "answers", *(f"view.{view}" for view in VIEWS))


def kcat_reads(broker, topic, *words):
    """The command that prints every committed message of a topic."""
    settings = {**broker.client, "isolation.level": "read_committed", "fetch.wait.max.ms": "20"}
    return ["kcat", "-q", "-b", broker.bootstrap, "-C", "-t", topic, "-o", "beginning", "-e", *words, *(word for name, value in settings.items() for word in ("-X", f"{name}={value}"))]


def read_topic(broker, topic, timeout=60):
    """Every committed message of a topic as kcat reads it: partition, offset, key, headers, payload."""
    done = subprocess.run(kcat_reads(broker, topic, "-J"), capture_output=True, timeout=timeout, check=True)
    messages = []
    for line in done.stdout.decode("utf-8", "surrogateescape").splitlines():
        message = json.loads(line)
        headers = message.get("headers", [])
        names, values = headers[::2], headers[1::2]
        message["headers"] = dict(zip(names, values))
        messages.append(message)
    return messages


def read_keys(broker, topic, timeout=60):
    """The same of a topic of bytes, which kcat can't show as JSON: keys and headers alone."""
    done = subprocess.run(kcat_reads(broker, topic, "-f", "%k\t%h\n"), capture_output=True, timeout=timeout, check=True)
    messages = []
    for line in done.stdout.decode().splitlines():
        key, headers = line.split("\t")
        messages.append({"key": key, "headers": dict(one.split("=", 1) for one in headers.split(",") if one)})
    return messages


def ask(data, *words):
    """What a subcommand prints, as NDJSON, from the server that has the folder open."""
    with socket.socket(socket.AF_UNIX) as one:
        one.connect(str(data / "ritrovo.socket"))
        one.sendall(json.dumps({"query": {"words": words, "folder": "/", "data": str(data)}}, separators=(",", ":")).encode() + b"\n")
        with one.makefile("rb") as lines:
            said = [json.loads(line) for line in lines]
    if said[-1].get("exit") != 0:
        raise AssertionError(said)
    return [json.loads(line) for line in "".join(piece.get("out", "") for piece in said).splitlines()]


class Server:
    def __init__(self, *words):
        self.program = subprocess.Popen([PROGRAM, "serve", "--json", *map(str, words)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, env=environment(), preexec_fn=end_with_parent)
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


class Load:
    """Commands through the socket at a steady rate, whether or not earlier ones are answered; until all are sent, or `stop`."""

    def __init__(self, data, lines, rate):
        self.data, self.lines, self.rate = data, lines, rate
        self.answered = 0
        self.waits = []
        self.sent = []  # when, each
        self.seconds = 0
        self.stopping = False
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        began = time.monotonic()
        with socket.socket(socket.AF_UNIX) as one:
            one.connect(str(self.data / "ritrovo.socket"))

            def send():
                for number, line in enumerate(self.lines):
                    time.sleep(max(0, began + number / self.rate - time.monotonic()))
                    if self.stopping:
                        break
                    self.sent.append(time.monotonic())
                    one.sendall(line)
                one.shutdown(socket.SHUT_WR)
            sending = threading.Thread(target=send)
            sending.start()
            with one.makefile("rb") as answers:
                for answer in answers:
                    if b'"outcome":"accepted"' not in answer:
                        raise AssertionError(answer)
                    self.waits.append(time.monotonic() - self.sent[self.answered])
                    self.answered += 1
            sending.join()
        self.seconds = time.monotonic() - began

    def going(self):
        return self.thread.is_alive()

    def wait(self):
        self.thread.join()
        if self.answered != len(self.sent):
            raise AssertionError(f"{self.answered} of {len(self.sent)} commands were answered")

    def stop(self):
        self.stopping = True
        self.wait()


class KafkaCase(FolderCase):
    """One broker for all tests of a class; a prefix, and so topics, for each."""

    NODES = 1

    @classmethod
    def setUpClass(cls):
        cls.broker = Broker(cls.NODES)
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
        server = Server("--config", config)
        self.addCleanup(lambda: server.program.poll() is None and server.kill())
        self.assertIn(b"ready", server.ready)
        return server

    def status(self, data):
        """Of a running server, by its socket: tests ask often, and a process each time would take from what they measure."""
        return ask(data, "kafka", "status", "--json")[0]

    def wait_for(self, claim, what, seconds=60):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if claim():
                return
            time.sleep(0.1)
        self.fail(f"after {seconds} s still not: {what}")

    def wait_until_published(self, data, seconds=60):
        self.wait_for(lambda: (status := self.status(data)["publisher"])["state"] == "publishing" and status["backlog"] == 0, "everything is published", seconds)

    def wait_until_views_are_sent(self, data, seconds=60):
        def sent():
            views = self.status(data)["views"]
            return views["state"] == "publishing" and all(view["lag"] == 0 for view in views["views"])
        self.wait_for(sent, "the views are sent", seconds)

    def events_of_the_log(self, data):
        """What `case history` says of every case: {(partition, position): event}. Through a server: a process for each case takes minutes."""
        server = None if (data / "ritrovo.socket").exists() else Server("--data", data)
        events = {}
        for line in ask(data, "case", "list", "--json"):
            for event in ask(data, "case", "history", line["case"], "--json"):
                events[(event["partition"], event["position"])] = event
        if server is not None:
            server.end()
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
        self.check_notifications(messages, prefix, broker)
        return messages

    def check_notifications(self, events, prefix, broker=None):
        """What each event asks to be told stands in its topic exactly once, in order by case, and nothing else does."""
        asked = {event["headers"]["ce_id"]: f"{event['key']}.{json.loads(event['payload'])['version']}" for event in events
                 if event["headers"]["ce_type"] in ("org.ritrovo.notification_requested", "org.ritrovo.deadline_warned")}
        told = read_topic(broker or self.broker, f"{prefix}.notifications")
        self.assertEqual(len(told), len(asked), "a notification is missing, or there twice")
        self.assertEqual({one["headers"]["ce_causationid"]: one["headers"]["ce_id"] for one in told}, asked)
        versions = {}
        for one in told:
            value = json.loads(one["payload"])
            self.assertEqual((one["key"], one["headers"]["ce_id"]), (value["case"], value["message"]))
            versions.setdefault(one["key"], []).append(value["version"])
        for case, numbers in versions.items():
            self.assertEqual(numbers, sorted(numbers), case)
        return told
