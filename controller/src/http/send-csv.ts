import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';

/**
 * Answers with CSV (RFC 4180) while it is being made, so that memory stays constant however long it is.
 * @param name of the file, without its ending
 */
export function sendCsv(
  reply: FastifyReply,
  name: string,
  rows: Iterable<string> | AsyncIterable<string>,
): FastifyReply {
  return reply
    .type('text/csv; charset=utf-8')
    .header('content-disposition', `attachment; filename="${name}.csv"`)
    .send(Readable.from(rows));
}
