"""The one command: ``posvenda``.

Heavy imports happen inside the commands, so that ``--help`` is quick and the process that only
watches the web server and the worker stays small.
"""

import argparse
import atexit
import gettext as catalogues
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

PACKS = ("saas", "loja", "clinica", "salao", "veterinaria")
LOCALES = Path(__file__).parent / "locale"


def main(argv: Sequence[str] | None = None) -> int:
    """This will run one command and give its exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "posvenda.config.settings")
    language = _language()
    translate = catalogues.translation(
        "django", LOCALES, languages=[language], fallback=True
    ).gettext
    argparse._ = translate  # type: ignore[attr-defined]
    words = list(sys.argv[1:] if argv is None else argv)
    parser = build_parser(translate, words[:1])
    args = parser.parse_args(words)
    os.environ["POSVENDA_LANG"] = language
    try:
        code: int = args.run(args)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130
    return code


def _language() -> str:
    """The language of the terminal: POSVENDA_LANG, then the locale, then Portuguese."""
    for name in ("POSVENDA_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value and not value.startswith(("C", "POSIX")):
            return "pt_BR" if value.lower().startswith("pt") else "en"
    return "pt_BR"


def build_parser(_: Callable[[str], str], chosen: Sequence[str] = ()) -> argparse.ArgumentParser:
    """This will describe every command; of the slow ones only that in ``chosen`` is loaded."""
    parser = argparse.ArgumentParser(prog="posvenda", description=_("Post-sale management."))
    commands = parser.add_subparsers(dest="command", required=True, title=_("commands"))

    serve = commands.add_parser("serve", help=_("start the web server"))
    serve.add_argument("--with-worker", action="store_true", help=_("start a worker as well"))
    serve.add_argument("--web-processes", type=int, default=1, help=_("number of web processes"))
    serve.set_defaults(run=_serve)

    worker = commands.add_parser("worker", help=_("run jobs and schedules"))
    worker.set_defaults(run=_worker)

    demo = commands.add_parser("demo", help=_("load a made-up company and start everything"))
    demo.add_argument("--pack", choices=PACKS, default="saas", help=_("which company"))
    demo.add_argument("--load-only", action="store_true", help=_("load it and stop"))
    demo.set_defaults(run=_demo)

    for name, module, text in (
        ("import", "posvenda.api.imports.cli", _("bring files in")),
        ("facts", "posvenda.customers.cli", _("print the fact sheet of any day")),
        ("events", "posvenda.commerce.cli", _("see and tend the event store")),
        ("metrics", "posvenda.insights.cli", _("print a figure of the catalogue")),
        ("backup", "posvenda.config.backup", _("write everything to one file")),
        ("restore", "posvenda.config.restore", _("bring a backup back")),
        ("config", "posvenda.success.cli", _("export, check and publish configuration as text")),
        ("health", "posvenda.success.backtest.cli", _("test whether health tells who leaves")),
        ("user", "posvenda.base.cli", _("add a user or set a password")),
        ("key", "posvenda.base.keys_cli", _("make a key for a program and print it once")),
    ):
        _add_room_command(commands, name, module, text, is_chosen=name in chosen)
    return parser


def _add_room_command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    module: str,
    text: str,
    *,
    is_chosen: bool,
) -> None:
    parser = commands.add_parser(name, help=text, description=text)
    if not is_chosen:
        return
    from importlib import import_module

    _setup()
    room = import_module(module)
    room.add_arguments(parser)

    def run(args: argparse.Namespace) -> int:
        from posvenda.base import clock
        from posvenda.config.prepare import migrate

        if getattr(room, "NEEDS_DATABASE", True):
            migrate()
        code: int = room.run(args, now=clock.now())
        return code

    parser.set_defaults(run=run)


def _setup() -> None:
    import django
    from django.utils import translation

    from posvenda.config import loading

    with loading.undisturbed():
        django.setup()
    translation.activate("pt-br" if _language() == "pt_BR" else "en")


def _serve(args: argparse.Namespace) -> int:
    from posvenda.config import supervisor

    return supervisor.serve(with_worker=args.with_worker, processes=args.web_processes)


def _demo(args: argparse.Namespace) -> int:
    from posvenda.config import supervisor

    return supervisor.demo(pack=args.pack, is_load_only=args.load_only)


def _worker(args: argparse.Namespace) -> int:
    _setup()
    from posvenda.base import jobs
    from posvenda.config.prepare import migrate

    migrate()
    jobs.work()
    return 0


def script() -> None:
    """This will run one command as a program of its own.

    The process ends here, after everybody's last words: DuckDB's binding would otherwise list the
    objects it forgets to free on the person's terminal.
    """
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    atexit._run_exitfuncs()
    os._exit(code)


if __name__ == "__main__":
    script()
