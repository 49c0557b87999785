// From a ticket of this list one goes on to its next one.
import { keepView } from "../view.js";

keepView(document.getElementById("main"));
