"""Asking the map in the browser's place: the page, its answer for programs, what is refused."""

from collections.abc import Callable

from starlette.testclient import TestClient
from web_scene import PAGE, Browser

from web.kit import labels

STATION = "lon=139.5067&lat=35.7011"
CROSSING = "lon=139.5083&lat=35.7087"


def test_a_place_is_answered_in_words_with_every_category(staff: Browser) -> None:
    page = staff.get(f"/staff/where?{STATION}")
    assert page.status_code == 200
    for words in ("本町六丁目付近", "小金井市(中部)", "市の管理", "道路管理課", "舗装の穴・段差"):
        assert words in page.text
    assert staff.get("/staff/").text.count('href="/staff/where"') == 1


def test_the_same_answer_comes_for_the_map_with_both_roads_as_lines(staff: Browser) -> None:
    told = staff.get(f"/staff/where.json?{CROSSING}&category=pothole").json()
    assert (told["ambiguous"], told["departments"]["pothole"]["department"]) == (True, None)
    which = [feature["properties"]["which"] for feature in told["lines"]["features"]]
    assert which == ["road", "runner_up"]
    assert told["lines"]["features"][0]["geometry"]["type"] == "MultiLineString"
    assert "差が小さいため" in told["html"]
    assert "<html" not in told["html"]


def test_the_class_of_a_road_is_said_in_japanese(staff: Browser) -> None:
    page = staff.get(f"/staff/where?{CROSSING}").text
    assert "種別 都道府県道" in page
    assert "種別 市道" in page
    assert "種別 prefectural" not in page
    assert labels.road_class("1級町道") == "1級町道"


def test_outside_the_city_the_neighbour_is_named(staff: Browser) -> None:
    page = staff.get("/staff/where?lon=139.4795&lat=35.7003").text
    assert "市の区域の外です。国分寺市の区域です。" in page
    assert "種類ごとの担当課" not in page


WRONG = [
    ("lon=35.7&lat=139.5", "緯度と経度が逆のようです"),
    ("lon=abc&lat=35.7", "数ではありません"),
    ("lon=139.5", "数ではありません"),
    ("lon=0&lat=0", "そのような場所はありません"),
    ("lon=nan&lat=inf", "そのような場所はありません"),
    (f"{STATION}&category=ufo", "その種類はありません"),
]


def test_what_is_no_place_is_said_in_a_sentence(staff: Browser) -> None:
    for query, sentence in WRONG:
        page = staff.get(f"/staff/where?{query}")
        assert (page.status_code, sentence in page.text) == (422, True), query
        program = staff.client.get(f"/staff/where.json?{query}", headers={"accept": "*/*"})
        assert (program.status_code, sentence in program.json()["detail"]) == (422, True), query


def test_it_is_for_staff_alone(stranger: TestClient, come_in: Callable[[str], Browser]) -> None:
    assert come_in("roads").get(f"/staff/where?{STATION}").status_code == 403
    assert stranger.get("/staff/where.json", headers={"accept": "*/*"}).status_code == 401
    page = stranger.get("/staff/where", headers=PAGE, follow_redirects=False)
    assert page.status_code == 303
