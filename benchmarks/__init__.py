"""Workloads whose ratios the product is held to; see ``docs/concepts/benchmarks.md``."""
