"""The catalogue of the data as JSON-LD in the terms of DCAT-AP 3: a series, in it a dataset for
each month with its newest version. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

from reports.city.open_data import LICENCES
from reports.documents.open_data import changes
from reports.documents.open_data.forms import FORMS, file_name
from reports.documents.open_data.months import later, written
from reports.documents.open_data.shapes import File, Version

MEDIA_TYPE: Final = "application/ld+json"
_CONTEXT: Final[Mapping[str, str]] = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
    "adms": "http://www.w3.org/ns/adms#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_EU: Final = "http://publications.europa.eu/resource/authority"
_MONTHLY: Final = {"@id": f"{_EU}/frequency/MONTHLY"}
_SHA256: Final = {"@id": "http://spdx.org/rdf/terms#checksumAlgorithm_sha256"}
_JAPANESE: Final = {"@id": f"{_EU}/language/JPN"}
_THEMES: Final = [{"@id": f"{_EU}/data-theme/{theme}"} for theme in ("TRAN", "GOVE")]
_WORDS: Final = (("ja", "道路"), ("ja", "通報"), ("ja", "修繕"), ("en", "road"), ("en", "Open311"))


class _City(NamedTuple):
    """Whose data it is; `here`: their address, with a slash at its end."""

    name: str
    name_en: str
    here: str

    @property
    def publisher(self) -> dict[str, str]:
        return {"@id": f"{self.here}#publisher"}

    @property
    def series(self) -> dict[str, str]:
        return {"@id": f"{self.here}#series"}

    def titled(self, month: str = "") -> list[dict[str, str]]:
        """What it is of, of this month or of all."""
        japanese, english = f"{self.name} 道路の通報", f"Road reports of {self.name_en}"
        return _both(
            f"{japanese} {month}" if month else japanese,
            f"{english}, {month}" if month else english,
        )


def catalogue(newest: Sequence[Version], name: str, name_en: str, here: str) -> dict[str, Any]:
    """`newest`: of each month, the newest month first; `name`, `name_en`: the city's; `here`: the
    address of the data, with a slash at its end."""
    city = _City(name, name_en, here)
    about: dict[str, Any] = {
        "@context": _CONTEXT,
        "@id": f"{here}catalog.jsonld",
        "@type": "dcat:Catalog",
        "dct:title": _both(f"{name}のオープンデータ(道路の通報)", f"Road reports of {name_en}"),
        "dct:description": _both(
            "市民から届いた道路の通報と、その対応。月ごと。",
            "Reports about roads and what became of them, month by month.",
        ),
        "dct:publisher": {
            **city.publisher,
            "@type": "foaf:Agent",
            "foaf:name": _both(name, name_en),
        },
        "dct:language": _JAPANESE,
        "foaf:homepage": {"@id": here},
        "dcat:dataset": [_series(city), *(_dataset(one, city) for one in newest)],
    }
    if newest:
        about["dct:license"] = {"@id": LICENCES[newest[0].rule["licence"]].address}
        about["dct:issued"] = _moment(min(one.made_at for one in newest).isoformat())
        about["dct:modified"] = _moment(max(one.made_at for one in newest).isoformat())
    return about


def _series(city: _City) -> dict[str, Any]:
    return {
        **city.series,
        "@type": "dcat:DatasetSeries",
        "dct:title": city.titled(),
        "dct:description": _both("月ごとのデータ。", "One dataset for each month."),
        "dct:accrualPeriodicity": _MONTHLY,
        "dct:publisher": city.publisher,
    }


def _dataset(version: Version, city: _City) -> dict[str, Any]:
    month = written(version.month)
    japanese, english = changes.words(version.note)
    notes = {"adms:versionNotes": _both(japanese, english)} if japanese else {}
    return {
        "@id": f"{city.here}#tickets-{month}",
        "@type": "dcat:Dataset",
        "dct:identifier": f"tickets-{month}",
        "dct:title": city.titled(month),
        "dct:description": _described(version),
        "dct:publisher": city.publisher,
        "dct:accrualPeriodicity": _MONTHLY,
        "dct:language": _JAPANESE,
        "dct:modified": _moment(version.made_at.isoformat()),
        "dct:temporal": _days_of(version.month),
        "dct:spatial": {"@type": "dct:Location", "skos:prefLabel": _both(*city[:2])},
        "dcat:theme": _THEMES,
        "dcat:keyword": [{"@language": code, "@value": word} for code, word in _WORDS],
        "dcat:landingPage": {"@id": city.here},
        "dcat:inSeries": city.series,
        "dcat:version": str(version.version),
        "foaf:page": {"@id": f"{city.here}columns"},
        "dcat:distribution": [
            _distribution(version, file, city.here)
            for form in FORMS
            if (file := version.files.get(form))
        ],
    } | notes


def _described(version: Version) -> list[dict[str, str]]:
    month, rows, k = written(version.month), version.figures["rows"], version.rule["k"]
    return _both(
        f"{month}に受け付けた道路の通報 {rows}件。"
        f"種類と町字がともに同じものが{k}件より少ないときは、一方か両方を省いた。",
        f"{rows} reports about roads received in {month}; where fewer than {k} are alike in"
        " kind and town, one of both or both are left out.",
    )


def _days_of(month: date) -> dict[str, Any]:
    return {
        "@type": "dct:PeriodOfTime",
        "dcat:startDate": _day(month.isoformat()),
        "dcat:endDate": _day((later(month, 1) - timedelta(days=1)).isoformat()),
    }


def _distribution(version: Version, file: File, here: str) -> dict[str, Any]:
    """`dcat:accessURL` leads to whichever version is the newest, `dcat:downloadURL` to this one,
    whose checksum it is."""
    form, name = FORMS[file.form], file_name(version.month, file.form)
    return {
        "@id": f"{here}#{name}",
        "@type": "dcat:Distribution",
        "dct:title": _both(form.name, form.name),
        "dct:format": {"@id": f"{_EU}/file-type/{form.eu}"},
        "dcat:mediaType": {
            "@id": f"https://www.iana.org/assignments/media-types/{form.media_type}"
        },
        "dcat:accessURL": {"@id": f"{here}{name}"},
        "dcat:downloadURL": {"@id": f"{here}{name}?version={version.version}"},
        "dcat:byteSize": {"@type": "xsd:nonNegativeInteger", "@value": str(file.bytes)},
        "dct:license": {"@id": LICENCES[version.rule["licence"]].address},
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": _SHA256,
            "spdx:checksumValue": {"@type": "xsd:hexBinary", "@value": file.sha256},
        },
    }


def _both(japanese: str, english: str) -> list[dict[str, str]]:
    return [
        {"@language": "ja", "@value": japanese},
        {"@language": "en", "@value": english},
    ]


def _moment(written: str) -> dict[str, str]:
    return {"@type": "xsd:dateTime", "@value": written}


def _day(written: str) -> dict[str, str]:
    return {"@type": "xsd:date", "@value": written}
