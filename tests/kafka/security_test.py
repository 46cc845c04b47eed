import pathlib
import shutil
import subprocess
import tempfile
import unittest

from broker import Broker
from fixture import KafkaCase
from program import run

PASSWORD = "correct horse"
SETTINGS = """
ssl.keystore.type=PEM
ssl.keystore.location={place}/server.pem
sasl.enabled.mechanisms=SCRAM-SHA-256
listener.name.outside.scram-sha-256.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
"""


def authority(place, name):
    """A certificate authority of our own: its certificate."""
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}", "-keyout", place / f"{name}.key", "-out", place / f"{name}.pem")
    return place / f"{name}.pem"


def server_certificate(place, name):
    """Key and certificate for 127.0.0.1, signed by that authority, in one file."""
    (place / "names").write_text("subjectAltName=IP:127.0.0.1,DNS:localhost\n")
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-keyout", place / "server.key", "-out", place / "server.csr")
    openssl("x509", "-req", "-in", place / "server.csr", "-CA", place / f"{name}.pem", "-CAkey", place / f"{name}.key", "-CAcreateserial", "-days", "2", "-extfile", place / "names",
            "-out", place / "server.crt")
    (place / "server.pem").write_text((place / "server.key").read_text() + (place / "server.crt").read_text())


def openssl(*words):
    subprocess.run(["openssl", *map(str, words)], capture_output=True, check=True)


class Security(KafkaCase):
    """A broker that asks for a password, over TLS, with a certificate made here."""

    @classmethod
    def setUpClass(cls):
        cls.keys = pathlib.Path(tempfile.mkdtemp(prefix="ritrovo-keys-"))
        cls.addClassCleanup(shutil.rmtree, cls.keys, ignore_errors=True)
        cls.ours, cls.other = authority(cls.keys, "ours"), authority(cls.keys, "other")
        server_certificate(cls.keys, "ours")
        cls.broker = Broker(security={"protocol": "SASL_SSL", "more": SETTINGS.format(place=cls.keys),
                                      "formatting": ["--add-scram", f"SCRAM-SHA-256=[name=ritrovo,password={PASSWORD}]"]})
        cls.addClassCleanup(cls.broker.remove)
        cls.broker.start()
        cls.broker.client = {"security.protocol": "sasl_ssl", "ssl.ca.location": cls.ours, "sasl.mechanism": "SCRAM-SHA-256", "sasl.username": "ritrovo", "sasl.password": PASSWORD}

    def secured(self, data, password=PASSWORD, authority=None, prefix=None, **other):
        """As an operator writes it: the password in a file of its own."""
        secret = self.secret("password", password)
        config, prefix = self.configure(data, init=False, prefix=prefix, **{"security.protocol": "sasl_ssl", "ssl.ca.location": authority or self.ours, "sasl.mechanism": "SCRAM-SHA-256",
                                                             "sasl.username": "ritrovo", **other})
        with config.open("a") as file:
            file.write(f"  secrets:\n    sasl.password: {secret.name}\n")
        return config, prefix

    def refused(self, data, config, *said):
        """`kafka init` ends with 1, and a server goes on, without Kafka; both say why, and neither says the password."""
        done = run("kafka", "init", "--config", config)
        self.assertEqual(done.code, 1)
        server = self.serve(config)
        self.succeed("case", "list", "--data", data)
        for part in ("publisher", "intake"):
            for words in said:
                self.wait_for(lambda: words in self.status(data)[part]["last_error"], f"the {part} says {words!r}: {self.status(data)[part]['last_error']}")
        told = self.succeed("kafka", "status", "--data", data).out
        server.end()
        for words in said:
            self.assertIn(words, done.err)
            self.assertIn(words, told)
        for text in (done.err, told):
            self.assertNotIn(PASSWORD, text)
            self.assertNotIn("battery staple", text)

    def test_settings_pass_through_and_the_password_comes_from_a_file(self):
        data = self.folder()
        lines, _ = self.families(families=5)
        config, prefix = self.secured(data)
        self.succeed("kafka", "init", "--config", config)
        self.succeed("submit", lines, "--quiet", "--data", data)
        server = self.serve(config)
        self.assertNotIn(PASSWORD, pathlib.Path(f"/proc/{server.program.pid}/cmdline").read_text())
        self.wait_until_published(data)
        self.wait_for(lambda: self.status(data)["intake"]["state"] == "taking", "commands are taken")
        self.assertEqual(server.end(), 0)
        self.check_published(data, prefix)
        self.assertIn("none, all is published", self.succeed("kafka", "status", "--config", config).out)

    def test_a_wrong_password_is_told_in_words(self):
        data = self.folder()
        config, _ = self.secured(data, password="battery staple")
        self.refused(data, config, "authentication", "sasl.username")

    def test_a_certificate_of_an_authority_that_is_not_trusted_is_told_in_words(self):
        data = self.folder()
        config, _ = self.secured(data, authority=self.other)
        self.refused(data, config, "certificate", "ssl.ca.location")

    def test_a_client_that_speaks_in_clear_is_told_so(self):
        data = self.folder()
        config, _ = self.configure(data, init=False)
        self.refused(data, config, "security.protocol")

    def test_a_secret_that_cannot_be_read_stops_the_server_before_it_starts(self):
        data = self.folder()
        config, _ = self.secured(data)
        (self.place / "password").unlink()
        done = run("serve", "--config", config)
        self.assertEqual(done.code, 2)
        self.assertIn("password", done.err)
        self.assertIn(f"{config}:", done.err)


if __name__ == "__main__":
    unittest.main()
