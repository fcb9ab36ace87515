/** The mark of the product. */
export function Mark({ size }: { readonly size: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden className="mark">
      <rect width="32" height="32" rx="7" className="mark-ground" />
      <path d="M9 6v20M9 16h5c5 0 8-2.5 8-7" className="mark-branch" />
      <circle cx="9" cy="26" r="3" fill="#fff" />
      <circle cx="22" cy="7.5" r="3" fill="#35d08a" />
    </svg>
  );
}
