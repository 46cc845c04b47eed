#!/usr/bin/env python3
"""A real Apache Kafka for the tests: KRaft, on free loopback ports, in a folder of its own. `broker.py COMMAND {}` runs a command with one."""

import ctypes
import fcntl
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
JARS = pathlib.Path(os.environ.get("RITROVO_KAFKA_JARS") or HERE.parents[1] / "build/kafka")
MUST = os.environ.get("CI") == "true"
STARTING_SECONDS = 300

# The nodes speak among themselves over PLAINTEXT; clients over OUTSIDE, as `security` says.
SETTINGS = """
process.roles=broker,controller
node.id={node}
controller.quorum.voters={voters}
listeners=OUTSIDE://127.0.0.1:{port},PLAINTEXT://127.0.0.1:{inside},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=OUTSIDE://127.0.0.1:{port},PLAINTEXT://127.0.0.1:{inside}
inter.broker.listener.name=PLAINTEXT
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,OUTSIDE:{protocol}
log.dirs={place}/log
default.replication.factor={copies}
min.insync.replicas={insync}
offsets.topic.replication.factor={copies}
offsets.topic.num.partitions=1
transaction.state.log.replication.factor={copies}
transaction.state.log.min.isr={insync}
transaction.state.log.num.partitions=1
group.initial.rebalance.delay.ms=0
auto.create.topics.enable=false
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
"""

LOGGING = """
log4j.rootLogger=WARN, file
log4j.appender.file=org.apache.log4j.FileAppender
log4j.appender.file.File={place}/broker.log
log4j.appender.file.layout=org.apache.log4j.PatternLayout
log4j.appender.file.layout.ConversionPattern=%d %p %m (%c)%n
"""


def end_with_parent():
    """In a child: the kernel kills it when the test ends, however it ends."""
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)


def unavailable(why):
    """Where the build server runs, a broker that can't be started is a failure; elsewhere its tests say why they were skipped."""
    if MUST:
        raise RuntimeError(why)
    raise unittest.SkipTest(why)


def jars():
    """The folder of Kafka's jars, fetched once."""
    libs = JARS / "libs"
    if (JARS / "complete").exists():
        return libs
    for program in ("java", "mvn"):
        if shutil.which(program) is None:
            unavailable(f"there is no {program} here: tools/install test brings it")
    JARS.mkdir(parents=True, exist_ok=True)
    with (JARS / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (JARS / "complete").exists():
            shutil.copy(HERE / "pom.xml", JARS / "pom.xml")
            fetched = subprocess.run(["mvn", "-q", "-B", "dependency:copy-dependencies", "-DoutputDirectory=libs"], cwd=JARS, capture_output=True, check=False)
            if fetched.returncode != 0:
                unavailable(f"Kafka's jars can't be fetched: {fetched.stdout.decode()[-600:]}")
            (JARS / "complete").touch()
    return libs


def free_ports(count):
    held = [socket.socket() for _ in range(count)]
    for one in held:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return ports


class Node:
    """One process of a cluster. What it wrote stays for the next `start` after a `kill`."""

    def __init__(self, number, place, settings, formatting):
        self.libs = jars()
        self.number = number
        self.place = place
        self.program = None
        self.answered = False  # whether it ever took connections
        self.port = settings["port"]
        self.place.mkdir()
        (place / "server.properties").write_text(SETTINGS.format(place=place, **settings) + settings["more"])
        (place / "log4j.properties").write_text(LOGGING.format(place=place))
        self.java("kafka.tools.StorageTool", "format", "-t", "cml0cm92b19rYWZrYV8xMQ", "-c", place / "server.properties", *formatting)

    def command(self, *words):
        return ["java", "-Xms192m", "-Xmx320m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", f"-Dlog4j.configuration=file:{self.place}/log4j.properties",
                "-cp", f"{self.libs}/*", *map(str, words)]

    def java(self, *words):
        done = subprocess.run(self.command(*words), capture_output=True, check=False)
        if done.returncode != 0:
            unavailable(f"{words[0]} failed: {(done.stdout + done.stderr).decode()[-600:]}")

    def start(self):
        with (self.place / "out.log").open("ab") as out:
            self.program = subprocess.Popen(self.command("kafka.Kafka", self.place / "server.properties"), stdin=subprocess.DEVNULL, stdout=out, stderr=out, preexec_fn=end_with_parent)

    def wait(self):
        """Until it takes connections."""
        began = time.monotonic()
        while time.monotonic() - began < STARTING_SECONDS:
            if self.program.poll() is not None:
                self.fallen(f"the broker ended: {(self.place / 'out.log').read_text()[-600:]}")
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                self.answered = True
                return
            except OSError:
                time.sleep(0.1)
        self.fallen(f"the broker took over {STARTING_SECONDS} s to start")

    def fallen(self, why):
        """What ran here once doesn't lack what it needs: not coming back is a failure of the test, also where a missing broker would be a reason to skip."""
        if self.answered:
            raise RuntimeError(why)
        unavailable(why)

    def kill(self):
        """As a crash: nothing is flushed."""
        if self.program is not None:
            self.program.kill()
            self.program.wait()
            self.program = None


class Broker:
    """A cluster, of one node unless said otherwise. `security` goes to every node: {"protocol": …, "more": settings, "formatting": words}."""

    def __init__(self, nodes=1, security=None):
        self.place = pathlib.Path(tempfile.mkdtemp(prefix="ritrovo-kafka-"))
        ports = free_ports(3 * nodes)
        voters = ",".join(f"{number + 1}@127.0.0.1:{ports[3 * number + 2]}" for number in range(nodes))
        security = security or {}
        self.nodes = [Node(number + 1, self.place / str(number + 1),
                           {"node": number + 1, "voters": voters, "port": ports[3 * number], "inside": ports[3 * number + 1], "controller": ports[3 * number + 2],
                            "copies": nodes, "insync": (nodes + 1) // 2, "protocol": security.get("protocol", "PLAINTEXT"), "more": security.get("more", "")},
                           security.get("formatting", [])) for number in range(nodes)]
        self.client = {}  # what a client has to set besides, by librdkafka's names
        self.bootstrap = ",".join(f"127.0.0.1:{node.port}" for node in self.nodes)

    def start(self):
        for node in self.nodes:
            node.start()
        for node in self.nodes:
            node.wait()
        return self

    def kill(self):
        for node in self.nodes:
            node.kill()

    def remove(self):
        self.kill()
        shutil.rmtree(self.place, ignore_errors=True)


def main():
    """broker.py COMMAND…: runs a command while a broker is there, with its address in place of each {}."""
    broker = Broker()
    try:
        broker.start()
        return subprocess.run([word.replace("{}", broker.bootstrap) for word in sys.argv[1:]], check=False).returncode
    finally:
        broker.remove()


if __name__ == "__main__":
    sys.exit(main())
