// Sends numbered events with @segment/analytics-node: ADDRESS KEY COUNT NAME.
import { Analytics } from "@segment/analytics-node";

const [address, writeKey, count, client] = process.argv.slice(2);
const analytics = new Analytics({ writeKey, host: address, httpRequestTimeout: 3000, flushInterval: 100 });
const failed = [];
analytics.on("error", error => failed.push(String(error.reason ?? error.code)));
for (let n = 0; n < Number(count); n++) {
  const userId = `u${n % 7}`;
  const properties = { n, client, total: 120.5 };
  if (n % 10 === 0) analytics.identify({ userId, traits: { n, client, nome: "São João" } });
  else if (n % 10 === 1) analytics.group({ userId, groupId: "g1", traits: { n, client } });
  else if (n % 10 === 2) analytics.page({ userId, name: "Início", properties });
  else if (n % 10 === 3) analytics.screen({ userId, name: "Início", properties });
  else analytics.track({ userId, event: "Fatura enviada", properties });
}
await analytics.closeAndFlush({ timeout: 120_000 });
console.log(JSON.stringify(failed));
process.exit(failed.length ? 1 : 0);
