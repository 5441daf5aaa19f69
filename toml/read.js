// The page's door to the TOML parser, fetched when somebody opens a scenario file.

import { parse } from "./smol-toml/parse.js";

/** What the text says as plain values; or the line on which it stops being TOML. */
globalThis.kafkascopeToml = (text) => {
  try {
    // Plain objects: dates, which no scenario has, become texts.
    return { value: JSON.parse(JSON.stringify(parse(text))) };
  } catch (error) {
    return { line: error.line ?? 1 };
  }
};
