// A patrol's page: the map comes when it is asked for, and a press that is on its way is not sent twice.
import "../../kit/once.js";
import { openMap } from "./open_map.js";

openMap();
