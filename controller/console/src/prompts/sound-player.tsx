/** Plays a sound when it is asked to; its words stand beside it. */
export function SoundPlayer({ label, src }: { readonly label: string; readonly src: string | undefined }) {
  // oxlint-disable-next-line jsx-a11y/media-has-caption
  return <audio controls preload="none" aria-label={label} src={src} />;
}
