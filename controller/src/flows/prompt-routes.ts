import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import {
  BranchlineError,
  closed,
  Count,
  decodeWav,
  Label,
  makeRecording,
  Name,
  page,
  PromptLanguage,
  PromptVersion,
  recordingLimits,
  type Recording,
} from '@branchline/shared';
import { principalOf, type Routes } from '../http/index.ts';
import {
  listRecordings,
  readPromptVersions,
  readSound,
  removeRecording,
  storeRecording,
} from './prompt-book.ts';
import type { FlowContext } from './routes.ts';

const Place = { prompt: Name, language: PromptLanguage };
const uploads = { consumes: ['multipart/form-data'], bodyLimit: recordingLimits.bytes + 64 * 1024 };

/** Recordings of prompts: list, versions, listen, upload, remove. They are of the whole installation: every branch plays them. */
export function promptRoutes({ db, execute, clocks, bell }: FlowContext): Routes {
  return (api) => {
    api.get(
      '/prompts',
      {
        schema: { description: 'Recordings in force.', response: { 200: page(PromptVersion) } },
        config: { action: 'prompt.read' },
      },
      async () => ({ items: await listRecordings(db) }),
    );
    api.get(
      '/prompts/:prompt/:language/versions',
      {
        schema: {
          params: closed(Place),
          description: 'Versions of a recording, newest first.',
          response: { 200: page(PromptVersion) },
        },
        config: { action: 'prompt.read' },
      },
      async (request) => ({ items: await readPromptVersions(db, request.params) }),
    );
    api.get(
      '/prompts/:prompt/:language/versions/:version/sound',
      {
        schema: {
          params: closed({ ...Place, version: Count }),
          description: 'A version as callers hear it: WAV, 16 kHz.',
        },
        config: { action: 'prompt.read' },
      },
      async (request, reply) => {
        const wav = await readSound(db, request.params, request.params.version);
        return reply.type('audio/wav').header('cache-control', 'private, no-cache').send(wav);
      },
    );
    api.put(
      '/prompts/:prompt/:language',
      {
        schema: {
          params: closed(Place),
          querystring: closed({ why: Type.Optional(Label) }),
          consumes: uploads.consumes,
          description: 'A new version: a WAV file as the part `file`. It is checked and converted.',
          response: { 200: PromptVersion },
        },
        bodyLimit: uploads.bodyLimit,
        config: { action: 'prompt.write' },
      },
      async (request) => {
        const recording = await readRecording(request);
        const { prompt, language } = request.params;
        const principal = principalOf(request);
        const stored = await execute(
          principal,
          { action: 'prompt.write' },
          `prompt ${prompt} (${language})`,
          async (trx, note) => {
            const author = { by: principal.name, clock: clocks.business, why: request.query.why };
            const made = await storeRecording(trx, { prompt, language }, recording, author);
            note(made);
            return made;
          },
        );
        void bell.ring('flow', prompt);
        return stored;
      },
    );
    api.delete(
      '/prompts/:prompt/:language',
      {
        schema: { params: closed(Place), response: { 200: page(PromptVersion) } },
        config: { action: 'prompt.write' },
      },
      async (request) => {
        const { prompt, language } = request.params;
        await execute(
          principalOf(request),
          { action: 'prompt.write' },
          `prompt ${prompt} (${language})`,
          (trx) => removeRecording(trx, { prompt, language }),
        );
        void bell.ring('flow', prompt);
        return { items: await listRecordings(db) };
      },
    );
  };
}

/** The recording that a request brings. @throws BranchlineError `BL_API_INVALID`, `BL_API_TOO_LARGE`, `BL_PROMPT_*` */
async function readRecording(request: FastifyRequest): Promise<Recording> {
  const part = request.isMultipart()
    ? await request.file({ limits: { fileSize: recordingLimits.bytes } })
    : undefined;
  if (!part)
    throw new BranchlineError('BL_API_INVALID', {
      place: '/file',
      problem: 'a multipart upload with a file is expected',
    });
  const file = await part.toBuffer();
  if (part.file.truncated) throw new BranchlineError('BL_API_TOO_LARGE');
  const sound = decodeWav(file);
  if ('problem' in sound) throw new BranchlineError('BL_PROMPT_FORMAT', sound);
  return makeRecording(sound);
}
