import { createMockProvider } from "../dist/index.js";
import { CALLBACK, ORIGIN } from "./jj.mjs";
const collect = globalThis.gc ?? (() => {
});
const COUNT = 1e3;
const provider = createMockProvider({ issuer: ORIGIN });
const names = Array.from({ length: COUNT }, (_, index) => `/t${index}`);
async function logInAndRefresh(provider2, tenant) {
  const post = async (form) => {
    const body = new URLSearchParams({ client_id: "demo", client_secret: "demo-secret", ...form });
    const response = await provider2.fetch(new Request(`${ORIGIN}${tenant}/token`, { method: "POST", body }));
    return await response.json();
  };
  const asked = { client_id: "demo", redirect_uri: CALLBACK, response_type: "code", scope: "openid", login_hint: "alice" };
  const answer = await provider2.fetch(new Request(`${ORIGIN}${tenant}/authorize?${new URLSearchParams(asked)}`));
  const code = new URL(answer.headers.get("location") ?? "").searchParams.get("code") ?? "";
  const { refresh_token } = await post({ grant_type: "authorization_code", code, redirect_uri: CALLBACK });
  const { access_token } = await post({ grant_type: "refresh_token", refresh_token });
  if (access_token === void 0) throw new Error(`${tenant} issued no token`);
}
async function heap() {
  for (let time = 0; time < 3; time++) {
    await new Promise((resolve) => setImmediate(resolve));
    collect();
  }
  return process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
}
await logInAndRefresh(provider, "/first");
provider.drop("/first");
const empty = await heap();
for (const name of names) await logInAndRefresh(provider, name);
const resident = process.memoryUsage().rss;
const full = await heap();
for (const name of names) provider.tenant(name).reset();
const reset = await heap();
for (const name of names) provider.drop(name);
const dropped = await heap();
process.stdout.write(JSON.stringify({ resident, full: full - empty, reset: reset - empty, dropped: dropped - empty }));
