"""Sends numbered events with segment-analytics-python: ADDRESS KEY COUNT NAME PACKING."""

import sys

from segment.analytics.client import Client

ADDRESS, KEY, COUNT, NAME, PACKING = sys.argv[1:]
failed = []
client = Client(
    KEY,
    host=ADDRESS,
    gzip=PACKING == "gzip",
    upload_size=20,
    upload_interval=0.1,
    timeout=3,
    on_error=lambda error, batch: failed.append((repr(error), len(batch))),
)
for n in range(int(COUNT)):
    told = {"n": n, "client": NAME}
    match n % 10:
        case 0:
            client.identify(f"u{n % 7}", {**told, "nome": "São João"})
        case 1:
            client.group(f"u{n % 7}", "g1", told)
        case 2:
            client.page(f"u{n % 7}", "Docs", "Início", told)
        case 3:
            client.screen(f"u{n % 7}", "App", "Início", told)
        case _:
            client.track(f"u{n % 7}", "Fatura enviada", {**told, "total": 120.5})
client.flush()
client.join()
print(failed)
sys.exit(bool(failed))
