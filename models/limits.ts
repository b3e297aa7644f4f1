/**
 * Every size limit of the room in one place. They are far above what a credit model needs (the bundled ones are under 2 MB)
 * and low enough that a hostile package cannot fill memory or disk.
 */
const MEBIBYTE = 1024 * 1024;

/** Files in a package, the manifest included. */
export const MAX_FILES = 64;
/** A package's files together, uncompressed. */
export const MAX_PACKAGE_BYTES = 256 * MEBIBYTE;
/** One JSON file of a package (manifest, background, golden rows, baseline). */
export const MAX_JSON_BYTES = 16 * MEBIBYTE;
/** Uncompressed over compressed size of an archive's member; a deflate bomb reaches 1000. */
export const MAX_COMPRESSION_RATIO = 200;
/** Members so small that their ratio does not matter. */
export const RATIO_FREE_BYTES = MEBIBYTE;
/** Directories inside each other. */
export const MAX_DEPTH = 8;

/** `model.onnx`. */
export const MAX_MODEL_BYTES = 128 * MEBIBYTE;
/** Nodes of a graph (not of its trees). */
export const MAX_GRAPH_NODES = 20_000;
/** Nodes, constants, inputs, outputs and noted shapes of a graph together. */
export const MAX_GRAPH_PARTS = 100_000;
/** Elements of one constant tensor: 16 million floats are 64 MB. */
export const MAX_TENSOR_ELEMENTS = 16_000_000;
/** Answers that one text may be joined from. */
export const MAX_TEXT_GROWTH = 64;
/** Nodes of all trees of one ensemble. */
export const MAX_TREE_NODES = 4_000_000;
/** Tests on one path from a root to a leaf. */
export const MAX_TREE_DEPTH = 512;

/** Classes or targets of one ensemble. */
export const MAX_TARGETS = 1000;

/** Rows that are given to the runtime in one call; larger batches gain nothing and hold memory. */
export const MAX_RUN_ROWS = 1024;
