/** Which members of Electron's modules a source file uses: `app.quit`, `app.on('quit')`. What hangs on instances is seen by the stand-in itself when it runs. */
import { parseSync } from 'vite';

interface Node {
  type: string;
  [key: string]: unknown;
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';

function* walk(node: Node): Generator<Node> {
  yield node;
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) yield* walk(child);
  }
}

/** An identifier's name or a literal's text. */
function nameOf(value: unknown): string {
  const name = isNode(value) ? (value.name ?? value.value) : '';
  return typeof name === 'string' ? name : '';
}

/** Names imported from 'electron' as values. */
function importedNames(program: Node): Set<string> {
  const imports = [...walk(program)].filter(
    (node) => node.type === 'ImportDeclaration' && nameOf(node.source) === 'electron' && node.importKind !== 'type',
  );
  const specifiers = imports.flatMap((node) => node.specifiers as Node[]);
  for (const { type, local, imported } of specifiers) {
    if (type !== 'ImportSpecifier' || nameOf(local) !== nameOf(imported))
      throw new Error(`electron is imported by name only, not as ${nameOf(local)}`);
  }
  return new Set(specifiers.filter(({ importKind }) => importKind !== 'type').map(({ local }) => nameOf(local)));
}

/** @returns e.g. `app`, `app.quit`, `app.on('quit')`, each once */
export function usesOfElectron(file: string, source: string): string[] {
  const program = parseSync(file, source).program as unknown as Node;
  const names = importedNames(program);
  const uses = new Set(names);
  for (const node of walk(program)) {
    const member = node.type === 'CallExpression' && isNode(node.callee) ? node.callee : node;
    if (member.type !== 'MemberExpression' || !names.has(nameOf(member.object))) continue;
    const use = `${nameOf(member.object)}.${nameOf(member.property)}`;
    const [event] = node.type === 'CallExpression' ? (node.arguments as Node[]) : [];
    uses.add(/\.(on|once)$/.test(use) && event?.type === 'Literal' ? `${use}('${nameOf(event)}')` : use);
  }
  return [...uses].filter((use) => !/\.(on|once)$/.test(use));
}
