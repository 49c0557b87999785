// A photo made small on the phone, and where and when it was taken, which a small one does not tell.

const LONGEST = 2048;
const QUALITY = 0.85;
const SMALL_ENOUGH = 900_000; // bytes: sent as it is, with all that is in it

/** The bytes to send with their name, and what their EXIF told: place ("lon,lat[,metres]"), taken. */
export async function small(file, reader) {
  const told = await facts(file, reader);
  const made = await drawn(file);
  const name = made ? file.name.replace(/\.[^.]*$/, "") + ".jpg" : file.name;
  return { blob: made ?? file, name: name || "photo.jpg", ...told };
}

/** A JPEG; nothing where this browser cannot read it (HEIC), or where it is small already. */
async function drawn(file) {
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
    if (scale === 1 && file.type === "image/jpeg" && file.size <= SMALL_ENOUGH) return null;
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const jpeg = await new Promise((made) => canvas.toBlob(made, "image/jpeg", QUALITY));
    return jpeg && jpeg.size < file.size ? jpeg : null;
  } catch {
    return null;
  }
}

async function facts(file, reader) {
  try {
    await loaded(reader);
    const { gps, exif } = await globalThis.ExifReader.load(file, { expanded: true });
    return { place: placeIn(gps, exif), taken: takenIn(exif) };
  } catch {
    return {}; // no EXIF, or no reader
  }
}

let reading;
function loaded(address) {
  reading ??= new Promise((done, failed) => {
    if (!address) return failed();
    const script = document.createElement("script");
    Object.assign(script, { src: address, onload: done, onerror: () => (reading = failed()) });
    document.head.append(script);
  });
  return reading;
}

function placeIn(gps, exif) {
  const { Longitude: lon, Latitude: lat } = gps ?? {};
  const fits = Number.isFinite(lon) && Number.isFinite(lat) && (lon !== 0 || lat !== 0);
  const isTokyo = String(exif?.GPSMapDatum?.description ?? "").toUpperCase().startsWith("TOKYO");
  if (!fits || isTokyo) return undefined;
  const [over, under] = exif?.GPSHPositioningError?.value ?? [];
  const out = over > 0 && under > 0 ? `,${(over / under).toFixed(1)}` : "";
  return `${lon.toFixed(7)},${lat.toFixed(7)}${out}`;
}

function takenIn(exif) {
  const told = String(exif?.DateTimeOriginal?.description ?? "");
  const found = told.match(/^(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)$/);
  if (!found) return undefined;
  const ahead = String(exif.OffsetTimeOriginal?.description ?? exif.OffsetTime?.description ?? "");
  const offset = /^[+-]\d\d:\d\d$/.test(ahead) ? ahead : "";
  return `${found[1]}-${found[2]}-${found[3]}T${found[4]}${offset}`;
}
