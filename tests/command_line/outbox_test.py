"""Messages to families and staff: asked for by events, sent by SMTP or webhook, recorded."""

import hashlib
import hmac
import http.server
import json
import random
import shutil
import signal
import subprocess
import threading
import time
import unittest

from program import CASEWORKER, LONG, FolderCase, ndjson, run, start
from smtp_peer import Peer, free_port

PATHWAY = """pathway: news
version: 1
valid_from: 2024-01-01
title: {it: Notizie, en: News}
roles: {caseworker: {it: Operatore, en: Caseworker}}
parties: {family: {it: Famiglia, en: Family}}
managed_by: [caseworker]
persons:
  sponsor:
    count: one
    title: {it: Richiedente, en: Sponsor}
    data:
      given_name: {type: string}
      email: {type: string, optional: true}
      language: {type: string, public: true}
facts:
  paper.brought: {title: {it: Documento portato, en: Paper brought}, by: [caseworker], data: {}}
  staff.told: {title: {it: Avvisare, en: Tell the staff}, by: [caseworker], data: {}}
steps:
  tell:
    title: {it: Prima notizia, en: First news}
    notify: {to: family, message: {it: Il permesso è arrivato., en: The permit has come.}}
  tell_staff:
    title: {it: Avviso interno, en: Notice}
    after: staff.told
    required: false
    notify: {to: caseworker, message: {it: Da guardare., en: To be looked at.}}
  bring:
    title: {it: Portare il documento, en: Bring the paper}
    waits_on: family
    wait_for: true
    done_when: {fact: paper.brought}
    deadline: {term: integration_reply, from: opened, warn_before: P5D, on_overdue: {notify: caseworker}}
"""

MESSAGES = """messages: trial
version: 1
title: {it: Messaggi, en: Messages}
default_language: it
languages: [it, en, ar]
families:
  news: {person: sponsor, email: email, language: language, name: given_name}
templates:
  step:
    to: family
    subject: {it: "Notizie {case}", en: "News {case}", ar: "أخبار {case}"}
    text: {it: "Gentile {name}, {message}", en: "Dear {name}, {message}", ar: "{name}، {message}"}
  warning:
    to: family
    subject: {it: "Scadenza {due}", en: "Time limit {due}", ar: "موعد {due}"}
    text: {it: "{name}: {step} entro il {due}", en: "{name}: {what} by {due}", ar: "{name}: {step} {due}"}
  overdue: {to: family, subject: {it: s, en: s, ar: s}, text: {it: t, en: t, ar: t}}
  staff_step: {to: staff, text: {it: "{case}: {message}", en: "{case}: {message}"}}
  staff_warning: {to: staff, text: {it: "{case}: {step} {due}", en: "{case}: {step} {due}"}}
  staff_overdue: {to: staff, text: {it: "{case}: {step} scaduto", en: "{case}: {step} overdue"}}
  digest: {to: staff, subject: {it: "{count} avvisi", en: "{count} notices"}, text: {it: "{lines}", en: "{lines}"}}
"""


def family(number, language="en", at="2024-02-01T09:00:00Z", **data):
    person = {"given_name": f"Name{number}", "email": f"reader{number}@example.org", "language": language, **data}
    return {"key": f"open-{number}", "command": "open", "pathway": "news", "at": at, "effective_on": at[:10], "actor": CASEWORKER,
            "persons": [{"alias": "sponsor", "role": "sponsor", "data": {k: v for k, v in person.items() if v is not None}}]}


class Outbox(FolderCase):
    def trial(self, *commands):
        data = self.folder()
        definition = self.place / "news.yaml"
        definition.write_text(PATHWAY, encoding="utf-8")
        (self.place / "messages.yaml").write_text(MESSAGES, encoding="utf-8")
        self.succeed("publish", definition, "--data", data)
        self.succeed("submit", "-", "--data", data, stdin=ndjson(*commands))
        return data

    def peer(self, **more):
        peer = Peer(**more)
        self.addCleanup(peer.close)
        return peer

    def config(self, data, port, more="", smtp="", name="ritrovo.yaml", timeout=2):
        file = self.place / name
        file.write_text(f"data: {data}\nmessages:\n  centre: Centro\n  language: en\n  from: desk@example.org\n  since: 2024-01-01\n  wording: messages.yaml\n"
                        f"  retry_first_seconds: 1\n  retry_most_seconds: 1\n  readers: {{caseworker: staff@example.org}}\n{more}"
                        f"  smtp: {{url: 'smtp://127.0.0.1:{port}', timeout_seconds: {timeout}, {smtp or 'tls: false'}}}\n", encoding="utf-8")
        return file

    def cases(self, data):
        """Cases by the sponsor's name."""
        return {json.loads(self.succeed("case", "show", line["case"], "--json", "--data", data).out)["persons"][0]["name"]: line["case"]
                for line in self.succeed("case", "list", "--json", "--data", data).lines()}

    def send(self, config, *more):
        return run("outbox", "send", "--config", config, "--json", *more)

    def test_a_family_is_told_in_its_language_and_the_case_says_so(self):
        data = self.trial(family(1), family(2, "ar"), family(3, "ti"), family(4, email=None))
        peer = self.peer()
        config = self.config(data, peer.port)
        self.assertEqual(len(self.succeed("outbox", "list", "--json", "--data", data).lines()), 0, "a new outbox begins now: what was asked for before isn't sent")
        sent = self.send(config).json()
        self.assertEqual((sent["delivered"], sent["withheld"], sent["later"]), (3, 1, 0))
        mails = {recipient: mail for recipient, mail in peer.taken}
        self.assertEqual(mails["reader1@example.org"].get_content().strip(), "Dear Name1, The permit has come.")
        self.assertTrue(mails["reader2@example.org"]["Subject"].startswith("أخبار"))
        self.assertEqual(mails["reader2@example.org"]["Content-Language"], "ar")
        self.assertTrue(mails["reader3@example.org"].get_content().startswith("Gentile Name3"), "a language that isn't there falls back on the default")
        self.assertEqual(mails["reader1@example.org"]["Auto-Submitted"], "auto-generated")
        dead = self.succeed("outbox", "dead", "--json", "--data", data).lines()
        self.assertEqual([(line["state"], line["reason"]) for line in dead], [("withheld", "no_address")])
        self.assertEqual(self.succeed("outbox", "list", "--json", "--data", data).lines(), [])
        cases = self.cases(data)
        self.assertIn("Message delivered: First news", self.succeed("case", "timeline", cases["Name1"], "--data", data).out)
        self.assertIn("Message not sent: First news", self.succeed("case", "timeline", cases["Name4"], "--data", data).out)
        self.assertEqual(self.send(config).json()["delivered"], 0, "nothing is sent twice")
        self.assertEqual(len(peer.taken), 3)

    def test_nothing_personal_is_kept_in_the_outbox(self):
        data = self.trial(family(1))
        config = self.config(data, free_port())
        done = self.send(config)
        self.assertEqual((done.code, done.json()["later"], done.json()["last_trouble"]), (1, 1, "connect"))
        [waiting] = self.succeed("outbox", "list", "--json", "--data", data).lines()
        self.assertEqual((waiting["tries"], waiting["last_answer"], waiting["state"]), (1, "connect", "queued"))
        self.assertNotIn("Name1", json.dumps(waiting))
        shown = self.succeed("outbox", "show", waiting["message"], "--data", data).out
        for word in ("Name1", "reader1"):
            self.assertNotIn(word, shown)
            for file in (data / "outbox").iterdir():
                self.assertNotIn(word.encode(), file.read_bytes(), file.name)

    def test_who_read_a_case_for_a_message_is_written_down_or_nothing_leaves(self):
        data = self.trial(family(1))
        peer = self.peer()
        config = self.config(data, peer.port)
        (data / "access").write_text("in the way", encoding="utf-8")
        done = self.send(config)
        self.assertEqual(done.code, 1)
        self.assertIn("no message leaves without it", done.err)
        self.assertEqual(peer.taken, [])
        (data / "access").unlink()
        self.assertEqual(self.send(config, "--now").json()["delivered"], 1)
        [case] = self.cases(data).values()
        letters = [read for read in self.succeed("access", case, "--json", "--data", data).lines() if read["what"] == "letter"]
        self.assertEqual([(read["who"], read["purpose"], read["personal"]) for read in letters], [("outbox", "messages", True)])

    def test_an_outbox_of_another_history_says_how_it_is_made_anew(self):
        data = self.trial(family(1))
        config = self.config(data, self.peer().port)
        other = self.folder("other")
        self.succeed("outbox", "send", "--config", config, "--data", other)
        shutil.rmtree(data / "outbox", ignore_errors=True)
        shutil.copytree(other / "outbox", data / "outbox")
        stopped = self.send(config)
        self.assertEqual(stopped.code, 1)
        self.assertIn("'ritrovo outbox rebuild'", stopped.err)
        self.assertEqual(self.succeed("outbox", "rebuild", "--json", "--data", data).json(), {"queued": 1, "dead": 0})
        self.assertEqual(self.send(config).json()["delivered"], 1)

    def test_who_does_not_exist_is_given_up_and_can_be_tried_again(self):
        data = self.trial(family(1), family(2))
        peer = self.peer(refuse=["reader1@example.org"])
        config = self.config(data, peer.port)
        sent = self.send(config).json()
        self.assertEqual((sent["delivered"], sent["failed"]), (1, 1))
        [dead] = self.succeed("outbox", "dead", "--json", "--data", data).lines()
        self.assertEqual((dead["state"], dead["reason"], dead["channel"]), ("failed", "refused", "mail"))
        self.assertNotIn("reader1", json.dumps(dead))
        peer.refuse.clear()
        self.succeed("outbox", "retry", dead["message"], "--data", data)
        self.assertEqual(self.send(config).json()["delivered"], 1)
        self.assertEqual(sorted(recipient for recipient, _ in peer.taken), ["reader1@example.org", "reader2@example.org"])
        events = [line for line in self.succeed("case", "history", dead["case"], "--json", "--data", data).lines() if "message_reported" in json.dumps(line)]
        self.assertEqual(len(events), 3, "failed, queued, delivered")

    def test_who_wants_no_messages_and_who_was_forgotten_get_none(self):
        data = self.trial(family(1), family(2), family(3))
        cases = self.cases(data)
        stop = {"key": "stop", "command": "message", "action": "stop", "case": cases["Name1"], "person": "sponsor", "at": "2024-02-02T09:00:00Z", "actor": CASEWORKER}
        self.succeed("submit", "-", "--data", data, stdin=ndjson(stop))
        self.succeed("erase", "propose", cases["Name2"], "--person", "sponsor", "--ground", "asked", "--actor", "u-4", "--data", data)
        self.succeed("erase", "approve", cases["Name2"], "--person", "sponsor", "--actor", "u-9", "--data", data)
        peer = self.peer()
        sent = self.send(self.config(data, peer.port)).json()
        self.assertEqual((sent["delivered"], sent["withheld"]), (1, 2))
        self.assertEqual([recipient for recipient, _ in peer.taken], ["reader3@example.org"])
        reasons = sorted(line["reason"] for line in self.succeed("outbox", "dead", "--json", "--data", data).lines())
        self.assertEqual(reasons, ["erased", "unwanted"])

    def test_a_warning_goes_to_the_family_and_what_is_overdue_to_staff_in_one_digest(self):
        data = self.trial(family(1), family(2))
        peer = self.peer()
        config = self.config(data, peer.port)
        self.send(config)
        self.succeed("advance", "--to", "2024-02-28", "--data", data)
        self.assertEqual(self.send(config, "--now").json()["delivered"], 4)
        warned = [mail for recipient, mail in peer.taken if recipient.startswith("reader") and "Time limit" in mail["Subject"]]
        self.assertEqual(len(warned), 2)
        self.assertRegex(warned[0].get_content(), r"^Name\d: Bring the paper by 21 February 2024")
        [digest] = [mail for recipient, mail in peer.taken if recipient == "staff@example.org"]
        self.assertEqual(digest["Subject"], "2 notices")
        self.assertEqual(digest.get_content().count("Bring the paper overdue"), 2)
        self.assertNotIn("Name", digest.get_content())

    def test_mail_goes_by_tls_with_a_login_or_not_at_all(self):
        certificate = (self.place / "peer.pem", self.place / "peer.key")
        for name in ("peer", "other"):
            subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
                            "-keyout", self.place / f"{name}.key", "-out", self.place / f"{name}.pem"], check=True, capture_output=True)
        self.secret("password", "s3cret")
        data = self.trial(family(1))
        peer = self.peer(certificate=tuple(map(str, certificate)), login=("desk", "s3cret"))
        wrong = self.config(data, peer.port, smtp="ca_file: other.pem, user: desk, password_file: password", name="wrong.yaml")
        self.assertEqual(self.send(wrong, "--now").json()["last_trouble"], "tls")
        self.assertEqual(peer.taken, [])
        stranger = self.config(data, peer.port, smtp="ca_file: peer.pem, user: stranger, password_file: password", name="stranger.yaml")
        self.assertEqual(self.send(stranger, "--now").json()["last_trouble"], "login")
        right = self.config(data, peer.port, smtp="ca_file: peer.pem, user: desk, password_file: password")
        self.assertEqual(self.send(right, "--now").json()["delivered"], 1)
        self.assertEqual(set(peer.clear) - {"EHLO", "STARTTLS"}, set(), "nothing but the way into TLS goes in clear")
        without = self.peer()
        clear = self.config(self.trial_again(data), without.port, smtp="user: desk, password_file: password", name="clear.yaml")
        self.assertEqual(self.send(clear, "--now").json()["last_trouble"], "tls", "a server without TLS gets nothing")
        self.assertEqual(without.taken, [])

    def trial_again(self, data):
        self.succeed("submit", "-", "--data", data, stdin=ndjson(family(77)))
        return data

    def test_mistakes_in_the_settings_are_named(self):
        (self.place / "messages.yaml").write_text(MESSAGES, encoding="utf-8")
        file = self.place / "bad.yaml"
        file.write_text("messages:\n  from: nobody\n  quiet: 8pm\n  famlies: mail\n  smtp: {url: 'smtp://mail.example.org', tls: false}\n  webhook: {url: 'http://example.org'}\n", encoding="utf-8")
        done = run("outbox", "send", "--config", file, "--data", self.place / "none")
        self.assertEqual(done.code, 2)
        for part in ("'nobody' is no address", "two times of the day", "did you mean 'families'", "on this machine alone", "https://", "at least 16 bytes"):
            self.assertIn(part, done.err)
        for url in ("http://127.0.0.1:80@mail.example.org/hook", "http://localhost/@mail.example.org"):
            file.write_text(f"messages:\n  webhook: {{url: '{url}'}}\n  smtp: {{url: '{url.replace('http', 'smtp')}', tls: false}}\n", encoding="utf-8")
            done = run("outbox", "send", "--config", file, "--data", self.place / "none")
            self.assertIn("http:// for this machine alone", done.err)
            self.assertIn("on this machine alone", done.err)

    def test_a_template_is_checked_against_the_facts_that_it_uses(self):
        (self.place / "news.yaml").write_text(PATHWAY, encoding="utf-8")
        bad = MESSAGES.replace("Notizie {case}", "Notizie {name}").replace("Dear {name}", "Dear {sponsor.give_name}").replace(', ar: "{name}، {message}"', "").replace("{case}: {message}\", en", "{person}\", en")
        (self.place / "messages.yaml").write_text(bad, encoding="utf-8")
        done = run("check", self.place)
        self.assertEqual(done.code, 2)
        for part in ("sealed {name} in its subject", "sponsor.given_name", "the text of template step lacks ar", "sealed {person} to staff"):
            self.assertIn(part, done.out + done.err)
        (self.place / "messages.yaml").write_text(MESSAGES, encoding="utf-8")
        self.succeed("check", self.place)

    def test_each_is_delivered_through_a_server_that_fails_half_of_the_time_and_kills_of_the_sender(self):
        families, kills, forgotten = (1020, 25, 20) if LONG else (40, 4, 4)
        data = self.trial(*(family(number) for number in range(families)))
        peer = self.peer(faults=0.5, seed=7)
        config = self.config(data, peer.port, more="  at_once: 64\n", timeout=1)
        listed = self.succeed("case", "list", "--json", "--data", data).lines()
        gone = [line["case"] for line in listed[:forgotten]]
        chance = random.Random(5)
        # The first half is forgotten before anything is sent, the rest while the sender runs.
        for case in gone[:forgotten // 2]:
            self.forget(case, data)
        for number in range(kills):
            server = start("serve", "--config", config, stdout=subprocess.PIPE)
            if number == 0:
                self.assertIn(b"Serving", server.stdout.readline())
                for case in gone[forgotten // 2:]:
                    self.forget(case, data)
            time.sleep(chance.uniform(0.3, 1.5))
            server.send_signal(signal.SIGKILL)
            server.communicate()
        with open(self.place / "serve.txt", "ab") as out:
            server = start("serve", "--config", config, stdout=out)
            try:
                until = time.monotonic() + (900 if LONG else 90)
                while time.monotonic() < until:
                    time.sleep(0.2)
                    waiting = run("outbox", "list", "--json", "--data", data)
                    if waiting.code == 0 and not waiting.out.strip():
                        break
            finally:
                server.send_signal(signal.SIGTERM)
                self.assertEqual(server.wait(timeout=60), 0)
        self.assertEqual(self.succeed("outbox", "list", "--json", "--data", data).lines(), [])
        dead = self.succeed("outbox", "dead", "--json", "--data", data).lines()
        self.assertTrue(all(line["reason"] == "erased" for line in dead), dead[:3])
        erased = {line["case"] for line in dead}
        self.assertLessEqual(set(gone[:forgotten // 2]), erased)
        self.assertLessEqual(erased, set(gone))
        by_id = peer.by_id()
        delivered = {name.strip("<>").split("@")[0].rsplit(".", 2)[0] for name in by_id}
        everybody = {line["case"] for line in listed}
        self.assertEqual(everybody - delivered - erased, set(), "each is delivered")
        self.assertEqual(delivered & set(gone[:forgotten // 2]), set(), "none to a person forgotten before it was sent")
        for name, copies in by_id.items():
            self.assertEqual(len(set(copies)), 1, f"{name}: a repeat says the same to the same reader")
        recipients = [copies[0][0] for copies in by_id.values()]
        self.assertEqual(len(recipients), len(set(recipients)), "one message, one id")
        print(f"\n{len(by_id)} messages in {peer.sessions} sessions, {len(peer.taken) - len(by_id)} repeats, {len(erased)} withheld, {kills} kills", flush=True)

    def forget(self, case, data):
        self.succeed("erase", "propose", case, "--person", "sponsor", "--ground", "asked", "--actor", "u-4", "--data", data)
        self.succeed("erase", "approve", case, "--person", "sponsor", "--actor", "u-9", "--data", data)

    def test_a_webhook_gets_a_signed_object_and_the_same_key_on_a_repeat(self):
        key = "a key of more than 16 bytes"
        self.secret("hook.key", key)
        got = []

        class Hook(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                got.append((dict(self.headers), body))
                self.send_response(503 if len(got) == 1 else 204)
                self.end_headers()

            def log_message(self, *words):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hook)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        data = self.trial(family(1))
        config = self.config(data, free_port(), more=f"  families: webhook\n  webhook: {{url: 'http://127.0.0.1:{server.server_address[1]}/hook', key_file: hook.key}}\n")
        self.assertEqual(self.send(config).json()["last_trouble"], "503")
        self.assertEqual(self.send(config, "--now").json()["delivered"], 1)
        (first, _), (second, body) = got
        self.assertEqual(first["Idempotency-Key"], second["Idempotency-Key"])
        signed = dict(part.split("=", 1) for part in second["Ritrovo-Signature"].split(","))
        self.assertEqual(signed["v1"], hmac.new(key.encode(), f"{signed['t']}.".encode() + body, hashlib.sha256).hexdigest())
        told = json.loads(body)
        self.assertEqual((told["about"], told["to"], told["step"], told["pathway"]), ("step", "family", "tell", "news"))
        self.assertNotIn("Name1", body.decode())


if __name__ == "__main__":
    unittest.main()
