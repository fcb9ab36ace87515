import type {
  ColumnMapping,
  Dedupe,
  DncUpload,
  DncUploaded,
  ImportPreview,
  ImportView,
} from '@branchline/shared';
import { readRefusal, reportRefusal, unreachable } from './request.ts';

/** How far an upload is, bytes. */
export interface UploadProgress {
  readonly sent: number;
  readonly total: number;
}

/** How a list is to be read. */
export interface ListWish {
  readonly mapping?: ColumnMapping | undefined;
  readonly dedupe: Dedupe;
}

/** The form of a list: how it is to be read goes before the file. */
export function listForm(file: Blob, name: string, { mapping, dedupe }: ListWish): FormData {
  const form = new FormData();
  if (mapping) form.append('mapping', JSON.stringify(mapping));
  form.append('dedupe', JSON.stringify(dedupe));
  form.append('file', file, name);
  return form;
}

/** Bytes of a list that are enough to see what its rows would become. */
const previewBytes = 256 * 1024;

/** Whether the beginning of a list is all of it. */
export function isShort(file: Blob): boolean {
  return file.size <= previewBytes;
}

/** The beginning of a list up to the end of a line. */
export async function beginningOf(file: Blob): Promise<Blob> {
  if (isShort(file)) return file;
  const bytes = new Uint8Array(await file.slice(0, previewBytes).arrayBuffer());
  return file.slice(0, bytes.lastIndexOf(10) + 1);
}

/** Sends a list to a campaign. Answers when the import has ended. @throws ApiFailure */
export function uploadList(
  campaign: string,
  file: File,
  wish: ListWish,
  progress: (progress: UploadProgress) => void,
  signal: AbortSignal,
): Promise<ImportView> {
  return send(`/campaigns/${campaign}/imports`, listForm(file, file.name, wish), file.size, progress, signal);
}

/** Asks what a whole list would become. Nothing of it is kept. @throws ApiFailure */
export function tryList(
  campaign: string,
  file: File,
  wish: ListWish,
  progress: (progress: UploadProgress) => void,
  signal: AbortSignal,
): Promise<ImportPreview> {
  const path = `/campaigns/${campaign}/imports/preview`;
  return send(path, listForm(file, file.name, wish), file.size, progress, signal);
}

/** Lists the numbers of a file. Answers when all of them are listed; broken off, none is. @throws ApiFailure */
export function uploadDoNotCall(
  file: File,
  wish: DncUpload,
  progress: (progress: UploadProgress) => void,
  signal: AbortSignal,
): Promise<DncUploaded> {
  const form = new FormData();
  form.append('file', file, file.name);
  const question = new URLSearchParams(Object.entries(wish).map(([key, value]) => [key, String(value)]));
  return send(`/dnc/lists?${question.toString()}`, form, file.size, progress, signal);
}

/** Sends a form and tells how many bytes have left (`fetch` cannot). @throws ApiFailure */
function send<T>(
  path: string,
  form: FormData,
  size: number,
  progress: (progress: UploadProgress) => void,
  signal: AbortSignal,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const call = new XMLHttpRequest();
    call.open('POST', `/api/v1${path}`);
    call.upload.addEventListener('progress', (event) =>
      progress({ sent: event.loaded, total: event.lengthComputable ? event.total : size }),
    );
    call.addEventListener('load', () => {
      if (call.status < 300) {
        resolve(JSON.parse(call.responseText) as T);
        return;
      }
      const failure = readRefusal(call.status, call.responseText);
      reportRefusal(failure);
      reject(failure);
    });
    call.addEventListener('error', () => reject(unreachable('the connection broke during the upload')));
    call.addEventListener('abort', () => reject(unreachable('the upload was cancelled')));
    signal.addEventListener('abort', () => call.abort(), { once: true });
    call.send(form);
  });
}
