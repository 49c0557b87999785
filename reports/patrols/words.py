"""What screens and paper say of patrols: kinds, kilometres. Pure."""

from collections.abc import Mapping
from typing import Final

KINDS: Final[Mapping[str, str]] = {
    "usual": "通常巡回",
    "night": "夜間巡回",
    "regular": "定期巡回(徒歩)",
    "weather": "異常気象時巡回",
}


def driven_km(meter_from: int | None, meter_to: int | None, km: float | None) -> float | None:
    """What somebody typed, else the difference of the meter; None where neither is known."""
    if km is not None:
        return km
    if meter_from is None or meter_to is None:
        return None
    return float(meter_to - meter_from)


def km_words(km: float | None, way_m: float) -> str:
    """12.5 km; 軌跡 約 3.2 km where only the phone's positions tell of it; "" for nothing."""
    if km is not None:
        return f"{km:g} km"
    return f"軌跡 約 {way_m / 1000:.1f} km" if way_m >= _TELLS_M else ""


_TELLS_M: Final = 50.0
