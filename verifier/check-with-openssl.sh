#!/bin/sh
# Checks one signature on a checkpoint with public tools alone: sh, openssl (3.0 or newer), base64, od, dd.
# usage: sh check-with-openssl.sh CHECKPOINT VKEY
# VKEY is name+hash+base64 of a log (type 01) or of a witness (type 04). Exit codes: 0 valid, 1 not valid, 3 cannot be read.
set -u
LC_ALL=C
export LC_ALL

refuse() {
  printf 'MALFORMED: %s\n' "$1" >&2
  exit 3
}
hex() { od -An -v -tx1 | while read -r line; do for byte in $line; do printf '%s' "$byte"; done; done; }

[ $# -eq 2 ] || refuse 'usage: check-with-openssl.sh CHECKPOINT VKEY'
[ -f "$1" ] || refuse "there is no file $1"
for tool in openssl base64 od dd mktemp; do
  command -v "$tool" >/dev/null || refuse "$tool is not installed"
done
room=$(mktemp -d) || refuse 'no temporary folder'
trap 'rm -rf "$room"' EXIT

# The key: name, id, and base64 of its type and 32 bytes. Base64 has a plus of its own, so only the first two separate.
name=${2%%+*}
rest=${2#*+}
id=${rest%%+*}
printf '%s' "${rest#*+}" | base64 -d >"$room/key" 2>/dev/null || refuse 'the vkey is not name+hash+base64'
[ "$(wc -c <"$room/key")" -eq 33 ] || refuse 'the vkey does not hold an Ed25519 key'
type=$(dd if="$room/key" bs=1 count=1 2>/dev/null | hex)
computed=$({ printf '%s\n' "$name"; cat "$room/key"; } | openssl dgst -sha256 -binary | dd bs=1 count=4 2>/dev/null | hex)
[ "$computed" = "$id" ] || refuse 'the hash in the vkey is not that of its name and key'

# The note: everything before the blank line is signed; behind it stands a line for each signature.
: >"$room/lines"
payload=''
part=body
while IFS= read -r line; do
  if [ "$part" = body ] && [ -z "$line" ]; then
    part=signatures
  elif [ "$part" = body ]; then
    case $line in *[[:cntrl:]]*) refuse 'a checkpoint holds no control characters' ;; esac
    printf '%s\n' "$line" >>"$room/lines"
  else
    case $line in "— $name "*)
      base64=${line#"— $name "}
      printf '%s' "$base64" | base64 -d >"$room/payload" 2>/dev/null || refuse 'a signature is not base64'
      if [ "$(dd if="$room/payload" bs=1 count=4 2>/dev/null | hex)" = "$id" ]; then
        payload=$base64
        break
      fi ;;
    esac
  fi
done <"$1"
# The bytes themselves, not what the shell made of them: it leaves NUL out.
dd if="$1" of="$room/body" bs=1 count="$(wc -c <"$room/lines")" 2>/dev/null
[ "$part" = signatures ] || refuse 'this is no signed note: it has no blank line'
[ -n "$payload" ] || { printf 'NOT VALID: there is no signature by %s with this key\n' "$name"; exit 1; }

# What was signed: a log signs the body, a witness a line with its time before it.
bytes=$(wc -c <"$room/payload")
case $type in
  01)
    [ "$bytes" -eq 68 ] || refuse 'a signature of a log has 64 bytes'
    cp "$room/body" "$room/signed" ;;
  04)
    [ "$bytes" -eq 76 ] || refuse 'a signature of a witness has a time of 8 bytes and 64 more'
    time=$((0x$(dd if="$room/payload" bs=1 skip=4 count=8 2>/dev/null | hex)))
    { printf 'cosignature/v1\ntime %s\n' "$time"; cat "$room/body"; } >"$room/signed" ;;
  *) refuse 'the key is neither that of a log (01) nor of a witness (04)' ;;
esac
dd if="$room/payload" bs=1 skip=$((bytes - 64)) of="$room/signature" 2>/dev/null
# DER of an Ed25519 public key (RFC 8410): a fixed beginning and the 32 bytes.
{ printf '\060\052\060\005\006\003\053\145\160\003\041\000'; dd if="$room/key" bs=1 skip=1 2>/dev/null; } >"$room/key.der"

printf 'Signed by %s:\n' "$name"
while IFS= read -r line; do printf '  %s\n' "$line"; done <"$room/signed"
if openssl pkeyutl -verify -pubin -keyform DER -inkey "$room/key.der" -rawin -in "$room/signed" -sigfile "$room/signature" >/dev/null 2>&1; then
  printf 'VALID\n'
  exit 0
fi
printf 'NOT VALID: this was not signed with this key\n'
exit 1
