/** A receipt's text as the service makes it: a C2SP tlog-proof with the log's own checkpoint. Its hashes prove nothing here. */
export const RECEIPT_TEXT = `c2sp.org/tlog-proof@v1
extra GmpdCOJ6j0xPFq9zC4lTq8uYwQmVbqkq2k8o3v0V3bE=
index 7
q1Vb8oQ2m3nTn0Uo1p0x2xkq1p6yqk8Ck0aYt0m1y8E=
Yk2mTn0Uo1p0x2xkq1p6yqk8Ck0aYt0m1y8Eq1Vb8oQ=
1p6yqk8Ck0aYt0m1y8Eq1Vb8oQ2m3nTn0Uo1p0x2xkq=

outpost.example/riverside/1
8
q1Vb8oQ2m3nTn0Uo1p0x2xkq1p6yqk8Ck0aYt0m1y8E=

— outpost.example/riverside/1 9hFv2q1Vb8oQ2m3nTn0Uo1p0x2xkq1p6yqk8Ck0aYt0m1y8EYk2mTn0Uo1p0x2xkq1p6yqk8Ck0aYt0m1y8Eq1Vb8oQ2m3nTn0Uo1p0x2xk=
`;
