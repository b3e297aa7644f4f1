/** `README.txt` of a bundle: what a person is told who finds it. ASCII, so that every editor shows it. */

export interface ReadMe {
  made: string;
  branch: string;
  origin: string;
  size: number;
  from: number;
  to: number;
  isWhole: boolean;
  personal: boolean;
  withheld: number;
  vkey: string;
}

export function readMe({ made, branch, origin, size, from, to, isWhole, personal, withheld, vkey }: ReadMe): string {
  const scope = isWhole ? `all ${size} entries` : from === to ? `entry ${from} of ${size}` : `entries ${from} to ${to} of ${size}`;
  return `EVIDENCE FROM A DECISION LOG (format outpost-evidence/1)

Branch ${branch}, log ${origin}
${scope}${withheld > 0 ? `, ${withheld} of them withheld` : ''}; exported ${made}.
${
  personal
    ? 'PERSONAL DATA: identities/ holds the keys of what is sealed in the entries. Treat this file as you treat the applicants.'
    : 'Identifying fields are here as ciphertext only; every proof holds without them.'
}

What is in it
  entries${isWhole ? ' in tile/entries/' : '/'}       what was stored, byte for byte
  ${isWhole ? 'tile/           the whole hash tree' : 'proofs/         that each entry is in the log; consistency/: that the log only grew'}
  checkpoint      the log as it stood, signed by its key; checkpoints/: older ones
  artefacts/      products, policies and models that the decisions name, by SHA-256
  replay.json     what the exporting program got when it decided again
  manifest.json   the SHA-256 of every file; manifest.note signs it

How to check it, on another computer and without a network
  With the separate verifier, which shares no code with the program that wrote this (Node.js 24):
    node verifier/main.ts THIS-FILE.zip --vkey VKEY --witness WITNESS-VKEY
  VKEY is the log's key as you know it from elsewhere. This bundle says it is
    ${vkey}
  Exit codes: 0 intact and countersigned; 1 tampered; 2 intact, but the last entries are not countersigned; 3 cannot be read.

  With OpenSSL alone: the signature on checkpoint, by verifier/check-with-openssl.sh checkpoint VKEY.
${isWhole ? '' : `  An entry's leaf hash: (printf '\\000'; cat entries/N.json) | openssl dgst -sha256\n`}
What no reader can detect
  False input when an application was entered. Rewriting of entries that no witness countersigned, by somebody who held the
  computer and its key, unless a receipt or checkpoint kept elsewhere covers them. A quorum of witnesses that conspire.
`;
}
