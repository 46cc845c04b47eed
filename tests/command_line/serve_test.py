import json
import pathlib
import random
import re
import shutil
import signal
import socket
import stat
import subprocess
import threading
import time
import unittest

from program import LONG, PROGRAM, FolderCase, environment, ndjson, opening, report, run

KILLS = 20 if LONG else 5


class Server:
    """A server of a folder, ready when this returns."""

    def __init__(self, data, *words):
        self.data = data
        self.program = subprocess.Popen([PROGRAM, "serve", "--json", "--data", str(data), *map(str, words)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, env=environment())
        self.ready = self.program.stdout.readline()

    def connect(self):
        one = socket.socket(socket.AF_UNIX)
        one.connect(str(self.data / "ritrovo.socket"))
        one.settimeout(60)
        return one

    def end(self, number=signal.SIGTERM):
        self.program.send_signal(number)
        out, err = self.program.communicate(timeout=60)
        return self.program.returncode, out.decode(), err.decode()


def answers_to(one, text):
    """Sends all, then reads until the server has answered."""
    sender = threading.Thread(target=lambda: (one.sendall(text.encode()), one.shutdown(socket.SHUT_WR)))
    sender.start()
    with one, one.makefile("rb") as lines:
        answers = [json.loads(line) for line in lines]
        sender.join()
    return answers


def kilobytes(program, name):
    """Of memory, as the kernel counts them: VmRSS now, VmHWM at most."""
    return int(re.search(rf"{name}:\s+(\d+)", pathlib.Path(f"/proc/{program.pid}/status").read_text()).group(1))


class Serve(FolderCase):
    def serve(self, data, *words):
        server = Server(data, *words)
        self.addCleanup(lambda: (server.program.kill(), server.program.communicate()))
        self.assertIn(b"ready", server.ready)
        return server

    def test_a_line_of_the_socket_is_answered_like_a_line_of_a_file(self):
        one, other = self.folder("one"), self.folder("other")
        lines, expected = self.families(families=20, faults=0.5)
        by_file = run("submit", lines, "--json", "--data", one).lines()
        server = self.serve(other)
        by_socket = answers_to(server.connect(), lines.read_text())
        same = [{name: value for name, value in answer.items() if name != "receipt"} for answer in by_file]
        self.assertEqual(same, [{name: value for name, value in answer.items() if name != "receipt"} for answer in by_socket])
        # Transparently for `submit`, in its words, figures and exit code.
        again = run("submit", lines, "--json", "--data", other)
        self.assertEqual([answer.get("again") for answer in again.lines()], [answer.get("again") for answer in run("submit", lines, "--json", "--data", one).lines()])
        self.assertEqual(run("submit", lines, "--data", other).out, run("submit", lines, "--data", one).out)
        figures = [re.sub(r" in [0-9.]+ s \([0-9,]+/s\)", "", run("submit", lines, "--summary", "--data", data).err) for data in (one, other)]
        self.assertEqual(*figures)
        compared = [run("submit", lines, "--expected", expected, "--quiet", "--data", data) for data in (one, other)]
        self.assertEqual((compared[0].code, compared[0].err.split("\n", 1)[1]), (compared[1].code, compared[1].err.split("\n", 1)[1]))
        code, _, err = server.end()
        self.assertEqual((code, err), (0, ""))
        self.assertFalse((other / "ritrovo.socket").exists())
        self.assertEqual(self.hashes(one)["cases"], self.hashes(other)["cases"])

    def test_every_reading_command_says_the_same_while_a_server_has_the_folder(self):
        data = self.folder()
        lines, _ = self.families(families=10)
        run("submit", lines, "--quiet", "--data", data)
        case = run("submit", lines, "--json", "--data", data).lines()[0]["case"]
        asked = [("tasks",), ("deadlines", "--json"), ("caseload",), ("stuck",), ("case", "list"), ("case", "timeline", case), ("case", "history", case, "--json"),
                 ("explain", case), ("definitions",), ("quarantine", "list"), ("case", "show", "fam-nonsense"), ("tasks", "--no-such-option"),
                 ("case", "hash", "--all", "--json"), ("verify",), ("prove", case, "3", "--json"), ("checkpoint", "key"), ("erase", "list")]
        calm = [run(*words, "--data", data) for words in asked]
        server = self.serve(data)
        for words, before in zip(asked, calm):
            with self.subTest(words=words):
                served = run(*words, "--data", data)
                self.assertEqual((served.code, served.out, served.err), (before.code, before.out, before.err))
        self.assertEqual(server.end()[0], 0)

    def test_a_definition_file_is_that_of_whoever_publishes_it(self):
        data = self.place / "data"
        self.succeed("init", "--data", data, "--clock", "simulated")
        self.serve(data)
        self.assertIn("in force", self.succeed("publish", "--data", data).out)
        here = self.place / "here"
        here.mkdir()
        self.succeed("catalogue", "--out", "shipped", cwd=here)
        done = run("publish", "shipped", "--data", data, cwd=here)
        self.assertIn("in force already", done.out, done.err)
        self.assertIn("can't read your standard input", run("receipts", "-", "--data", data).err)
        self.assertIn("another process", run("serve", "--data", data).err)

    def test_two_clients_at_once_are_each_answered_in_their_order(self):
        data = self.folder()
        server = self.serve(data)
        files = [self.families(f"f{seed}", families=40, seed=seed)[0].read_text() for seed in (1, 2)]
        results = [None, None]

        def client(which):
            results[which] = answers_to(server.connect(), files[which])

        clients = [threading.Thread(target=client, args=(which,)) for which in (0, 1)]
        for one in clients:
            one.start()
        for one in clients:
            one.join()
        for text, answers in zip(files, results):
            self.assertEqual([answer["line"] for answer in answers], list(range(1, text.count("\n") + 1)))
            self.assertEqual({answer["outcome"] for answer in answers} - {"rejected"}, {"accepted"})

    def test_who_never_reads_holds_up_nobody_and_memory_stays_bounded(self):
        data = self.folder()
        server = self.serve(data)
        lines, _ = self.families(families=200)
        deaf = server.connect()
        deaf.settimeout(3)
        sent = 0
        text = lines.read_bytes() * 40
        try:
            while sent < len(text):
                sent += deaf.send(text[sent:sent + 65536])
        except TimeoutError:
            pass
        self.assertLess(sent, len(text), "the server took everything from somebody who reads nothing")
        self.assertEqual(answers_to(server.connect(), ndjson(opening("other", at="2030-01-01T09:00:00Z")))[0]["outcome"], "accepted")
        resident = kilobytes(server.program, "VmRSS")
        self.assertLess(resident, 400 * 1024)
        began = time.monotonic()
        self.assertEqual(server.end()[0], 0)
        self.assertLess(time.monotonic() - began, 30)
        deaf.close()

    def test_a_line_of_a_hundred_megabytes_is_malformed_and_the_next_is_taken(self):
        data = self.folder()
        server = self.serve(data)
        answers = answers_to(server.connect(), '{"key":"' + "x" * 100_000_000 + '"}\n' + "not json\n\n" + ndjson(opening("a")))
        self.assertEqual([(answer["line"], answer["outcome"]) for answer in answers], [(1, "malformed"), (2, "malformed"), (4, "accepted")])
        resident = kilobytes(server.program, "VmHWM")
        self.assertLess(resident, 300 * 1024)

    def test_the_socket_is_its_owners_alone_and_a_stale_one_is_no_server(self):
        data = self.folder()
        server = self.serve(data)
        self.assertEqual(stat.S_IMODE((data / "ritrovo.socket").stat().st_mode), 0o600)
        server.program.kill()
        server.program.wait()
        self.assertTrue((data / "ritrovo.socket").exists())
        self.succeed("tasks", "--data", data)
        self.serve(data)
        self.succeed("tasks", "--data", data)

    def test_a_folder_with_a_very_long_name_is_served(self):
        deep = self.place / ("d" * 60) / ("e" * 60)
        deep.mkdir(parents=True)
        shutil.move(self.folder(), deep / "data")
        self.serve(deep / "data")
        self.assertEqual(run("submit", "-", "--json", "--data", deep / "data", stdin=ndjson(opening("a"))).lines()[0]["outcome"], "accepted")

    def test_connections_are_bounded(self):
        data = self.folder()
        server = self.serve(data)
        many = [server.connect() for _ in range(64)]
        time.sleep(0.2)
        with server.connect() as one_more, one_more.makefile("rb") as lines:
            self.assertIn("as many as it takes", json.loads(lines.readline())["message"])
        for one in many:
            one.close()
        time.sleep(0.2)
        self.succeed("tasks", "--data", data)

    def test_killed_or_ended_under_load_nothing_that_was_answered_is_lost(self):
        data = self.folder()
        lines, _ = self.families(families=60 if not LONG else 200)
        answers = self.place / "answers.ndjson"
        chance = random.Random(7)
        for kill in range(KILLS):
            server = self.serve(data)
            with answers.open("wb") as out:
                client = subprocess.Popen([PROGRAM, "submit", str(lines), "--json", "--data", str(data)], stdout=out, stderr=subprocess.DEVNULL, env=environment())
                time.sleep(chance.uniform(0.05, 0.6))
                ended = server.end(signal.SIGTERM if kill % 2 else signal.SIGKILL)
                client.wait(timeout=60)
            if kill % 2:
                self.assertEqual(ended[0], 0, ended[2])
            checked = self.succeed("receipts", answers, "--json", "--data", data).json()
            self.assertEqual(checked["missing"], 0)
        run("submit", lines, "--quiet", "--data", data)
        calm = self.folder("calm")
        run("submit", lines, "--quiet", "--data", calm)
        for one in (data, calm):
            self.succeed("advance", "--to", "2026-01-01", "--data", one)
        self.assertEqual(self.hashes(data)["outcome"], self.hashes(calm)["outcome"])

    def test_a_client_learns_that_its_server_went_away(self):
        data = self.folder()
        server = self.serve(data)
        lines, _ = self.families(families=300)
        client = subprocess.Popen([PROGRAM, "submit", str(lines), "--quiet", "--data", str(data)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment())
        time.sleep(0.15)
        server.end(signal.SIGKILL)
        _, err = client.communicate(timeout=60)
        self.assertEqual(client.returncode, 1)
        self.assertIn(b"send the whole file again", err)

    def test_a_configuration_names_the_folder_and_its_mistakes_have_lines(self):
        data = self.folder()
        config = self.place / "ritrovo.yaml"
        config.write_text("data: data\n")
        server = subprocess.Popen([PROGRAM, "serve", "--json", "--config", str(config)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment())
        self.assertIn(b"ready", server.stdout.readline())
        self.succeed("tasks", "--data", data)
        server.terminate()
        server.communicate()
        config.write_text("data: data\nmaster_key_fil: somewhere\n")
        done = run("serve", "--config", config)
        self.assertEqual(done.code, 2)
        self.assertIn("ritrovo.yaml:2:1", done.err)
        self.assertIn("did you mean 'master_key_file'?", done.err)

    def test_a_secret_that_everybody_may_read_is_refused(self):
        config = self.place / "ritrovo.yaml"
        config.write_text("data: data\nkafka:\n  brokers: 127.0.0.1:1\n  secrets:\n    sasl.password: password\n")
        for mode in (0o644, 0o604, 0o602):
            self.secret("password", "s3cret", mode)
            done = run("serve", "--config", config)
            self.assertEqual(done.code, 2)
            for said in ("ritrovo.yaml:5:", f"mode {mode:04o}", "chmod 600"):
                self.assertIn(said, done.err)
            self.assertNotIn("s3cret", done.err)

    def test_a_password_in_the_settings_themselves_is_refused(self):
        config = self.place / "ritrovo.yaml"
        config.write_text("data: data\nkafka:\n  brokers: 127.0.0.1:1\n  properties: {sasl.password: s3cret}\n")
        done = run("serve", "--config", config)
        self.assertEqual(done.code, 2)
        self.assertIn("'secrets'", done.err)

    def test_a_folder_with_a_real_clock_is_served_until_ctrl_c(self):
        data = self.folder(clock="real")
        server = self.serve(data)
        answer = answers_to(server.connect(), ndjson({name: value for name, value in opening("a").items() if name != "at"}))[0]
        self.assertEqual(answer["outcome"], "accepted")
        self.assertEqual(server.end(signal.SIGINT)[0], 0)


if __name__ == "__main__":
    unittest.main()
