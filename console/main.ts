import { h, render } from "preact";

const place = document.getElementById("console");
if (place) render(h("p", null, "console"), place);
