"""GDAL with three drivers and no way out: whatever a file says, GDAL reads nothing but that file.

A .vrt names other files and addresses whatever it is called, views of a database may call functions
that geocode, and a GeoJSON's coordinate system may be a link (`links` refuses those).
"""

import functools
import warnings
from typing import Any, Final

import pyogrio
from pyogrio.core import _register_drivers
from pyogrio.errors import DataLayerError, DataSourceError

from geo.kinds import BadFile

DRIVERS: Final = frozenset({"ESRI Shapefile", "GPKG", "GeoJSON"})
_NOWHERE: Final = "127.0.0.1:9"
_CLOSED: Final = {
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": "none",
    "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",
    "GDAL_HTTP_PROXY": _NOWHERE,
    "GDAL_HTTPS_PROXY": _NOWHERE,
    "GDAL_PAM_ENABLED": "NO",
    "OGR_SQLITE_ALLOW_EXTERNAL_ACCESS": "NO",
    "OGR_SQLITE_LOAD_EXTENSIONS": "",
    "OGR_SQLITE_STATIC_VIRTUAL_OGR": "NO",
}


def ask(name: str, call: Any, *given: Any, **options: Any) -> Any:
    """What pyogrio's `call` gives. GDAL warns of what is looked at here row by row.

    Raises BadFile with the file's name.
    """
    _close()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return call(*given, **options)
    except (DataSourceError, DataLayerError, ValueError) as unreadable:
        raise BadFile(
            f"{name}: 壊れているか、ちがう形式で、読めません"
            f" / cannot be read: damaged, or of another format ({unreadable})"
        ) from unreadable


@functools.cache
def _close() -> None:
    """GDAL looks at what it shall leave out whenever drivers are registered, also once more."""
    others = sorted({*pyogrio.list_drivers()} - DRIVERS)
    pyogrio.set_gdal_config_options(_CLOSED | {"OGR_SKIP": ",".join(others)})
    _register_drivers()
    if left := {*pyogrio.list_drivers()} - DRIVERS:
        raise RuntimeError(f"GDAL keeps its drivers {', '.join(sorted(left))}")
