#!/usr/bin/env python3
"""A second peer of the Grapevine protocol, version 1, written from docs/protocol.md alone.

Joins a node and fetches the first transaction that it announces, or submits one and sees it relayed
to a second connection of another identity. Prints one line and exits 0, else 1 and the reason.
Needs Python 3.11 and the package cryptography, 38 or newer.

  peer.py --connect HOST:PORT --network-id HEX fetch
  peer.py --connect HOST:PORT --network-id HEX submit --sender-seed HEX [--k N] [--payload TEXT]
"""

import argparse
import hashlib
import hmac
import socket
import struct
import time

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

HELLO, BYE, PING, PONG, GETPEERS, PEERS, FEEFLOOR = 0, 1, 2, 4, 6, 8, 10
INV, GETDATA, NOTFOUND, TX = 32, 34, 36, 38
GETHEADERS, HEADERS, GETDIGESTS, DIGESTS, GETIDS, IDS = 64, 66, 96, 98, 100, 102
KNOWN = {0, 1, 2, 4, 6, 8, 10, 32, 34, 36, 38, 40, 43, 64, 66, 96, 98, 100, 102}
BODY_BYTES_MAX, RECORDS_PER_KEY = 262_144, 1 << 20
PING_BODY = struct.pack(">QQ", 0x0123456789ABCDEF, 1)


def require(holds, what):
    if not holds:
        raise ValueError(what)


def tagged(tag, *parts):
    return tag.encode() + b"\0" + b"".join(parts)


def public(key):
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def verify(key, message, signature):
    Ed25519PublicKey.from_public_bytes(key).verify(signature, message)


def varint(value):
    return bytes([value]) if value < 128 else bytes([value & 127 | 128]) + varint(value >> 7)


def transaction_id(tx):
    return hashlib.sha256(tagged("grapevine-tx-id-1", tx)).digest()


class Fields:
    """Reads the fields of a body, in order."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, size):
        require(len(self.data) - self.at >= size, "malformed: cut off")
        self.at += size
        return self.data[self.at - size:self.at]

    def int(self, size):
        return int.from_bytes(self.take(size), "big")

    def varint(self, bits=31):
        byte = self.int(1)
        if byte > 127:
            rest = self.varint(bits - 7) if bits > 7 else 0
            require(rest > 0, "malformed: varint")
            byte += (rest << 7) - 128
        require(byte < 1 << bits, "malformed: varint")
        return byte


class Channel:
    """The initiator's side of the encrypted channel: handshake, proofs, records."""

    def __init__(self, sock, network_id, identity):
        self.sock, self.inbox = sock, b""
        static, ephemeral = X25519PrivateKey.generate(), X25519PrivateKey.generate()
        preamble = b"GRV\1" + network_id[:4]
        self.h = self.ck = b"Noise_XX_25519_AESGCM_SHA256".ljust(32, b"\0")
        self.mix_hash(preamble + network_id)
        self.mix_hash(public(ephemeral))  # message 1: e, and an empty payload
        self.mix_hash(b"")
        sock.sendall(preamble + struct.pack(">H", 32) + public(ephemeral))
        theirs = self.receive_exactly(8)
        require(theirs == preamble, f"preamble {theirs.hex()}, expected {preamble.hex()}")
        message = Fields(self.receive_exactly(194))  # message 2: e, ee, s, es, proof
        require(message.int(2) == 192, "handshake-failed: length")
        their_ephemeral = message.take(32)
        self.mix_hash(their_ephemeral)
        self.mix_shared(ephemeral, their_ephemeral)
        their_static = self.crypt("decrypt", message.take(48))
        self.mix_shared(ephemeral, their_static)
        signed = tagged("grapevine-noise-1", b"R", network_id, their_static, self.h)
        proof = self.crypt("decrypt", message.take(112))
        self.remote = proof[:32]
        verify(self.remote, signed, proof[32:])

        out = self.crypt("encrypt", public(static))  # message 3: s, se, proof
        self.mix_shared(static, their_ephemeral)
        signed = tagged("grapevine-noise-1", b"I", network_id, public(static), self.h)
        out += self.crypt("encrypt", public(identity) + identity.sign(signed))
        sock.sendall(struct.pack(">H", len(out)) + out)
        send_key, receive_key = self.hkdf(b"")
        self.sending, self.receiving = [send_key, 0], [receive_key, 0]

    def mix_hash(self, data):
        self.h = hashlib.sha256(self.h + data).digest()

    def hkdf(self, data):
        temporary = hmac.digest(self.ck, data, "sha256")
        first = hmac.digest(temporary, b"\1", "sha256")
        return first, hmac.digest(temporary, first + b"\2", "sha256")

    def mix_shared(self, private, their_public):
        shared = private.exchange(X25519PublicKey.from_public_bytes(their_public))
        (self.ck, self.key), self.n = self.hkdf(shared), 0

    def crypt(self, method, data):
        """Noise's EncryptAndHash or DecryptAndHash."""
        out = getattr(AESGCM(self.key), method)(struct.pack(">IQ", 0, self.n), data, self.h)
        self.n += 1
        self.mix_hash(out if method == "encrypt" else data)
        return out

    @staticmethod
    def next_cipher(direction):
        """Cipher and nonce of the direction's next record, rekeyed when that is due."""
        key, n = direction
        if n > 0 and n % RECORDS_PER_KEY == 0:
            key = AESGCM(key).encrypt(struct.pack(">IQ", 0, (1 << 64) - 1), bytes(32), b"")[:32]
        direction[:] = key, n + 1
        return AESGCM(key), struct.pack(">IQ", 0, n)

    def send(self, stream):
        for at in range(0, len(stream), 16_384):
            cipher, nonce = self.next_cipher(self.sending)
            sealed = cipher.encrypt(nonce, stream[at:at + 16_384], b"")
            self.sock.sendall(struct.pack(">H", len(sealed)) + sealed)

    def read_socket(self):
        data = self.sock.recv(65_536)
        require(data, "closed by the node")
        self.inbox += data

    def receive_exactly(self, size):
        while len(self.inbox) < size:
            self.read_socket()
        data, self.inbox = self.inbox[:size], self.inbox[size:]
        return data

    def received(self):
        """The plaintext of the complete records that have come."""
        stream = b""
        while len(self.inbox) >= 2 and len(self.inbox) >= 2 + (size := Fields(self.inbox).int(2)):
            require(size > 16, "bad-mac: an empty record")
            cipher, nonce = self.next_cipher(self.receiving)
            stream += cipher.decrypt(nonce, self.receive_exactly(2 + size)[2:], b"")
        return stream


class Peer:
    """A connection that has said and heard hello; answers what every peer must answer."""

    def __init__(self, options):
        self.deadline, self.stream = time.monotonic() + options.timeout, b""
        self.items, self.announced = {}, []
        identity, sock = Ed25519PrivateKey.generate(), socket.create_connection(options.connect, 5)
        self.channel = Channel(sock, options.network_id, identity)
        record = struct.pack(">H32sQQBQB", 1, public(identity), 1, time.time_ns() // 10**6, 0, 0, 0)
        record += identity.sign(tagged("grapevine-node-record-1", record))
        self.send(HELLO, struct.pack(">HHQQ32sQQH", 1, 1, 0, 0, options.network_id, 0, 0,
                                     len(record)) + record + b"\x07peer.py" + b"\0")
        kind, body = self.next(*range(256))
        require(kind == HELLO, f"before-hello: type {kind}")
        self.check_hello(Fields(body), options.network_id)
        self.send(PING, PING_BODY)
        require(self.next(PONG)[1][:16] == PING_BODY, "the pong is not to our ping")

    def check_hello(self, body, network_id):
        low, high, features, height, best = *(body.int(n) for n in (2, 2, 8, 8)), body.take(32)
        require(low <= 1 <= high, "no-common-version")
        require(features & 0x5555_5555_5555_5555 == 0, "unknown-feature")
        require(height > 0 or best == network_id, "wrong-network")
        body.take(16)  # retention floor, fee floor
        record = body.take(body.int(2))
        require(record[2:34] == self.channel.remote, "bad-record: another key")
        verify(record[2:34], tagged("grapevine-node-record-1", record[:-64]), record[-64:])

    def send(self, kind, body):
        self.channel.send(bytes([kind]) + varint(len(body)) + body)

    def message(self):
        """Type and body of the next whole message; None if there is none yet."""
        self.stream += self.channel.received()
        if len(self.stream) < 6 and all(byte > 127 for byte in self.stream[1:]):
            return None
        head = Fields(self.stream)
        kind, size = head.int(1), head.varint()
        require(size <= BODY_BYTES_MAX, "frame-too-large")
        if len(self.stream) < head.at + size:
            return None
        body, self.stream = head.take(size), self.stream[head.at:]
        return kind, body

    def next(self, *kinds):
        """Type and body of the next message of these types; what is routine is answered."""
        while True:
            while (found := self.message()) is not None:
                self.answer(*found)
                if found[0] in kinds:
                    return found
            require((left := self.deadline - time.monotonic()) > 0, "nothing of use came in time")
            self.channel.sock.settimeout(left)
            self.channel.read_socket()

    def answer(self, kind, body):
        nothing = {GETPEERS: (PEERS, b"\0"), GETHEADERS: (HEADERS, b"\0"),
                   GETDIGESTS: (DIGESTS, b"\0\0"), GETIDS: (IDS, body[:4] + b"\1\0")}
        require(kind % 2 or kind in KNOWN, f"unknown-type {kind}")
        require(kind != BYE, f"the node says bye: {body[1:]}")
        if kind == PING:
            micros = time.time_ns() // 1000
            self.send(PONG, body + struct.pack(">QQIQ", micros, micros, 0, 0))
        elif kind == INV:
            fields = Fields(body)
            self.announced += [(fields.take(33), fields.varint(), fields.int(2))[0]
                               for _ in range(fields.varint())]
        elif kind in nothing:
            self.send(*nothing[kind])
        elif kind == GETDATA:
            fields = Fields(body)
            for wanted in [fields.take(33) for _ in range(fields.varint())]:
                found = self.items.get(wanted)
                self.send(*((TX, bytes(2) + found) if found else (NOTFOUND, b"\1" + wanted)))

    def await_announced(self, wanted=None):
        """Waits until this transaction is announced, or any: u8 kind and id."""
        while True:
            for item in self.announced:
                if item == wanted or wanted is None and item[0] == 1:
                    return item
            self.next(INV)

    def fetch(self, item):
        """Asks for an announced transaction and checks what comes."""
        self.send(GETDATA, b"\1" + item)
        kind, body = self.next(TX, NOTFOUND)
        require(kind == TX, "notfound")
        tx = body[2:]
        require(len(tx) == 144 + int.from_bytes(tx[78:80], "big"), "malformed: transaction")
        require(b"\1" + transaction_id(tx) == item, "it has another id")
        verify(tx[10:42], tagged("grapevine-tx-sign-1", tx[:-64]), tx[-64:])
        return tx


def fetch(options):
    peer = Peer(options)
    item = peer.await_announced()
    return f"fetched {item[1:].hex()}: {len(peer.fetch(item))} bytes of {peer.channel.remote.hex()}"


def submit(options):
    sender = Ed25519PrivateKey.from_private_bytes(options.sender_seed)
    millis, payload = time.time_ns() // 10**6, options.payload.encode()
    tx = struct.pack(">H8s32sQQIQQH", 1, options.network_id[:8], public(sender), millis // 60_000
                     * 65_536 + options.k, millis, 60, 0, 0, len(payload)) + payload
    tx += sender.sign(tagged("grapevine-tx-sign-1", tx))
    item = b"\1" + transaction_id(tx)
    giver, witness = Peer(options), Peer(options)
    giver.items[item] = tx
    giver.send(INV, b"\1" + item + varint(len(tx)) + bytes(2))
    giver.next(GETDATA)
    require(witness.fetch(witness.await_announced(item)) == tx, "it came back changed")
    return f"submitted {item[1:].hex()}, relayed by {witness.channel.remote.hex()}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--connect", required=True, type=lambda text: text.rsplit(":", 1))
    parser.add_argument("--network-id", required=True, type=bytes.fromhex)
    parser.add_argument("--timeout", default=30, type=float, help="seconds")
    parser.add_argument("command", choices=["fetch", "submit"])
    parser.add_argument("--sender-seed", type=bytes.fromhex, help="who signs what is submitted")
    parser.add_argument("--k", default=0, type=int, help="below the sender's allowance")
    parser.add_argument("--payload", default="from Python")
    arguments = parser.parse_args()
    try:
        print({"fetch": fetch, "submit": submit}[arguments.command](arguments))
    except (InvalidSignature, InvalidTag, OSError, TypeError, ValueError) as e:
        raise SystemExit(f"peer.py: {type(e).__name__}: {e}") from None
