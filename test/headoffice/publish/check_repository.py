"""Checks a published repository with nothing of Outpost's: securesystemslib's canonical JSON, cryptography's Ed25519.

Prints versions, thresholds and targets as JSON; ends with 1 and a reason when something does not hold.
"""
import hashlib
import json
import os
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from securesystemslib.formats import encode_canonical

METADATA = os.path.join(sys.argv[1], "metadata")
TARGETS = os.path.join(sys.argv[1], "targets")


def refuse(reason):
    sys.stderr.write(reason + "\n")
    sys.exit(1)


def read(name):
    with open(os.path.join(METADATA, name), "rb") as file:
        return file.read()


def is_signed(key, signature, message):
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key["keyval"]["public"])).verify(bytes.fromhex(signature), message)
        return True
    except (InvalidSignature, ValueError):
        return False


def check_signatures(name, envelope, keys, role):
    message = encode_canonical(envelope["signed"]).encode("utf-8")
    good = set()
    for given in envelope["signatures"]:
        key_id = given["keyid"]
        if key_id not in role["keyids"]:
            continue
        key = keys[key_id]
        if hashlib.sha256(encode_canonical(key).encode("utf-8")).hexdigest() != key_id:
            refuse("key id of %s is not its own" % name)
        if is_signed(key, given["sig"], message):
            good.add(key["keyval"]["public"])
    if len(good) < role["threshold"]:
        refuse("not enough signatures: %s has %d of %d" % (name, len(good), role["threshold"]))


def linked(role, link):
    data = read("%d.%s.json" % (link["version"], role))
    if len(data) != link["length"] or hashlib.sha256(data).hexdigest() != link["hashes"]["sha256"]:
        refuse("hash or length of %s" % role)
    envelope = json.loads(data)
    if envelope["signed"]["version"] != link["version"]:
        refuse("version of %s" % role)
    return envelope


root = json.loads(read("1.root.json"))
check_signatures("root", root, root["signed"]["keys"], root["signed"]["roles"]["root"])
while os.path.exists(os.path.join(METADATA, "%d.root.json" % (root["signed"]["version"] + 1))):
    following = json.loads(read("%d.root.json" % (root["signed"]["version"] + 1)))
    for judge in (root, following):
        check_signatures("root", following, judge["signed"]["keys"], judge["signed"]["roles"]["root"])
    root = following

keys, roles = root["signed"]["keys"], root["signed"]["roles"]
timestamp = json.loads(read("timestamp.json"))
check_signatures("timestamp", timestamp, keys, roles["timestamp"])
snapshot = linked("snapshot", timestamp["signed"]["meta"]["snapshot.json"])
check_signatures("snapshot", snapshot, keys, roles["snapshot"])
targets = linked("targets", snapshot["signed"]["meta"]["targets.json"])
check_signatures("targets", targets, keys, roles["targets"])

versions = {"targets": targets["signed"]["version"]}
thresholds = {name: role["threshold"] for name, role in roles.items()}
names = []
for role in targets["signed"]["delegations"]["roles"]:
    delegated = linked(role["name"], snapshot["signed"]["meta"][role["name"] + ".json"])
    check_signatures(role["name"], delegated, targets["signed"]["delegations"]["keys"], role)
    versions[role["name"]] = delegated["signed"]["version"]
    thresholds[role["name"]] = role["threshold"]
    for name, form in delegated["signed"]["targets"].items():
        folder, base = os.path.split(name)
        with open(os.path.join(TARGETS, folder, form["hashes"]["sha256"] + "." + base), "rb") as file:
            data = file.read()
        for algorithm in ("sha256", "sha512"):
            if hashlib.new(algorithm, data).hexdigest() != form["hashes"][algorithm]:
                refuse("hash or length of " + name)
        if len(data) != form["length"]:
            refuse("hash or length of " + name)
        names.append(name)
versions["snapshot"] = snapshot["signed"]["version"]
versions["timestamp"] = timestamp["signed"]["version"]
print(json.dumps({"root": root["signed"]["version"], "roles": versions, "thresholds": thresholds, "targets": sorted(names)}))
