/**
 * The first question of clickhouse-go, the driver in Grafana's plugin. It asks in the newest revision of the Native format
 * that it knows, and reads everything after it in the revision that the answer names. The embedded engine writes the oldest
 * revision, 0, whatever a client names (`client_protocol_version`), so this answer says 0, in the form that was asked for.
 */
export function isHello(sql: string, revision: number): boolean {
  return (
    revision > 0 &&
    sql.replaceAll(/\s+/g, ' ').trim() === 'SELECT displayName(), version(), revision(), timezone()'
  );
}

/** From this revision on, each column says whether it is written in a special way. */
const withSerialization = 54_454;

/** A Native block of one row in a revision above 0. */
export function helloBlock(version: string, revision: number): Buffer {
  const columns: [name: string, type: string, value: Buffer][] = [
    ['displayName()', 'String', text('branchline')],
    ['version()', 'String', text(version)],
    ['revision()', 'UInt32', Buffer.alloc(4)],
    ['timezone()', 'String', text('UTC')],
  ];
  // Field 1: no totals; field 2: bucket -1; 0: no more fields.
  const info = Buffer.from([1, 0, 2, 0xff, 0xff, 0xff, 0xff, 0]);
  const plain = revision >= withSerialization ? Buffer.from([0]) : Buffer.alloc(0);
  return Buffer.concat([
    info,
    Buffer.from([columns.length, 1]),
    ...columns.flatMap(([name, type, value]) => [text(name), text(type), plain, value]),
  ]);
}

/** A text with its length before it; shorter than 128 bytes. */
function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([bytes.length]), bytes]);
}
