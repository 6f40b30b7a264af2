"""Workloads whose ratios the product is held to; see ``docs/reference/benchmarks.md``."""
