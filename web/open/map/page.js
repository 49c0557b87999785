// The public map above its list.
import { $ } from "../../kit/dom.js";
import { drawLegend } from "../pins.js";
import { drawPublic } from "../public_map.js";

drawLegend($("legend"));
await drawPublic($("map"));
