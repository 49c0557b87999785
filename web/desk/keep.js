// From a ticket that this page lists one goes on to its next one.
import { keepView } from "./view.js";

keepView(document.getElementById("main"));
