import { request, type ClientRequest } from 'node:http';
import { Readable } from 'node:stream';

/** The answer to an upload. */
export interface UploadAnswer {
  readonly status: number;
  readonly body: unknown;
}

const boundary = 'list-boundary';
const head = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="list.csv"\r\ncontent-type: text/csv\r\n\r\n`;
const tail = `\r\n--${boundary}--\r\n`;

/** An upload on its way. */
export interface Upload {
  readonly call: ClientRequest;
  readonly answer: Promise<UploadAnswer>;
}

/** Uploads a list of leads piece by piece, as fast as it is taken. @param bytes of the list, when known: told ahead */
export function uploadList(
  url: string,
  cookie: string,
  campaign: string,
  content: Iterable<Buffer> | AsyncIterable<Buffer>,
  bytes?: number,
): Upload {
  return uploadTo(`${url}/api/v1/campaigns/${campaign}/imports`, cookie, content, bytes);
}

/** Uploads a list to any door for lists. */
export function uploadTo(
  address: string,
  cookie: string,
  content: Iterable<Buffer> | AsyncIterable<Buffer>,
  bytes?: number,
): Upload {
  const call = request(address, {
    method: 'POST',
    headers: {
      cookie,
      'content-type': `multipart/form-data; boundary=${boundary}`,
      ...(bytes !== undefined && { 'content-length': head.length + bytes + tail.length }),
    },
  });
  const answer = new Promise<UploadAnswer>((resolve, reject) => {
    call.on('error', reject);
    call.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (piece: string) => (text += piece));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) as unknown }),
      );
    });
  });
  // Whoever breaks an upload off does not wait for its answer.
  answer.catch(() => undefined);
  Readable.from(framed(content)).pipe(call);
  return { call, answer };
}

async function* framed(content: Iterable<Buffer> | AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield Buffer.from(head);
  for await (const piece of content) yield piece;
  yield Buffer.from(tail);
}
