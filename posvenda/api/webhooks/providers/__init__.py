"""The systems we understand, one file each; the list is the whole registry."""

from collections.abc import Mapping

from posvenda.api.webhooks.providers import asaas, hotmart, nuvemshop, rdstation, signed, stripe
from posvenda.api.webhooks.providers.provider import Provider

PROVIDERS: Mapping[str, Provider] = {
    each.name: each
    for each in (
        stripe.PROVIDER,
        asaas.PROVIDER,
        hotmart.PROVIDER,
        nuvemshop.PROVIDER,
        rdstation.PROVIDER,
        signed.PROVIDER,
    )
}
