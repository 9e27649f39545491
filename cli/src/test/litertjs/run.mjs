// Runs a TFLite file in LiteRT.js without a browser, on one thread.
//
// usage: node run.mjs MODEL.tflite INPUT OUTPUT
//   MODEL     one input and one output of float32, with a fixed batch
//   INPUT     little-endian float32, NHWC: images for one or more whole batches
//   OUTPUT    written: little-endian float32, the rows of all images
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runInThisContext } from 'node:vm';

const [modelFile, inputFile, outputFile] = process.argv.slice(2);
const wasm = join(dirname(fileURLToPath(import.meta.url)), 'node_modules/@litertjs/core/wasm');

// LiteRT.js expects a web worker. These globals are all that it uses of one.
globalThis.self = globalThis;
globalThis.require = createRequire(import.meta.url);
globalThis.__dirname = wasm;
globalThis.importScripts = (script) =>
  runInThisContext(readFileSync(script, 'utf8'), { filename: String(script) });

const { loadAndCompile, loadLiteRt, Tensor } = await import('@litertjs/core');
// A named file, not the folder, from which LiteRT.js would choose by what the engine can do: relaxed SIMD may
// round differently from machine to machine, and node 20 does not have it.
await loadLiteRt(join(wasm, 'litert_wasm_compat_internal.js'));
const model = await loadAndCompile(new Uint8Array(readFileSync(modelFile)), { accelerator: 'wasm' });

const shape = Array.from(model.getInputDetails()[0].shape);
const size = shape.reduce((a, b) => a * b, 1);
const bytes = readFileSync(inputFile);
const values = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
if (values.length === 0 || values.length % size !== 0) {
  throw new Error(`${values.length} values are no whole batches of ${size}`);
}
const rows = [];
for (let at = 0; at < values.length; at += size) {
  const input = new Tensor(values.slice(at, at + size), shape);
  const outputs = await model.run(input);
  if (outputs.length !== 1) {
    throw new Error(`${outputs.length} outputs`);
  }
  rows.push(Buffer.from(new Float32Array(outputs[0].toTypedArray()).buffer));
  outputs[0].delete();
  input.delete();
}
writeFileSync(outputFile, Buffer.concat(rows));
