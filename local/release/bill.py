"""The SBOM of a release: every package that may be installed with it, in CycloneDX's JSON.

What is in it stands in requirements.lock and web/package-lock.json, each with its checksums;
licences of Python packages are those that the packages say of themselves where this is made.
"""

import base64
import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any, Final

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import License
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

from local.release.lock import Locked, locked_in
from local.release.wheel import version_of

MARKER: Final = "michi:installed-where"
NAMED_BY: Final = uuid.uuid5(uuid.NAMESPACE_URL, "michi")
OUR_LICENCE_ROOM: Final = 200
"""A licence's whole text stands in the field of its name in some packages: that is no name."""


class NotValid(Exception):
    """What was written is no CycloneDX; the message says where."""


def write(to: Path, source: Path, wheel: Path, seconds: int) -> None:
    """Write the bill of this wheel; the same wheel gives the same bytes. Raises NotValid."""
    to.write_text(text_of(source, wheel, seconds), encoding="utf-8")


def text_of(source: Path, wheel: Path, seconds: int) -> str:
    """The bill, checked by CycloneDX's own schema. Raises NotValid."""
    digest = sha256(wheel.read_bytes()).hexdigest()
    bom = Bom(serial_number=uuid.uuid5(NAMED_BY, digest))
    bom.metadata.timestamp = datetime.fromtimestamp(seconds, UTC)
    bom.metadata.component = whole = _michi(version_of(wheel), digest)
    parts = [*_of_python(source), *_of_browsers(source)]
    for part in parts:
        bom.components.add(part)
    bom.register_dependency(whole, parts)
    written = json.dumps(
        json.loads(JsonV1Dot6(bom).output_as_string()), ensure_ascii=False, indent=1, sort_keys=True
    )
    if wrong := JsonStrictValidator(SchemaVersion.V1_6).validate_str(written):
        raise NotValid(str(wrong))
    return written + "\n"


def _michi(version: str, digest: str) -> Component:
    return Component(
        name="michi",
        version=version,
        type=ComponentType.APPLICATION,
        bom_ref="michi",
        purl=PackageURL("pypi", name="michi", version=version),
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=digest)],
    )


def _of_python(source: Path) -> Iterator[Component]:
    for each in locked_in((source / "requirements.lock").read_text(encoding="utf-8")):
        purl = PackageURL("pypi", name=each.name, version=each.version)
        yield Component(
            name=each.name,
            version=each.version,
            type=ComponentType.LIBRARY,
            bom_ref=purl.to_string(),
            purl=purl,
            hashes=[HashType(alg=HashAlgorithm.SHA_256, content=one) for one in each.hashes],
            licenses=_licences(_said_licence(each)),
            properties=[Property(name=MARKER, value=each.marker)] if each.marker else [],
        )


def _of_browsers(source: Path) -> Iterator[Component]:
    locked = json.loads((source / "web" / "package-lock.json").read_text(encoding="utf-8"))
    for place, said in locked["packages"].items():
        if place and not said.get("dev"):
            yield _of_npm(place.rpartition("node_modules/")[2], said)


def _of_npm(name: str, said: dict[str, Any]) -> Component:
    group, _, alone = name.rpartition("/")
    purl = PackageURL("npm", namespace=group or None, name=alone, version=said["version"])
    algorithm, _, digest = said["integrity"].partition("-")
    return Component(
        name=alone,
        group=group or None,
        version=said["version"],
        type=ComponentType.LIBRARY,
        bom_ref=purl.to_string(),
        purl=purl,
        hashes=[HashType(alg=_NPM_HASHES[algorithm], content=base64.b64decode(digest).hex())],
        licenses=_licences(said.get("license", "")),
    )


_NPM_HASHES: Final = {"sha512": HashAlgorithm.SHA_512, "sha1": HashAlgorithm.SHA_1}


def _said_licence(each: Locked) -> str:
    """As the package says it; "" where it does not, or is not installed here."""
    try:
        said = metadata(each.name)
    except PackageNotFoundError:
        return ""
    classified = [
        line.rpartition(" :: ")[2]
        for line in said.get_all("Classifier") or []
        if line.startswith("License :: ")
    ]
    named = [*(said.get_all("License-Expression") or []), *(said.get_all("License") or [])]
    words = str(named[0]) if named else ""
    if not words or "\n" in words or len(words) > OUR_LICENCE_ROOM:
        words = " / ".join(classified)
    return words


def _licences(words: str) -> list[License]:
    return [LicenseFactory().make_from_string(words)] if words else []
