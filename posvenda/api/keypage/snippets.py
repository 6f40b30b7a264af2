"""Code to paste into the system that sends: complete, and with this installation's address."""

from dataclasses import dataclass

PYTHON = """\
# pip install segment-analytics-python
import segment.analytics as analytics

analytics.write_key = "{key}"
analytics.host = "{address}"

analytics.identify("u-17", {{"email": "ana@padaria.example", "name": "Ana"}})
analytics.group("u-17", "padaria-trigo-bom", {{"name": "Padaria Trigo Bom"}})
analytics.track("u-17", "Fatura enviada", {{"total": 120.5}})
analytics.flush()
"""
NODE = """\
// npm install @segment/analytics-node
import {{ Analytics }} from "@segment/analytics-node"

const analytics = new Analytics({{ writeKey: "{key}", host: "{address}" }})

analytics.identify({{ userId: "u-17", traits: {{ email: "ana@padaria.example" }} }})
analytics.group({{ userId: "u-17", groupId: "padaria-trigo-bom" }})
analytics.track({{ userId: "u-17", event: "Fatura enviada", properties: {{ total: 120.5 }} }})
await analytics.closeAndFlush()
"""
BROWSER = """\
// npm install @segment/analytics-next
import {{ AnalyticsBrowser }} from "@segment/analytics-next"

const analytics = AnalyticsBrowser.load({{ writeKey: "{key}", cdnURL: "{address}" }})

analytics.identify("u-17", {{ email: "ana@padaria.example" }})
analytics.group("padaria-trigo-bom")
analytics.page()
analytics.track("Fatura enviada", {{ total: 120.5 }})
"""
CURL = """\
curl -u "{key}:" {address}/v1/track \\
  -H "Content-Type: application/json" \\
  -d '{{"userId": "u-17", "event": "Fatura enviada", "messageId": "fatura-981"}}'
"""
REST = """\
curl -H "Authorization: Bearer {key}" {address}/api/v1/customers
"""


@dataclass(frozen=True)
class Snippet:
    """One way to send: a name that is the same in every language, and the text."""

    name: str
    title: str
    text: str


def tracking(*, key: str, address: str) -> list[Snippet]:
    """This will give the ways to send events."""
    texts = (
        ("python", "Python", PYTHON),
        ("node", "Node", NODE),
        ("browser", "JavaScript", BROWSER),
        ("curl", "curl", CURL),
    )
    return [Snippet(n, title, text.format(key=key, address=address)) for n, title, text in texts]


def rest(*, key: str, address: str) -> list[Snippet]:
    """This will give a first request to the REST API."""
    return [Snippet("rest", "curl", REST.format(key=key, address=address))]


def of(kind: str, *, key: str, address: str) -> list[Snippet]:
    """This will give the snippets of a kind of key."""
    make = tracking if kind == "write" else rest
    return make(key=key, address=address)
