// Times fumifier, the engine of FUME, on a message that somebody has parsed already.
// Prints one line of JSON: engine → [seconds of processor time, bytes of the output].
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const folder = process.argv[2];
const resolve = createRequire(join(folder, "package.json")).resolve;
const module = await import(pathToFileURL(resolve("fumifier")));
const fumifier = module.default?.default ?? module.default;
const input = JSON.parse(readFileSync(join(folder, "input.json"), "utf-8"));
const expression = await fumifier(readFileSync(join(folder, "set.jsonata"), "utf-8"));

const [rounds, times] = [7, 40];
let best = Infinity;
for (let round = 0; round < rounds; round += 1) {
  const began = process.cpuUsage();
  for (let n = 0; n < times; n += 1) await expression.evaluate(input);
  const { user, system } = process.cpuUsage(began);
  best = Math.min(best, (user + system) / 1e6 / times);
}
const size = Buffer.byteLength(JSON.stringify(await expression.evaluate(input)));
console.log(JSON.stringify({ "fumifier (FUME, without parsing)": [best, size] }));
