"""A resident's phone: a photo, a place and a kind, sent to the LINE platform at the address given;
prints what the phone shows at last. It runs where that platform's loopback is."""

import io
import os
import sys

import httpx
from PIL import Image

from local.day.phone import Phone

PLACE = (139.5067, 35.7011)


def main() -> None:
    photo = io.BytesIO()
    Image.frombytes("RGB", (640, 480), os.urandom(640 * 480 * 3)).save(photo, "JPEG")
    with httpx.Client(base_url=sys.argv[1], timeout=30) as line:
        phone = Phone(line, "道子", "ja")
        phone.send_photos([photo.getvalue()])
        phone.until_answered()
        phone.send_place(PLACE)
        phone.until_answered()
        phone.tap(sys.argv[2])
        phone.until_answered()
        print("\n".join(phone.talk()))


main()
