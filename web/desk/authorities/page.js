// Copying a text for an authority with one tap; lists that were left are fetched anew.
import "../../kit/copy.js";
import "../../kit/once.js";
import { keepView } from "../view.js";

keepView(document.getElementById("main"));

addEventListener("pageshow", (event) => event.persisted && location.reload());
