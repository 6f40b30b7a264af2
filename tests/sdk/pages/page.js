// analytics-next as its own browser build, loaded with nothing but the key and our address.
const told = new URL(location).searchParams;
const batching = { "Segment.io": { deliveryStrategy: { strategy: "batching", config: { size: 5, timeout: 500 } } } };
const options = told.get("batching") ? { integrations: batching } : undefined;
const client = told.get("client");
window.failed = [];
window.analytics = AnalyticsNext.AnalyticsBrowser.load({ writeKey: told.get("key"), cdnURL: told.get("address") }, options);
analytics.on("error", error => failed.push(String(error.reason ?? error.code)));

window.send = (from, to) => {
  for (let n = from; n < to; n++) {
    n % 10 === 0 ? analytics.identify(`u${n % 7}`, { n, client, nome: "São João" })
      : n % 10 === 1 ? analytics.group("g1", { n, client })
      : n % 10 === 2 ? analytics.page("Docs", "Início", { n, client })
      : n % 10 === 3 ? analytics.screen("App", "Início", { n, client })
      : n % 10 === 4 ? analytics.alias(`a${n}`, `${client}-${n}`)
      : analytics.track("Fatura enviada", { n, client, total: 120.5 });
  }
};
