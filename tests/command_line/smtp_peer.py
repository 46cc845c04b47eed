"""A small SMTP server that fails as it is told: for tests of a sender. Standard library alone."""

import base64
import email
import email.policy
import random
import socket
import socketserver
import ssl
import threading
import time

STALL_SECONDS = 4


class Peer(socketserver.ThreadingTCPServer):
    """Takes mail on a free loopback port. `faults`: the share of sessions that fail, by `seed`; a session then is refused for now, stalls, is dropped
    before the mail was taken, or is dropped after it, before the sender is told. `refuse`: addresses that don't exist. `login`: (user, password)."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, faults=0.0, seed=1, refuse=(), login=None, certificate=None):
        super().__init__(("127.0.0.1", 0), Session)
        self.faults, self.refuse, self.login = faults, set(refuse), login
        self.random = random.Random(seed)
        self.lock = threading.Lock()
        self.taken = []      # (recipient, parsed mail), also where the sender wasn't told
        self.sessions = 0
        self.clear = []      # commands that came before TLS
        self.context = None
        if certificate is not None:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(*certificate)
        self.port = self.server_address[1]
        self.thread = threading.Thread(target=self.serve_forever, daemon=True)
        self.thread.start()

    def close(self):
        self.shutdown()
        self.server_close()

    def handle_error(self, request, client_address):
        pass  # senders that are killed drop their connections

    def fault(self):
        with self.lock:
            self.sessions += 1
            if self.random.random() >= self.faults:
                return None
            return self.random.choice(["later", "stall", "drop", "drop_after"])

    def put(self, recipient, data):
        with self.lock:
            self.taken.append((recipient, email.message_from_bytes(data, policy=email.policy.default)))

    def by_id(self):
        with self.lock:
            found = {}
            for recipient, mail in self.taken:
                found.setdefault(mail["Message-ID"], []).append((recipient, mail.get_content()))
            return found


class Session(socketserver.StreamRequestHandler):
    def say(self, line):
        self.wfile.write(line.encode() + b"\r\n")
        self.wfile.flush()

    def handle(self):
        self.fate = self.server.fault()
        self.known = self.server.login is None
        self.secured = False
        if self.fate == "stall":
            time.sleep(STALL_SECONDS)
            return
        self.say("220 peer")
        recipient = None
        while True:
            line = self.rfile.readline()
            if not line:
                return
            words = line.decode("ascii", "replace").strip()
            verb = words.split(" ")[0].upper()
            if not self.secured:
                self.server.clear.append(verb)
            if verb in ("EHLO", "HELO"):
                offers = ["250-peer"]
                if self.server.context is not None and not self.secured:
                    offers.append("250-STARTTLS")
                if self.server.login is not None:
                    offers.append("250-AUTH PLAIN")
                for offer in offers:
                    self.say(offer)
                self.say("250 8BITMIME")
            elif verb == "STARTTLS" and self.server.context is not None:
                self.say("220 go on")
                self.secure()
            elif verb == "AUTH":
                self.authenticate(words)
            elif verb == "MAIL":
                if not self.known:
                    self.say("530 login first")
                elif self.fate == "later":
                    self.say("451 later")
                else:
                    self.say("250 ok")
            elif verb == "RCPT":
                recipient = words[words.index("<") + 1:words.index(">")]
                self.say("550 no such reader " + recipient if recipient in self.server.refuse else "250 ok")
            elif verb == "DATA":
                self.say("354 go on")
                data = self.data()
                if data is None or self.fate == "drop":
                    return
                self.server.put(recipient, data)
                if self.fate == "drop_after":
                    return
                self.say("250 taken")
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("502 no")

    def data(self):
        lines = []
        while True:
            line = self.rfile.readline()
            if not line:
                return None
            if line == b".\r\n":
                return b"".join(lines)
            lines.append(line[1:] if line.startswith(b"..") else line)

    def secure(self):
        self.request = self.server.context.wrap_socket(self.request, server_side=True)
        self.rfile = self.request.makefile("rb")
        self.wfile = self.request.makefile("wb")
        self.secured = True

    def authenticate(self, words):
        parts = words.split(" ")
        if len(parts) < 3:
            self.say("334 ")
            given = self.rfile.readline().strip()
        else:
            given = parts[2].encode()
        _, user, password = base64.b64decode(given).decode().split("\0")
        self.known = (user, password) == self.server.login
        self.say("235 welcome" if self.known else "535 who are you?")


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]
