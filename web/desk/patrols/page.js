// One patrol: its way on the map.
import { show } from "../../maps/way.js";

show(document.getElementById("map"));
