import { useEffect, useRef, useState, type RefObject } from 'react';

/**
 * Whether an element is in sight, or soon will be. What is far away need not be drawn: a wall of two hundred sites then
 * costs as much as the screen shows.
 */
export function useNearView<E extends Element>(): {
  readonly ref: RefObject<E | null>;
  readonly near: boolean;
} {
  const ref = useRef<E>(null);
  const [near, setNear] = useState(false);
  useEffect(() => {
    const observer = new IntersectionObserver(
      (entries) => setNear(entries.some((entry) => entry.isIntersecting)),
      { rootMargin: '400px' },
    );
    if (ref.current) observer.observe(ref.current);
    return () => observer.disconnect();
  }, []);
  return { ref, near };
}
