#!/usr/bin/env python3
"""Checks docs/verify.py against the vectors of the signed journal, and its readers against small files.

    check_vectors.py VERIFY_PY VECTORS_JSON SCRATCH_FOLDER

Prints the number of checks. Fails with the first difference.
"""
import importlib.util
import json
import pathlib
import sqlite3
import subprocess
import sys

sys.dont_write_bytecode = True
program, vectors_path, scratch = (pathlib.Path(argument) for argument in sys.argv[1:])
spec = importlib.util.spec_from_file_location("verify", program)
verify = importlib.util.module_from_spec(spec)
spec.loader.exec_module(verify)
vectors = json.loads(vectors_path.read_text())
checks = 0


def same(name, actual, expected):
    global checks
    checks += 1
    if isinstance(actual, bytes):
        actual = actual.hex()
    if actual != expected:
        sys.exit(f"{name}: {actual!r} is not {expected!r}")


def event_of(row):
    return verify.Event(
        sequence=row["sequence"], stream=row["stream"].encode(), version=row["version"],
        command=bytes.fromhex(row["command"]), index=row["index"], actor=row["actor"].encode(), cause=row["cause"],
        correlation=bytes.fromhex(row["correlation"]), at_ms=row["at_ms"], stored_at_ms=row["stored_at_ms"],
        type=row["type"].encode(), type_version=row["type_version"], data=row["data"].encode(),
        salt=bytes.fromhex(row["salt"]), payload_hash=bytes.fromhex(row["payload_hash"]),
        prev=bytes.fromhex(row["prev"]), mac=bytes.fromhex(row["mac"]), key=1)


def receipt_of(row):
    first = row["sequence"] - row["index"]
    return verify.Receipt(bytes.fromhex(row["command"]), first, row["count"], row["fingerprint"].encode())


def check_keys():
    same("key", secret.v2, vectors["mac_key"])
    same("key id", secret.id.decode(), vectors["key_id"])


def check_events():
    tree = verify.Tree()
    same("empty root", tree.root(), v2["empty_root"])
    genesis = verify.genesis_message(v2["before"], tree.root(), v2["origin"].encode(), v2["domain"].encode(), secret.id)
    same("genesis message", genesis, v2["genesis_message"])
    same("genesis", verify.M(secret.v2, genesis), v2["genesis"])
    for row in v2["events"]:
        event = event_of(row)
        same("payload hash", verify.H(event.salt + event.data), row["payload_hash"])
        entry = verify.entry_of(event, receipt_of(row), event.payload_hash, secret.id, bytes.fromhex(row["idle"]))
        same("entry", entry, row["entry"])
        leaf = verify.leaf_of(entry)
        same("leaf", leaf, row["leaf"])
        link = verify.link_message(event.prev, bytes.fromhex(row["stream_prev"]), leaf)
        same("mac", verify.M(secret.v2, link), row["mac"])
        tree.append(leaf)
        same("root", tree.root(), v2["roots"][str(tree.size)])


def check_receipts_and_keys():
    for row in v2["idle"]:
        receipt = verify.Receipt(bytes.fromhex(row["command"]), row["first"], 0, row["fingerprint"].encode())
        message = verify.empty_receipt_message(row["number"], receipt, bytes.fromhex(row["previous"]), secret.id)
        same("receipt without events", verify.M(secret.v2, message), row["mac"])
    change = v2["key_change"]
    new = verify.Secret(change["secret"].encode(), "vectors")
    last = v2["events"][-1]
    message = verify.key_change_message(change["number"], change["first"], bytes.fromhex(v2["roots"]["3"]),
                                        bytes.fromhex(last["mac"]), secret.id, new.id)
    same("key change", message, change["message"])
    same("key change by the old key", verify.M(secret.v2, message), change["by_old"])
    same("key change by the new key", verify.M(new.v2, message), change["by_new"])


def check_compat():
    compat = vectors["compat_v1"]
    for row in compat["events"]:
        event = verify.Event(stream=row["stream"].encode(), type=row["type"].encode(), data=row["payload"].encode())
        message = verify.compat_message(event, verify.H(event.data), row["prev_hash"].encode())
        same("compat message", message.decode(), row["message"])
        same("compat mac", verify.M(secret.compat, message), row["mac"])
    first = compat["events"][0]
    event = verify.Event(stream=first["stream"].encode(), type=first["type"].encode(), data=first["payload"].encode())
    for name, mac in compat["first_prev"].items():
        message = verify.compat_message(event, verify.H(event.data), verify.FIRST_PREVIOUS[name])
        same(f"compat first {name}", verify.M(secret.compat, message), mac)
    for row in compat["relabel"]:
        event = verify.Event(stream=row["stream"].encode(), type=row["type"].encode())
        message = verify.compat_message(event, verify.H(row["payload"].encode()), b"")
        same("compat shifted", verify.M(secret.compat, message), row["mac"])


def check_head():
    head = vectors["head"]
    origin, key = v2["origin"], signer_of_vectors()
    same("id of the cosignature", key.id(verify.Verifier.COSIGNATURE), head["key_id_04"])
    note = head["note"].encode()
    statement = verify.read_head(note, [key])
    same("head", (statement.origin, statement.size, statement.root.hex(), statement.distrust, statement.time),
         (origin, 3, v2["roots"]["3"], "", int(head["time"])))
    changed = note.replace(b"\n3\n", b"\n4\n")
    same("changed head", verify.read_head(changed, [key]).distrust, f"the signature of '{origin}' is repeated or wrong")


def signer_of_vectors():
    head = vectors["head"]
    typed = bytes([verify.Verifier.NOTE]) + bytes.fromhex(head["public_key"])
    return verify.Verifier(f"{v2['origin']}+{head['key_id_01']}+{verify.base64_of(typed)}")


def check_erasure():
    erasure, row = vectors["erasure"], v2["events"][1]
    removed = erasure["removed"]
    event = event_of(row | {"data": removed["data"], "salt": removed["salt"]})
    leaf = verify.leaf_of(verify.entry_of(event, receipt_of(row), bytes.fromhex(removed["payload_hash"]), secret.id,
                                          b""))
    same("leaf of a removed event", leaf, removed["leaf"])
    same("leaves of a removal", verify.H(leaf), erasure["leaves"])
    key = signer_of_vectors()
    for name in ("removal_note", "erasure_note"):
        statement = verify.read_removal(erasure[name].encode(), [key])
        same(name, (statement.origin, statement.ranges, statement.leaves.hex(), statement.distrust),
             (v2["origin"], [(2, 2)], erasure["leaves"], ""))
    path = scratch / "removed.db"
    write_sqlite(path, 2)
    database = sqlite3.connect(path)
    database.execute("UPDATE events SET data = '', salt = NULL, removed = 1 WHERE sequence = 2")
    database.execute("INSERT INTO removals VALUES (1, ?)", (erasure["removal_note"],))
    database.commit()
    database.close()
    trust = verify.Trust({secret.id: secret}, [key], [], False, b"")
    report = verify.Verification(verify.SqliteFile(path), trust).run()
    same("a removed event", (report["ok"], report["removed"], report["head"]["root"]), (True, 1, v2["roots"]["3"]))
    trust.verifiers = []
    report = verify.Verification(verify.SqliteFile(path), trust).run()
    same("an unproven removal", (report["reason"], report["broken_at"]), ("removal_unproven", 2))
    sealed = erasure["sealed"]
    store = scratch / "store"
    (store / "keys").mkdir(parents=True)
    (store / "secret").write_text(sealed["secret"] + "\n")
    (store / "keys" / sealed["subject"]).write_text(sealed["key"] + "\n")
    opened = subprocess.run(
        [sys.executable, "-B", pathlib.Path(__file__).parent.parent / "sealing" / "open_box.py", store,
         sealed["subject_text"], sealed["type"], sealed["path"]], check=False, capture_output=True, text=True,
        input=json.dumps({name: sealed[name] for name in ("subject", "nonce", "box")}))
    same("a sealed field", opened.stdout, sealed["value"])


def write_sqlite(path, version):
    """Writes the three events of the vectors as a file of format 1 or 2."""
    signed = ", salt BLOB, payload_hash BLOB, prev BLOB, mac BLOB, key INTEGER, removed INTEGER" if version == 2 else ""
    uuid = "{}-{}-{}-{}-{}"
    database = sqlite3.connect(path)
    database.executescript(f"""
        PRAGMA application_id = {0x45766E66}; PRAGMA user_version = {version};
        CREATE TABLE origin(name TEXT NOT NULL) STRICT;
        CREATE TABLE journal(domain ANY NOT NULL) STRICT;
        CREATE TABLE streams(id INTEGER PRIMARY KEY, name ANY NOT NULL UNIQUE) STRICT;
        CREATE TABLE receipts(command TEXT PRIMARY KEY, fingerprint ANY, first INTEGER, count INTEGER) STRICT;
        CREATE TABLE events(sequence INTEGER PRIMARY KEY, stream INTEGER, version INTEGER, command TEXT,
            index_in_batch INTEGER, actor TEXT, cause INTEGER, correlation TEXT, at_ms INTEGER, stored_at_ms INTEGER,
            type ANY, type_version INTEGER, data ANY{signed}) STRICT;""")
    if version == 2:
        database.executescript("""
            CREATE TABLE keys(number INTEGER PRIMARY KEY, id TEXT, scheme TEXT, first INTEGER, root BLOB, by_old BLOB,
                by_new BLOB, at_ms INTEGER) STRICT;
            CREATE TABLE empty_receipts(number INTEGER PRIMARY KEY, command TEXT UNIQUE, mac BLOB, key INTEGER) STRICT;
            CREATE TABLE heads(size INTEGER PRIMARY KEY, root BLOB, frontier BLOB, at_ms INTEGER, note TEXT) STRICT;
            CREATE TABLE removals(number INTEGER PRIMARY KEY, note TEXT) STRICT;""")

    def uuid_of(digits):
        return uuid.format(digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:])

    def insert(table, *values):
        database.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(values))})", values)

    insert("origin", v2["origin"])
    insert("journal", v2["domain"])
    streams = {}
    for row in v2["events"]:
        if row["stream"] not in streams:
            streams[row["stream"]] = len(streams) + 1
            insert("streams", streams[row["stream"]], row["stream"])
        if row["index"] == 0:
            insert("receipts", uuid_of(row["command"]), row["fingerprint"], row["sequence"], row["count"])
        signature = [bytes.fromhex(row[name]) for name in ("salt", "payload_hash", "prev", "mac")] + [1, None]
        insert("events", row["sequence"], streams[row["stream"]], row["version"], uuid_of(row["command"]), row["index"],
               row["actor"], row["cause"], uuid_of(row["correlation"]), row["at_ms"], row["stored_at_ms"], row["type"],
               row["type_version"], row["data"], *(signature if version == 2 else []))
    if version == 2:
        insert("keys", 1, vectors["key_id"], "v2", 1, bytes.fromhex(v2["empty_root"]), None,
               bytes.fromhex(v2["genesis"]), 0)
        for row in v2["idle"]:
            insert("receipts", uuid_of(row["command"]), row["fingerprint"], row["first"], 0)
            insert("empty_receipts", row["number"], uuid_of(row["command"]), bytes.fromhex(row["mac"]), 1)
    database.commit()
    database.close()


def run(path, *arguments, secret_text=vectors["secret"]):
    done = subprocess.run([sys.executable, str(program), "--json", *arguments, str(path)], check=False,
                          capture_output=True, text=True, env={"EVENFOLD_HMAC_SECRET": secret_text, "PATH": ""})
    return done.returncode, json.loads(done.stdout) if done.stdout else done.stderr


def change(path, sql):
    changed = scratch / "changed.db"
    changed.write_bytes(path.read_bytes())
    database = sqlite3.connect(changed)
    database.executescript(sql)
    database.close()
    code, report = run(changed)
    return (code, report["reason"], report["broken_at"]) if "reason" in report else (code, report)


def check_sqlite():
    path = scratch / "journal.db"
    write_sqlite(path, 2)
    before = path.read_bytes()
    code, report = run(path)
    same("SQLite", (code, report["ok"], report["events"], report["head"]["root"], report["head"]["signature"]),
         (0, True, 3, v2["roots"]["3"], v2["events"][-1]["mac"]))
    same("nothing is written", path.read_bytes() == before, True)
    for sql, expected in (
            ("UPDATE events SET data = '{}' WHERE sequence = 1", (1, "payload_mismatch", 1)),
            ("UPDATE events SET actor = 'agent' WHERE sequence = 2", (1, "mac_mismatch", 2)),
            ("UPDATE events SET actor = 'nobody' WHERE sequence = 2", (1, "format", 2)),
            ("UPDATE events SET stream = 77 WHERE sequence = 2", (1, "format", 2)),
            ("UPDATE events SET command = 'x' WHERE sequence = 2", (1, "format", 2)),
            ("UPDATE events SET version = -1 WHERE sequence = 3", (1, "format", 3)),
            ("UPDATE events SET mac = NULL WHERE sequence = 3", (1, "unsigned", 3)),
            ("UPDATE events SET type = x'ff' WHERE sequence = 3", (1, "mac_mismatch", 3)),
            ("DELETE FROM events WHERE sequence = 2", (1, "seq_gap", 2)),
            ("DELETE FROM events WHERE sequence = 3", (1, "truncated", 3)),
            ("DELETE FROM receipts WHERE first = 1", (1, "receipt_mismatch", 1)),
            ("DELETE FROM empty_receipts", (1, "receipt_mismatch", 3)),
            ("DELETE FROM receipts WHERE count = 0", (1, "receipt_mismatch", 3)),
            ("UPDATE keys SET by_new = zeroblob(32)", (1, "genesis_mismatch", 1)),
            ("UPDATE origin SET name = 'journal/another'", (1, "genesis_mismatch", 1)),
            ("DELETE FROM keys", (1, "format", 1))):
        same(sql, change(path, sql), expected)
    same("wrong secret", run(path, secret_text="another secret of more than thirty-two bytes")[1]["reason"], "unknown_key")
    same("short secret", run(path, secret_text="short")[0], 2)
    same("public", run(path, "--public", secret_text="x" * 32)[1]["ok"], True)
    write_sqlite(scratch / "unsigned.db", 1)
    same("format 1", run(scratch / "unsigned.db")[1]["reason"], "unsigned")


def check_failures():
    foreign = scratch / "foreign.db"
    sqlite3.connect(foreign).executescript("CREATE TABLE t(x)")
    same("another program's file", run(foreign)[1]["failure"], "not_a_journal")
    cut = scratch / "cut.db"
    cut.write_bytes((scratch / "journal.db").read_bytes()[:6000])
    same("a cut file", run(cut)[0], 4)
    same("no such file", run(scratch / "none")[0], 3)
    same("a folder", run(scratch)[0], 3)
    same("an unknown option", run(scratch, "--unknown")[0], 2)
    head = scratch / "head"
    head.write_text(vectors["head"]["note"])
    typed = bytes([verify.Verifier.NOTE]) + bytes.fromhex(vectors["head"]["public_key"])
    signer = f"{v2['origin']}+{vectors['head']['key_id_01']}+{verify.base64_of(typed)}"
    same("no openssl", run(scratch / "journal.db", "--head", str(head), "--signer", signer)[0], 3)


secret = verify.Secret(vectors["secret"].encode(), "vectors")
v2 = vectors["v2"]
for check in (check_keys, check_events, check_receipts_and_keys, check_compat, check_head, check_erasure, check_sqlite,
              check_failures):
    check()
print(f"{checks} checks")
