// The frames that the Python tests read too.
import { readFileSync, readdirSync } from "node:fs";

const folder = new URL("../samples/frames/", import.meta.url);
const read = (way) => Object.fromEntries(readdirSync(new URL(`${way}/`, folder)).map((name) => [name.replace(".json", ""), JSON.parse(readFileSync(new URL(`${way}/${name}`, folder), "utf8"))]));

export const client = read("client");
export const server = read("server");
