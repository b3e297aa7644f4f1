/** When numbers about a group of applicants say too little, or too much about one of them. */

/** Smaller groups are not told: a handful of applicants in a branch are people whom somebody there knows. */
export const LEAST_CELL = 5;

/** Below it a share or a percentile moves by whole points with a single applicant: nothing can be said of a model. */
export const LEAST_COMPARED = 100;
