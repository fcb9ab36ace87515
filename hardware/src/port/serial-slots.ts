import { readdir, readFile, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** One serial interface of a plugged device. */
export interface SerialInterface {
  /** Path that stays the same for the same socket and interface, e.g. `/dev/serial/by-path/pci-…-usb-0:2.1:1.2-port0`. */
  readonly path: string;
  /** USB interface number (`bInterfaceNumber`); 0 for a plain serial device. */
  readonly number: number;
}

/** A physical socket with whatever is plugged into it now. */
export interface SerialSlot {
  /** The socket: the path's name without interface and port, e.g. `pci-0000:00:14.0-usb-0:2.1`. */
  readonly slot: string;
  /** USB vendor and product, four hex digits each; absent for devices that are not USB. */
  readonly usb?: { readonly vendor: string; readonly product: string };
  /** By interface number. */
  readonly interfaces: readonly SerialInterface[];
}

/** Where to look; other roots are for tests. */
export interface SerialRoots {
  /** Default `/dev/serial/by-path`. */
  readonly byPath?: string;
  /** Default `/sys/class/tty`. */
  readonly tty?: string;
}

/**
 * What is plugged in, by physical socket. Numbers such as `ttyUSB3` move after every reset and never leave this function.
 * An empty list where there is no serial device.
 */
export async function serialSlots(roots: SerialRoots = {}): Promise<SerialSlot[]> {
  const byPath = roots.byPath ?? '/dev/serial/by-path';
  const tty = roots.tty ?? '/sys/class/tty';
  const names = await readdir(byPath).catch(() => [] as string[]);
  // udev makes a second name with the USB version in it (`-usbv2-`) for the same device.
  const found = await Promise.all(
    names.filter((name) => !/-usbv\d-/.test(name)).map((name) => describe(byPath, name, tty)),
  );
  const slots = Map.groupBy(found, ({ slot }) => slot);
  return [...slots]
    .map(([slot, entries]) => ({
      slot,
      ...(entries[0]?.usb && { usb: entries[0].usb }),
      interfaces: entries
        .map(({ path, number }) => ({ path, number }))
        .toSorted((a, b) => a.number - b.number || a.path.localeCompare(b.path)),
    }))
    .toSorted((a, b) => a.slot.localeCompare(b.slot));
}

async function describe(
  byPath: string,
  name: string,
  tty: string,
): Promise<SerialInterface & Pick<SerialSlot, 'slot' | 'usb'>> {
  const path = join(byPath, name);
  const slot = name.replace(/(:\d+\.\d+)?(-port\d+)?$/, '');
  const device = await realpath(path)
    .then((node) => realpath(join(tty, basename(node), 'device')))
    .catch(() => undefined);
  if (device === undefined) return { path, slot, number: 0 };
  const [number, vendor, product] = await Promise.all([
    nearest(device, 'bInterfaceNumber'),
    nearest(device, 'idVendor'),
    nearest(device, 'idProduct'),
  ]);
  return {
    path,
    slot,
    number: number === undefined ? 0 : Number.parseInt(number, 16),
    ...(vendor !== undefined && product !== undefined && { usb: { vendor, product } }),
  };
}

/** An attribute of the device or of the nearest thing it is part of. */
async function nearest(device: string, attribute: string): Promise<string | undefined> {
  for (let folder = device; folder !== dirname(folder); folder = dirname(folder)) {
    const value = await readFile(join(folder, attribute), 'utf8').catch(() => undefined);
    if (value !== undefined) return value.trim();
  }
  return undefined;
}
