import type { ImportView } from '@branchline/shared';
import { readRefusal, reportRefusal, unreachable } from './request.ts';

/** How far an upload is, bytes. */
export interface UploadProgress {
  readonly sent: number;
  readonly total: number;
}

/**
 * Sends a list to a campaign and tells how many bytes have left (`fetch` cannot). Answers when the import has ended.
 * @throws ApiFailure
 */
export function uploadList(
  campaign: string,
  file: File,
  progress: (progress: UploadProgress) => void,
  signal: AbortSignal,
): Promise<ImportView> {
  return new Promise((resolve, reject) => {
    const form = new FormData();
    form.append('file', file, file.name);
    const call = new XMLHttpRequest();
    call.open('POST', `/api/v1/campaigns/${campaign}/imports`);
    call.upload.addEventListener('progress', (event) =>
      progress({ sent: event.loaded, total: event.lengthComputable ? event.total : file.size }),
    );
    call.addEventListener('load', () => {
      if (call.status < 300) {
        resolve(JSON.parse(call.responseText) as ImportView);
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
