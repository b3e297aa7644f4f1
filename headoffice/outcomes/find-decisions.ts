/** Which decisions the rows of a file are about: a row that belongs to no decision of any branch is set aside. */
import type { Sql } from '../store/store.ts';
import { currentLog, lineageOf } from './current-log.ts';
import type { About } from './read-outcome-file.ts';

/** Where a decision stands. */
export interface Place {
  branch: string;
  logNo: number;
  seq: number;
  application: string;
}

/** Applications of one question. */
const CHUNK = 20_000;

/** Answers in the order of what was asked: the place, or why there is none. */
export async function findDecisions(sql: Sql, asked: readonly About[]): Promise<(Place | string)[]> {
  const byApplication = await placesByApplication(sql, asked);
  const answers: (Place | string)[] = [];
  for (const about of asked)
    answers.push(
      'seq' in about ? await placeBySeq(sql, about.branch, about.seq) : only(byApplication.get(about.application) ?? [], about.branch),
    );
  return answers;
}

function only(places: readonly Place[], branch: string | null): Place | string {
  const fitting = branch === null ? places : places.filter((place) => place.branch === branch);
  if (fitting.length === 0)
    return branch === null ? 'No branch decided such an application.' : 'The branch that is named decided no such application.';
  if (new Set(fitting.map((place) => place.branch)).size > 1) return 'Several branches decided an application of this id: name the branch.';
  return fitting[0]!;
}

/**
 * With a branch named the index of its own logs answers. Without one every part is asked: in a fleet of thousands of branches a file should name them.
 */
async function placesByApplication(sql: Sql, asked: readonly About[]): Promise<Map<string, Place[]>> {
  const found = new Map<string, Place[]>();
  const byBranch = Map.groupBy(
    asked.filter((about) => 'application' in about),
    ({ branch }) => branch,
  );
  for (const [branch, rows] of byBranch) {
    const applications = [...new Set(rows.map(({ application }) => application))];
    for (let at = 0; at < applications.length; at += CHUNK) {
      const places = await sql.query<Place>(
        `SELECT l.branch, e.log_no AS "logNo", e.seq, e.application FROM entries e JOIN logs l ON l.log_no = e.log_no
          WHERE e.type = 'decision' AND e.application IN (SELECT jsonb_array_elements_text($1::jsonb))
            ${branch === null ? '' : 'AND e.log_no IN (SELECT log_no FROM logs WHERE branch = $2)'}
          ORDER BY l.made_at DESC, e.seq DESC`,
        [JSON.stringify(applications.slice(at, at + CHUNK)), ...(branch === null ? [] : [branch])],
      );
      for (const place of places) {
        const known = found.get(place.application);
        if (known === undefined) found.set(place.application, [place]);
        else known.push(place);
      }
    }
  }
  return found;
}

/** By its number in the log that the branch has now, whose first entries may be those of epochs before. */
async function placeBySeq(sql: Sql, branch: string, seq: number): Promise<Place | string> {
  const current = await currentLog(sql, branch);
  if (current === null) return 'There is no such branch, or it never sent anything.';
  const epoch = (await lineageOf(sql, current)).find(({ from, to }) => seq >= from && seq < to);
  const [entry] = await sql.query<{ application: string }>(
    `SELECT application FROM entries WHERE log_no = $1 AND seq = $2 AND type = 'decision'`,
    [epoch?.logNo ?? -1, seq],
  );
  return entry === undefined
    ? 'This entry of the branch is no decision, or has not come.'
    : { branch, logNo: epoch!.logNo, seq, application: entry.application };
}
