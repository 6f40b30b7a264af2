"""W2's stream: probes are customers of their own, ids differ, and a slow stream has no figure."""

from benchmarks import stream

KEYS = [f"c{n}" for n in range(500)]


def made(seconds: int = 3) -> list[dict[str, object]]:
    one = stream.Stream(0, "key", seconds, KEYS)
    return [item for number in range(one.batches) for item in one.body(number)["batch"]]


def test_one_probe_a_second_is_sent_once_and_every_id_differs() -> None:
    items = made()
    groups = [item["context"]["groupId"] for item in items]  # type: ignore[index]
    assert (len(items), len({item["messageId"] for item in items})) == (3_000, 3_000)
    assert [groups.count(key) for key in KEYS[:3]] == [1, 1, 1]


def test_a_stream_that_kept_its_pace_is_judged_by_the_slow_end() -> None:
    assert [one.holds for one in stream.ratios(stream.Streamed(rate=998.0, p95=40.0))] == [True] * 2
    late = stream.ratios(stream.Streamed(rate=998.0, p95=61.0))
    assert [one.holds for one in late] == [True, False]


def test_a_stream_below_its_pace_fails_its_figure_however_fresh(capsys) -> None:
    found = stream.ratios(stream.Streamed(rate=923.0, p95=40.0))
    assert [one.holds for one in found] == [False, False]
    assert "923 of 1000" in capsys.readouterr().out
