// The public map within another site: what it leads to opens in a page of its own.
import { $ } from "../../kit/dom.js";
import { drawPublic } from "../public_map.js";

await drawPublic($("map"), { target: "_blank" });
