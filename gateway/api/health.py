"""Health and metrics: whether this process lives, whether it can work, and how much stands where."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

from gateway.log import lost_lines
from gateway.standings import Cause
from gateway.stops import Scope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_client.metrics_core import Metric
    from prometheus_client.registry import Collector

    from gateway.recipients import Recipients
    from gateway.store.port import Store


class _Figures:
    """How much stands where, who is in trouble, what is stopped: of the store, so that every process says the same.

    Only what the log has lost, and the certificates that recipients are shown, are what this process knows itself.
    """

    def __init__(self, store: Store, recipients: Recipients) -> None:
        self._store = store
        self._recipients = recipients

    def collect(self) -> Iterator[Metric]:
        """Count them now."""
        gauge = GaugeMetricFamily(
            "samsyn_deliveries", "Deliveries by kind of recipient and state", labels=["kind", "state"]
        )
        for (kind, state), count in sorted(self._store.counts().items()):
            gauge.add_metric([kind, state], count)
        yield gauge
        incidents = GaugeMetricFamily("samsyn_incidents", "Recipients in trouble, by cause", labels=["cause"])
        known = self._store.incidents()
        for cause in Cause:
            incidents.add_metric([cause], known.get(cause, 0))
        yield incidents
        stops = GaugeMetricFamily("samsyn_stops", "What is stopped, by scope", labels=["scope"])
        standing = Counter(stop.scope for stop in self._store.stops())
        for scope in Scope:
            stops.add_metric([scope], standing[scope])
        yield stops
        yield CounterMetricFamily("samsyn_log_lines_lost", "Lines that this process could not log", value=lost_lines())
        ends = GaugeMetricFamily(
            "samsyn_client_certificate_ends_timestamp_seconds",
            "When the certificate runs out that a recipient is shown",
            labels=["recipient"],
        )
        for one in self._recipients.all:
            if one.certificate is not None:
                ends.add_metric([one.name], one.certificate.ends_at.timestamp())
        yield ends
        if (known_elsewhere := self._store.anchored()) is not None:
            yield GaugeMetricFamily(
                "samsyn_log_anchored_timestamp_seconds",
                "When the whole log was last kept elsewhere too",
                value=known_elsewhere.at.timestamp(),
            )


def health_routes(store: Store, recipients: Recipients) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(tags=["Operation"])

    @routes.get("/health/live", summary="This process lives")
    def live() -> dict[str, str]:
        return {"status": "live"}

    @routes.get("/health/ready", summary="This process can take in certificates")
    def ready() -> dict[str, str]:
        store.check()
        return {"status": "ready"}

    @routes.get("/metrics", summary="Figures for Prometheus")
    def metrics() -> Response:
        registry = CollectorRegistry()
        collector: Collector = _Figures(store, recipients)
        registry.register(collector)
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return routes
