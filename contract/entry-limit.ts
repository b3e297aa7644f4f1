/** RFC 6962 leaf data is framed with a 16-bit length in tiles (C2SP tlog-tiles). */
export const MAX_ENTRY_BYTES = 65_535;
