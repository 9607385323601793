"""Opens a sealed value of a key store: a second implementation of docs/personal-data.md.

Uses the standard library only, which has no AES, so the cipher is here (FIPS 197, NIST SP 800-38D).
Usage: open_box.py STORE SUBJECT TYPE PATH < SEALED, where SEALED is {"subject", "nonce", "box"}. Prints the text.
"""
import hashlib
import hmac
import json
import pathlib
import sys


def substitution_box():
    """Returns the S-box, from inverses in the field of 256 elements."""
    box, p, q = [0] * 256, 1, 1
    while True:
        p = p ^ (p << 1) ^ (0x11B if p & 0x80 else 0)
        p &= 0xFF
        q ^= q << 1
        q ^= q << 2
        q ^= q << 4
        q &= 0xFF
        if q & 0x80:
            q ^= 0x09
        rotated = [((q << bits) | (q >> (8 - bits))) & 0xFF for bits in range(1, 5)]
        box[p] = q ^ rotated[0] ^ rotated[1] ^ rotated[2] ^ rotated[3] ^ 0x63
        if p == 1:
            break
    box[0] = 0x63
    return box


SBOX = substitution_box()


def double(value):
    return ((value << 1) ^ (0x1B if value & 0x80 else 0)) & 0xFF


def round_keys(key):
    """Returns the 15 round keys of AES-256, each as 16 bytes."""
    words, constant = [list(key[at:at + 4]) for at in range(0, 32, 4)], 1
    for index in range(8, 60):
        word = list(words[-1])
        if index % 8 == 0:
            word = [SBOX[byte] for byte in word[1:] + word[:1]]
            word[0] ^= constant
            constant = double(constant)
        elif index % 8 == 4:
            word = [SBOX[byte] for byte in word]
        words.append([a ^ b for a, b in zip(word, words[-8])])
    return [sum(words[at:at + 4], []) for at in range(0, 60, 4)]


def encrypt_block(keys, block):
    state = [a ^ b for a, b in zip(block, keys[0])]
    for number in range(1, 15):
        state = [SBOX[state[(at + 4 * (at % 4)) % 16]] for at in range(16)]  # with the shift of rows
        if number < 14:
            mixed = []
            for column in (state[at:at + 4] for at in range(0, 16, 4)):
                whole = column[0] ^ column[1] ^ column[2] ^ column[3]
                mixed += [column[at] ^ whole ^ double(column[at] ^ column[(at + 1) % 4]) for at in range(4)]
            state = mixed
        state = [a ^ b for a, b in zip(state, keys[number])]
    return bytes(state)


def ghash(subkey, data):
    value = 0
    for at in range(0, len(data), 16):
        value ^= int.from_bytes(data[at:at + 16], "big")
        product, factor = 0, subkey
        for bit in range(127, -1, -1):
            if value >> bit & 1:
                product ^= factor
            factor = factor >> 1 ^ (0xE1 << 120 if factor & 1 else 0)
        value = product
    return value.to_bytes(16, "big")


def padded(data):
    return data + bytes(-len(data) % 16)


def open_gcm(key, nonce, additional, box):
    keys = round_keys(key)
    encrypted, tag = box[:-16], box[-16:]
    lengths = (8 * len(additional)).to_bytes(8, "big") + (8 * len(encrypted)).to_bytes(8, "big")
    subkey = int.from_bytes(encrypt_block(keys, bytes(16)), "big")
    hashed = ghash(subkey, padded(additional) + padded(encrypted) + lengths)
    first = encrypt_block(keys, nonce + (1).to_bytes(4, "big"))
    if not hmac.compare_digest(bytes(a ^ b for a, b in zip(hashed, first)), tag):
        sys.exit("the key does not open the value")
    text = b""
    for number, at in enumerate(range(0, len(encrypted), 16)):
        stream = encrypt_block(keys, nonce + (number + 2).to_bytes(4, "big"))
        text += bytes(a ^ b for a, b in zip(encrypted[at:at + 16], stream))
    return text


def main(store, subject, event_type, path):
    value = json.load(sys.stdin)
    secret = bytes.fromhex((store / "secret").read_text().strip())
    names = hmac.digest(secret, b"evenfold/personal/name/v1", hashlib.sha256)
    name = hmac.digest(names, subject.encode(), hashlib.sha256)[:16].hex()
    if name != value["subject"]:
        sys.exit("the value is about another subject")
    key = bytes.fromhex((store / "keys" / name).read_text().strip())
    parts = [part.encode() for part in ("evenfold.personal.v1", event_type, path, name)]
    additional = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    text = open_gcm(key, bytes.fromhex(value["nonce"]), additional, bytes.fromhex(value["box"]))
    sys.stdout.buffer.write(text[:text.rindex(b"\x80")])


main(pathlib.Path(sys.argv[1]), *sys.argv[2:])
