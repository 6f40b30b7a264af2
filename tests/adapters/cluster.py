"""A small Apache Spark cluster on loopback: master, two workers and a Spark Connect server.

Four processes of the ``pyspark`` package, which ``tests/with_spark`` puts into a folder of its own.
"""

import os
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

WAIT_SECONDS = 400
DEPLOY = "org.apache.spark.deploy"


@dataclass(frozen=True)
class Cluster:
    """Where the Connect server answers, and what the master wrote."""

    url: str
    log: Path

    def told(self, text: str) -> int:
        """This will count how often the master or the server logged a text."""
        return sum(file.read_text().count(text) for file in self.log.glob("*.log"))


@contextmanager
def cluster(home: Path, folder: Path) -> Iterator[Cluster]:
    """This will start the processes of the Spark in ``home`` and stop them again."""
    master, web, connect = _port(), _port(), _port()
    address = f"spark://127.0.0.1:{master}"
    with ExitStack() as stack:
        start = [str(home / "bin" / "spark-class")]
        _run(
            stack, home, folder, "master",
            [*start, f"{DEPLOY}.master.Master", "--host", "127.0.0.1", "--port", str(master),
             "--webui-port", str(web)],
        )  # fmt: skip
        _answers(master)
        for name in ("worker-1", "worker-2"):
            _run(
                stack, home, folder, name,
                [*start, f"{DEPLOY}.worker.Worker", "--host", "127.0.0.1", "--cores", "1",
                 "--memory", "1g", "--webui-port", "0", "--work-dir", str(folder / name), address],
            )  # fmt: skip
        _run(
            stack, home, folder, "connect",
            [str(home / "bin" / "spark-submit"),
             "--class", "org.apache.spark.sql.connect.service.SparkConnectServer",
             "--master", address, "--conf", f"spark.connect.grpc.binding.port={connect}",
             "--conf", "spark.connect.grpc.binding.address=127.0.0.1",
             "--conf", "spark.driver.host=127.0.0.1", "--conf", "spark.ui.enabled=false",
             "--conf", "spark.executor.cores=1", "--conf", "spark.executor.memory=700m",
             "--conf", "spark.sql.shuffle.partitions=4", "spark-internal"],
        )  # fmt: skip
        _answers(connect)
        yield Cluster(f"sc://127.0.0.1:{connect}", folder)


def _run(stack: ExitStack, home: Path, folder: Path, name: str, command: Sequence[str]) -> None:
    env = os.environ | {
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_NO_DAEMONIZE": "1",
        "SPARK_LOCAL_DIRS": str(folder / "scratch"),
    }
    log = stack.enter_context((folder / f"{name}.log").open("wb"))
    process = subprocess.Popen(command, env=env, stdout=log, stderr=subprocess.STDOUT)
    stack.callback(_stop, process)


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _answers(port: int) -> None:
    until = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < until:
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise TimeoutError(f"nothing answers on port {port}")
