import { useEffect, useRef, useState } from 'react';

/** A browser lets pages record in a secure context alone. */
export const hasMicrophone = (): boolean => 'mediaDevices' in navigator && 'MediaRecorder' in window;

/**
 * Records with the microphone until it is told to stop.
 * @param take gets what was recorded
 */
export function useMicrophone(take: (sound: Blob) => void) {
  const running = useRef<MediaRecorder>(undefined);
  const [recording, setRecording] = useState(false);
  const [refused, setRefused] = useState(false);
  useEffect(() => () => end(running.current), []);
  const start = async (): Promise<void> => {
    setRefused(false);
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      const recorder = new MediaRecorder(stream);
      const parts: Blob[] = [];
      recorder.addEventListener('dataavailable', ({ data }) => parts.push(data));
      recorder.addEventListener('stop', () => {
        for (const track of stream.getTracks()) track.stop();
        setRecording(false);
        take(new Blob(parts, { type: recorder.mimeType }));
      });
      running.current = recorder;
      recorder.start();
      setRecording(true);
    } catch {
      setRefused(true);
    }
  };
  return { recording, refused, start: () => void start(), stop: () => end(running.current) };
}

function end(recorder: MediaRecorder | undefined): void {
  if (recorder?.state === 'recording') recorder.stop();
}
